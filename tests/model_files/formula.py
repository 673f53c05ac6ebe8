"""Weights and an image that come from a formula, so that no test needs megabytes of them."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

PERIOD = 61  # a pattern that repeats, so that a file of such weights compresses to little


def formula_weight(role: str, name: str, shape: tuple[int, ...]) -> Any:
    """Return the float32 weight `name` (kernel, bias, gamma …) of the layer with this role.

    No two layers of one shape have the same one.
    """
    phase = zlib.crc32(f"{role} {name}".encode()) % 100_003
    places = (np.arange(PERIOD) * (phase % 60 + 1) + phase) % PERIOD
    wave = np.sin(places * (6.0 / PERIOD) + phase)
    if name == "kernel":
        wave = 1.5 * wave / np.sqrt(max(1, int(np.prod(shape[:-1]))))
    else:
        wave = 1.0 + 0.3 * wave if name in ("gamma", "variance") else 0.2 * wave
    return np.resize(wave.astype(np.float32), shape)


def formula_images(count: int = 2) -> Any:
    """Return float32 images of shape (count, 64, 64, 3), values from 0 to 1."""
    steps = np.arange(count * 64 * 64 * 3, dtype=np.float64).reshape(count, 64, 64, 3)
    return (0.5 + 0.5 * np.sin(steps * steps * 0.37)).astype(np.float32)
