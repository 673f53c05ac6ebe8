"""A model file beside the notebook, and the pre-trained weights in a learner's network."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from formula import formula_weight
from structures import write_model_file

from reskit.course import Course, find_course
from reskit.manifest import ManifestError, ModelFileRule, PretrainedRule, read_manifest
from reskit.network.operation import Network, Operation
from reskit.render.html import feedback_page
from reskit.render.text import first_problem, report_text
from reskit.report import ExerciseResult, ModelFileResult, Report
from reskit.stored_report import report_from_dict
from reskit.weights.architecture import written_out
from reskit.weights.evaluating import LabelledImages, evaluate, predicted
from reskit.weights.evaluation import Evaluation
from reskit.weights.fit import Fitted
from reskit.weights.handed_in import judged_model_file
from reskit.weights.in_networks import all_layers, pretrained_in
from reskit.weights.reference import asked_files, reference_network

COURSE = find_course()
REFERENCE = reference_network(COURSE)
RULE = ModelFileRule("my_model.h5", 0.5, 10)


def few_images() -> LabelledImages:
    """Return six images and labels that the formula's network gets half right."""
    stream = np.random.default_rng(3)
    images = stream.integers(0, 256, (6, 64, 64, 3), np.uint8)
    return LabelledImages(Path("few.h5"), "test", images, np.arange(6), tuple("012345"))


def never() -> LabelledImages:
    """Stand for images that are not to be asked for."""
    raise AssertionError("there is nothing to evaluate")


def formula_network() -> Fitted:
    """Return the reference with weights from a formula."""
    architecture = written_out(REFERENCE)
    weights = {
        place: {
            name: formula_weight(architecture.roles[place], name, shape)
            for name, shape in shapes.items()
        }
        for place, shapes in architecture.weight_shapes().items()
    }
    return Fitted(architecture.network, weights, architecture.roles, "graph", 6)


@pytest.fixture(scope="module")
def tried() -> Callable[[Network | None], Any]:
    """Return what tries the formula's weights in a network."""
    fitted, data = formula_network(), few_images()
    expected: Evaluation = evaluate(fitted, data)
    return lambda network: pretrained_in(network, fitted, expected, data)


def test_equal_graphs_need_no_computing(tried: Callable[[Network | None], Any]) -> None:
    """Where the graphs are equal, the pre-trained weights give the reference's accuracy."""
    found = tried(REFERENCE)

    assert (found.how, found.same) == ("graph", True)
    assert (found.accuracy, found.loss) == (found.expected_accuracy, found.expected_loss)
    assert "graphs, which are equal" in found.message


def changed(place: int, **settings: Any) -> Network:
    """Return the reference's network with other settings in one operation."""
    operations = list(REFERENCE.operations)
    operation = operations[place]
    operations[place] = replace(operation, settings={**operation.settings, **settings})
    return replace(REFERENCE, operations=tuple(operations))


def place_of(kind: str) -> int:
    """Return the position of the first operation of a kind."""
    return [operation.kind for operation in REFERENCE.operations].index(kind)


def test_another_form_of_the_network_is_computed(tried: Callable[[Network | None], Any]) -> None:
    """A pooling that is padded at no place computes the same: the numbers show it."""
    found = tried(changed(place_of("AveragePooling2D"), strides=[3, 3]))

    assert (found.how, found.same) == ("numbers", True)
    assert found.loss == found.expected_loss


def test_a_wrong_network_gives_other_numbers(tried: Callable[[Network | None], Any]) -> None:
    """With a wrong setting the weights still fit, and the numbers tell."""
    found = tried(changed(place_of("BatchNormalization"), epsilon=0.5))

    assert (found.how, found.same) == ("numbers", False)
    assert found.loss != found.expected_loss
    assert "the reference tells" in found.message


def test_the_order_of_paths_does_not_mix_weights_up(
    tried: Callable[[Network | None], Any],
) -> None:
    """Whoever writes the shortcut first has the same weights in it, also behind a change."""
    # The last row and column of this border are under no window of the first convolution.
    whole = all_layers(changed(place_of("ZeroPadding2D"), padding=[[3, 2], [3, 2]]))
    assert whole is not None

    found = tried(shortcut_first(whole))

    assert (found.how, found.same) == ("numbers", True)


