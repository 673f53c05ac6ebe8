"""Messages between supervisor and parent: four bytes of length, then JSON."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

LENGTH = struct.Struct(">I")


def send(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message and flush."""
    data = json.dumps(message).encode()
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes], limit: int = 64 << 20) -> dict[str, Any] | None:
    """Return the next message, None at the end of the stream.

    Raises ValueError for one that is longer than `limit` bytes or is not a JSON object.
    """
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > limit:
        raise ValueError(f"A message of {length} bytes; {limit} are allowed.")
    data = stream.read(length)
    if len(data) < length:
        return None
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("A message is not a JSON object.")
    return message
