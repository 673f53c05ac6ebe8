"""Read a submission as data; nothing in it is run."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from reskit.report import Fault

LARGEST_FILE = 32 << 20  # bytes; a notebook with training output and pictures has under 5 MiB
MOST_CELLS = 2_000
UNDERSTOOD = (3, 4)  # nbformat's major versions


@dataclass(frozen=True)
class Submission:
    """What a learner handed in: the code cells, and the text cells beside them."""

    path: str  # as given
    student: str
    sha256: str | None  # of the file's bytes
    cells: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    fault: Fault | None = None


class UnreadableError(Exception):
    """The file is not a notebook; the message says what is wrong with it."""


def read_submission(path: Path, assignment: str) -> Submission:
    """Return the submission in the file at `path`; an unreadable one comes with its fault.

    Notebooks (.ipynb, nbformat 3 and 4) and plain Python files (.py) are read. No link is
    followed, and no file larger than LARGEST_FILE is opened.
    """
    student = student_of(path, assignment)
    try:
        data = _bytes(path)
    except UnreadableError as error:
        return Submission(str(path), student, None, fault=Fault("unreadable", str(error)))
    return read_bytes(data, str(path), student)


def read_bytes(data: bytes, path: str, student: str) -> Submission:
    """Return the submission that `data` is; `path` tells its kind, and is shown in reports."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        text = _text(data)
        cells, texts = ([text], []) if path.endswith(".py") else _cells(_notebook(text))
    except UnreadableError as error:
        return Submission(path, student, digest, fault=Fault("unreadable", str(error)))
    return Submission(path, student, digest, tuple(cells), tuple(texts))


def student_of(path: PurePath, assignment: str) -> str:
    """Return the student's name: from nbgrader's layout, the folder, or the file's own name.

    A path inside an archive has no folder but those that it names; the name may then be empty.
    """
    folder = path.absolute().parent if isinstance(path, Path) else path.parent
    if folder.name == assignment:
        return folder.parent.name
    if path.stem.lower() == assignment.lower():
        return folder.name
    return path.stem


def _bytes(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise UnreadableError(f"The file cannot be opened: {error.strerror}.") from error
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError("This is not a regular file.")
        if about.st_size > LARGEST_FILE:
            raise UnreadableError(
                f"The file has {about.st_size >> 20} MiB; at most {LARGEST_FILE >> 20} are read. "
                "Clear the outputs of the cells, save, and hand in again."
            )
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableError(f"The file cannot be read: {error.strerror}.") from error
    finally:
        os.close(handle)


def _text(data: bytes) -> str:
    if not data.strip():
        raise UnreadableError("The file is empty.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"The file is not UTF-8 text (byte {error.start} cannot be read); "
            "a notebook saved by Jupyter is."
        ) from error


def _notebook(text: str) -> dict[str, Any]:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            f"The file is not a notebook: it is not JSON ({error!s:.120})."
        ) from error
    if not isinstance(notebook, dict):
        raise UnreadableError("The file is JSON, but not a notebook: it holds no table of cells.")
    version = notebook.get("nbformat")
    if version not in UNDERSTOOD:
        raise UnreadableError(
            f"The notebook is of format {version!r:.20}; formats 3 and 4 can be read. "
            "Open it in JupyterLab and save it again."
        )
    return notebook


def _cells(notebook: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the sources of the code cells and of the others."""
    entries = notebook.get("cells")
    if notebook["nbformat"] == 3:
        sheets = notebook.get("worksheets")
        entries = [
            cell
            for sheet in (sheets if isinstance(sheets, list) else [])
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if not isinstance(entries, list):
        raise UnreadableError("The notebook holds no list of cells.")
    if len(entries) > MOST_CELLS:
        raise UnreadableError(
            f"The notebook has {len(entries)} cells; at most {MOST_CELLS} are read. "
            "Take out what does not belong to the assignment."
        )
    code: list[str] = []
    texts: list[str] = []
    for entry in entries:
        if isinstance(entry, dict):
            source = _source(entry.get("source", entry.get("input")))
            (code if entry.get("cell_type") == "code" else texts).append(source)
    return code, texts


def _source(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    joined = "".join(line for line in lines if isinstance(line, str))
    return joined.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
