"""Whatever file a learner hands in, it is read as data or told why not."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit import submission as module
from reskit.report import Fault
from reskit.submission import Submission, read_submission, student_of

QUIET = settings(derandomize=True, deadline=None, max_examples=60)


def read(path: Path, data: bytes) -> Submission:
    """Write `data` to `path` and return the submission read from it."""
    path.write_bytes(data)
    return read_submission(path, "resnet50")


def notebook(*cells: Any, **fields: Any) -> bytes:
    """Return a notebook of format 4 as bytes."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells, **fields}).encode()


def code(source: Any) -> dict[str, Any]:
    """Return a code cell."""
    return {"cell_type": "code", "source": source, "outputs": [], "metadata": {}}


def unreadable(found: Submission) -> str:
    """Return the message of a submission that could not be read, and of which nothing is kept."""
    assert found.fault is not None
    assert (found.fault.kind, found.cells, found.texts) == ("unreadable", (), ())
    return found.fault.message


def test_notebook_gives_its_code_and_its_text(tmp_path: Path) -> None:
    """The code cells and the text cells are kept, in order, with the hash of the file."""
    data = notebook(
        code(["import keras\n", "x = 1"]),
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "raw", "source": "raw"},
        code("y = 2\r\nz = 3"),
    )
    path = tmp_path / "ada.ipynb"

    found = read(path, data)

    assert found == Submission(
        path=str(path),
        student="ada",
        sha256=hashlib.sha256(data).hexdigest(),
        cells=("import keras\nx = 1", "y = 2\nz = 3"),
        texts=("# Title", "raw"),
    )


