"""A class as large as one likes, made of the sample class: no two programs in it are the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

SIGNATURE = re.compile(r"^(def \w+\(.*\):[ \t]*)$", flags=re.MULTILINE)


def copies(notebooks: Sequence[Path], total: int, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Write `total` copies of the notebooks into `folder`; yield (copy, what it is a copy of).

    Each function of a copy begins with a statement of its own, so that its slice is its own.
    Files that are no notebook are copied as they are.
    """
    for number, path in zip(range(total), cycle(notebooks), strict=False):
        student = f"{path.parent.name}_{number:04d}"
        copy = folder / student / path.name
        copy.parent.mkdir(parents=True)
        copy.write_bytes(_varied(path.read_bytes(), number))
        yield copy, path


def _varied(data: bytes, number: int) -> bytes:
    try:
        notebook = json.loads(data.decode("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                own = f"\\1\n    number_of_this_copy = {number}"
                cell["source"] = SIGNATURE.sub(own, source).splitlines(keepends=True)
    except (ValueError, KeyError, TypeError):
        return data
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8")
