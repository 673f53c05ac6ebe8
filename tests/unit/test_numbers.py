"""What the judge computes, held against numbers that were worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.numbers import (
    NotComputableError,
    compute,
    constant_weights,
    varied_weights,
)
from reskit.network.operation import Network, Operation

IMAGE = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)  # 1 2 3 / 4 5 6 / 7 8 9
LAST = {"data_format": "channels_last"}


def network(*steps: tuple[str, dict[str, Any]]) -> Network:
    """Return an input and `steps` one after another."""
    operations = [Operation("Input", {}, (), None)]
    for place, (kind, settings) in enumerate(steps):
        operations.append(Operation(kind, settings, (place,), None, 1, place + 1))
    return Network(tuple(operations), (len(steps),))


def conv(filters: int = 1, **settings: Any) -> tuple[str, dict[str, Any]]:
    """Return a convolution with a 2×2 kernel unless said otherwise."""
    usual = {**WEIGHTED_SETTINGS["Conv2D"], "filters": filters, "kernel_size": [2, 2]}
    usual.pop("activation")
    return "Conv2D", {**usual, **settings}


def pool(kind: str, padding: str, strides: int = 2) -> tuple[str, dict[str, Any]]:
    """Return a pooling with a 2×2 window."""
    steps = [strides, strides]
    return kind, {"pool_size": [2, 2], "strides": steps, "padding": padding, **LAST}


def normalised(**settings: Any) -> tuple[str, dict[str, Any]]:
    """Return a batch normalisation of the last axis."""
    return "BatchNormalization", {
        **WEIGHTED_SETTINGS["BatchNormalization"],
        "axis": 3,
        "epsilon": 0.0,
        **settings,
    }


def dense(units: int, activation: str = "linear") -> tuple[str, dict[str, Any]]:
    """Return a dense layer."""
    return "Dense", {**WEIGHTED_SETTINGS["Dense"], "units": units, "activation": activation}


def plane(result: Any) -> Any:
    """Return the first channel of the first image as lists."""
    return result[0, :, :, 0].tolist()


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (conv(), [[12.0, 16.0], [24.0, 28.0]]),
        (conv(padding="same"), [[12.0, 16.0, 9.0], [24.0, 28.0, 15.0], [15.0, 17.0, 9.0]]),
        (conv(strides=[2, 2]), [[12.0]]),
        (conv(padding="same", strides=[2, 2]), [[12.0, 9.0], [15.0, 9.0]]),
        (conv(kernel_size=[1, 3], strides=[2, 1]), [[6.0], [24.0]]),
        (conv(kernel_size=[3, 3], padding="same", strides=[2, 2]), [[12.0, 16.0], [24.0, 28.0]]),
    ],
)
def test_convolution_sums_its_window(step: Any, expected: list[list[float]]) -> None:
    """With all weights 1 a convolution adds up its window; padding adds zeros, more behind."""
    result = compute(network(step), IMAGE, constant_weights(1.0))

    assert plane(result) == expected


def test_convolution_multiplies_kernel_and_adds_bias() -> None:
    """Each place of the window has its weight for each channel and filter, and a bias on top."""
    image = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 2, 2)  # two places, two channels
    kernel = np.arange(8.0).reshape(1, 2, 2, 2)  # height, width, channels, filters
    given = {"kernel": kernel, "bias": np.array([100.0, 200.0])}

    result = compute(
        network(conv(2, kernel_size=[1, 2])), image, lambda name, _shape, _near: given[name]
    )

    # filter 0: 1·0 + 2·2 + 3·4 + 4·6 + 100; filter 1: 1·1 + 2·3 + 3·5 + 4·7 + 200
    assert result.tolist() == [[[[140.0, 250.0]]]]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (pool("MaxPooling2D", "valid"), [[5.0]]),
        (pool("MaxPooling2D", "same"), [[5.0, 6.0], [8.0, 9.0]]),
        (pool("MaxPooling2D", "valid", 1), [[5.0, 6.0], [8.0, 9.0]]),
        (pool("AveragePooling2D", "valid"), [[3.0]]),
        (pool("AveragePooling2D", "same"), [[3.0, 4.5], [7.5, 9.0]]),
    ],
)
def test_pooling_leaves_the_border_out(step: Any, expected: list[list[float]]) -> None:
    """Pooling takes the largest or the mean of what is there; a border never counts."""
    result = compute(network(step), IMAGE, constant_weights(1.0))

    assert plane(result) == expected


def test_largest_of_negative_numbers_is_negative() -> None:
    """The border of a max pooling is lower than any number, not zero."""
    result = compute(network(pool("MaxPooling2D", "same")), -IMAGE, constant_weights(1.0))

    assert plane(result) == [[-1.0, -3.0], [-7.0, -9.0]]


@pytest.mark.parametrize(
    ("fixed", "training", "expected"),
    [
        (None, False, [1.0, 2.0, 3.0]),
        (None, True, [-np.sqrt(1.5), 0.0, np.sqrt(1.5)]),
        (True, False, [-np.sqrt(1.5), 0.0, np.sqrt(1.5)]),
        (False, True, [1.0, 2.0, 3.0]),
    ],
)
def test_normalisation_follows_its_mode(
    fixed: bool | None, training: bool, expected: list[float]
) -> None:
    """In training the batch's own mean and variance count, otherwise the moving ones."""
    image = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)

    result = compute(
        network(normalised(training=fixed)), image, constant_weights(1.0), training=training
    )

    assert result.ravel().tolist() == pytest.approx(expected, abs=1e-12)


