"""Model files of every form are read as data, and each weight reaches the layer it belongs to."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from formula import formula_images, formula_weight
from structures import NAMES, structure, write_model_file

from reskit.course import find_course
from reskit.weights.architecture import written_out
from reskit.weights.fit import TRAINS, Fitted, fit
from reskit.weights.forward import predictions
from reskit.weights.model_file import ModelFile, read_model_file
from reskit.weights.opened import UnreadableFileError, opened
from reskit.weights.problems import UnfitError
from reskit.weights.reference import reference_network

REFERENCE = reference_network(find_course())
NEAR = 1e-4  # float32 sums of thousands of terms, in another order, through fifty layers
FIXED_TO_TRAINING = "keras2_archive"  # what Keras 2 predicts with it depends on the batch

Config = dict[str, Any]


def fitted(path: Path) -> Fitted:
    """Return the reference with the weights of a file in it."""
    return fit(read_model_file(path), REFERENCE)


def misplaced(found: Fitted) -> list[tuple[str, str]]:
    """Return the weights that are not those of their role."""
    return [
        (found.roles[place], name)
        for place, weights in found.weights.items()
        for name, values in weights.items()
        if not np.array_equal(values, formula_weight(found.roles[place], name, values.shape))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_each_weight_reaches_its_layer(name: str, tmp_path: Path) -> None:
    """Whoever wrote the file, and however, the weights come to the layers they were trained in."""
    found = fitted(write_model_file(name, tmp_path))

    assert len(found.weights) == 107
    assert misplaced(found) == []
    assert found.proof == ("order" if "weights" in name else "graph")


@pytest.mark.parametrize("name", ["keras2_plus", "keras2_weights_swapped", "keras3_nested"])
def test_predictions_are_those_that_keras_made(name: str, tmp_path: Path) -> None:
    """The network says of two images what the Keras that saved it said of them."""
    found = fitted(write_model_file(name, tmp_path))

    received = predictions(found.network, found.weights, formula_images())

    expected = np.array(structure(name)["predictions"])
    assert np.abs(received - expected).max() < NEAR
    assert np.ptp(expected) > 0.3  # such that a wrong weight would show


def test_training_mode_that_was_saved_is_told_and_left_aside(tmp_path: Path) -> None:
    """A network saved with training=True in its calls is evaluated as Keras 3 evaluates it."""
    found = fitted(write_model_file(FIXED_TO_TRAINING, tmp_path))

    assert found.notes == (TRAINS,)


def layers_of(told: dict[str, Any]) -> list[Config]:
    """Return the layers in the configuration of a structure."""
    config: Config = json.loads(told["attributes"]["model_config"])
    layers: list[Config] = config["config"]["layers"]
    return layers


def with_layers(told: dict[str, Any], change: Callable[[list[Config]], None]) -> None:
    """Change the layers in the configuration of a structure."""
    config = json.loads(told["attributes"]["model_config"])
    change(config["config"]["layers"])
    told["attributes"]["model_config"] = json.dumps(config)


def named(layers: list[Config], name: str) -> Config:
    """Return the layer of this name."""
    return next(layer for layer in layers if layer["config"]["name"] == name)


def unfit(name: str, change: Callable[[list[Config]], None]) -> UnfitError:
    """Return why a file does not fit whose layers were changed; its weights are not asked for."""
    told = structure(name)
    with_layers(told, change)
    config = json.loads(told["attributes"]["model_config"])
    file = ModelFile(Path("model.h5"), "0" * 64, 1, None, "layers", config, ())
    with pytest.raises(UnfitError) as caught:
        fit(file, REFERENCE)
    return caught.value


def set_layer(layers: list[Config], name: str, **entries: Any) -> None:
    """Change the entries of a layer: its class, its module …"""
    named(layers, name).update(entries)


def set_config(layers: list[Config], name: str, **settings: Any) -> None:
    """Change the settings of a layer."""
    named(layers, name)["config"].update(settings)


CODE = [
    ("keras2_add", {"class_name": "Lambda"}, "Lambda layer"),
    ("keras2_add", {"class_name": "MyRelu"}, "MyRelu"),
    ("keras3_full", {"class_name": "Lambda", "module": "keras.layers"}, "Lambda layer"),
    ("keras3_full", {"registered_name": "Mine>MyRelu"}, "Mine>MyRelu"),
    ("keras3_full", {"module": "os", "class_name": "system"}, "os.system"),
    ("keras2_add", {"class_name": "TFOpLambda"}, "TensorFlow function"),
]


@pytest.mark.parametrize(("name", "entries", "told"), CODE)
def test_layers_that_are_code_are_refused_by_name(
    name: str, entries: dict[str, Any], told: str
) -> None:
    """A Lambda layer or a class of somebody's own is never made; the message names it."""
    layer = next(each for each in layers_of(structure(name)) if each["class_name"] == "Activation")
    own = layer["config"]["name"]

    error = unfit(name, lambda layers: set_layer(layers, own, **entries))

    assert repr(own) in str(error)
    assert told in str(error)


