"""The arithmetic of pre-training that needs no network."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"


def _load():
    spec = importlib.util.spec_from_file_location("pretrain", SOLUTION / "pretrain.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["pretrain"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    del sys.modules["pretrain"]
    return module


pretrain = _load()  # at module level because hypothesis and fixtures do not mix


@given(st.floats(-(2.0**100), 2.0**100, width=32))
def test_rounding_gives_a_near_value_whose_lower_bytes_are_zero(value):
    """A rounded weight differs by at most one part in 256 and ends in 16 zero bits."""
    rounded = pretrain.round_to_bfloat16(np.array([value], np.float32))

    assert rounded.view(np.uint32)[0] & 0xFFFF == 0
    assert abs(float(rounded[0]) - value) <= abs(value) / 256 + 2.0**-130


def test_rounding_a_tie_takes_the_even_neighbour():
    """Exactly between two values the one with an even last bit is taken, so errors cancel."""
    ties = np.array([0x3F808000, 0x3F818000], np.uint32).view(np.float32)

    rounded = pretrain.round_to_bfloat16(ties).view(np.uint32)

    assert [hex(bits) for bits in rounded] == ["0x3f800000", "0x3f820000"]


def test_rounding_keeps_the_shape():
    """A kernel of any shape, also a slice of another, keeps its shape."""
    kernel = np.ones((3, 3, 4, 8), np.float32)[:, :, ::2]

    np.testing.assert_array_equal(pretrain.round_to_bfloat16(kernel), kernel)


@pytest.mark.parametrize("epochs", [1, 3, 100])
def test_step_size_warms_up_and_then_falls(epochs):
    """The step size is positive, rises to its highest value early and falls from there on."""
    plan = pretrain.Plan(epochs=epochs)
    rates = [plan.rate_at(epoch) for epoch in range(epochs)]

    assert min(rates) > 0
    assert max(rates) <= plan.rate
    assert rates[2:] == sorted(rates[2:], reverse=True)


def test_data_is_read_as_images_and_flat_labels():
    """The committed data comes as two pairs of images and one label per image."""
    (images, labels), (test_images, test_labels) = pretrain.read_data(SOLUTION / "datasets")

    assert (images.shape, labels.shape) == ((1080, 64, 64, 3), (1080,))
    assert (test_images.shape, test_labels.shape) == ((120, 64, 64, 3), (120,))


def test_input_is_from_0_to_1():
    """Bytes become float32 from 0 to 1."""
    scaled = pretrain.as_input(np.array([0, 51, 255], np.uint8))

    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [0, 0.2, 1])
