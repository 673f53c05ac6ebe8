"""network_svg on real Keras models."""

import importlib.util
import os
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

pytestmark = pytest.mark.keras

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"
SVG = "{http://www.w3.org/2000/svg}"


def load(name):
    """A module of the solution folder, loaded from its file."""
    spec = importlib.util.spec_from_file_location(name, SOLUTION / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reference():
    """The instructor's three functions."""
    return load("ResNet50")


@pytest.fixture(scope="module")
def network_svg():
    """The function under test."""
    return load("resnets_utils").network_svg


def block(function, *arguments):
    """A model of one block on a small input."""
    import keras

    entry = keras.Input((4, 4, 6))
    return keras.Model(entry, function(entry, *arguments), name="block")


def texts(root):
    """The text of all visible labels."""
    return [element.text for element in root.iter(f"{SVG}text")]


@pytest.mark.keras
def test_identity_block_shows_every_layer_and_one_arc(network_svg, reference):
    """An identity block is a chain of 11 layers and one arc that skips eight of them."""
    root = ET.fromstring(network_svg(block(reference.identity_block, 2, [2, 4, 6])))
    paths = [path.get("d") for path in root.findall(f"{SVG}path")]

    assert len(root.findall(f"{SVG}g")) == 11
    assert len([d for d in paths if "C" in d]) == 1
    assert len([d for d in paths if "V" in d]) == 10
    assert "Conv2D 2×2, 4, same" in texts(root)


@pytest.mark.keras
def test_convolutional_block_shows_the_shortcut_beside_the_main_path(network_svg, reference):
    """The two layers of the shortcut stand in a column of their own."""
    root = ET.fromstring(network_svg(block(reference.convolutional_block, 2, [2, 4, 6], 2)))
    columns = [box.get("x") for box in root.findall(f"{SVG}g/{SVG}rect")]

    assert sorted(columns.count(x) for x in set(columns)) == [2, 11]


@pytest.mark.keras
def test_full_network_folds_each_block_into_one_box(network_svg, reference):
    """ResNet-50 is 25 boxes: 6 of the start, 16 blocks, 3 of the end; 4 shortcuts convolve."""
    root = ET.fromstring(network_svg(reference.ResNet50()))
    shortcuts = [text for text in texts(root) if text.startswith("+ ")]

    assert len(root.findall(f"{SVG}g")) == 25
    assert (len(shortcuts), shortcuts.count("+ identity")) == (16, 12)
    assert "23,600,006 parameters" in root.find(f"{SVG}title").text


@pytest.mark.keras
def test_drawing_says_in_words_what_it_shows(network_svg, reference):
    """The description names every layer, its output and where paths meet."""
    root = ET.fromstring(network_svg(block(reference.identity_block, 2, [2, 4, 6])))
    words = root.find(f"{SVG}desc").text

    assert root.get("role") == "img"
    assert words.startswith("1. InputLayer, output 4 × 4 × 6; 2. Conv2D 1×1, 2")
    assert "Add, output 4 × 4 × 6, from 9 and 1" in words or "from 1 and 9" in words


@pytest.mark.keras
def test_addition_of_a_tensor_to_itself_shows_twice(network_svg):
    """The mistake Add()([X, X]) is visible: a second arrow between the same two boxes."""
    import keras

    model = block(lambda x: keras.layers.Add()([x, x]))
    root = ET.fromstring(network_svg(model))

    assert len(root.findall(f"{SVG}path")) == 2


@pytest.mark.keras
def test_operators_and_sequential_models_are_drawn(network_svg):
    """`X + shortcut` is a box as well, and a Sequential model is a chain."""
    import keras

    operator = block(lambda x: keras.layers.ReLU()(x) + x)
    chain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.ReLU()])

    assert "Add" in texts(ET.fromstring(network_svg(operator)))
    assert len(ET.fromstring(network_svg(chain)).findall(f"{SVG}path")) >= 1


@pytest.mark.keras
def test_names_with_special_characters_stay_valid_xml(network_svg):
    """A layer may be called anything without breaking the drawing."""
    import keras

    root = ET.fromstring(network_svg(block(lambda x: keras.layers.ReLU(name="a<b>&'\"c")(x))))

    assert "a<b>&'\"c" in [g.find(f"{SVG}title").text for g in root.findall(f"{SVG}g")]


@pytest.mark.keras
def test_width_is_kept_and_height_follows(network_svg, reference):
    """The drawing has the width asked for, and its proportions are those of its view box."""
    root = ET.fromstring(network_svg(block(reference.identity_block, 2, [2, 4, 6]), width=300))
    _, _, box_width, box_height = map(float, root.get("viewBox").split())

    assert root.get("width") == "300"
    assert float(root.get("height")) == round(box_height * 300 / box_width)


@pytest.mark.keras
def test_model_without_a_graph_is_refused(network_svg):
    """A subclassed or unbuilt model has no graph to draw, and the message says so."""
    import keras

    class Subclassed(keras.Model):
        pass

    for model in (Subclassed(name="mine"), keras.Sequential(name="mine"), None):
        with pytest.raises(ValueError, match="has no graph to draw"):
            network_svg(model)


@pytest.fixture
def graph_svg():
    """The drawing of the notebook, with Graphviz or without."""
    return load("resnets_utils").graph_svg


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs the program dot of Graphviz")
def test_graphviz_draws_every_layer_of_the_network(graph_svg, reference, tmp_path, capsys):
    """Where Graphviz is, Keras draws the whole graph, into a file and as SVG with a title."""
    root = ET.fromstring(
        graph_svg(block(reference.identity_block, 2, [2, 4, 6]), tmp_path / "g.png")
    )
    boxes = [group for group in root.iter(f"{SVG}g") if group.get("class") == "node"]

    assert len(boxes) == 11
    assert (tmp_path / "g.png").read_bytes().startswith(b"\x89PNG")
    assert root.find(f"{SVG}title").text == "block: 11 layers, 128 parameters, drawn by Graphviz"
    assert capsys.readouterr().out == ""


def failing_dot(folder):
    """A program `dot` that cannot do its work."""
    (folder / "dot").write_text("#!/bin/sh\nexit 1\n")
    (folder / "dot").chmod(0o755)


@pytest.mark.parametrize("there", [lambda _: None, failing_dot], ids=["missing", "failing"])
def test_without_graphviz_the_graph_is_drawn_all_the_same(
    graph_svg, network_svg, reference, tmp_path, monkeypatch, capsys, there
):
    """No program `dot`, or a broken one: our own drawing takes its place, and says so."""
    there(tmp_path)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    model = block(reference.identity_block, 2, [2, 4, 6])

    assert graph_svg(model, tmp_path / "g.png") == network_svg(model)
    assert "Graphviz did not draw it" in capsys.readouterr().out


def test_summary_is_shown_whole_in_a_box_that_scrolls(reference, monkeypatch):
    """The table of layers names each layer and what it is connected to, uncut."""
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    monkeypatch.setenv("COLUMNS", "115")  # as in a notebook
    model = reference.ResNet50()
    load("resnets_utils").show_summary(model)

    (table,) = shown
    assert 'tabindex="0"' in table.data and "overflow: auto" in table.data
    assert all(
        f"{layer.name} " in table.data or layer.name + "\n" in table.data for layer in model.layers
    )
    assert f"{model.layers[1].name}[0][0]" in table.data