def test_a_model_that_is_a_class_of_its_own_is_refused() -> None:
    """Only functional and sequential models say how their layers are connected."""
    config = {"class_name": "MyNet", "config": {}}
    file = ModelFile(Path("model.h5"), "0" * 64, 1, None, "layers", config, ())

    with pytest.raises(UnfitError, match="MyNet"):
        fit(file, REFERENCE)


WRONG = [
    ("conv2d_2", {"padding": "valid"}, "stage1.block1.main.conv2"),
    ("conv2d_11", {"strides": [1, 1]}, "stage2.block1"),
    ("dense", {"activation": "sigmoid"}, "head.dense"),
    ("average_pooling2d", {"pool_size": [1, 1], "strides": [1, 1]}, "head.pool"),
]


@pytest.mark.parametrize(("layer", "settings", "role"), WRONG)
def test_another_network_is_told_by_roles(layer: str, settings: dict[str, Any], role: str) -> None:
    """A file with another architecture is refused, and the layer that differs is named."""
    error = unfit("keras2_add", lambda layers: set_config(layers, layer, **settings))

    assert any(role in (problem.role or "") for problem in error.problems)
    assert "another network" in str(error)


def test_a_network_with_a_block_too_few_is_told() -> None:
    """A network cut short by a block is refused in the words of the exercise."""

    def change(layers: list[Config]) -> None:
        ends = ["activation_6", "activation_9"]  # of the second and the third block of stage 1
        text = json.dumps(layers).replace(f'"{ends[1]}", 0, 0', f'"{ends[0]}", 0, 0')
        inside = {f"{kind}_{n}" for kind in ("conv2d", "batch_normalization") for n in (8, 9, 10)}
        inside |= {"activation_7", "activation_8", "activation_9", "add_2"}
        layers[:] = [each for each in json.loads(text) if each["name"] not in inside]

    error = unfit("keras2_add", change)

    assert "stage 1 has 1 identity block" in str(error).lower()


def test_a_weight_of_another_shape_is_told_with_its_layer(tmp_path: Path) -> None:
    """Where the file contradicts itself: which layer, what was expected, what was received."""

    def change(told: dict[str, Any]) -> None:
        entry = told["datasets"]["model_weights/conv2d_2/conv2d_2/kernel:0"]
        entry["shape"] = [3, 3, 64, 32]

    with pytest.raises(UnfitError) as caught:
        fitted(write_model_file("keras2_add", tmp_path, change))

    (problem,) = caught.value.problems
    assert problem.role == "stage1.block1.main.conv2"
    assert "conv2d_2" in problem.message
    assert "3×3×64×32, expected 3×3×64×64" in problem.message


def test_a_missing_weight_is_told_with_its_layer(tmp_path: Path) -> None:
    """A file that lacks a layer's weights says which layer has none."""

    def change(told: dict[str, Any]) -> None:
        told["groups"]["model_weights/dense"]["weight_names"] = ["dense/kernel:0"]

    with pytest.raises(UnfitError, match=r"head\.dense .*bias 6 is missing"):
        fitted(write_model_file("keras2_add", tmp_path, change))


def test_weights_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    """A network whose training has diverged is not evaluated to nonsense."""
    path = write_model_file("keras3_weights", tmp_path)
    with h5py.File(path, "r+") as file:
        file["layers/conv2d/vars/1"][3] = np.nan

    with pytest.raises(UnfitError, match=r"stem\.conv .*1 of the 64 numbers of bias"):
        fitted(path)


