"""The layers that a call of a residual block stands for."""

from __future__ import annotations

from typing import Any

from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import Network, Operation

Shape = tuple[int | None, ...] | None

LAYER_ROLES = {
    "identity_block": (
        *("main.conv1", "main.bn1", "main.relu1", "main.conv2", "main.bn2", "main.relu2"),
        *("main.conv3", "main.bn3", "add", "relu"),
    ),
    "convolutional_block": (
        *("main.conv1", "main.bn1", "main.relu1", "main.conv2", "main.bn2", "main.relu2"),
        *("main.conv3", "main.bn3", "shortcut.conv", "shortcut.bn", "add", "relu"),
    ),
}


def layers_of_block(block: Operation, shape: Shape) -> Network:
    """Return the network that `block` stands for when it is called on an input of `shape`.

    Behind the input, the operations have the roles of LAYER_ROLES. The call has to have whole
    numbers for f and s, and three of them for filters.
    """
    f, (f1, f2, f3), s = (
        block.settings["f"],
        block.settings["filters"],
        block.settings.get("s", 1),
    )
    settings = {} if shape is None else {"shape": list(shape[1:])}
    made = [Operation("Input", settings, (), shape)]
    _append_conv(made, 0, f1, 1, s)
    _append_norm(made)
    _append_relu(made)
    _append_conv(made, 3, f2, f, 1)
    _append_norm(made)
    _append_relu(made)
    _append_conv(made, 6, f3, 1, 1)
    main = _append_norm(made)
    shortcut = 0
    if block.kind == "convolutional_block":
        _append_conv(made, 0, f3, 1, s)
        shortcut = _append_norm(made)
    made.append(Operation("Add", {}, (main, shortcut), made[-1].shape))
    _append_relu(made)
    return Network(tuple(made), (len(made) - 1,))


def is_usual_call(block: Operation) -> bool:
    """Return whether the call says what layers it stands for."""
    filters = block.settings.get("filters")
    numbers: list[Any] = [block.settings.get("f"), block.settings.get("s", 1)]
    if not isinstance(filters, list) or len(filters) != 3:
        return False
    return all(type(number) is int and number > 0 for number in [*numbers, *filters])


def _append_conv(
    made: list[Operation], source: int, filters: int, window: int, stride: int
) -> None:
    before = made[source].shape
    settings = {
        **WEIGHTED_SETTINGS["Conv2D"],
        "filters": filters,
        "kernel_size": [window, window],
        "strides": [stride, stride],
        "padding": "valid" if window == 1 else "same",
    }
    settings.pop("activation")
    shape = parameters = None
    if before is not None and len(before) == 4:
        sides = [None if side is None else -(-side // stride) for side in before[1:3]]
        shape = (before[0], *sides, filters)
        parameters = (window * window * (before[3] or 0) + 1) * filters
    made.append(Operation("Conv2D", settings, (source,), shape, parameters or 0, layer=len(made)))


def _append_norm(made: list[Operation]) -> int:
    before = made[-1]
    parameters = 4 * int(before.settings["filters"])
    settings = {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}
    made.append(
        Operation(
            "BatchNormalization",
            settings,
            (len(made) - 1,),
            before.shape,
            parameters,
            layer=len(made),
        )
    )
    return len(made) - 1


def _append_relu(made: list[Operation]) -> None:
    settings = {"function": "relu"}
    made.append(Operation("Activation", settings, (len(made) - 1,), made[-1].shape))
