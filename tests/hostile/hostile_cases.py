"""The hostile set: what each submission tries, and what it has to come to.

Three kinds: files that were handed in as they are (`handed_in/`), attacks of our own, put behind
right answers or behind answers that do nothing (`attacks/`), and notebooks and files that are made
when the tests run (`notebooks.py`). The first comment of an attack says what it tries. Every
expectation was written by thought, and not by running the grader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from notebooks import FILES, STUB, right_answers

HERE = Path(__file__).resolve().parent
EXERCISES = ("identity_block", "convolutional_block", "ResNet50")
BEHIND_RIGHT = "(after right answers)"

# "less": some points or none, as the learner's own code deserves, but never all
Earned = Literal["full", "less", "none", "any"]


@dataclass(frozen=True)
class Case:
    """What one hostile submission has to come to."""

    earned: tuple[Earned, Earned, Earned] = ("none", "none", "none")
    faults: Mapping[str, str] | str | None = None  # kinds by exercise; a text: of the whole
    varies: bool = False  # which layer stops it, and so in which words, differs by machine
    needs: str = ""  # the layer of isolation without which it sees or leaves something


FULL: tuple[Earned, Earned, Earned] = ("full", "full", "full")
FIRST: tuple[Earned, Earned, Earned] = ("none", "full", "full")  # the others keep their points
FIRST_LESS: tuple[Earned, Earned, Earned] = ("less", "full", "full")
FIRST_ANY: tuple[Earned, Earned, Earned] = ("any", "full", "full")
SECOND: tuple[Earned, Earned, Earned] = ("full", "none", "full")
LAST_LESS: tuple[Earned, Earned, Earned] = ("full", "full", "less")


def stopped(kind: str, *exercises: str) -> dict[str, str]:
    """Return the fault of the first exercise, or of those that are named."""
    return dict.fromkeys(exercises or EXERCISES[:1], kind)


HANDED_IN = {
    "D01_infinite_loop_import.py": Case(faults="timeout"),
    "D03_sleep.py": Case(faults="timeout"),
    "D05_memory_bomb_tf.py": Case(),
    "D10_giant_result.py": Case(),
    "D11_disk_fill.py": Case(),
    "D12_deep_recursion.py": Case(),
    "D14_ignore_sigterm.py": Case(faults="timeout"),
    "D17_stop_self.py": Case(faults="timeout"),
    "D18_fd_exhaust.py": Case(),
    "D21_pathological_repr.py": Case(faults=stopped("timeout")),
    "D22_regex_ast_bomb.py": Case(faults="syntax_error"),
    "E01_tcp_connect.py": Case(),
    "E03_unix_sockets.py": Case(),
    "E05_other_submissions.py": Case(),
    "E07_write_outside.py": Case(),
    "E09_proc_parent.py": Case(),
    "E12_setuid_caps.py": Case(needs="not root"),
    "E13_dns_keras_download.py": Case(varies=True),
    "E16_ansi_feedback.py": Case(),
    "H01_stub_none.py": Case(FIRST),
    "H02_returns_none.py": Case(FIRST),
    "H05_resnet_returns_tensor.py": Case(("full", "full", "none")),
    "H06_set_floatx.py": Case(FULL),
    "H09_bn_after_relu.py": Case(FIRST_LESS),
    "H14_tf_add_symbolic.py": Case(FIRST),
    "H16_wrong_stage_count.py": Case(LAST_LESS),
    "H17_global_dependency.py": Case(FULL),
    "H18_global_from_training_cell.py": Case(FIRST),
    "H20_mutates_arguments.py": Case(FULL),
    "H22_correct_reference.py": Case(FULL),
    "H23_correct_verbose_names.py": Case(FULL),
    "M01_bad_json.ipynb": Case(faults="unreadable"),
    "M03_nbformat3.ipynb": Case(FULL),
    "M05_missing_function.ipynb": Case(SECOND, stopped("missing_function", "convolutional_block")),
    "M08_syntax_error_cell.ipynb": Case(FULL),
    "M12_nul_bytes.ipynb": Case(faults="syntax_error"),
    "M15_deep_json.ipynb": Case(faults="unreadable"),
    "M17_nbgrader_dup_grade_id.ipynb": Case(FULL),
    "M18_metadata_removed.ipynb": Case(FULL),
    "M19_wrong_cells.ipynb": Case(FULL),
    "M20_code_in_markdown.ipynb": Case(),
    "M22_input_call.ipynb": Case(FULL),
    "M23_plots_gui.ipynb": Case(FULL),
    "M24_missing_imports.ipynb": Case(FULL),
    "M30_dup_keys_nan.ipynb": Case(FULL),
    "M31_other_kernel.ipynb": Case(FULL),
    "M37_encoding_cookie.py": Case(),
    "M38_unicode_homoglyph.py": Case(),
    "S02_np_allclose_true.py": Case(),
    "S05_eq_always_true.py": Case(),
    "S07_os_exit_0.py": Case(faults="crash"),
    "S09_atexit_results.py": Case(),
    "S11_fd_scan_write.py": Case(faults="forbidden"),
    "S15_hardcode_public_hash.py": Case(),
    # Keras's own network has its head in common with the one that was asked for.
    "S17_kapp_renamed.py": Case(("none", "none", "less")),
    "S18_pickle_reduce.py": Case(),
    "S19_lambda_layer_code.py": Case(),
    "S20_custom_layer.py": Case(),
    "S22_to_json_forged.py": Case(),
    "S24_config_bomb.py": Case(),
    "S28_time_patch.py": Case(faults=stopped("timeout")),
    "S29_seed_patch.py": Case(),
    "S30_fork_answers_twice.py": Case(needs="system calls"),
    "S31_kernel_swap_conv.py": Case(),
    "S32_delegate_to_instructor_name.py": Case(),
    "S34_hardcoded_kernel.py": Case(("less", "less", "full")),
    "S38_segfault.py": Case(faults=stopped("crash")),
}

ATTACKS = {
    "forge_verdict": Case(faults=stopped("forbidden")),
    "forge_next_exercise": Case(faults=stopped("forbidden")),
    "forge_public_calls": Case(faults=stopped("forbidden")),
    "forge_odd_json": Case(faults="forbidden"),
    "forge_surrogates": Case(faults=stopped("syntax_error")),
    "forge_fault_kind": Case(faults=stopped("exception")),
    "forge_half_a_line": Case(FIRST, stopped("forbidden")),
    "forge_by_thread": Case(FIRST, stopped("forbidden")),
    "forge_closed_pipe": Case(FIRST, stopped("crash")),
    "forge_other_pipe": Case(FIRST, stopped("crash")),
    "forge_json_dumps": Case(faults=stopped("forbidden")),
    "forge_os_write": Case(FIRST, stopped("crash")),
    "forge_our_modules": Case(faults=stopped("forbidden")),
    "forge_easier_questions": Case(faults=stopped("forbidden")),
    "forge_skipped_check": Case(),
    "lie_settings_changed_afterwards": Case(FIRST, stopped("forbidden")),
    "lie_get_config": Case(FIRST_LESS),
    "lie_text_that_equals_all": Case(FIRST_LESS),
    "lie_number_of_two_minds": Case(FIRST_LESS),
    "lie_class_put_on": Case(),
    "lie_made_up_tensor": Case(),
    "lie_other_input": Case(FIRST_LESS),
    "lie_history": Case(FIRST_LESS),
    "lie_blocks_replaced": Case(LAST_LESS),
    "lie_model_subclass": Case(),
    "lie_ready_made_network": Case(("none", "none", "less")),
    "break_layer_call": Case(FULL),
    "break_node": Case(FIRST_LESS),
    "break_scope": Case(FIRST_ANY),
    # Its own second call finds what the first one has changed; the others do not.
    "break_image_format": Case(FIRST_LESS),
    "break_defaults": Case(FIRST_LESS),
    "break_builtins": Case(FIRST_ANY),
    "break_output": Case(FULL),
    "break_warnings": Case(FULL),
    "break_recursion_limit": Case(FIRST_ANY),
    "break_modules": Case(FIRST_ANY),
    "break_collector": Case(FULL),
    "break_profile": Case(FIRST, stopped("crash")),
    "break_trace": Case(FIRST_ANY),
    "break_alarm": Case(FIRST_ANY),
    "break_import_hook": Case(FIRST_ANY),
    "break_clock": Case(FULL),
    "break_deadlock_at_exit": Case(FULL),
    "break_evil_exception": Case(),
    "break_cause_in_a_circle": Case(),
    "break_signature": Case(("none", "full", "any")),  # it calls what it lies about
    "break_signature_raises": Case(FIRST),
    "break_code": Case(FIRST_LESS),
    "write_decorated": Case(FULL),
    "write_partial": Case(FULL),
    "write_object": Case(FULL),
    "write_lambda": Case(FULL),
    "write_recursive": Case(FULL),
    "write_other_alphabet": Case(FULL),
    "write_by_exec": Case(FULL),  # the right answer stands there, and is never run over
    "write_generator": Case(FIRST),
    "write_async": Case(FIRST),
    "write_class": Case(FIRST),
    "hang_when_collected": Case(FIRST, stopped("timeout")),
    "hang_in_class_name": Case(FIRST, stopped("timeout")),
    "hang_on_lock": Case(FIRST, stopped("timeout")),
    "hang_in_regex": Case(FIRST, stopped("timeout")),
    "hang_when_hidden": Case(FIRST, stopped("timeout")),
    "hang_in_decorator": Case(("none", "full", "any"), stopped("timeout")),
    "exhaust_threads": Case(FULL),
    "exhaust_map": Case(FIRST),
    "exhaust_list": Case(FIRST, stopped("memory")),
    "exhaust_shared_memory": Case(FULL),
    "exhaust_output": Case(FULL),
    "exhaust_names": Case(FULL),
    "exhaust_layers": Case(FIRST, stopped("forbidden")),
    "exhaust_poolings": Case(FIRST),
    "exhaust_config": Case(FIRST),
    "exhaust_message": Case(FIRST),
    "exhaust_pipe": Case(FIRST, stopped("output_limit")),
    "exhaust_system_v": Case(needs="IPC namespace"),
    "escape_daemon": Case(needs="system calls"),
    "escape_exec": Case(varies=True),
    "escape_subprocess": Case(needs="system calls"),
    "escape_parent": Case(),
    "escape_course": Case(),
    "escape_environment": Case(),
    "escape_terminal": Case(),
    "escape_listen": Case(needs="system calls"),
    "escape_permissions": Case(needs="not root"),
    "escape_links": Case(),
    "escape_core": Case(faults=stopped("crash")),
    "escape_limits": Case(needs="not root"),
    "escape_keyring_and_files_in_memory": Case(needs="system calls"),
    "escape_home": Case(),
    "show_markup": Case(),
    "show_prints": Case(FULL),
    "show_false_report": Case(),
    "show_hidden_arguments": Case(FULL),
}

MADE = {
    "odd_sources": Case(FULL),
    "ten_thousand_cells": Case(faults="unreadable"),
    "one_long_line": Case(FULL),
    "pictures": Case(FULL),
    "half_characters": Case(FULL),
    "magics": Case(FULL),
    "hook_in_answer_cell": Case(),
    "under_capture": Case(FULL),
    "under_writefile": Case(faults="missing_function"),
    "minor_version_99": Case(FULL),
    "version_as_text": Case(faults="unreadable"),
    "version_truth": Case(faults="unreadable"),
    "packed": Case(faults="unreadable"),
    "compressed": Case(faults="unreadable"),
    "brackets": Case(faults="unreadable"),
    "utf16": Case(faults="unreadable"),
    "mark_and_carriage_returns": Case(FULL),
    "list_of_notebooks": Case(faults="unreadable"),
    "giant": Case(faults="unreadable"),
}

CASES = {Path(name).stem: case for name, case in HANDED_IN.items()} | ATTACKS | MADE


def write_all(folder: Path) -> dict[str, Path]:
    """Write every submission of the set into `folder`; return {name: file}."""
    written = {}
    for name in HANDED_IN:
        path = folder / name
        path.write_bytes((HERE / "handed_in" / name).read_bytes())
        written[path.stem] = path
    for name in ATTACKS:
        text = (HERE / "attacks" / f"{name}.py").read_text(encoding="utf-8")
        before = right_answers() if BEHIND_RIGHT in text.partition("\n")[0] else STUB
        written[name] = folder / f"{name}.py"
        written[name].write_text(f"{before}\n{text}", encoding="utf-8")
    for name, make in FILES.items():
        written[name] = folder / f"{name}.ipynb"
        written[name].write_bytes(make())
    return written
