"""What is read from model files, beside Keras itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from formula import formula_images, formula_weight

from reskit.cli import main
from reskit.course import Course
from reskit.probe.program import needed, read_program
from reskit.probe.running import run
from reskit.weights.evaluating import predicted
from reskit.weights.fit import Fitted, fit
from reskit.weights.forward import predictions
from reskit.weights.model_file import read_model_file
from reskit.weights.reference import own_test_set, reference_network

pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # Keras's own
]
NEAR = 1e-4  # float32 sums of thousands of terms, in another order, through fifty layers
FORMS = ("full.h5", "archive.keras", "alone.weights.h5")
PLUS = ("layers.Add()([X, X_shortcut])", "X_shortcut + X")


def network(reference: str) -> Any:
    """Return the ResNet50 that a program builds, with weights from a formula."""
    import keras

    keras.utils.clear_session()  # the formula reads names, which count what was built before
    space = run(needed(read_program([reference]), ["ResNet50"]), [reference])
    model = space.function("ResNet50")()
    for layer in model.layers:
        for weight in layer.weights:
            name = weight.name.removeprefix("moving_")
            weight.assign(formula_weight(layer.name, name, tuple(weight.shape)))
    return model


@pytest.mark.parametrize("plus", [False, True], ids=["Add", "plus"])
def test_what_keras_saves_predicts_what_keras_predicts(
    plus: bool, reference: str, course: Course, tmp_path: Path
) -> None:
    """Each form that today's Keras writes gives the numbers of the model that it was saved from."""
    text = reference.replace(*PLUS) if plus else reference
    assert (text != reference) == plus
    model = network(text)
    images = formula_images()
    expected = np.array(model(images, training=False))
    for form in FORMS:
        path = tmp_path / form
        (model.save_weights if "weights" in form else model.save)(path)

        found = fit(read_model_file(path), reference_network(course))

        received = predictions(found.network, found.weights, images)
        assert np.abs(received - expected).max() < NEAR, form


@pytest.fixture(scope="module")
def shipped(course: Course) -> tuple[Any, Fitted]:
    """Return the pre-trained network, as Keras loads it and as it is read here."""
    import keras

    path = course.solution / "resnet50.h5"
    return keras.models.load_model(path), fit(read_model_file(path), reference_network(course))


def test_the_shipped_network_says_what_keras_has_it_say(
    shipped: tuple[Any, Fitted], course: Course
) -> None:
    """Image by image, the probabilities of the pre-trained network are those of Keras."""
    model, fitted = shipped
    with h5py.File(own_test_set(course)) as file:
        images = file["test_set_x"][:40]

    expected = np.array(model(images.astype(np.float32) / np.float32(255), training=False))

    assert np.abs(predicted(fitted, images) - expected).max() < NEAR


def test_evaluate_gives_the_figures_of_keras(
    shipped: tuple[Any, Fitted],
    course: Course,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`reskit evaluate` has the loss and accuracy that `model.evaluate` has."""
    model, _ = shipped
    with h5py.File(own_test_set(course)) as file:
        images = file["test_set_x"][()].astype(np.float32) / np.float32(255)
        labels = np.eye(6, dtype=np.float32)[file["test_set_y"][()].reshape(-1)]
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(images, labels, verbose=0)

    main(["evaluate", str(course.solution / "resnet50.h5"), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["loss"] == pytest.approx(loss, abs=1e-4)
    assert told["accuracy"] == pytest.approx(accuracy, abs=1e-6)


SECTIONS = """
[model_file]
name = "my_model.keras"
accuracy = 0.05
points = 5

[pretrained]
weights = "resnet50.h5"

[limits]"""


def test_grading_evaluates_what_the_manifest_asks_for(
    reference: str, tmp_path: Path, copied: Callable[[Path], Course]
) -> None:
    """A right notebook with a model file beside it: points for both, and the weights fit in."""
    from reskit.grading import Grader

    asked = copied(tmp_path / "course")
    text = asked.manifest.read_text(encoding="utf-8").replace("[limits]", SECTIONS, 1)
    asked.manifest.write_text(text.replace("max_score = 100", "max_score = 105"), encoding="utf-8")
    folder = tmp_path / "someone"
    folder.mkdir()
    (folder / "ResNet50.py").write_text(reference, encoding="utf-8")
    network(reference).save(folder / "my_model.keras")

    with Grader(asked, jobs=1) as grader:
        report = grader.grade(folder / "ResNet50.py")

    assert report.model_file is not None and report.pretrained is not None
    assert report.model_file.accuracy is not None and report.model_file.cause is None
    assert report.score == 100 + report.model_file.score
    assert report.max_score == 105
    assert (report.pretrained.how, report.pretrained.same) == ("graph", True)


@pytest.fixture
def copied(course: Course) -> Callable[[Path], Course]:
    """Return what copies of the course all that grading needs."""

    def copy(root: Path) -> Course:
        made = Course(root)
        for path in (course.manifest, course.solution / "resnet50.h5", own_test_set(course)):
            target = root / path.relative_to(course.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        shutil.copytree(course.root / "outputs", root / "outputs")
        return made

    return copy
