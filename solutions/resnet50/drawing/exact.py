"""Arithmetic that gives the same bits on every machine.

IEEE 754 fixes the results of + - * / and the square root. It does not fix those of sin, cos, exp
and powers: C libraries and NumPy's vector code differ in the last bit, and one bit can flip the
rounding of a pixel. So the drawing uses the former alone, in a fixed order: no `sum` and no dot
product over floats, no `**`, and the functions of this module for the rest.
"""

import math

import numpy as np

PI = 3.141592653589793
_LN2 = 0.6931471805599453

Point = tuple[float, float, float]


def sin(angle):
    """The sine of an angle in radians, a float; correct to about 1e-15 for small angles."""
    turns = round(angle / PI)
    rest = angle - turns * PI
    term = total = rest
    for n in range(3, 23, 2):
        term = -term * rest * rest / (n * (n - 1))
        total += term
    return -total if turns % 2 else total


def cos(angle):
    """The cosine of an angle in radians, a float."""
    return sin(angle + PI / 2)


def exp(power):
    """e to a power between -40 and 40, a float."""
    doublings = round(power / _LN2)
    rest = power - doublings * _LN2
    term = total = 1.0
    for n in range(1, 18):
        term = term * rest / n
        total += term
    return math.ldexp(total, doublings)


def radians(degrees):
    """An angle in radians."""
    return degrees * PI / 180


def add(a, b, times=1.0):
    """The point a + times · b."""
    return (a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2])


def towards(a, b):
    """The vector of length 1 that points from a to b."""
    x, y, z = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)


def between(a, b, share):
    """The point that lies `share` of the way from a to b."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def ramp(start, stop, value):
    """0 at `start`, 1 at `stop`, and smooth between; for floats and arrays."""
    share = np.minimum(np.maximum((value - start) / (stop - start), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def soft_minimum(a, b, width):
    """(the lower of two fields with a rounded crease, the share that b has in it)."""
    near = np.maximum(width - np.abs(a - b), 0.0) / width
    lower = np.minimum(a, b) - near * near * (width / 4)
    return lower, np.where(b < a, 1 - near / 2, near / 2)


def shifted(field, down, right):
    """A field (rows, columns, …) moved by whole pixels; what enters is a copy of the border."""
    rows = np.minimum(np.maximum(np.arange(field.shape[0]) - down, 0), field.shape[0] - 1)
    columns = np.minimum(np.maximum(np.arange(field.shape[1]) - right, 0), field.shape[1] - 1)
    return field[rows][:, columns]


def blurred(field, radius, times=2):
    """A field smoothed by `times` box filters of 2 · radius + 1 pixels; borders are repeated."""
    for _ in range(times if radius else 0):
        for axis in (0, 1):
            widths = [(radius + 1, radius) if a == axis else (0, 0) for a in range(field.ndim)]
            sums = np.cumsum(np.pad(field, widths, mode="edge"), axis=axis)
            size = field.shape[axis]
            ends = np.arange(size) + 2 * radius + 1
            high, low = np.take(sums, ends, axis), np.take(sums, ends - 2 * radius - 1, axis)
            field = (high - low) / (2 * radius + 1)
    return field


def halved(picture, times):
    """A picture (rows, columns, …) with every `times` × `times` pixels averaged into one."""
    total = 0.0
    for row in range(times):
        for column in range(times):
            total = total + picture[row::times, column::times]
    return total / (times * times)
