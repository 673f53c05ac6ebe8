"""A ResNet-50 whose blocks stand layer by layer in its own body, right or with edits in them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import Network, Operation
from reskit.network.roles import name_roles

MAIN = (
    *("main.conv1", "main.bn1", "main.relu1", "main.conv2", "main.bn2", "main.relu2"),
    *("main.conv3", "main.bn3"),
)
SHORTCUT = ("shortcut.conv", "shortcut.bn")


@dataclass(frozen=True)
class Layer:
    """One layer of a block: its kind, its settings, the names of the layers it takes in."""

    kind: str
    settings: dict[str, Any]
    inputs: tuple[str, ...]


@dataclass
class Block:
    """The layers of one block by role, in the order in which they are written."""

    role: str
    layers: dict[str, Layer] = field(default_factory=dict)
    result: str = "relu"
    shared: dict[str, str] = field(default_factory=dict)  # role: role in the network it reuses

    def set(self, name: str, **settings: Any) -> None:
        """Change settings of one layer."""
        layer = self.layers[name]
        self.layers[name] = replace(layer, settings={**layer.settings, **settings})

    def drop(self, name: str) -> None:
        """Leave a layer out; what it took in first takes its place."""
        (before, *_) = self.layers.pop(name).inputs
        for other, layer in self.layers.items():
            inputs = tuple(before if source == name else source for source in layer.inputs)
            self.layers[other] = replace(layer, inputs=inputs)
        self.result = before if self.result == name else self.result

    def wire(self, name: str, *inputs: str) -> None:
        """Let a layer take in other things."""
        self.layers[name] = replace(self.layers[name], inputs=inputs)

    def insert(self, name: str, kind: str, after: str, **settings: Any) -> None:
        """Put a layer behind another one; all that took in the other takes in the new one."""
        found: dict[str, Layer] = {}
        for other, layer in self.layers.items():
            inputs = tuple(name if source == after else source for source in layer.inputs)
            found[other] = replace(layer, inputs=inputs)
            if other == after:
                found[name] = Layer(kind, settings, (after,))
        self.layers = found
        self.result = name if self.result == after else self.result

    def reorder(self, *names: str) -> None:
        """Write the layers down in another order."""
        self.layers = {name: self.layers[name] for name in names}


def conv(filters: int, window: int, stride: int, source: str, padding: str = "valid") -> Layer:
    """Return a convolution as the normal form has it."""
    settings = {**WEIGHTED_SETTINGS["Conv2D"], "filters": filters, "padding": padding}
    settings |= {"kernel_size": [window, window], "strides": [stride, stride]}
    settings.pop("activation")
    return Layer("Conv2D", settings, (source,))


def norm(source: str) -> Layer:
    """Return a batch normalisation as the normal form has it."""
    settings = {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}
    return Layer("BatchNormalization", settings, (source,))


def relu(source: str) -> Layer:
    """Return a ReLU as the normal form has it."""
    return Layer("Activation", {"function": "relu"}, (source,))


def right_block(role: str, call: Operation) -> Block:
    """Return the layers that a call of a block stands for."""
    f, (f1, f2, f3), s = (
        call.settings["f"],
        call.settings["filters"],
        call.settings.get("s", 1),
    )
    block = Block(role)
    block.layers = {
        "main.conv1": conv(f1, 1, s, "input"),
        "main.bn1": norm("main.conv1"),
        "main.relu1": relu("main.bn1"),
        "main.conv2": conv(f2, f, 1, "main.relu1", "same"),
        "main.bn2": norm("main.conv2"),
        "main.relu2": relu("main.bn2"),
        "main.conv3": conv(f3, 1, 1, "main.relu2"),
        "main.bn3": norm("main.conv3"),
    }
    shortcut = "input"
    if call.kind == "convolutional_block":
        block.layers["shortcut.conv"] = conv(f3, 1, s, "input")
        block.layers["shortcut.bn"] = norm("shortcut.conv")
        shortcut = "shortcut.bn"
    block.layers["add"] = Layer("Add", {}, ("main.bn3", shortcut))
    block.layers["relu"] = relu("add")
    return block


Edit = Callable[[Block], None]


@dataclass
class Writing:
    """A network in the making."""

    operations: list[Operation] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # role: position, for wiring across blocks

    def put(self, operation: Operation) -> int:
        """Append an operation as a layer of its own."""
        self.operations.append(replace(operation, layer=1000 + len(self.operations)))
        return len(self.operations) - 1

    def put_block(self, block: Block, entry: int) -> int:
        """Append the layers of a block; return where its result stands."""
        places = {**self.places, "input": entry}
        for name, layer in block.layers.items():
            inputs = tuple(places[source] for source in layer.inputs)
            before = self.operations[inputs[0]].shape or ()
            place = self.put(
                Operation(
                    layer.kind,
                    layer.settings,
                    inputs,
                    _shape_after(layer, before),
                    _parameters(layer, before),
                    failed=layer.kind == "Add"
                    and len({self.operations[source].shape for source in inputs}) > 1,
                )
            )
            if name in block.shared:
                owner = self.operations[self.places[block.shared[name]]]
                self.operations[place] = replace(self.operations[place], layer=owner.layer)
            places[name] = self.places[f"{block.role}.{name}"] = place
        self.places[block.role] = places[block.result]
        return places[block.result]


def _shape_after(layer: Layer, before: tuple[int | None, ...]) -> tuple[int | None, ...]:
    if layer.kind == "ZeroPadding2D":
        return (None, *((size or 0) + 2 for size in before[1:3]), before[3])
    if layer.kind != "Conv2D" or len(before) != 4:
        return before
    sizes = []
    for size, window, stride in zip(
        before[1:3], layer.settings["kernel_size"], layer.settings["strides"], strict=True
    ):
        inside = (size or 0) - (window - 1 if layer.settings["padding"] == "valid" else 0)
        sizes.append(max(1, -(-inside // stride)))
    return (None, *sizes, layer.settings["filters"])


def _parameters(layer: Layer, before: tuple[int | None, ...]) -> int:
    channels = before[-1] or 0
    if layer.kind == "Conv2D":
        rows, columns = layer.settings["kernel_size"]
        return int((rows * columns * channels + 1) * layer.settings["filters"])
    return 4 * channels if layer.kind == "BatchNormalization" else 0


def written_out(
    reference: Network,
    edit: Edit = lambda _: None,
    *,
    wrong: Collection[str] | None = None,
    called: Collection[str] = (),
    left_out: Collection[str] = (),
    twice: Collection[str] = (),
    stop: str | None = None,
) -> Network:
    """Return the reference with its blocks written out.

    `edit` is done to the blocks in `wrong`, or to all; `called` stay calls, `left_out` are not
    there, `twice` stand there twice. After the operation `stop` nothing more was built.
    """
    roles = name_roles(reference)
    writing = Writing()
    place: dict[int, int] = {}
    for position, operation in enumerate(reference.operations):
        role = roles[position]
        inputs = tuple(place[source] for source in operation.inputs)
        if role in left_out:
            place[position] = inputs[0]
            continue
        for _ in range(2 if role in twice else 1):
            if not role.startswith("stage") or role in called:
                place[position] = writing.put(replace(operation, inputs=inputs))
                writing.places[role] = place[position]
            else:
                block = right_block(role, operation)
                if wrong is None or role in wrong:
                    edit(block)
                place[position] = writing.put_block(block, inputs[0])
            inputs = (place[position],)
    if stop is not None:
        return Network(tuple(writing.operations[: writing.places[stop] + 1]))
    return Network(tuple(writing.operations), tuple(place[output] for output in reference.outputs))
