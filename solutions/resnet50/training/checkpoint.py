"""Everything that training needs to go on, in one file."""

import hashlib
import json
from dataclasses import asdict

import h5py
import numpy as np


def name_of(plan, images, labels):
    """What a run is recognised by: its settings, and a digest of what it learns from."""
    digest = hashlib.sha256(np.ascontiguousarray(images).tobytes() + labels.tobytes())
    return {**asdict(plan), "pictures": len(images), "sha256": digest.hexdigest()[:16]}


def save_checkpoint(path, model, name, history):
    """Write weights, optimizer and the epochs so far, whole or not at all."""
    unfinished = path.with_suffix(".part")
    with h5py.File(unfinished, "w") as file:
        file.attrs["run"] = json.dumps(name)
        file.attrs["history"] = json.dumps(history)
        for number, variable in enumerate(model.variables):
            file[f"model/{number}"] = np.asarray(variable)
        for number, variable in enumerate(model.optimizer.variables):
            file[f"optimizer/{number}"] = np.asarray(variable)
    unfinished.replace(path)


def load_checkpoint(path, model, name):
    """What each finished epoch came to, [] without a checkpoint; sets weights and optimizer."""
    if not path.exists():
        return []
    with h5py.File(path, "r") as file:
        then = json.loads(file.attrs.get("run", "{}"))
        if then != name:
            changed = [f"{key} was {then.get(key)}, is {name[key]}"
                       for key in name if then.get(key) != name[key]]  # fmt: skip
            raise ValueError(
                f"{path} belongs to another run: {'; '.join(changed)}. Delete it, or choose "
                "another --work folder."
            )
        for number, variable in enumerate(model.variables):
            variable.assign(file[f"model/{number}"][()])
        for number, variable in enumerate(model.optimizer.variables):
            variable.assign(file[f"optimizer/{number}"][()])
        return json.loads(file.attrs["history"])
