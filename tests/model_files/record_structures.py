"""Record what Keras 2 and Keras 3 write when they save a ResNet-50: names, attributes, shapes.

The weights themselves come from a formula, so a structure of a few kilobytes stands for a file of
95 MB; `structures.py` writes the file again. Each structure tells which layer has which role, and
what Keras itself predicted.

Run it where TensorFlow 2.18 and tf_keras 2.18 are, outside the kit's environment:

    python tests/model_files/record_structures.py
"""

import argparse
import base64
import gzip
import importlib
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import h5py
import numpy as np
from formula import formula_images, formula_weight

HERE = Path(__file__).parent
STAGES = (  # filters, identity blocks, stride
    ((64, 64, 256), 2, 1),
    ((128, 128, 512), 3, 2),
    ((256, 256, 1024), 5, 2),
    ((512, 512, 2048), 2, 2),
)
NAMES = {"moving_mean": "mean", "moving_variance": "variance"}
VARIANTS = {  # name: (package, how blocks are written, file name)
    "keras2_add": ("tf_keras", {}, "model.h5"),
    "keras2_plus": ("tf_keras", {"plus": True, "relu_layer": True}, "model.h5"),
    "keras2_weights": ("tf_keras", {"names": True}, "weights.h5"),
    "keras2_weights_swapped": ("tf_keras", {"swapped": True}, "model.weights.h5"),
    "keras2_archive": ("tf_keras", {"plus": True, "training": True}, "model.keras"),
    "keras3_full": ("keras", {"plus": True}, "model.h5"),
    "keras3_weights": ("keras", {}, "model.weights.h5"),
    "keras3_weights_swapped": ("keras", {"swapped": True}, "model.weights.h5"),
    "keras3_archive": ("keras", {"swapped": True, "relu_layer": True}, "model.keras"),
    "keras3_nested": ("keras", {"nested": True}, "model.keras"),
}


class Writing:
    """Builds one ResNet-50, and remembers which layer has which role."""

    def __init__(
        self, keras, *, plus=False, relu_layer=False, names=False, swapped=False, training=False,
        nested=False,
    ):  # fmt: skip
        self.keras, self.plus, self.relu_layer = keras, plus, relu_layer
        self.names, self.swapped, self.training, self.nested = names, swapped, training, nested
        self.roles = {}

    def layer(self, kind, role, *arguments, **settings):
        if self.names:
            settings["name"] = f"own_{role.replace('.', '_')}"
        made = getattr(self.keras.layers, kind)(*arguments, **settings)
        self.roles[role] = made
        return made

    def normalised(self, x, role):
        layer = self.layer("BatchNormalization", role, axis=3)
        return layer(x, training=True) if self.training else layer(x)

    def relu(self, x):
        layers = self.keras.layers
        return layers.ReLU()(x) if self.relu_layer else layers.Activation("relu")(x)

    def block(self, x, role, filters, stride, convolutional):
        entry = x
        shortcut = x
        if convolutional and self.swapped:
            shortcut = self.shortcut(entry, role, filters, stride)
        sides = (("1", 1, stride, "valid"), ("2", 3, 1, "same"), ("3", 1, 1, "valid"))
        for (number, window, step, padding), count in zip(sides, filters, strict=True):
            x = self.layer(
                "Conv2D", f"{role}.main.conv{number}", count, window, strides=step, padding=padding
            )(x)
            x = self.normalised(x, f"{role}.main.bn{number}")
            x = self.relu(x) if number != "3" else x
        if convolutional and not self.swapped:
            shortcut = self.shortcut(entry, role, filters, stride)
        addends = [shortcut, x] if self.swapped else [x, shortcut]
        x = addends[0] + addends[1] if self.plus else self.keras.layers.Add()(addends)
        return self.relu(x)

    def shortcut(self, x, role, filters, stride):
        x = self.layer("Conv2D", f"{role}.shortcut.conv", filters[2], 1, strides=stride)(x)
        return self.normalised(x, f"{role}.shortcut.bn")

    def stages(self, x):
        for stage, (filters, count, stride) in enumerate(STAGES, start=1):
            x = self.block(x, f"stage{stage}.block1", filters, stride, True)
            for number in range(count):
                x = self.block(x, f"stage{stage}.block{number + 2}", filters, 1, False)
        return x

    def model(self):
        layers = self.keras.layers
        image = self.keras.Input((64, 64, 3))
        x = layers.ZeroPadding2D((3, 3))(image)
        x = self.layer("Conv2D", "stem.conv", 64, (7, 7), strides=(2, 2))(x)
        x = self.relu(self.normalised(x, "stem.bn"))
        x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)
        if self.nested:
            inside = self.keras.Input(x.shape[1:])
            x = self.keras.Model(inside, self.stages(inside), name="stages")(x)
        else:
            x = self.stages(x)
        x = layers.Flatten()(layers.AveragePooling2D((2, 2))(x))
        x = self.layer("Dense", "head.dense", 6, activation="softmax")(x)
        return self.keras.Model(image, x, name="ResNet50")