def test_normalisation_scales_and_shifts() -> None:
    """Moving mean 1 and variance 4, epsilon 5, gamma 6, beta 7: (x − 1) / 3 · 6 + 7."""
    given = {"mean": 1.0, "variance": 4.0, "gamma": 6.0, "beta": 7.0}

    result = compute(
        network(normalised(epsilon=5.0)),
        np.full((1, 1, 1, 1), 4.0),
        lambda name, shape, _near: np.full(shape, given[name]),
    )

    assert result.ravel().tolist() == [13.0]


def test_normalisation_may_leave_scale_and_shift_out() -> None:
    """Without center and scale neither gamma nor beta is asked for."""
    asked = []

    def weigh(name: str, shape: tuple[int, ...], _near: str) -> Any:
        asked.append(name)
        return np.ones(shape)

    compute(network(normalised(center=False, scale=False)), IMAGE, weigh)

    assert sorted(asked) == ["mean", "variance"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("relu", [0.0, 0.0, 2.0]),
        ("linear", [-1.0, 0.0, 2.0]),
        ("tanh", [-0.7615941559557649, 0.0, 0.9640275800758169]),
        ("sigmoid", [0.2689414213699951, 0.5, 0.8807970779778823]),
        ("softmax", [0.0420101, 0.1141952, 0.8437947]),
    ],
)
def test_activation_is_computed(function: str, expected: list[float]) -> None:
    """Each activation gives the numbers of its formula."""
    image = np.array([-1.0, 0.0, 2.0]).reshape(1, 1, 1, 3)

    result = compute(network(("Activation", {"function": function})), image, constant_weights(1.0))

    assert result.ravel().tolist() == pytest.approx(expected, abs=1e-7)


def test_softmax_stands_large_numbers() -> None:
    """Large numbers do not overflow in a softmax."""
    image = np.array([1000.0, 1000.0]).reshape(1, 1, 1, 2)

    result = compute(network(("Activation", {"function": "softmax"})), image, constant_weights(1.0))

    assert result.ravel().tolist() == [0.5, 0.5]


def test_head_makes_probabilities() -> None:
    """Flatten and a dense softmax with equal weights give each class the same probability."""
    result = compute(network(("Flatten", {}), dense(4, "softmax")), IMAGE, constant_weights(0.1))

    assert result.tolist() == [[0.25, 0.25, 0.25, 0.25]]


def test_padding_adds_zeros_around() -> None:
    """Zero padding adds the rows and columns it was asked for."""
    step = ("ZeroPadding2D", {"padding": [[1, 0], [0, 2]], **LAST})

    result = compute(network(step), IMAGE[:, :1, :2], constant_weights(1.0))

    assert plane(result) == [[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0]]


def test_addition_adds_its_inputs() -> None:
    """An addition adds all that it takes in."""
    relu = Operation("Activation", {"function": "relu"}, (0,), None)
    added = Network(
        (Operation("Input", {}, (), None), relu, Operation("Add", {}, (0, 1, 1), None)), (2,)
    )

    result = compute(added, IMAGE - 5.0, constant_weights(1.0))

    assert plane(result) == [[-4.0, -3.0, -2.0], [-1.0, 0.0, 3.0], [6.0, 9.0, 12.0]]