def shortcut_first(network: Network) -> Network:
    """Return the network with both layers of each shortcut before its main path."""
    operations = network.operations
    order = list(range(len(operations)))
    for place, operation in enumerate(operations):
        if operation.kind != "Add" or operations[operation.inputs[1]].kind != "BatchNormalization":
            continue
        norm = operation.inputs[1]
        pair = [operations[norm].inputs[0], norm]
        start = operations[pair[0]].inputs[0]
        order = [each for each in order if each not in pair]
        order[order.index(start) + 1 : order.index(start) + 1] = pair
        assert place > start
    moved = {old: new for new, old in enumerate(order)}
    made: list[Operation] = [
        replace(operations[old], inputs=tuple(moved[source] for source in operations[old].inputs))
        for old in order
    ]
    return Network(tuple(made), tuple(moved[output] for output in network.outputs))


def test_weights_that_have_no_place_are_told(tried: Callable[[Network | None], Any]) -> None:
    """A network of other widths cannot take the weights, and it is said which layer."""
    found = tried(changed(place_of("Conv2D"), filters=32))

    assert (found.how, found.same, found.accuracy) == (None, None, None)
    assert "kernel 7×7×3×32" in found.message


def test_without_a_network_nothing_is_said_of_numbers(
    tried: Callable[[Network | None], Any],
) -> None:
    """A function that gives back no network has nothing to set weights into."""
    assert tried(None).how is None
    assert tried(Network(())).how is None


def test_a_good_model_file_earns_its_points(tmp_path: Path) -> None:
    """The file's network tells enough of the test images right."""
    path = write_model_file("keras3_full", tmp_path)
    path.rename(tmp_path / RULE.name)
    images = few_images().images[:2]
    answers = predicted(formula_network(), images).argmax(axis=1)
    labels = np.array([answers[0], (answers[1] + 1) % 6])  # one right, one wrong
    data = replace(few_images(), images=images, labels=labels)

    found = judged_model_file(RULE, tmp_path, REFERENCE, lambda: data)
    failed = judged_model_file(replace(RULE, accuracy=0.6), tmp_path, REFERENCE, lambda: data)

    assert (found.status, found.score, found.cause) == ("passed", 10, None)
    assert found.accuracy == 0.5
    assert (failed.status, failed.score, failed.accuracy) == ("failed", 0, 0.5)


def test_no_model_file_earns_nothing_and_costs_nothing(tmp_path: Path) -> None:
    """A file that is not there is told by its name; the test images are not even read."""
    found = judged_model_file(RULE, tmp_path, REFERENCE, never)

    assert (found.status, found.score, found.max_score) == ("not_run", 0, 10)
    assert "There is no file my_model.h5" in str(found.cause)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A learner's folder cannot hand in a file of somebody else by a link."""
    (tmp_path / RULE.name).symlink_to(COURSE.solution / "resnet50.h5")

    found = judged_model_file(RULE, tmp_path, REFERENCE, never)

    assert found.status == "not_run"
    assert "cannot be opened" in str(found.cause)


def test_a_model_file_that_is_none_is_told(tmp_path: Path) -> None:
    """Whatever is handed in, there is a result with a reason."""
    (tmp_path / RULE.name).write_bytes(b"\x80\x04\x95cposix\nsystem\n")

    found = judged_model_file(RULE, tmp_path, REFERENCE, never)

    assert "a pickle, which is code and is not opened" in str(found.cause)


def report(**entries: Any) -> Report:
    """Return a report of one exercise, with these entries."""
    exercise = ExerciseResult("ResNet50", 90, 90, "passed", ())
    whole = Report("resnet50", "a/ResNet50.ipynb", "a", None, 90, 100, None, (exercise,))
    return replace(whole, **entries)


PASSED = ModelFileResult("my_model.h5", "passed", 10, 10, 0.9, 0.95, 0.2)
REFUSED = ModelFileResult("my_model.h5", "not_run", 0, 10, 0.9, cause="<b>It is none.</b>")


