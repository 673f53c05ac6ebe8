"""What is written differently but is the same becomes the same; what matters stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.network.graph import TENSOR, Graph, GraphError, Node, decode_graph
from reskit.network.idle import idle_relus
from reskit.network.layer_settings import GIVEN, WEIGHTED_SETTINGS
from reskit.network.literals import network_from_data, network_to_data
from reskit.network.normal_form import normal_form
from reskit.network.operation import Network, Operation

QUIET = settings(derandomize=True, deadline=None, max_examples=80)
MAP = (None, 8, 8, 4)
PLAIN_RELU = {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}
Seen = list[tuple[str, dict[str, Any], tuple[int, ...]]]


def node(
    op: str, inputs: Iterable[int] = (0,), shape: Any = MAP, layer: int = 1, **config: Any
) -> Node:
    """Return a node that takes in the first one unless said otherwise."""
    return Node(op, config, tuple(inputs), shape, layer=layer)


def seen(*nodes: Node, source: Any = MAP, training: bool | None = None) -> Seen:
    """Return kind, settings and inputs of what `nodes`, behind an input, become."""
    graph = Graph((Node("InputLayer", {}, (), source), *nodes), (len(nodes),))
    network = normal_form(graph, training)
    return [(each.kind, dict(each.settings), each.inputs) for each in network.operations[1:]]


def conv(source: Any = MAP, shape: Any = MAP, **config: Any) -> Any:
    """Return what a convolution becomes."""
    usual = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid"}
    return seen(node("Conv2D", shape=shape, **{**usual, **config}), source=source)


def norm(passed: bool | None = None, **config: Any) -> Any:
    """Return what a batch normalisation becomes in a block that was `passed` a training flag."""
    return seen(node("BatchNormalization", **config), training=passed)


def activation(function: str) -> Seen:
    """Return an activation in normal form, behind the input."""
    return [("Activation", {"function": function}, (0,))]


@pytest.mark.parametrize(
    "written",
    [
        node("Activation", activation="relu"),
        node("ReLU", **PLAIN_RELU),
        node("ReLU"),
        node("LeakyReLU", negative_slope=0.0),
        node("ELU", alpha=0),
        node("ops.Relu"),
        node("ops.Maximum", arguments=[TENSOR, 0]),
        node("ops.Maximum", arguments=[TENSOR, 0.0]),
    ],
)
def test_relu_is_relu_however_it_is_written(written: Node) -> None:
    """A ReLU as a layer, as an activation, as a function and as a maximum is the same."""
    assert seen(written) == activation("relu")


@pytest.mark.parametrize(
    ("written", "function"),
    [
        (node("ReLU", **{**PLAIN_RELU, "max_value": 6.0}), "relu(max_value=6.0)"),
        (node("ReLU", **{**PLAIN_RELU, "negative_slope": 0.1}), "relu(negative_slope=0.1)"),
        (node("LeakyReLU", negative_slope=0.3), "leaky_relu(negative_slope=0.3)"),
        (node("Activation", activation="tanh"), "tanh"),
        (node("ops.Sigmoid"), "sigmoid"),
        (node("Softmax", axis=1), "softmax(axis=1)"),
        (node("Activation", activation="custom.relu"), "custom.relu"),
    ],
)
def test_other_activation_stays_what_it_is(written: Node, function: str) -> None:
    """A ReLU with a cap or a leak, or another function, is not a plain ReLU."""
    assert seen(written) == activation(function)


def test_maximum_with_another_number_is_no_relu() -> None:
    """Only the maximum with zero is a ReLU."""
    larger = {"arguments": [TENSOR, 1]}

    assert seen(node("ops.Maximum", **larger)) == [("ops.Maximum", larger, (0,))]


@pytest.mark.parametrize("function", ["relu", "tanh"])
def test_activation_may_be_an_argument(function: str) -> None:
    """`activation="relu"` in a convolution is the convolution and then the ReLU."""
    plain = conv()

    assert conv(activation=function) == [*plain, ("Activation", {"function": function}, (1,))]
    assert conv(activation="linear") == plain


@pytest.mark.parametrize(
    "before",
    [
        node("ReLU"),
        node("block", block="identity_block", f=3, filters=[2, 2, 3]),
        node("block", block="convolutional_block", f=3, filters=[2, 2, 3], s=1),
    ],
)
def test_relu_on_what_is_never_negative_is_idle(before: Any) -> None:
    """A second ReLU, or one on the result of a block, changes no number."""
    graph = Graph((node("InputLayer", ()), before, node("ReLU", (1,))), (2,))

    assert idle_relus(normal_form(graph)) == {2}


def test_first_relu_is_not_idle() -> None:
    """What comes from a normalisation may be negative."""
    graph = Graph((node("InputLayer", ()), node("BatchNormalization"), node("ReLU", (1,))), (2,))

    assert idle_relus(normal_form(graph)) == frozenset()


@pytest.mark.parametrize("again", ["Flatten", "Reshape", "ops.Reshape"])
def test_flattening_a_vector_is_nothing(again: str) -> None:
    """What is flat already stays as it is."""
    flat = node("Flatten", shape=(None, 9))

    assert seen(flat, node(again, (1,), shape=(None, 9), target_shape=[-1])) == seen(flat)


@pytest.mark.parametrize("op", ["Add", "ops.Add"])
def test_addition_is_an_addition(op: str) -> None:
    """`Add()` and `+` are the same."""
    relu = node("ReLU")

    assert seen(relu, node(op, (1, 0))) == [*activation("relu"), ("Add", {}, (1, 0))]


def test_adding_a_number_is_no_merge() -> None:
    """Adding one to every number is something else than an addition of two paths."""
    more = {"arguments": [TENSOR, 1]}

    assert seen(node("ops.Add", **more)) == [("ops.Add", more, (0,))]


@pytest.mark.parametrize("axis", [3, -1, [3], [-1]])
def test_last_axis_has_one_name(axis: Any) -> None:
    """Axis −1, 3 and [3] of a picture are the same."""
    assert norm(axis=axis) == norm(axis=3)


@pytest.mark.parametrize("axis", [1, -2, [1], None])
def test_other_axis_stays_another(axis: Any) -> None:
    """Normalising along another axis is something else."""
    assert norm(axis=axis) != norm(axis=3)


def test_last_axis_of_vectors_is_counted_by_their_rank() -> None:
    """Behind a Flatten the last axis is axis 1."""
    (found,) = seen(node("BatchNormalization", axis=-1, shape=(None, 9)), source=(None, 9))

    assert found[1]["axis"] == 1


@pytest.mark.parametrize("strides", [[1, 1], [2, 2]])
def test_padding_of_a_single_point_is_none(strides: list[int]) -> None:
    """A 1×1 convolution pads nothing, whichever padding it is given."""
    same, valid = (
        conv(kernel_size=[1, 1], strides=strides, padding=padding) for padding in ("same", "valid")
    )

    assert same == valid


def test_padding_that_finds_nothing_to_pad_stays() -> None:
    """Where a wrong stride leaves nothing to pad, the padding that was written is not blamed."""
    same = conv(shape=(None, 4, 4, 4), kernel_size=[2, 2], strides=[2, 2], padding="same")

    assert same[0][1]["padding"] == "same"


def test_padding_that_pads_stays() -> None:
    """A 3×3 convolution with padding "same" is not one with "valid"."""
    assert conv(padding="same")[0][1]["padding"] == "same"


def test_padding_at_an_unknown_size_stays() -> None:
    """Where the size is not known, padding "same" may pad and so is kept."""
    free = (None, None, None, 4)

    found = conv(source=free, shape=free, padding="same")

    assert found[0][1]["padding"] == "same"


@pytest.mark.parametrize("op", ["MaxPooling2D", "AveragePooling2D"])
def test_pooling_that_pads_nothing_is_the_same(op: str) -> None:
    """A pooling over 2×2 windows of an even picture is the same with either padding and strides."""
    half = (None, 4, 4, 4)
    written = [
        node(op, shape=half, pool_size=[2, 2], strides=strides, padding=padding)
        for strides in ([2, 2], None, 2)
        for padding in ("same", "valid")
    ]

    found = [seen(each) for each in written]

    assert found == [
        [
            (
                op,
                {
                    "pool_size": [2, 2],
                    "strides": [2, 2],
                    "padding": "valid",
                    "data_format": "channels_last",
                },
                (0,),
            )
        ]
    ] * len(written)


def test_pooling_that_pads_stays() -> None:
    """A pooling over 3×3 windows that reaches beyond the border keeps its padding."""
    (found,) = seen(
        node("MaxPooling2D", shape=(None, 4, 4, 4), pool_size=[3, 3], strides=2, padding="same")
    )

    assert found[1]["padding"] == "same"


def test_pooling_function_is_the_layer() -> None:
    """`keras.ops.max_pool` is the layer of that name."""
    half = (None, 4, 4, 4)
    config = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}

    assert seen(node("ops.MaxPool", shape=half, **config)) == seen(
        node("MaxPooling2D", shape=half, **config)
    )


def test_capitals_in_a_padding_are_the_same() -> None:
    """Keras takes "VALID" as it takes "valid"."""
    half = (None, 4, 4, 4)
    found = [
        seen(node("MaxPooling2D", shape=half, pool_size=[3, 3], strides=2, padding=padding))
        for padding in ("same", "SAME")
    ]

    assert found[0] == found[1]


@pytest.mark.parametrize("strides", [[2, 2], [1, 1], None])
def test_global_pooling_is_pooling_and_flatten(strides: Any) -> None:
    """A global average is a pooling over the whole map, and then a vector."""
    source, point, vector = (None, 2, 2, 4), (None, 1, 1, 4), (None, 4)
    pooling = node("AveragePooling2D", shape=point, pool_size=[2, 2], strides=strides)

    apart = seen(pooling, node("Flatten", (1,), shape=vector), source=source)
    at_once = seen(node("GlobalAveragePooling2D", shape=vector), source=source)
    kept = seen(
        node("GlobalAveragePooling2D", shape=point, keepdims=True),
        node("Flatten", (1,), shape=vector),
        source=source,
    )

    assert apart == at_once == kept


def test_global_pooling_tells_its_shapes() -> None:
    """The pooling that a global average stands for gives a map of one point."""
    graph = Graph(
        (
            Node("InputLayer", {}, (), (None, 2, 3, 4)),
            node("GlobalAveragePooling2D", shape=(None, 4)),
        ),
        (1,),
    )

    found = [each.shape for each in normal_form(graph).operations]

    assert found == [(None, 2, 3, 4), (None, 1, 1, 4), (None, 4)]


@pytest.mark.parametrize("op", ["Flatten", "Reshape", "ops.Reshape"])
def test_vector_is_a_vector(op: str) -> None:
    """A Reshape to one vector is a Flatten."""
    assert seen(node(op, shape=(None, 256), target_shape=[-1])) == [("Flatten", {}, (0,))]


def test_squeeze_of_a_point_is_flattening() -> None:
    """Taking away the axes of length one of a 1×1 map is a Flatten."""
    found = seen(node("ops.Squeeze", shape=(None, 4), axis=[1, 2]), source=(None, 1, 1, 4))

    assert found == [("Flatten", {}, (0,))]


def test_other_reshape_stays() -> None:
    """A Reshape to another map is something else."""
    found = seen(node("Reshape", shape=(None, 64, 4), target_shape=[64, 4]))

    assert found == [("Reshape", {"target_shape": [64, 4]}, (0,))]


@pytest.mark.parametrize(
    "behind",
    [
        node("Softmax", (1,), shape=(None, 6), axis=-1),
        node("Activation", (1,), shape=(None, 6), activation="softmax"),
        node("ops.Softmax", (1,), shape=(None, 6), axis=-1),
    ],
)
def test_softmax_behind_the_dense_layer_is_its_activation(behind: Node) -> None:
    """A softmax of its own behind the last layer is the argument of that layer."""
    vector = (None, 9)
    apart = seen(node("Dense", shape=(None, 6), units=6), behind, source=vector)
    at_once = seen(node("Dense", shape=(None, 6), units=6, activation="softmax"), source=vector)

    assert apart == at_once
    assert [(kind, told["activation"]) for kind, told, _ in at_once] == [("Dense", "softmax")]


def test_second_softmax_stays() -> None:
    """A softmax of a softmax is one too many."""
    dense = node("Dense", shape=(None, 6), units=6, activation="softmax")
    softmax = node("Softmax", (1,), shape=(None, 6))

    found = seen(dense, softmax, source=(None, 9))

    assert [kind for kind, _, _ in found] == ["Dense", "Activation"]


def test_softmax_of_a_result_that_is_used_elsewhere_stays() -> None:
    """A softmax is not drawn into a layer whose plain result is used as well."""
    dense = node("Dense", shape=(None, 6), units=6)
    softmax = node("Softmax", (1,), shape=(None, 6))

    found = seen(dense, softmax, node("Add", (1, 2), shape=(None, 6)), source=(None, 9))

    assert [kind for kind, _, _ in found] == ["Dense", "Activation", "Add"]


@pytest.mark.parametrize(
    "nothing",
    [
        node("Identity"),
        node("ops.Identity"),
        node("Activation", activation="linear"),
        node("Dropout", rate=0.0),
        node("Dropout", rate=0),
        node("Reshape", target_shape=[8, 8, 4]),
        node("ops.Add", arguments=[TENSOR, 0]),
        node("ops.Subtract", arguments=[TENSOR, 0.0]),
        node("ops.Multiply", arguments=[TENSOR, 1]),
        node("ops.TrueDivide", arguments=[TENSOR, 1.0]),
        node("ops.Add", arguments=[0, TENSOR]),
        node("ActivityRegularization", l1=0.0, l2=0.0),
    ],
)
def test_step_that_changes_nothing_is_left_out(nothing: Node) -> None:
    """What gives its input back unchanged is no step."""
    assert seen(nothing, node("ReLU", (1,))) == activation("relu")


@pytest.mark.parametrize(
    "something",
    [
        node("Dropout", rate=0.5),
        node("ZeroPadding2D", padding=[[1, 0], [0, 0]]),
        node("ops.Multiply", arguments=[TENSOR, 2]),
        node("ops.Subtract", arguments=[0, TENSOR]),
        node("ops.TrueDivide", arguments=[1, TENSOR]),
        node("ActivityRegularization", l1=0.0, l2=0.1),
        node("ops.Subtract", arguments=[TENSOR, 1]),
        node("Reshape", shape=(None, 4, 8, 8)),
    ],
)
def test_step_that_changes_something_stays(something: Node) -> None:
    """What changes its input is a step."""
    assert len(seen(something, node("ReLU", (1,)))) == 2


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"class": "GlorotUniform", "seed": 0}, "GlorotUniform"),
        (
            {
                "class": "VarianceScaling",
                "scale": 1.0,
                "mode": "fan_avg",
                "distribution": "uniform",
                "seed": 3,
            },
            "GlorotUniform",
        ),
        (
            {
                "class": "VarianceScaling",
                "scale": 2.0,
                "mode": "fan_in",
                "distribution": "truncated_normal",
            },
            "VarianceScaling(distribution=truncated_normal, mode=fan_in, scale=2.0)",
        ),
        ({"class": "RandomUniform", "minval": -0.05, "maxval": 0.05}, "RandomUniform"),
        ({"class": "RandomUniform", "minval": -1.0, "maxval": 0.05}, "RandomUniform(minval=-1.0)"),
        ({"class": "Constant", "value": 0.1}, "Constant(value=0.1)"),
        ({"class": "GivenInitializer"}, GIVEN),
    ],
)
def test_initializer_is_told_in_one_way(written: dict[str, Any], told: str) -> None:
    """The same distribution has one name, seeds apart; other settings are told."""
    ((_, found, _),) = conv(kernel_initializer=written)

    assert found["kernel_initializer"] == told


@pytest.mark.parametrize(
    ("given", "passed", "left"),
    [
        (True, True, None),
        (False, False, None),
        (None, True, None),
        (None, None, None),
        (True, False, True),
        (False, True, False),
        (True, None, True),
        (False, None, False),
    ],
)
def test_training_flag_that_was_passed_on_disappears(
    given: bool | None, passed: bool | None, left: bool | None
) -> None:
    """A flag that a block was called with and passes on is no setting; one of its own is."""
    ((_, found, _),) = norm(passed, **({} if given is None else {"training": given}))

    assert found["training"] is left


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filters", 5),
        ("kernel_size", [5, 5]),
        ("strides", [2, 2]),
        ("dilation_rate", [2, 2]),
        ("groups", 2),
        ("use_bias", False),
        ("data_format", "channels_first"),
        ("kernel_regularizer", {"class": "L2", "l2": 0.01}),
        ("trainable", False),
    ],
)
def test_setting_of_a_convolution_stays(name: str, value: Any) -> None:
    """What changes the numbers or the training of a convolution is kept."""
    ((_, usual, _),), ((_, found, _),) = conv(), conv(**{name: value})

    assert found == {**usual, name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("epsilon", 1e-5), ("center", False), ("scale", False), ("trainable", False)),
        ("gamma_regularizer", {"class": "L2"}),
    ],
)
def test_setting_of_a_normalisation_stays(name: str, value: Any) -> None:
    """What changes the numbers or the training of a normalisation is kept."""
    ((_, usual, _),), ((_, found, _),) = norm(), norm(**{name: value})

    assert found == {**usual, name: value}


def test_names_and_momentum_are_left_out() -> None:
    """Names, and the momentum that only matters while training goes on, are no settings."""
    plain = norm()

    assert norm(name="bn_a", momentum=0.9, dtype="float32") == plain


def test_bias_that_is_not_there_has_no_initializer() -> None:
    """Without a bias it does not matter how it would have started."""
    plain = conv(use_bias=False)

    assert conv(use_bias=False, bias_initializer={"class": "Ones"}) == plain


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"f": 3, "filters": [2, 4, 6], "s": 2}, {"f": 3, "filters": [2, 4, 6], "s": 2}),
        ({"f": [3, 3], "filters": [2, 4, 6], "s": [2, 2]}, {"f": 3, "filters": [2, 4, 6], "s": 2}),
        ({"f": [3, 5], "filters": [2, 4, 6]}, {"f": [3, 5], "filters": [2, 4, 6]}),
    ],
)
def test_block_is_told_by_its_arguments(config: dict[str, Any], told: dict[str, Any]) -> None:
    """A block that was called is one step, with the arguments it was called with."""
    found = seen(node("block", block="identity_block", **config))

    assert found == [("identity_block", told, (0,))]


def test_unknown_layer_stays_as_it_is() -> None:
    """A layer that is not known here keeps its name and all its settings."""
    found = seen(node("custom.Mine", depth=3))

    assert found == [("custom.Mine", {"depth": 3}, (0,))]


def test_weights_are_counted_once() -> None:
    """A layer with an activation is two steps; its parameters belong to the first."""
    dense = Node("Conv2D", {"activation": "relu"}, (0,), MAP, parameters=40, layer=7)
    graph = Graph((Node("InputLayer", {}, (), MAP), dense), (1,))

    found = [(each.kind, each.parameters, each.layer) for each in normal_form(graph).operations]

    assert found == [("Input", 0, 0), ("Conv2D", 40, 7), ("Activation", 0, 7)]


def test_recording_gives_the_network_back() -> None:
    """What is written into a recording and read again is the same network."""
    graph = Graph(
        (
            Node("InputLayer", {}, (), MAP),
            Node("Conv2D", {"filters": 4, "kernel_size": [3, 3]}, (0,), None, 12, 1),
            Node("BatchNormalization", {"axis": -1, "epsilon": 0.5}, (1,), MAP, 16, 2),
            Node("Dense", {"units": 3, "activation": "tanh"}, (2,), (None, 3), 9, 3),
        ),
        (3,),
    )
    network = normal_form(graph)

    assert network_from_data(network_to_data(network)) == network


def test_graph_comes_back_from_data() -> None:
    """What is sent as data and decoded is the same graph."""
    graph = Graph(
        (Node("InputLayer", {}, (), MAP), Node("ReLU", {"a": [1]}, (0,), None, 3, 1, True)), (1, 0)
    )

    assert decode_graph(graph.to_data()) == graph


GOOD: dict[str, Any] = {
    "op": "ReLU",
    "config": {},
    "inputs": [],
    "shape": [None, 3],
    "parameters": 0,
    "layer": 0,
}


@pytest.mark.parametrize(
    "change",
    [
        *({"op": 3}, {"op": None}, {"config": []}, {"inputs": {}}, {"inputs": [0]}, {"layer": "1"}),
        *({"inputs": [-1]}, {"inputs": [True]}, {"inputs": ["0"]}, {"inputs": [0.0]}),
        *({"shape": "abc"}, {"shape": [1] * 9}, {"shape": [-1]}, {"shape": [2**31]}),
        *({"shape": [True]}, {"shape": [1.5]}, {"parameters": 1.0}, {"parameters": True}),
        *({"inputs": [0] * 65}, {"layer": None}),
    ],
)
def test_node_that_is_none_is_refused(change: dict[str, Any]) -> None:
    """A node with a field of the wrong kind is refused."""
    with pytest.raises(GraphError):
        decode_graph({"nodes": [{**GOOD, **change}], "outputs": []})


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], 3, "text", {}, {"nodes": {}}, {"nodes": [3], "outputs": []}),
        {"nodes": [GOOD]},
        {"nodes": [GOOD], "outputs": 0},
        {"nodes": [GOOD], "outputs": [1]},
        {"nodes": [GOOD], "outputs": "0"},
        {"nodes": [GOOD], "outputs": ""},
        {"nodes": [GOOD], "outputs": [0] * 65},
        {"nodes": [GOOD] * 2001, "outputs": []},
    ],
)
def test_data_that_is_no_graph_is_refused(data: Any) -> None:
    """What is not a table of nodes and outputs is refused."""
    with pytest.raises(GraphError):
        decode_graph(data)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)
NODES = st.lists(
    st.dictionaries(st.sampled_from([*GOOD]), ANY_JSON).map(lambda junk: {**GOOD, **junk})
    | ANY_JSON,
    max_size=3,
)


@QUIET
@given(ANY_JSON | st.fixed_dictionaries({"nodes": NODES, "outputs": ANY_JSON}))
def test_any_json_is_a_graph_or_refused(data: Any) -> None:
    """Whatever JSON comes: it is a graph whose inputs point backwards, or it is refused."""
    try:
        graph = decode_graph(data)
    except GraphError:
        return

    for position, each in enumerate(graph.nodes):
        assert all(0 <= source < position for source in each.inputs)


def test_defaults_that_a_recording_leaves_out_are_those_of_the_layers() -> None:
    """A setting that is left out of a recording is filled in again with the layer's default."""
    data = {
        "operations": [
            {
                "kind": "BatchNormalization",
                "settings": {"axis": 3},
                "inputs": [],
                "shape": None,
                "parameters": 0,
                "layer": 0,
            }
        ],
        "outputs": [0],
    }
    settings_then = {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}

    assert network_from_data(data) == Network(
        (Operation("BatchNormalization", settings_then, (), None),), (0,)
    )