def test_weights_alone_of_another_network_are_told_layer_by_layer(tmp_path: Path) -> None:
    """Weights without a network do not fit where one layer is missing: it is said where."""
    path = write_model_file("keras2_weights", tmp_path)
    with h5py.File(path, "r+") as file:
        names = [name for name in file.attrs["layer_names"] if "stage4_block3" not in str(name)]
        file.attrs["layer_names"] = names

    with pytest.raises(UnfitError) as caught:
        fitted(path)

    assert {problem.role for problem in caught.value.problems} >= {
        "stage4.block3.main.conv1",
        "stage4.block3.main.bn3",
    }
    assert "weights alone" in str(caught.value)


def test_weights_with_the_names_of_old_releases_are_read(tmp_path: Path) -> None:
    """Before Keras 2 a weight was called conv2d_W, and its place in the group told which it is."""

    def change(told: dict[str, Any]) -> None:
        group = told["groups"]["model_weights/conv2d"]
        for old, new in (("kernel:0", "conv2d_W:0"), ("bias:0", "conv2d_b:0")):
            entry = told["datasets"].pop(f"model_weights/conv2d/conv2d/{old}")
            told["datasets"][f"model_weights/conv2d/{new}"] = entry
        group["weight_names"] = ["conv2d_W:0", "conv2d_b:0"]

    assert misplaced(fitted(write_model_file("keras2_add", tmp_path, change))) == []


def test_another_number_of_classes_is_read(tmp_path: Path) -> None:
    """The network of the exercise may have been built for other classes than six."""

    def change(told: dict[str, Any]) -> None:
        with_layers(told, lambda layers: set_config(layers, "dense", units=4))
        for name, shape in (("kernel:0", [2048, 4]), ("bias:0", [4])):
            told["datasets"][f"model_weights/dense/dense/{name}"]["shape"] = shape

    found = fitted(write_model_file("keras2_add", tmp_path, change))

    assert found.classes == 4
    assert predictions(found.network, found.weights, formula_images(1)).shape == (1, 4)


def test_a_network_written_otherwise_is_run_as_it_is(tmp_path: Path) -> None:
    """A head with a global pooling computes the same, and is evaluated."""

    def change(layers: list[Config]) -> None:
        pooling = named(layers, "average_pooling2d")
        pooling["class_name"] = "GlobalAveragePooling2D"
        pooling["config"] = {"name": "average_pooling2d", "data_format": "channels_last"}

    path = write_model_file("keras2_add", tmp_path, lambda told: with_layers(told, change))
    found = fitted(path)

    received = predictions(found.network, found.weights, formula_images())
    expected = np.array(structure("keras2_add")["predictions"])
    assert np.abs(received - expected).max() < NEAR


def test_halves_are_read_as_numbers(tmp_path: Path) -> None:
    """Weights stored as bfloat16 or float16 are read as what they stand for."""
    path = write_model_file("keras3_weights", tmp_path)
    with h5py.File(path, "r+") as file:
        place = file["layers/conv2d/vars"]
        del place["1"]
        numbers = np.arange(64, dtype="<f4")
        place.create_dataset("1", data=(numbers.view("<u4") >> 16).astype("<u2"))
        place["1"].attrs["dtype"] = "bfloat16"
        kernel = place["0"][()].astype("<f2")
        del place["0"]
        place["0"] = kernel

    found = fitted(path)

    (stem,) = [place for place, role in found.roles.items() if role == "stem.conv"]
    assert found.weights[stem]["bias"].tolist() == numbers.tolist()
    assert np.array_equal(found.weights[stem]["kernel"], kernel.astype("<f4"))


def refusal(path: Path) -> str:
    """Return why a file cannot be read."""
    with pytest.raises(UnreadableFileError) as caught:
        read_model_file(path)
    return str(caught.value)