def test_reports_hold_what_the_manifest_asks_for(
    tried: Callable[[Network | None], Any],
) -> None:
    """Without a rule a report has no entry for it; with one it has, and it is of the schema."""
    schema = json.loads((COURSE.root / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    whole = report(model_file=PASSED, pretrained=tried(REFERENCE))

    bare, told = report().to_dict(), json.loads(whole.to_json())

    assert not {"model_file", "pretrained"} & bare.keys()
    for name in ("model_file", "pretrained"):
        part = {**schema["properties"][name], "$defs": schema["$defs"]}
        jsonschema.Draft202012Validator(part).validate(told[name])
    assert report_from_dict(told) == whole


def test_learners_see_what_their_model_file_came_to() -> None:
    """Text, page and table say whether the file earned its points, and why not."""
    text = report_text(report(model_file=PASSED))
    page = feedback_page(report(model_file=REFUSED), "ResNet-50")

    assert "model file: 10 of 10 points" in text
    assert "accuracy 0.950 on the test images, expected at least 0.9" in text
    assert "&lt;b&gt;It is none.&lt;/b&gt;" in page
    assert first_problem(report(model_file=REFUSED)) == "<b>It is none.</b>"
    assert first_problem(report(model_file=PASSED)) == ""


SECTION = '\n[model_file]\nname = "my_model.keras"\naccuracy = 0.9\npoints = 10\n'


def manifest(folder: Path, section: str, points: int = 30) -> Path:
    """Write the course's manifest with 100 points in all but `points`, and a section more."""
    text = COURSE.manifest.read_text(encoding="utf-8")
    text = text.replace("[limits]", f"{section}\n[limits]", 1).replace(
        "max_score = 100", f"max_score = {70 + points}", 1
    )
    path = folder / "exercise.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_for_a_model_file_is_read(tmp_path: Path) -> None:
    """The instructor names the file, the accuracy, and the points; they count in the sum."""
    found = read_manifest(manifest(tmp_path, SECTION, points=40))

    assert found.model_file == ModelFileRule("my_model.keras", 0.9, 10)
    assert found.pretrained is None


def test_a_rule_for_the_pretrained_weights_is_read(tmp_path: Path) -> None:
    """The instructor names the file with the weights."""
    found = read_manifest(manifest(tmp_path, '[pretrained]\nweights = "resnet50.h5"\n'))

    assert found.pretrained == PretrainedRule("resnet50.h5")


WRONG = [
    (SECTION, "the model file earn 110 points"),
    (SECTION.replace("my_model.keras", "../other/a.h5"), "no name of a file"),
    (SECTION.replace("0.9", "1.5"), "accuracy is 1.5"),
    (SECTION.replace("points = 10", "points = 0"), "0 are no points"),
    (SECTION + "weights = 1\n", "weights"),
    ('[pretrained]\nweights = "/etc/passwd"\n', "no name of a file"),
]


@pytest.mark.parametrize(("section", "told"), WRONG)
def test_rules_that_cannot_be_are_refused(section: str, told: str, tmp_path: Path) -> None:
    """A rule with another meaning than its words is told to the instructor."""
    with pytest.raises(ManifestError, match=told):
        read_manifest(manifest(tmp_path, section))


def test_the_course_asks_for_neither(tmp_path: Path) -> None:
    """As it ships, grading evaluates nothing and takes no longer."""
    found = read_manifest(shutil.copy(COURSE.manifest, tmp_path / "exercise.toml"))

    assert (found.model_file, found.pretrained) == (None, None)


def test_results_depend_on_the_files_that_are_asked_for(tmp_path: Path) -> None:
    """Other pre-trained weights or test images, other results: what was stored is not reused."""
    course = Course(tmp_path)
    course.solution.mkdir(parents=True)
    names = {}
    for section in ("", '[pretrained]\nweights = "other.h5"\n', SECTION):
        manifest(course.solution, section, points=40 if section == SECTION else 30)
        names[section[:6]] = [path.name for path in asked_files(course)]

    assert list(names.values()) == [[], ["other.h5", "test_signs.h5"], ["test_signs.h5"]]
