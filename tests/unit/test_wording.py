"""A common mistake is called by its name; everything else by its place."""

import pytest

from reskit.network.difference import Difference
from reskit.network.wording import worded

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
            Difference("extra", "stage3.block7", received="identity_block after stage3.block6"),
            "stage3.block7 is one too many: the stage has too many blocks.",
        ),
    ],
)
def test_difference_is_said_in_one_sentence(difference: Difference, message: str) -> None:
    """What a learner reads names the mistake, the place, what was expected and received."""
    assert worded(difference).message == message
