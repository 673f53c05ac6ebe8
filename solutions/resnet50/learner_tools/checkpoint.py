"""What a training keeps on disk, and how it is found again."""

import hashlib
import json

import h5py
import numpy as np


def _weights(model):
    return [variable.value.numpy() for variable in model.weights]


def _name_of_run(model, images, labels, batch_size, seed):
    """What a checkpoint is recognised by: the layers, the data and what orders it."""
    layers = [(type(layer).__name__, [w.shape for w in layer.weights]) for layer in model.layers]
    kind = type(model.optimizer).__name__
    digest = hashlib.sha256(repr((layers, kind, batch_size, seed)).encode())
    for values in (images, labels):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _resumed(model, file, run):
    """The figures in the checkpoint of this run, {} without one; sets weights and optimizer."""
    if not file.is_file():
        return {}
    with h5py.File(file, "r") as stored:
        if stored.attrs.get("run") != run:
            print(f"{file} is of another network or other data; it will be replaced.")
            return {}
        for group, variables in (
            ("model", model.weights),
            ("optimizer", model.optimizer.variables),
        ):
            for number, variable in enumerate(variables):
                variable.assign(stored[f"{group}/{number}"][()])
        return json.loads(stored.attrs["history"])


def _save_run(model, file, run, history):
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with h5py.File(unfinished, "w") as stored:
        stored.attrs["run"], stored.attrs["history"] = run, json.dumps(history)
        for group, variables in (
            ("model", model.weights),
            ("optimizer", model.optimizer.variables),
        ):
            for number, variable in enumerate(variables):
                stored[f"{group}/{number}"] = variable.value.numpy()
    unfinished.replace(file)