def test_one_layer_used_twice_has_one_set_of_weights() -> None:
    """Two steps of one layer share their weights; two layers have weights of their own."""
    image = np.ones((1, 1, 1, 1))
    step = conv(kernel_size=[1, 1])
    apart = network(step, step)
    shared = Network(
        (*apart.operations[:2], Operation(*step, (1,), None, 1, apart.operations[1].layer)), (2,)
    )
    asked: list[str] = []

    def weigh(name: str, shape: tuple[int, ...], _near: str) -> Any:
        asked.append(name)
        return np.ones(shape)

    counts = []
    for each in (apart, shared):
        asked.clear()
        compute(each, image, weigh)
        counts.append(len(asked))

    assert counts == [4, 2]


def test_weights_are_the_same_every_time() -> None:
    """The varied weights come from a formula: two runs give the same numbers, two layers others."""
    one, other = varied_weights(), varied_weights()

    first, second = one("kernel", (2, 2), ""), one("kernel", (2, 2), "")

    assert np.array_equal(first, other("kernel", (2, 2), ""))
    assert not np.allclose(first, second)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (("Lambda", {}), "Lambda is not known"),
        (("custom.Layer", {}), "custom.Layer is not known"),
        (conv(dilation_rate=[2, 2]), "dilated or grouped"),
        (conv(groups=2), "dilated or grouped"),
        (conv(data_format="channels_first"), "channels first"),
        (conv(kernel_size=[9, 9]), "Conv2D"),
        (conv(kernel_size="large"), "Conv2D"),
        (conv(filters=None), "Conv2D"),
        (normalised(axis=1), "another axis"),
        (("Activation", {"function": "custom.mine"}), "Activation"),
        (("Activation", {"function": ["list"]}), "Activation"),
        (("identity_block", {"f": 3}), "identity_block"),
        (("identity_block", {"f": 3, "filters": [4, 4, "x"]}), "identity_block"),
        (("convolutional_block", {"f": 3, "filters": [4], "s": 0}), "convolutional_block"),
        (("Flatten", {"data_format": "channels_first"}), "channels first"),
    ],
)
def test_what_is_not_known_is_not_computed(step: Any, words: str) -> None:
    """A step that is not known here is refused by name, and never guessed."""
    with pytest.raises(NotComputableError, match=words):
        compute(network(step), IMAGE, constant_weights(1.0))


@pytest.mark.parametrize(
    "step",
    [
        conv(10**14, kernel_size=[1, 1]),
        dense(10**14),
        ("identity_block", {"f": 3, "filters": [4, 4, 10**14]}),
        ("identity_block", {"f": 3, "filters": [4, 4, float("inf")]}),
        ("ZeroPadding2D", {"padding": [[10**8, 10**8], [10**8, 10**8]]}),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_made(step: Any) -> None:
    """A number with many zeros in a learner's code does not take the grader's memory."""
    with pytest.raises(NotComputableError):
        compute(network(step), IMAGE, constant_weights(1.0))


def test_network_without_one_result_is_not_computed() -> None:
    """What gives back nothing, or two things, has no numbers."""
    with pytest.raises(NotComputableError, match="no single result"):
        compute(Network(network().operations, ()), IMAGE, constant_weights(1.0))


def test_block_that_sees_neighbours_tells_sizes_apart() -> None:
    """A pooling that leaves one more row behind is not the same in front of a block."""
    blocks = [
        ("convolutional_block", {"f": 3, "filters": [2, 2, 4], "s": 1}),
        ("convolutional_block", {"f": 3, "filters": [2, 2, 4], "s": 2}),
    ]
    image = np.random.default_rng(6).normal(size=(1, 6, 6, 1))
    steps = ("MaxPooling2D", {"pool_size": [3, 3], "strides": [2, 2], **LAST})

    valid, same = (
        compute(
            network((steps[0], {**steps[1], "padding": padding}), *blocks),
            image,
            constant_weights(1.0),
        )
        for padding in ("valid", "same")
    )

    assert valid.shape != same.shape or not np.allclose(valid, same)
