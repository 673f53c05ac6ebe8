"""The drawing of an exercise: every layer is there, what differs is marked, in words too."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reskit.course import find_course
from reskit.network.boxes import marks
from reskit.network.difference import Difference
from reskit.network.drawing import drawing, drawing_lines
from reskit.network.normal_form import Network, Operation
from reskit.network.roles import name_roles
from reskit.recording import read_expected

NETWORKS = {
    exercise: each.network for (exercise, _), each in read_expected(find_course().outputs).items()
}
SVG = "{http://www.w3.org/2000/svg}"
PADDING = Difference("attribute", "main.conv2", "padding", "same", "valid")
NO_NORM = Difference("missing", "main.bn2")
DROPOUT = Difference("extra", "main.dropout1", received="Dropout after main.bn3")
CUT = Difference("wiring", "add", "inputs", ["main.bn3", "input"], ["main.bn3", "main.bn3"])
SHORT_STAGE = Difference("missing", "stage3.block6")
LONG_STAGE = Difference("extra", "stage4.block4", received="identity_block after stage4.block3")
INLINE = Difference("attribute", "stage2.block3.main.conv2", "padding", "same", "valid")
MANY_ON_THE_SHORTCUT = tuple(
    Difference("extra", f"shortcut.relu{n}", received=f"Activation after shortcut.{near}")
    for near in ("conv", "bn")
    for n in range(1, 40)
)


def draw(exercise: str, *differences: Difference) -> ElementTree.Element:
    """Return the parsed SVG of an exercise with these differences marked."""
    network = NETWORKS[exercise]
    return ElementTree.fromstring(drawing(network, name_roles(network), marks(differences)))


def lines(exercise: str, *differences: Difference) -> list[str]:
    """Return the drawing as text."""
    network = NETWORKS[exercise]
    return drawing_lines(network, name_roles(network), marks(differences))


def texts(svg: ElementTree.Element) -> list[str]:
    """Return what is written in a drawing."""
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def thick(svg: ElementTree.Element) -> int:
    """Return how many frames are thick."""
    frames = [*svg.iter(f"{SVG}rect"), *svg.iter(f"{SVG}circle")]
    return sum(frame.get("stroke-width") == "3.5" for frame in frames)


@pytest.mark.parametrize("exercise", NETWORKS)
def test_every_layer_is_drawn(exercise: str) -> None:
    """Each role of the reference stands in the drawing and in its text form."""
    roles = set(name_roles(NETWORKS[exercise]).values())
    names = {role.partition(".")[2] or role for role in roles}

    written = " ".join(texts(draw(exercise)))
    typed = "\n".join(lines(exercise))

    assert [name for name in names if name not in written] == []
    assert [name for name in names if name not in typed] == []


@pytest.mark.parametrize("exercise", NETWORKS)
def test_without_a_difference_nothing_is_marked(exercise: str) -> None:
    """A drawing of a right block has no thick frame and no sign."""
    svg = draw(exercise)

    assert thick(svg) == 0
    assert "mark" not in (svg.findtext(f"{SVG}title") or "")
    assert [line for line in lines(exercise) if "<--" in line or line.startswith("→")] == []


def test_wrong_setting_is_marked_at_its_layer() -> None:
    """The layer has a thick frame, and what is wrong stands beside it."""
    svg = draw("identity_block", PADDING)

    assert thick(svg) == 1
    assert 'padding is "valid", expected "same"' in texts(svg)


def test_missing_layer_is_said_to_be_missing() -> None:
    """A layer that was left out is drawn where it belongs, dashed, and called missing."""
    svg = draw("identity_block", NO_NORM)

    dashed = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert "missing" in texts(svg)


@pytest.mark.parametrize(
    ("exercise", "difference", "before", "after"),
    [
        ("identity_block", DROPOUT, "main.bn3", "add"),
        ("ResNet50", LONG_STAGE, "block3", "pool"),
    ],
)
def test_layer_too_many_stands_at_its_place(
    exercise: str, difference: Difference, before: str, after: str
) -> None:
    """A layer that nobody asked for is drawn between its neighbours and called too many."""
    written = texts(draw(exercise, difference))

    name = str(difference.layer).partition(".")[2] if exercise == "ResNet50" else difference.layer
    place = max(index for index, text in enumerate(written) if text == name)
    assert before in written[:place]
    assert after in written[place:]
    assert "too many" in written


def test_cut_shortcut_is_marked_at_the_addition() -> None:
    """The circle where the paths meet can be marked too."""
    svg = draw("identity_block", CUT)

    (circle,) = svg.iter(f"{SVG}circle")
    assert circle.get("stroke-width") == "3.5"


def test_mistake_inside_a_block_marks_the_block() -> None:
    """In a network that writes its blocks out, the block with the mistake is marked."""
    svg = draw("ResNet50", INLINE)

    assert thick(svg) == 1
    assert any("stage2.block3: stage2.block3.main.conv2: padding" in text for text in texts(svg))


@pytest.mark.parametrize("exercise", NETWORKS)
def test_drawing_says_in_words_what_it_shows(exercise: str) -> None:
    """Who cannot see the drawing hears what is drawn and what is marked."""
    difference = SHORT_STAGE if exercise == "ResNet50" else PADDING
    svg = draw(exercise, difference)

    assert svg.get("role") == "img"
    assert str(difference.layer) in (svg.findtext(f"{SVG}title") or "")
    assert f"Marked: {difference.layer}: " in (svg.findtext(f"{SVG}desc") or "")


@pytest.mark.parametrize("exercise", NETWORKS)
def test_drawing_fits_any_page(exercise: str) -> None:
    """No style, script, link, id or ground colour: it goes where a strict page allows it."""
    svg = draw(exercise, PADDING, NO_NORM, SHORT_STAGE)

    kinds = {element.tag.removeprefix(SVG) for element in svg.iter()}
    names = {name for element in svg.iter() for name in element.attrib}
    fills = {element.get("fill") for element in svg.iter()} - {None}

    assert kinds <= {"svg", "title", "desc", "rect", "circle", "path", "text"}
    assert names & {"style", "class", "id", "href", "onload"} == set()
    assert fills <= {"none", "currentColor", "#cf222e"}


@pytest.mark.parametrize(
    ("exercise", "differences"),
    [
        ("identity_block", (PADDING, NO_NORM, DROPOUT, CUT)),
        ("convolutional_block", (Difference("missing", "shortcut.bn"), CUT)),
        ("convolutional_block", MANY_ON_THE_SHORTCUT),
        ("ResNet50", (SHORT_STAGE, LONG_STAGE, INLINE)),
    ],
)
def test_nothing_stands_outside_the_picture(
    exercise: str, differences: tuple[Difference, ...]
) -> None:
    """Boxes and the beginnings of all texts lie within the picture."""
    svg = draw(exercise, *differences)
    width, height = int(svg.get("width", 0)), int(svg.get("height", 0))

    for rect in svg.iter(f"{SVG}rect"):
        assert 0 <= int(rect.get("x", 0)) <= width - int(rect.get("width", 0))
        assert 0 <= int(rect.get("y", 0)) <= height - int(rect.get("height", 0))
    assert height < 900
    for text in svg.iter(f"{SVG}text"):
        assert 0 <= int(text.get("x", 0)) <= width
        assert 0 <= int(text.get("y", 0)) <= height


def test_markup_from_a_submission_stays_text() -> None:
    """A class name that is markup is shown, not obeyed."""
    evil = Difference("extra", "main.x1", received="<script>alert(1)</script> after main.bn3")

    svg = draw("identity_block", evil)

    assert not list(svg.iter(f"{SVG}script"))
    assert any("<script>" in text for text in texts(svg))


def test_text_form_marks_the_line() -> None:
    """In a terminal the marked line begins with an arrow and ends with what is wrong."""
    (line,) = [line for line in lines("identity_block", PADDING) if line.startswith("→")]

    assert "[main.conv2]" in line
    assert line.endswith('<-- padding is "valid", expected "same"')


def test_text_form_shows_the_shortcut_beside_the_main_path() -> None:
    """The layers of the shortcut stand at the side, and all lines of the side are aligned."""
    drawn = lines("convolutional_block")

    column = drawn[0].index("┐")
    assert drawn[1].index("shortcut.conv") == drawn[2].index("shortcut.bn") == column
    assert drawn[-2].index("┘") == column


def test_result_can_be_marked() -> None:
    """When the function gives back something else, the end of the drawing says so."""
    other_end = Difference("wiring", None, "output", ["relu"], ["add"])

    assert lines("identity_block", other_end)[-1].endswith("<-- gives back add, expected relu")
    assert "gives back add, expected relu" in texts(draw("identity_block", other_end))


def test_two_marks_at_one_layer_are_both_told() -> None:
    """A layer with two wrong settings has one frame and two notes."""
    other = Difference("attribute", "main.conv2", "strides", [1, 1], [2, 2])

    (line,) = [line for line in lines("identity_block", PADDING, other) if line.startswith("→")]

    assert line.endswith('"same"; strides is (2, 2), expected (1, 1)')


def test_network_without_addition_is_one_column() -> None:
    """Another assignment's network, without a shortcut, is drawn as well."""
    network = Network(
        (
            Operation("Input", {"shape": [4]}, (), (None, 4)),
            Operation("Dense", {"units": 2}, (0,), (None, 2)),
        ),
        (1,),
    )

    drawn = drawing_lines(network, {0: "input", 1: "dense"}, {"dense": "units is 3, expected 2"})

    assert drawn == ["  input     4", "→ [dense]   2 units      <-- units is 3, expected 2"]
    ElementTree.fromstring(drawing(network, {0: "input", 1: "dense"}, {}))