def test_format_3_is_read(tmp_path: Path) -> None:
    """A notebook in the older format, with worksheets, is read as well."""
    old = {
        "nbformat": 3,
        "worksheets": [
            {"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]},
            {"cells": [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code"}]},
            "not a sheet",
        ],
    }

    found = read(tmp_path / "old.ipynb", json.dumps(old).encode())

    assert (found.fault, found.cells, found.texts) == (None, ("a = 1\nb = 2", ""), ("text",))


def test_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    """A mark at the beginning, as some editors write it, is passed over."""
    found = read(tmp_path / "bom.ipynb", b"\xef\xbb\xbf" + notebook(code("x = 1")))

    assert (found.fault, found.cells) == (None, ("x = 1",))


def test_nul_characters_are_kept(tmp_path: Path) -> None:
    """A NUL character in a cell is data like any other."""
    found = read(tmp_path / "nul.ipynb", notebook(code("x = '\0'")))

    assert (found.fault, found.cells) == (None, ("x = '\0'",))


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    """Half of a two-part character is replaced, so that what is read can be written again."""
    data = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}'

    found = read(tmp_path / "half.ipynb", data)

    assert (found.fault, found.cells) == (None, ("x = '?'",))


def test_python_file_is_one_cell(tmp_path: Path) -> None:
    """A plain Python file is read as a single code cell."""
    found = read(tmp_path / "ada.py", b"def identity_block():\n    pass\n")

    assert (found.fault, found.cells) == (None, ("def identity_block():\n    pass\n",))


def test_cells_that_are_none_are_passed_over(tmp_path: Path) -> None:
    """Entries that are no cells, and sources that are no text, do no harm."""
    found = read(tmp_path / "odd.ipynb", notebook(7, None, [], code(3), code(["a", 1, "b"])))

    assert (found.fault, found.cells) == (None, ("", "ab"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b" \n\t ", "The file is empty."),
        (b'{"cells": [', "it is not JSON"),
        (b"print('hello')", "it is not JSON"),
        (b"[" * 200_000, "it is not JSON"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "it is not JSON"),
        (b"[1, 2]", "holds no table of cells"),
        (b'"text"', "holds no table of cells"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 text (byte 0"),
        (b'{"nbformat": 4, "x": "\xe4"}', "is not UTF-8 text (byte 22"),
        (b'{"nbformat": 4}', "holds no list of cells"),
        (b'{"nbformat": 4, "cells": {"0": {}}}', "holds no list of cells"),
    ],
)
def test_file_that_is_no_notebook_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    """A file that is not a notebook is unreadable, and the message says what is wrong."""
    found = read(tmp_path / "ada.ipynb", data)

    assert words in unreadable(found)
    assert found.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("version", [2, 99, None, "4", [4], 5.5])
def test_other_format_is_named(tmp_path: Path, version: Any) -> None:
    """A notebook of a format that is not understood is told which, and what to do."""
    found = read(tmp_path / "ada.ipynb", notebook(nbformat=version))

    assert unreadable(found) == (
        f"The notebook is of format {version!r}; formats 3 and 4 can be read. "
        "Open it in JupyterLab and save it again."
    )


def test_absent_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is told as that."""
    found = read_submission(tmp_path / "nobody.ipynb", "resnet50")

    assert unreadable(found) == "The file cannot be opened: No such file or directory."


def test_link_is_not_followed(tmp_path: Path) -> None:
    """A link is not opened, so that nobody hands in a file of somebody else."""
    (tmp_path / "secret.ipynb").write_bytes(notebook(code("answer = 42")))
    (tmp_path / "ada.ipynb").symlink_to(tmp_path / "secret.ipynb")

    found = read_submission(tmp_path / "ada.ipynb", "resnet50")

    assert unreadable(found).startswith("The file cannot be opened")


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe is told as such at once; nobody waits for someone to write into it."""
    os.mkfifo(tmp_path / "ada.ipynb")

    found = read_submission(tmp_path / "ada.ipynb", "resnet50")

    assert unreadable(found) == "This is not a regular file."


def test_device_is_not_read() -> None:
    """A device, which never comes to an end, is not read."""
    found = read_submission(Path("/dev/zero"), "resnet50")

    assert unreadable(found) == "This is not a regular file."


def test_folder_named_like_a_notebook_is_told(tmp_path: Path) -> None:
    """A folder whose name ends in .ipynb is told as not being a file."""
    (tmp_path / "ada.ipynb").mkdir()

    found = read_submission(tmp_path / "ada.ipynb", "resnet50")

    assert unreadable(found) == "This is not a regular file."


def test_large_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is not read; the message says how large it is and what helps."""
    monkeypatch.setattr(module, "LARGEST_FILE", 1 << 20)

    found = read(tmp_path / "ada.ipynb", b" " * (3 << 20))

    assert unreadable(found) == (
        "The file has 3 MiB; at most 1 are read. "
        "Clear the outputs of the cells, save, and hand in again."
    )
    assert found.sha256 is None


def test_file_at_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of just the size that is allowed is read."""
    data = notebook(code("x = 1"))
    monkeypatch.setattr(module, "LARGEST_FILE", len(data))

    found = read(tmp_path / "ada.ipynb", data)

    assert (found.fault, found.cells) == (None, ("x = 1",))


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("submitted/ada/resnet50/ResNet50.ipynb", "ada"),
        ("submitted/ada/resnet50/anything.ipynb", "ada"),
        ("class/ada/ResNet50.ipynb", "ada"),
        ("class/ada/RESNET50.ipynb", "ada"),
        ("class/ada.ipynb", "ada"),
        ("class/ada lovelace.ipynb", "ada lovelace"),
    ],
)
def test_student_is_named(tmp_path: Path, path: str, student: str) -> None:
    """The student is known from nbgrader's folders, from the folder, or from the file's name."""
    found = student_of(tmp_path / path, "resnet50")

    assert found == student


@QUIET
@given(st.binary(max_size=300))
def test_any_bytes_give_a_submission(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever bytes the file holds: there is a submission, unreadable or with cells."""
    path = tmp_path_factory.getbasetemp() / "bytes.ipynb"

    found = read(path, data)

    assert found.fault is None or (found.fault.kind, found.cells) == ("unreadable", ())
    assert found.sha256 == hashlib.sha256(data).hexdigest()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "input", "worksheets", "nbformat"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@QUIET
@given(st.sampled_from([3, 4]), ANY_JSON, ANY_JSON)
def test_any_table_gives_a_submission(
    tmp_path_factory: pytest.TempPathFactory, version: int, cells: Any, worksheets: Any
) -> None:
    """Whatever stands where the cells should be: there is a submission, and its cells are text."""
    path = tmp_path_factory.getbasetemp() / "table.ipynb"
    table = {"nbformat": version, "cells": cells, "worksheets": worksheets}

    found = read(path, json.dumps(table).encode())

    assert found.fault in (None, Fault("unreadable", "The notebook holds no list of cells."))
    assert all(text.encode("utf-8") is not None for text in (*found.cells, *found.texts))


def test_notebook_of_too_many_cells_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells that are not read would be missed in silence; the notebook is refused in words."""
    monkeypatch.setattr(module, "MOST_CELLS", 2)

    found = read(tmp_path / "ada.ipynb", notebook(code("a"), code("b"), code("c")))

    assert found.fault is not None
    assert "3 cells; at most 2 are read" in found.fault.message
