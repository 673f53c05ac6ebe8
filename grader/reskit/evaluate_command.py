"""`reskit evaluate`: what a model file comes to on labelled images."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reskit.course import Course
from reskit.progress import progress
from reskit.render.confusion import confusion_figure, confusion_text
from reskit.render.plain import plain
from reskit.weights.evaluating import LabelledImages, evaluate, read_labelled_images
from reskit.weights.evaluation import Evaluation
from reskit.weights.fit import Fitted, fit
from reskit.weights.forward import NotRunnableError
from reskit.weights.model_file import ModelFile, read_model_file
from reskit.weights.opened import UnreadableFileError
from reskit.weights.problems import UnfitError
from reskit.weights.reference import own_test_set, reference_network
from reskit.writing import write_bytes, write_text

SCHEMA = "reskit.evaluation/1"
PROOFS = {
    "graph": "the ResNet-50 of the exercise, layer by layer",
    "numbers": "another form of the ResNet-50 of the exercise: the same numbers",
    "order": "weights alone, assigned to the ResNet-50 of the exercise by order and shape",
}


def evaluate_model(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Evaluate `options.model` on `options.data`. Returns 0, 1 if it cannot be, 2 on wrong use."""
    data_path = options.data or own_test_set(course)
    for path in (options.model, data_path):
        if not path.exists():
            console.print(f"There is no file {path}.", markup=False, highlight=False)
            return 2
    try:
        with console.status("reading"):
            place = data_path
            data = read_labelled_images(data_path)
            place = options.model
            file = read_model_file(options.model)
            fitted = fit(file, reference_network(course))
        with progress("evaluating", len(data.images), console) as advance:
            found = evaluate(fitted, data, advance)
    except (UnreadableFileError, UnfitError, NotRunnableError) as error:
        told = plain(f"{place}: {error}")
        console.print(told, style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    figures = as_data(file, fitted, data, found)
    if options.json:
        print(json.dumps(figures))
    else:
        _print(figures, found)
    if options.out:
        _write(options.out, figures, found, console)
    return 0


def as_data(
    file: ModelFile, fitted: Fitted, data: LabelledImages, found: Evaluation
) -> dict[str, Any]:
    """Return the evaluation as JSON-ready data."""
    weights = [values for layer in fitted.weights.values() for values in layer.values()]
    return {
        "schema": SCHEMA,
        "model": {
            "path": str(file.path),
            "sha256": file.sha256,
            "bytes": file.size,
            "form": file.form,
            "keras": file.keras,
            "weights": sum(int(values.size) for values in weights),
            "equal_by": fitted.proof,
        },
        "data": {"path": str(data.path), "split": data.split, "images": found.images},
        "loss": found.loss,
        "accuracy": found.accuracy,
        "right": found.right,
        "classes": [
            {
                "name": name,
                "images": found.of_class(number)[0],
                "right": found.of_class(number)[1],
                "accuracy": _share(*found.of_class(number)),
            }
            for number, name in enumerate(found.classes)
        ],
        "confusion": [list(row) for row in found.confusion],
        "notes": list(fitted.notes),
    }


def _share(images: int, right: int) -> float | None:
    return right / images if images else None


def _heading(told: dict[str, Any]) -> list[str]:
    model, data = told["model"], told["data"]
    version = f", by Keras {model['keras']}" if model["keras"] else ""
    return [
        f"model     {plain(model['path'])}: {model['form']}{version}",
        f"network   {PROOFS[model['equal_by']]} ({model['weights']:,} weights)",
        f"data      {plain(data['path'])}: {data['split']} set, {data['images']:,} images",
        *(f"note      {note}" for note in told["notes"]),
        "",
        f"loss      {told['loss']:.4f}",
        f"accuracy  {told['accuracy']:.4f} ({told['right']:,} of {data['images']:,} images)",
        "",
    ]


def _print(told: dict[str, Any], found: Evaluation) -> None:
    terminal = Console()
    print("\n".join(_heading(told)))
    if not terminal.is_terminal:
        print(confusion_text(found), flush=True)
        return
    table = Table(title="what the network says, for each label")
    table.add_column("label", justify="right")
    for name in found.classes:
        table.add_column(plain(name), justify="right")
    table.add_column("right", justify="right")
    for number, (name, row) in enumerate(zip(found.classes, found.confusion, strict=True)):
        cells = [
            f"[bold]{count}[/bold]" if place == number else str(count or "·")
            for place, count in enumerate(row)
        ]
        share = _share(*found.of_class(number))
        table.add_row(plain(name), *cells, "" if share is None else f"{share:.1%}")
    terminal.print(table)


def _write(out: Path, told: dict[str, Any], found: Evaluation, console: Console) -> None:
    text = "\n".join([*_heading(told), confusion_text(found)])
    write_text(out / "evaluation.json", json.dumps(told, indent=2) + "\n")
    write_text(out / "evaluation.txt", text + "\n")
    write_bytes(out / "confusion.png", confusion_figure(found, told["model"]["path"]))
    console.print(
        f"wrote {out}/evaluation.json, evaluation.txt, confusion.png", markup=False, highlight=False
    )