def block_call(**settings: Any) -> Graph:
    """Return a graph of an input and one call of a block."""
    config = {"block": "convolutional_block", "f": 3, "filters": [2, 4, 6], "s": 2, **settings}
    return Graph(
        (
            Node("InputLayer", {}, (), (None, 8, 8, 3)),
            Node("block", config, (0,), (None, 4, 4, 6)),
        ),
        (1,),
    )


def test_arguments_left_out_are_remembered_beside_the_settings() -> None:
    """A block called without `s` has the default as its setting, and says that it was left out."""
    given, left_out = block_call(defaulted=[]), block_call(defaulted=["s"])

    with_s, without = normal_form(given).operations[1], normal_form(left_out).operations[1]

    assert (with_s.defaulted, without.defaulted) == ((), ("s",))
    assert with_s.settings == without.settings == {"f": 3, "filters": [2, 4, 6], "s": 2}


@pytest.mark.parametrize("junk", [None, "s", {"s": 1}, [3, ["s"], "x"]])
def test_forged_arguments_left_out_are_none(junk: Any) -> None:
    """Only known names of arguments are believed."""
    assert normal_form(block_call(defaulted=junk)).operations[1].defaulted == ()


@pytest.mark.parametrize("defaulted", [(), ("s",)])
def test_arguments_left_out_are_recorded_when_there_are_any(defaulted: tuple[str, ...]) -> None:
    """A recording holds them only where something was left out."""
    network = normal_form(block_call(defaulted=[*defaulted]))

    data = network_to_data(network)

    assert ("defaulted" in data["operations"][1]) == bool(defaulted)
    assert network_from_data(data).operations[1].defaulted == defaulted


