"""The reader: a process that shuts itself in, parses one file from somebody, sends arrays, ends.

The file is its standard input, opened by the trusted side. It answers with a message, then with
each array: a message, and the bytes. It holds nothing but that file, and can open nothing.

    python -m reskit.weights.reader KIND < FILE
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image

from reskit.probe.frames import send
from reskit.probe.landlock import SYSTEM, give_up_files, python_folders
from reskit.weights.refusal import RefusedError
from reskit.weights.stored_images import read_images
from reskit.weights.stored_model import read_model
from reskit.weights.stored_picture import read_picture

MEMORY_MIB = 3_072
CPU_SECONDS = 60
OPEN_FILES = 64
WRITTEN_BYTES = 1 << 16  # its last words, where it goes wrong
PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h

Reader = Callable[[Any], tuple[dict[str, Any], Iterator[Any]]]
READERS: dict[str, Reader] = {"model": read_model, "images": read_images, "picture": read_picture}


def main() -> None:
    """Read the file of the kind that the command line names."""
    read = READERS[sys.argv[1]]
    Image.init()  # loads the formats, while files can be opened
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _shut_in()
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


def _shut_in() -> None:
    """Leave this process tight limits, and no file to open but what Python itself needs."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # Linux only
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_MIB << 20),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is already in force
            resource.setrlimit(limit, (value, value))
    give_up_files([*SYSTEM, *python_folders()])


if __name__ == "__main__":
    main()
