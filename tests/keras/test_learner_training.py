"""What learners train with: nothing is lost, and what was trained works in evaluation."""

import importlib.util
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

pytestmark = pytest.mark.keras

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"
SUM_ORDER = 1e-5  # of a weight: threads add float32 in changing order

DISTRIBUTED = """
import sys
import numpy as np
import tensorflow as tf
import keras
import resnets_utils

keras.utils.set_random_seed(3)
rng = np.random.default_rng(0)
images, labels = rng.random((16, 8, 8, 3), np.float32), np.eye(6)[np.arange(16) % 6]
with {scope} as strategy:
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Flatten(),
            keras.layers.Dense(6, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = resnets_utils.train(model, images, labels, epochs=2, batch_size=8, folder=sys.argv[1])
print("RESULT", replicas, *history["loss"], flush=True)
"""
TWO_PROCESSORS = (
    "import tensorflow as tf\n"
    "tf.config.set_logical_device_configuration(tf.config.list_physical_devices('CPU')[0], "
    "[tf.config.LogicalDeviceConfiguration()] * 2)\n"
)


@pytest.fixture(scope="module")
def utils():
    """The module under test, loaded from its file."""
    spec = importlib.util.spec_from_file_location("resnets_utils", SOLUTION / "resnets_utils.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def data():
    """Two dozen images of 16 by 16 pixels from the test set, with one-hot labels."""
    with h5py.File(SOLUTION / "datasets" / "test_signs.h5") as file:
        images = file["test_set_x"][:24, ::4, ::4].astype(np.float32) / 255
        return images, np.eye(6, dtype=np.float32)[file["test_set_y"][:24]]


@pytest.fixture(scope="module")
def batch():
    """The 32 images, with one-hot labels, on which the notebook measures signal and gradient."""
    with h5py.File(SOLUTION / "datasets" / "train_signs.h5") as file:
        images = file["train_set_x"][:32].astype(np.float32) / 255
        return images, np.eye(6, dtype=np.float32)[file["train_set_y"][:32]]


def network(seed=7):
    """A small network with batch normalisation, compiled."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(8, 3, strides=2),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(6, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def values(model):
    """All weights of a model, one after the other."""
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])


def test_same_seed_gives_the_same_network(utils, data, tmp_path):
    """Two trainings from the same seeds come to the same weights and figures."""
    one, two = network(), network()
    first = utils.train(one, *data, epochs=2, batch_size=8, folder=tmp_path / "one")
    second = utils.train(two, *data, epochs=2, batch_size=8, folder=tmp_path / "two")

    np.testing.assert_allclose(values(one), values(two), atol=SUM_ORDER)
    np.testing.assert_allclose(first["loss"], second["loss"], atol=SUM_ORDER)


def test_training_goes_on_as_if_it_had_not_stopped(utils, data, tmp_path):
    """One epoch and then three in all, in a new network, are the three epochs in one call."""
    whole, resumed = network(), network(seed=8)
    expected = utils.train(whole, *data, epochs=3, batch_size=8, folder=tmp_path / "whole")
    utils.train(network(), *data, epochs=1, batch_size=8, folder=tmp_path / "parts")
    received = utils.train(resumed, *data, epochs=3, batch_size=8, folder=tmp_path / "parts")

    assert len(received["loss"]) == 3
    np.testing.assert_allclose(received["loss"], expected["loss"], atol=SUM_ORDER)
    np.testing.assert_allclose(values(resumed), values(whole), atol=SUM_ORDER)


def test_interrupt_keeps_the_best_whole_epoch(utils, data, tmp_path, monkeypatch, capsys):
    """Ctrl-C in the third epoch gives the weights and figures of the first two."""
    model = network()
    usual, calls = model.fit, []

    def fit(*arguments, **options):
        calls.append(1)
        result = usual(*arguments, **options)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(model, "fit", fit)
    history = utils.train(model, *data, epochs=5, batch_size=8, folder=tmp_path / "one")
    two = network()
    expected = utils.train(two, *data, epochs=2, batch_size=8, folder=tmp_path / "two")

    assert "2 whole epochs are kept" in capsys.readouterr().out
    assert history.keys() == expected.keys()
    np.testing.assert_allclose(history["loss"], expected["loss"], atol=SUM_ORDER)
    np.testing.assert_allclose(values(model), values(two), atol=SUM_ORDER)


def test_checkpoint_of_other_data_is_replaced(utils, data, tmp_path, capsys):
    """Whoever changes the data or the network begins anew, and is told so."""
    images, labels = data
    utils.train(network(), images, labels, epochs=1, batch_size=8, folder=tmp_path)
    history = utils.train(network(), images[::-1], labels, epochs=1, batch_size=8, folder=tmp_path)

    assert "of another network or other data" in capsys.readouterr().out
    assert len(history["loss"]) == 1


def test_trained_network_works_in_evaluation(utils, data, tmp_path):
    """Plain `fit` leaves averages with which evaluation is far from training; `train` does not."""
    plain, ours = network(), network()
    plain.fit(*data, epochs=12, batch_size=8, shuffle=False, verbose=0)
    utils.train(ours, *data, epochs=12, batch_size=8, folder=tmp_path)
    batch = data[0]

    def gap(model):
        seen = np.asarray(model(batch, training=True))
        return np.abs(seen - np.asarray(model(batch, training=False))).max()

    norm = ours.layers[1]
    assert gap(ours) < gap(plain)
    assert norm.momentum == 0.99
    outputs = np.asarray(ours.layers[0](batch))
    np.testing.assert_allclose(norm.moving_mean, outputs.mean(axis=(0, 1, 2)), atol=1e-5)


def test_progress_leaves_one_line_for_each_epoch(utils, data, tmp_path, capsys):
    """Each epoch says its number, its figures, those of validation included, and its seconds."""
    utils.train(network(), *data, epochs=2, batch_size=8, folder=tmp_path, validation=data)

    lines = [line.split("\r")[-1] for line in capsys.readouterr().out.rstrip().split("\n")]
    assert [line.split(":")[0] for line in lines[:2]] == ["epoch 1/2", "epoch 2/2"]
    assert all("val_accuracy" in line for line in lines[:2])


def test_training_ends_with_what_the_averages_change(utils, data, tmp_path, capsys):
    """The training images are evaluated before and after the averages are measured anew."""
    model = network()
    utils.train(model, *data, epochs=3, batch_size=8, folder=tmp_path)
    before, after = capsys.readouterr().out.rstrip().split("\n")[-2:]
    loss = model.evaluate(*data, batch_size=8, verbose=0)[0]

    assert before.startswith("  with the averages that training left:")
    assert after.startswith("  with the averages measured anew:")
    assert f"loss {loss:.4f}" in after
    assert f"loss {loss:.4f}" not in before


def test_network_without_normalisation_has_no_averages_to_tell(utils, data, tmp_path, capsys):
    """Where there is no batch normalisation, nothing is said about averages."""
    import keras

    model = keras.Sequential(
        [keras.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(6, "softmax")]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    utils.train(model, *data, epochs=1, batch_size=8, folder=tmp_path)

    assert "averages" not in capsys.readouterr().out


def test_estimate_learns_nothing_and_grows_with_the_epochs(utils, data):
    """Before training a learner is told how long it will take, and the network stays as it is."""
    model = network()
    before = values(model)
    one, hundred = (utils.training_minutes(model, *data, epochs=n) for n in (1, 100))

    np.testing.assert_array_equal(values(model), before)
    assert 0 < one < hundred


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda model, x, y: (model, x[:3], y), "3 images and 24 rows"),
        (lambda model, x, y: (model, x, y.T), "hence its `.T`"),
        (lambda model, x, y: (type(model)(model.layers), x, y), "not compiled"),
    ],
)
def test_wrong_use_is_explained(utils, data, tmp_path, change, said):
    """Labels in columns, or a model that was not compiled, are said in words."""
    with pytest.raises(ValueError, match=said):
        utils.train(*change(network(), *data), folder=tmp_path)


def _run(folder, code, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        env={**os.environ, "PYTHONPATH": str(SOLUTION), "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _result(process):
    out, error = process.communicate(timeout=240)
    assert process.returncode == 0, error[-3000:]
    line = next(line for line in out.splitlines() if "RESULT" in line)
    replicas, *losses = line.split("RESULT")[1].split()
    return int(replicas), [float(loss) for loss in losses]


def test_several_devices_train_the_same_network(tmp_path):
    """On two devices of one computer the figures are those that one device comes to."""
    mirrored = TWO_PROCESSORS + DISTRIBUTED.format(
        scope="tf.distribute.MirroredStrategy(['CPU:0', 'CPU:1']).scope()"
    )
    alone = DISTRIBUTED.format(scope="resnets_utils.all_devices()")
    one = _result(_run(tmp_path / "one", alone))
    two = _result(_run(tmp_path / "two", mirrored))

    assert (one[0], two[0]) == (1, 2)
    np.testing.assert_allclose(two[1], one[1], atol=1e-4)


def test_several_machines_are_refused_in_words(utils, monkeypatch):
    """Keras 3 fails under MultiWorkerMirroredStrategy with a riddle; here it is said beforehand."""
    cluster = {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(cluster))

    with pytest.raises(NotImplementedError, match="names 2 computers"):
        utils.all_devices()


# --- what a network does ---------------------------------------------------------------------


def test_gradient_vanishes_or_explodes_in_plain_networks_alone(utils, batch):
    """What section 3 of the notebook says of its figure: 50 layers, three kinds of networks."""
    plain, normalised, residual = (
        utils.gradient_norms(*batch, depth=50, shortcuts=shortcuts, normalise=normalise)
        for shortcuts, normalise in ((False, False), (False, True), (True, False))
    )

    assert plain.shape == normalised.shape == residual.shape == (26,)
    assert plain[0] < 1e-6 * plain[-1]
    assert normalised[0] > 1e3 * normalised[-1]
    assert 0.1 * residual[-1] < residual[0] < 100 * residual[-1]


def test_normalisation_makes_the_size_of_first_weights_harmless(utils, batch):
    """What section 4 of the notebook says of weights that are twice as large."""
    usual, large, usual_normalised, large_normalised = (
        utils.signal_sizes(batch[0], depth=50, normalise=normalise, factor=factor)[-1]
        for normalise in (False, True)
        for factor in (1.0, 2.0)
    )

    assert large > 1e6 * usual
    assert math.isclose(usual_normalised, large_normalised, rel_tol=0.02)
    assert large_normalised < 10


def test_silenced_block_is_its_shortcut_and_comes_back(utils, monkeypatch):
    """A block without its main path hands its input on; afterwards the network is as it was."""
    import keras
    import matplotlib as mpl
    from keras import layers

    mpl.use("Agg")
    keras.utils.set_random_seed(2)
    entry = keras.Input((4, 4, 3))
    y = layers.BatchNormalization(gamma_initializer="random_normal")(layers.Conv2D(3, 1)(entry))
    features = layers.Add()([y, entry])
    scores = layers.Dense(2, activation="softmax")(layers.Flatten()(features))
    model = keras.Model(entry, scores)
    looked = keras.Model(entry, features)
    images = np.random.default_rng(0).random((8, 4, 4, 3), np.float32)
    before, seen = values(model), []
    usual = model.predict
    monkeypatch.setattr(
        model, "predict", lambda x, **o: (seen.append(np.asarray(looked(x))), usual(x, **o))[1]
    )
    figure = utils.plot_without_blocks(model, images, np.zeros((1, 8), int))

    whole, silenced = seen
    assert np.abs(whole - images).max() > 1e-3
    np.testing.assert_allclose(silenced, images, atol=1e-6)
    np.testing.assert_array_equal(values(model), before)
    assert "without block 1" in figure.description


def test_network_of_no_identity_block_cannot_lose_one(utils):
    """A network without a bare shortcut is refused in words."""
    with pytest.raises(ValueError, match="no identity block"):
        utils.plot_without_blocks(network(), np.zeros((1, 16, 16, 3)), [0])


def test_network_looks_where_what_it_counts_is(utils):
    """A network that adds up the red of each place looks at the red place."""
    import keras
    from keras import layers

    image = np.zeros((32, 32, 3), np.float32)
    image[4:8, 20:24, 0] = 1
    entry = keras.Input((32, 32, 3))
    x = layers.Conv2D(1, 4, strides=4, use_bias=False)(entry)
    scores = layers.Dense(2, activation="softmax")(layers.Flatten()(layers.AveragePooling2D(8)(x)))
    model = keras.Model(entry, scores)
    kernel = np.zeros((4, 4, 3, 1), np.float32)
    kernel[:, :, 0] = 1
    model.set_weights([kernel, np.array([[-1.0, 1.0]]), np.zeros(2)])
    found, label = utils.class_activation(model, image)

    assert label == 1
    assert np.unravel_index(found.argmax(), found.shape) == (1, 5)
    assert math.isclose(found.max(), 1)


def test_network_without_places_cannot_be_looked_at(utils):
    """A network of dense layers alone has no feature map, and that is said."""
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])

    with pytest.raises(ValueError, match="no feature map"):
        utils.class_activation(model, np.zeros((4,)))
    with pytest.raises(ValueError, match="no convolution on three colours"):
        utils.plot_filters(model)