OTHER_FILES = [
    (b"", "empty"),
    (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    (b"<!DOCTYPE html><html>", "web page"),
    (b'{"class_name": "Functional"}', "JSON"),
    (b"\x80\x04\x95csystem", "pickle"),
    (b"\x93NUMPY\x01\x00", "NumPy"),
    (b"import os\n", "neither HDF5 nor a .keras archive"),
    (b"\x89HDF\r\n\x1a\n" + b"\0" * 100, "damaged"),
    (b"PK\x03\x04" + b"\0" * 100, "damaged or cut short"),
]


@pytest.mark.parametrize(("data", "told"), OTHER_FILES)
def test_other_files_are_told_apart(data: bytes, told: str, tmp_path: Path) -> None:
    """What is no model file is refused with a guess of what it is."""
    path = tmp_path / "model.h5"
    path.write_bytes(data)

    assert told in refusal(path)


def test_a_file_cut_short_is_told(tmp_path: Path) -> None:
    """A broken download says that the file is cut short."""
    whole = find_course().solution / "resnet50.h5"
    path = tmp_path / "model.h5"
    path.write_bytes(whole.read_bytes()[:-1_000])

    assert "cut short" in refusal(path)


def test_a_zip_that_is_no_model_is_told(tmp_path: Path) -> None:
    """A zip with other things in it names what it has."""
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("homework.txt", "all of it")

    assert "homework.txt" in refusal(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """A configuration of nine megabytes in a small file is not taken."""
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", " " * (9 << 20))
        archive.writestr("model.weights.h5", b"")

    assert "more than 8,388,608 bytes" in refusal(path)


def test_a_data_set_is_no_model() -> None:
    """Images handed in for a model are told by what they are."""
    told = refusal(find_course().solution / "datasets" / "test_signs.h5")

    assert "images and labels" in told


def test_an_array_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """A weight of ten thousand million numbers takes no memory in the file, and none here."""
    path = tmp_path / "bomb.weights.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/conv2d/vars/0", (100_000, 100_000), "f4", chunks=(1000, 1000))

    assert "10,000,000,000 numbers" in refusal(path)


@pytest.mark.parametrize("kind", ["link", "virtual", "external"])
def test_nothing_is_followed_out_of_the_file(kind: str, tmp_path: Path) -> None:
    """A file that points at another file does not have it read."""
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["numbers"] = np.arange(4.0)
    path = tmp_path / "made.weights.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("layers/conv2d/vars")
        if kind == "link":
            group["0"] = h5py.ExternalLink(str(secret), "numbers")
        elif kind == "virtual":
            layout = h5py.VirtualLayout((4,), "f8")
            layout[:] = h5py.VirtualSource(str(secret), "numbers", (4,))
            group.create_virtual_dataset("0", layout)
        else:
            group.create_dataset("0", (4,), "f8", external=[(str(secret), 0, 32)])

    assert "somewhere else" in refusal(path) or "another file" in refusal(path)


def test_weights_that_are_objects_are_refused(tmp_path: Path) -> None:
    """Texts in the place of numbers are no weights."""
    path = tmp_path / "texts.weights.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/conv2d/vars/0", data=["os.system('true')"])

    assert "expected floating-point numbers" in refusal(path)


def test_folders_links_and_large_files_are_not_opened(tmp_path: Path) -> None:
    """What is no regular file of a sensible size is refused before anything reads it."""
    (tmp_path / "saved_model").mkdir()
    link = tmp_path / "link.h5"
    link.symlink_to(find_course().solution / "resnet50.h5")

    assert "SavedModel" in refusal(tmp_path / "saved_model")
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read_model_file(link, follow=False)
    with pytest.raises(UnreadableFileError, match="at most 1,000 are read"), opened(link, 1_000):
        pass


def test_roles_of_the_reference_are_those_of_the_contract() -> None:
    """Every layer has the name that reports use, and the weights add up to those of ResNet-50."""
    architecture = written_out(REFERENCE)

    roles = set(architecture.roles.values())
    sizes = [
        int(np.prod(shape))
        for shapes in architecture.weight_shapes().values()
        for shape in shapes.values()
    ]
    assert {"stem.conv", "stage1.block1.shortcut.bn", "stage3.block6.main.conv2"} <= roles
    assert {"stage4.block3.relu", "head.pool", "head.flatten", "head.dense"} <= roles
    assert sum(sizes) == 23_600_006


def test_a_second_copy_gives_the_same_digest(tmp_path: Path) -> None:
    """Reports can say which file was evaluated."""
    path = find_course().solution / "resnet50.h5"
    copy = shutil.copy(path, tmp_path / "copy.h5")

    assert read_model_file(path).sha256 == read_model_file(Path(copy)).sha256


def test_an_archive_with_code_in_place_of_json_is_refused(tmp_path: Path) -> None:
    """A configuration is read as JSON and as nothing else."""
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        file["layers/conv2d/vars/0"] = np.zeros(3, "f4")
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "__import__('os').system('true')")
        archive.writestr("model.weights.h5", weights.getvalue())

    assert "not JSON" in refusal(path)