def plain_name(weight):
    name = weight.name.split("/")[-1].split(":")[0]
    return NAMES.get(name, name)


def structure_of(data):
    """{attributes, groups, datasets} of the HDF5 file in `data`."""
    groups, datasets = {}, {}

    def note(name, entry):
        attributes = {key: plain(value) for key, value in entry.attrs.items()}
        if isinstance(entry, h5py.Dataset):
            datasets[name] = {"shape": list(entry.shape), "type": entry.dtype.str} | (
                {"attributes": attributes} if attributes else {}
            )
        else:
            groups[name] = attributes

    with h5py.File(io.BytesIO(data), "r") as file:
        file.visititems(note)
        return {
            "attributes": {key: plain(value) for key, value in file.attrs.items()},
            "groups": groups,
            "datasets": datasets,
        }


def plain(value):
    if isinstance(value, bytes):
        return {"bytes": value.decode()}
    if isinstance(value, np.ndarray):
        return [plain(entry) for entry in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


def record(package, settings, file_name):
    keras = importlib.import_module(package)
    writing = Writing(keras, **settings)
    model = writing.model()
    if "weights" not in file_name:
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    told = {}
    for role, layer in writing.roles.items():
        values = [formula_weight(role, plain_name(w), tuple(w.shape)) for w in layer.weights]
        layer.set_weights(values)
        for weight, value in zip(layer.weights, values, strict=True):
            told[value.tobytes()] = [role, plain_name(weight)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name
        if "weights" in file_name:
            model.save_weights(path)
        else:
            model.save(path)
        data = path.read_bytes()
    members = {}
    if file_name.endswith(".keras"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        data = members.pop("model.weights.h5")
    structure = structure_of(data)
    with h5py.File(io.BytesIO(data), "r") as file:
        for name, entry in structure["datasets"].items():
            value = np.asarray(file[name])
            found = told.get(value.tobytes())
            if found is None:
                entry["value"] = base64.b64encode(value.tobytes()).decode()
                assert value.size < 10 or "optimizer" in name, name
            else:
                entry["weight"] = found
    return {
        "made_by": f"{package} {keras.__version__}",
        "file": file_name,
        "members": {name: text.decode() for name, text in members.items()},
        **structure,
        "predictions": model.predict(formula_images(), verbose=0).astype(float).tolist(),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="of the structures, all if none is given")
    names = parser.parse_args().names or VARIANTS
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    for name in names:
        importlib.import_module(VARIANTS[name][0]).backend.clear_session()
        text = json.dumps(record(*VARIANTS[name]), separators=(",", ":"))
        path = HERE / f"{name}.json.gz"
        path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        print(name, path.stat().st_size)


if __name__ == "__main__":
    main()
