"""A common mistake is called by its name; everything else by its place."""

import pytest

from reskit.evidence import Raised
from reskit.network.difference import Difference
from reskit.network.wording import count_identity_blocks, explained, worded

TWICE = ["main.bn3", "main.bn3"]


@pytest.mark.parametrize(
    ("difference", "message"),
    [
        (
            Difference("wiring", "add", "inputs", ["main.bn3", "input"], TWICE),
            "The skip connection is cut: add takes in main.bn3 and main.bn3, "
            "expected main.bn3 and input.",
        ),
        (
            Difference("wiring", "add", "inputs", ["main.bn3", "input"], ["input", "input"]),
            "The main path is thrown away: add takes in input and input, "
            "expected main.bn3 and input.",
        ),
        (
            Difference("order", "relu", None, "after add", "before add"),
            "ReLU comes before the addition: relu stands before add, expected after add.",
        ),
        (
            Difference("missing", "add"),
            "The shortcut is never added to the main path: add is missing.",
        ),
        (Difference("missing", "main.bn2"), "main.bn2 is missing."),
        (
            Difference("attribute", "main.conv2", "padding", "same", "valid"),
            'main.conv2: padding is "valid", expected "same".',
        ),
        (
            Difference("attribute", "main.conv1", "strides", [2, 2], [1, 1]),
            "main.conv1: strides is (1, 1), expected (2, 2).",
        ),
        (
            Difference("attribute", "main.bn1", "training", None, True),
            "main.bn1: training is fixed to True, expected no flag: whoever calls the network "
            "decides.",
        ),
        (
            Difference("extra", "stage3.block7", received="identity_block after stage3.block6"),
            "stage3.block7 is one too many: the stage has too many blocks.",
        ),
        (
            Difference("missing", "stage3.block6"),
            "stage3.block6 is missing: the stage has too few blocks.",
        ),
        (
            Difference(
                "attribute", "stage4.block1", "layer", "convolutional_block", "identity_block"
            ),
            "stage4.block1 is an identity block, expected a convolutional block.",
        ),
        (
            Difference("attribute", "stem.pool", "layer", "MaxPooling2D", "AveragePooling2D"),
            "stem.pool is AveragePooling2D, expected MaxPooling2D.",
        ),
        (
            Difference("attribute", "stage1.block1", "f", 3, [64, 64, 256]),
            "f and filters are swapped: stage1.block1: f is (64, 64, 256), expected 3.",
        ),
        (
            Difference("attribute", "stage1.block1", "f", 3, [3, 5]),
            "stage1.block1: f is (3, 5), expected 3.",
        ),
    ],
)
def test_difference_is_said_in_one_sentence(difference: Difference, message: str) -> None:
    """What a learner reads names the mistake, the place, what was expected and received."""
    assert worded(difference).message == message


def test_argument_left_out_is_said_to_be_left_out() -> None:
    """Who forgets `s` reads that a default took its place, not that they wrote a 2."""
    difference = Difference("attribute", "stage1.block1", "s", 1, 2)

    assert worded(difference, defaulted=("s",)).message == (
        "stage1.block1: s was left out, so that the default 2 was used, expected 1."
    )


STAGE_3 = [f"stage3.block{number}" for number in range(1, 7)]
ONE_MISSING = Difference("missing", "stage3.block6")
ONE_EXTRA = Difference("extra", "stage3.block7", received="identity_block after stage3.block6")


@pytest.mark.parametrize(
    ("difference", "message"),
    [
        (ONE_MISSING, "stage 3 has 4 identity blocks, expected 5."),
        (ONE_EXTRA, "stage 3 has 6 identity blocks, expected 5."),
    ],
)
def test_stage_count_is_said_in_blocks(difference: Difference, message: str) -> None:
    """A stage that is too short or too long is told by how many identity blocks it has."""
    counted = count_identity_blocks(difference, STAGE_3, [difference])

    assert worded(difference, identity_blocks=counted).message == message


@pytest.mark.parametrize(
    "difference",
    [
        Difference("missing", "stage3.block1"),
        Difference("extra", "stage3.block7", received="convolutional_block after stage3.block6"),
        Difference("attribute", "stage3.block2", "f", 3, 5),
        Difference("missing", "head.pool"),
    ],
)
def test_only_identity_blocks_are_counted(difference: Difference) -> None:
    """A missing convolutional block, or a wrong argument, is no matter of the count."""
    assert count_identity_blocks(difference, STAGE_3, [difference]) is None


@pytest.mark.parametrize(
    ("kind", "message", "advice"),
    [
        (
            "NameError",
            "name 'BatchNormalization' is not defined",
            "BatchNormalization is not imported: `from keras.layers import BatchNormalization`.",
        ),
        (
            "NameError",
            "name 'glorot_uniform' is not defined",
            "glorot_uniform is not imported: `from keras.initializers import glorot_uniform`.",
        ),
        ("NameError", "name 'tf' is not defined", "tf is not imported: `import tensorflow as tf`."),
        (
            "NameError",
            "name 'X_shorcut' is not defined",
            "The function uses a name that is only made elsewhere; it should need nothing but its "
            "arguments, the imports and its own helpers.",
        ),
        (
            "TypeError",
            "Conv2D.__init__() missing 1 required positional argument: 'kernel_size'",
            "A layer is made without something that it needs.",
        ),
        (
            "TypeError",
            "identity_block() missing 1 required positional argument: 'Y'",
            "The function is called with what its description names; a parameter beyond that "
            "needs a default.",
        ),
        (
            "ValueError",
            "Inputs to a layer should be tensors. "
            "Got 'None' (of type <class 'NoneType'>) as input.",
            "A None is used as if it were a layer or tensor: is a placeholder left, or does a "
            "helper return nothing?",
        ),
    ],
)
def test_exception_comes_with_what_is_behind_it(kind: str, message: str, advice: str) -> None:
    """What many meet is explained in a sentence of its own."""
    raised = Raised(kind, message, 3, 13, "X = layer()(X)")

    assert explained(raised) == (
        f"exception: {kind}: {message} (cell 3, line 13: X = layer()(X)). {advice}"
    )
