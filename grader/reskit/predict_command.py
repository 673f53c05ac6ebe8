"""`reskit predict`: what a model file says of pictures, and a picture of what it saw."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from reskit.course import Course
from reskit.render.plain import plain
from reskit.render.prediction import Prediction, prediction_figure, prediction_text
from reskit.weights.evaluating import predicted
from reskit.weights.fit import fit
from reskit.weights.forward import NotRunnableError
from reskit.weights.model_file import read_model_file
from reskit.weights.opened import UnreadableFileError
from reskit.weights.picture import read_picture
from reskit.weights.problems import UnfitError
from reskit.weights.reference import reference_network
from reskit.writing import write_bytes, write_text


def predict(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Classify `options.images` with `options.model`. Returns 0, 1 where one cannot be, 2."""
    absent = [path for path in (options.model, *options.images) if not path.exists()]
    for path in absent:
        console.print(f"There is no file {path}.", markup=False, highlight=False)
    if absent:
        return 2
    try:
        with console.status("reading"):
            fitted = fit(read_model_file(options.model), reference_network(course))
    except (UnreadableFileError, UnfitError) as error:
        _complain(console, options.model, error)
        return 1
    failed = False
    names = _file_names(options.images)
    for path, name in zip(options.images, names, strict=True):
        try:
            picture = read_picture(path)
            (chances,) = predicted(fitted, picture.pixels[np.newaxis])
        except (UnreadableFileError, UnfitError, NotRunnableError) as error:
            _complain(console, path, error)
            failed = True
            continue
        found = Prediction(
            str(path), picture.size, picture.pixels, tuple(float(each) for each in chances)
        )
        if options.json:
            print(json.dumps(_as_data(found)), flush=True)
        else:
            print(prediction_text(found), end="\n\n", flush=True)
        write_bytes(options.out / f"{name}.png", prediction_figure(found))
        write_text(options.out / f"{name}.txt", prediction_text(found) + "\n")
        console.print(plain(f"wrote {options.out / name}.png"), markup=False, highlight=False)
    return 1 if failed else 0


def _complain(console: Console, path: Path, error: Exception) -> None:
    told = plain(f"{path}: {error}")
    console.print(told, style="red", markup=False, highlight=False, soft_wrap=True)


def _as_data(found: Prediction) -> dict[str, Any]:
    return {
        "path": found.path,
        "size": list(found.size),
        "class": found.best,
        "probabilities": list(found.chances),
    }


def _file_names(paths: Sequence[Path]) -> list[str]:
    """Return a name for what is written of each picture; the same name is given once."""
    names: list[str] = []
    for path in paths:
        name, number = path.stem or "picture", 1
        while name in names:
            number += 1
            name = f"{path.stem}-{number}"
        names.append(name)
    return names
