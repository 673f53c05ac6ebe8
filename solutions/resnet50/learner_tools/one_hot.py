"""Labels as rows of a table with a single 1."""

import numpy as np


def convert_to_one_hot(Y, C):
    """One column per label, with a 1 in the row of its class and 0 elsewhere.

    Arguments:
    Y -- integer labels of shape (n,) or (1, n), values 0 to C - 1
    C -- the number of classes

    Returns:
    float64 of shape (C, n). Keras expects one row per example: pass it the transpose, `.T`.

    Raises:
    ValueError -- labels that are not integers, not in 0 to C - 1, or of another shape
    """
    if isinstance(C, bool) or not isinstance(C, (int, np.integer)) or C < 1:
        raise ValueError(f"The number of classes C is {C!r}. Expected an integer of at least 1.")
    labels = np.asarray(Y)
    if labels.dtype.kind not in "iu":
        raise ValueError(
            f"The labels Y have dtype {labels.dtype}. Expected integers; if they are whole numbers "
            "stored otherwise, convert them with Y.astype(int)."
        )
    if labels.ndim != 1 and not (labels.ndim == 2 and labels.shape[0] == 1):
        raise ValueError(
            f"The labels Y have shape {labels.shape}. Expected (n,) or (1, n): one class number "
            "per example. Labels that are one-hot already need no conversion."
        )
    labels = labels.reshape(-1)
    outside = labels[(labels < 0) | (labels >= C)]
    if outside.size:
        raise ValueError(
            f"The labels Y hold {int(outside[0])}. Expected values from 0 to {C - 1}, because C "
            f"is {C}: classes are counted from 0."
        )
    return np.eye(int(C))[labels].T
