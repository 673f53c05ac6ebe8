"""Notebooks and files that no editor would have written, made here because of their size."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STUB = (
    "def identity_block(X, f, filters, initializer=None): return X\n"
    "def convolutional_block(X, f, filters, s=2, initializer=None): return X\n"
    "def ResNet50(input_shape=(64, 64, 3), classes=6): return None\n"
)
MIB = 1 << 20


def right_answers() -> str:
    """Return the right answers as one cell."""
    return (HERE / "handed_in" / "H22_correct_reference.py").read_text(encoding="utf-8")


def cell(source: Any, kind: str = "code", **more: Any) -> dict[str, Any]:
    """A cell of a notebook."""
    return {"cell_type": kind, "metadata": {}, "outputs": [], "source": source, **more}


def notebook(*cells: Any, **more: Any) -> bytes:
    """A notebook of format 4 as JSON."""
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells], **more}
    return json.dumps(whole).encode()


def _odd_sources() -> bytes:
    odd: list[Any] = [5, None, True, {"a": 1}, [1, [2], None, "y = 1\n"], [], 1.5]
    return notebook("text", 7, None, [], *map(cell, odd), cell(right_answers()), {"source": "x"})


def _magics() -> bytes:
    lines = "!touch /tmp/reskit_hostile_shell\n%run other.py\nget_ipython().system('echo LEAK')\n"
    return notebook(
        cell("%%bash\ntouch /tmp/reskit_hostile_bash; echo LEAK\n"),
        cell("%%script python\nprint('LEAK')\n"),
        cell("%%javascript\nalert(1)\n"),
        cell(lines + "%matplotlib inline\nfiles = !ls /tmp\n?print\n" + right_answers()),
    )


def _hook_in_answer_cell() -> bytes:
    hook = (
        "ip = get_ipython()\n"
        "hooks = ip.input_transformers_post\n"
        "hooks.append(lambda lines: ['0'] if 'test' in str(lines) else lines)\n"
    )
    return notebook(cell(STUB + hook))


def _with_pictures() -> bytes:
    picture = {"image.png": {"image/png": "A" * (4 * MIB)}}
    output = {"output_type": "stream", "name": "stdout", "text": ["z" * (8 * MIB)]}
    return notebook(
        cell("![x](attachment:image.png)", "markdown", attachments=picture),
        cell(right_answers(), outputs=[output]),
    )


def _packed(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("ResNet50.ipynb"), data)  # without a date
    return target.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "odd_sources": _odd_sources,
    "ten_thousand_cells": lambda: notebook(*[cell("x = 1")] * 10_000, cell(right_answers())),
    "one_long_line": lambda: notebook(cell(f"# {'long ' * MIB}\n{right_answers()}")),
    "pictures": _with_pictures,
    "half_characters": lambda: notebook(
        cell(f"# \ud800 \udfff\nword = '\ud83d'\n{right_answers()}"), metadata={"\ud800": "\udc00"}
    ),
    "magics": _magics,
    "hook_in_answer_cell": _hook_in_answer_cell,
    "under_capture": lambda: notebook(cell(f"%%capture out --no-stderr\n{right_answers()}")),
    "under_writefile": lambda: notebook(cell(f"%%writefile answers.py\n{right_answers()}")),
    "minor_version_99": lambda: notebook(cell(right_answers()), nbformat_minor=99),
    "version_as_text": lambda: notebook(cell(right_answers()), nbformat="4"),
    "version_truth": lambda: notebook(cell(right_answers()), nbformat=True),
    "packed": lambda: _packed(notebook(cell(right_answers()))),
    "compressed": lambda: gzip.compress(bytes(64 * MIB)),
    "brackets": lambda: b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "utf16": lambda: notebook(cell(right_answers())).decode().encode("utf-16"),
    "mark_and_carriage_returns": lambda: (
        b"\xef\xbb\xbf" + notebook(cell(right_answers().replace("\n", "\r\n")))
    ),
    "list_of_notebooks": lambda: b"[" + notebook(cell(right_answers())) + b"]",
    "giant": lambda: b'{"nbformat": 4, "cells": [], "x": "' + b"A" * (40 * MIB) + b'"}',
}


def odd_folder(folder: Path) -> list[Path]:
    """Fill a folder with what is no file: links, a pipe, a folder, names that are commands."""
    (folder / "alice.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(folder / "bob.ipynb")
    (folder / "carol.ipynb").mkdir()
    (folder / "dave.ipynb").symlink_to("dave.ipynb")
    (folder / "-rf --help; $(touch pwned).ipynb").write_text("{}")
    (folder / "=1+1\n\x1b[31m\u202e.ipynb").write_text("{}")
    with open(os.fsencode(folder) + b"/\xff\xfe.ipynb", "w", encoding="utf-8") as file:  # noqa: PTH123  # no text
        file.write("{}")
    return sorted(folder.iterdir())