def test_names_and_seeds_are_no_settings() -> None:
    """A name, or the seed of an initializer, makes no difference, whatever the layer is."""
    source = Node("InputLayer", {}, (), (None, 8, 8, 3))
    plain = {"depth": 1, "initializer": {"class": "RandomNormal"}}
    told = {**plain, "name": "mine", "initializer": {"class": "RandomNormal", "seed": 3}}

    networks = [
        normal_form(Graph((source, Node("DepthwiseConv2D", config, (0,), None)), (1,)))
        for config in (plain, told)
    ]

    assert networks[0] == networks[1]


@pytest.mark.parametrize(
    ("size", "window", "step", "result", "padding"),
    [(8, 2, 2, 4, "valid"), (9, 2, 3, 3, "valid"), (9, 2, 2, 5, "same"), (7, 3, 3, 3, "same")],
)
def test_same_is_valid_where_nothing_is_padded(
    size: int, window: int, step: int, result: int, padding: str
) -> None:
    """A pooling with padding "same" that adds no pixel is one with padding "valid"."""
    config = {"pool_size": [window] * 2, "strides": [step] * 2, "padding": "same"}
    source = Node("InputLayer", {}, (), (None, size, size, 3))
    graph = Graph((source, Node("MaxPooling2D", config, (0,), (None, result, result, 3))), (1,))

    assert normal_form(graph).operations[1].settings["padding"] == padding
