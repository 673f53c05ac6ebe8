"""The reader: a process that shuts itself in, parses one file from somebody, sends arrays, ends.

The file is its standard input, opened by the trusted side. It answers with a message, then with
each array: a message, and the bytes. It holds nothing but that file, and can open nothing but what
Python itself needs.

    python -m reskit.weights.reader KIND < FILE
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image

from reskit.probe.frames import send
from reskit.probe.landlock import SYSTEM, outermost, python_folders
from reskit.probe.shutting_in import shut_in
from reskit.probe.surroundings import Surroundings
from reskit.weights.refusal import RefusedError
from reskit.weights.stored_images import read_images
from reskit.weights.stored_model import read_model
from reskit.weights.stored_picture import read_picture

MEMORY_MIB = 3_072
CPU_SECONDS = 60

Reader = Callable[[Any], tuple[dict[str, Any], Iterator[Any]]]
READERS: dict[str, Reader] = {"model": read_model, "images": read_images, "picture": read_picture}


def main() -> None:
    """Read the file of the kind that the command line names."""
    read = READERS[sys.argv[1]]
    Image.init()  # loads the formats, while files can be opened
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    shut_in_reader(answers.fileno())
    try:
        with os.fdopen(0, "rb", closefd=False) as file:
            header, arrays = read(file)
            send(answers, header)
            for array in arrays:
                send(answers, {"bytes": array.nbytes})
                answers.write(array.data)
        answers.flush()
    except RefusedError as error:
        send(answers, {"refused": str(error)})
    except MemoryError:
        send(answers, {"refused": f"Reading it takes more than {MEMORY_MIB} MiB of memory."})


def shut_in_reader(answers: int) -> dict[str, bool]:
    """Leave this process its three descriptors and `answers`, no rights, and tight limits.

    It can read what Python itself reads. Returns which layers hold.
    """
    readable = tuple(outermost([*SYSTEM, *python_folders()]))
    return shut_in(MEMORY_MIB, CPU_SECONDS, (answers,), Surroundings(readable=readable))


if __name__ == "__main__":
    main()
