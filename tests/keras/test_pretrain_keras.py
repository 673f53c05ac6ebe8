"""Pre-training: what is measured, saved and loaded again, on networks small enough to wait for."""

import contextlib
import importlib.util
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

OTHER_ORDER = 5e-4  # of a probability: float32 sums over more channels, fifty layers deep

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"


@pytest.fixture(scope="module")
def pretrain():
    """The module, loaded from its file: solutions/ is no package."""
    spec = importlib.util.spec_from_file_location("pretrain", SOLUTION / "pretrain.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["pretrain"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["pretrain"]


@pytest.fixture(scope="module")
def images():
    """The first 24 test images and their labels."""
    with h5py.File(SOLUTION / "datasets" / "test_signs.h5") as file:
        return file["test_set_x"][:24], file["test_set_y"][:24].astype(np.int64)


def small_network(channels):
    """A convolution, BatchNormalization and a softmax over 6 classes."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            layers.Conv2D(channels, 3, strides=4),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(channels * 2, 3, strides=4),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(6, activation="softmax"),
        ]
    )


@pytest.mark.keras
def test_widened_resnet50_computes_what_the_narrow_one_does(pretrain, images):
    """The network that is shipped is the one that was trained: same outputs, all weights there."""
    import keras

    keras.utils.set_random_seed(1)
    narrow, wide = pretrain.build_narrow(16), pretrain.build()
    pretrain.measure_statistics(narrow, images[0])
    pretrain.widen(narrow, wide)
    batch = pretrain.as_input(images[0][:4])
    expected, received = np.asarray(narrow(batch)), np.asarray(wide(batch))

    assert wide.count_params() == 23_600_006
    np.testing.assert_allclose(received, expected, atol=OTHER_ORDER)

    again = pretrain.build_narrow(16)
    pretrain.narrow_down(wide, again)
    for before, after in zip(narrow.weights, again.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(before), np.asarray(after))


@pytest.mark.keras
def test_networks_of_different_layers_are_not_widened(pretrain):
    """A narrow network that is not the same chain of layers is refused."""
    import keras

    other = keras.Sequential([keras.Input((64, 64, 3)), *[keras.layers.ReLU() for _ in range(7)]])

    with pytest.raises(ValueError, match="not the same kind of layer"):
        pretrain.widen(other, small_network(2))


@pytest.mark.keras
def test_statistics_are_the_mean_over_all_images(pretrain, images):
    """Whatever stood there before, the moving mean is that of the images; momentum is unchanged."""
    model = small_network(4)
    norm = model.layers[1]
    norm.moving_mean.assign(np.full(4, 99.0))
    pretrain.measure_statistics(model, images[0])
    output = np.asarray(model.layers[0](pretrain.as_input(images[0])))

    np.testing.assert_allclose(norm.moving_mean, output.mean(axis=(0, 1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(norm.moving_variance, output.var(axis=(0, 1, 2)), rtol=1e-3)
    assert norm.momentum == 0.99


@pytest.mark.keras
def test_loss_and_accuracy_agree_with_keras(pretrain, images):
    """The figures that are reported are those that `evaluate` gives."""
    model = small_network(4)
    pretrain.measure_statistics(model, images[0])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    expected = model.evaluate(pretrain.as_input(images[0]), images[1], verbose=0)

    np.testing.assert_allclose(pretrain.measure_accuracy(model, *images), expected, rtol=1e-5)


# Keras itself converts variables in a way that NumPy 2 deprecates; nothing of ours does.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.keras
def test_saved_model_loads_with_nothing_else(pretrain, images, tmp_path):
    """The packed file is a full Keras model, compiled, without optimizer state or leftovers."""
    import keras

    model = small_network(4)
    pretrain.round_weights(model)
    pretrain.save_model(model, tmp_path / "model.h5")
    loaded = keras.models.load_model(tmp_path / "model.h5")
    batch = pretrain.as_input(images[0])

    np.testing.assert_array_equal(np.asarray(loaded(batch)), np.asarray(model(batch)))
    assert loaded.evaluate(batch, np.eye(6)[images[1]], verbose=0)[1] >= 0
    assert [path.name for path in tmp_path.iterdir()] == ["model.h5"]
    with h5py.File(tmp_path / "model.h5") as file:
        assert "optimizer_weights" not in file


@pytest.mark.keras
def test_training_goes_on_from_its_checkpoint(pretrain, images, tmp_path):
    """A run that is repeated does only the epochs that are missing, and none when done."""
    data, lines = (images, images), []
    pretrain.train(small_network(4), data, pretrain.Plan(epochs=2), tmp_path, lines.append)
    first = len(lines)
    pretrain.train(small_network(4), data, pretrain.Plan(epochs=2), tmp_path, lines.append)

    assert first == 2
    assert lines[first:] == ["going on after epoch 2 of 2"]


@pytest.mark.keras
def test_resumed_training_repeats_what_an_uninterrupted_one_does(pretrain, images, tmp_path):
    """Stopped after one of three epochs and run again, it comes to the same network."""
    import keras

    plan, weights = pretrain.Plan(epochs=3), []
    for folder, stops in ((tmp_path / "one", [3]), (tmp_path / "two", [1, 3])):
        folder.mkdir()
        for last in stops:
            keras.utils.set_random_seed(5)
            model = small_network(4)

            def say(line, last=last):
                if line.startswith(f"epoch {last}/") and last < 3:
                    raise KeyboardInterrupt

            with contextlib.suppress(KeyboardInterrupt):
                pretrain.train(model, (images, images), plan, folder, say)
        weights.append([np.asarray(each) for each in model.weights])

    for whole, resumed in zip(*weights, strict=True):
        np.testing.assert_allclose(resumed, whole, atol=1e-5)


@pytest.mark.keras
def test_every_block_begins_as_its_shortcut(pretrain):
    """Before training, the main path of each of the 16 blocks adds nothing."""
    import keras

    model = pretrain.build_narrow(16)
    pretrain.silence_main_paths(model)
    adds = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    paths = keras.Model(model.input, [add.input[0] for add in adds])
    for output in paths(np.random.default_rng(0).random((2, 64, 64, 3), np.float32)):
        assert np.abs(np.asarray(output)).max() == 0

    assert len(adds) == 16


@pytest.mark.keras
def test_checkpoint_of_another_plan_is_refused(pretrain, images, tmp_path):
    """A checkpoint made with other settings is not silently taken over."""
    data = (images, images)
    pretrain.train(small_network(4), data, pretrain.Plan(epochs=1), tmp_path, str)

    with pytest.raises(ValueError, match="belongs to another run"):
        pretrain.train(small_network(4), data, pretrain.Plan(epochs=3), tmp_path, str)


@pytest.mark.keras
def test_checkpoint_of_other_pictures_is_refused(pretrain, images, tmp_path):
    """Whoever changes the data does not go on with what was learnt from the old."""
    data = (images, images)
    pretrain.train(small_network(4), data, pretrain.Plan(epochs=1), tmp_path, str)
    other = (images[0][::-1], images[1])

    with pytest.raises(ValueError, match="sha256 was"):
        pretrain.train(small_network(4), (other, images), pretrain.Plan(epochs=1), tmp_path, str)


@pytest.mark.keras
def test_augmented_images_stay_images(pretrain, images):
    """Augmentation keeps shape, type and range, changes every image, and follows its seed."""
    one = pretrain.augment(np.random.default_rng(3), images[0])
    two = pretrain.augment(np.random.default_rng(3), images[0])
    plain = pretrain.as_input(images[0])

    assert (one.shape, one.dtype) == (plain.shape, np.float32)
    assert one.min() >= 0
    assert one.max() <= 1
    np.testing.assert_array_equal(one, two)
    assert (np.abs(one - plain).mean(axis=(1, 2, 3)) > 0.005).all()
