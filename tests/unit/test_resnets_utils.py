"""What learners import from resnets_utils: data, one-hot labels, images, training curves."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"


def _load():
    spec = importlib.util.spec_from_file_location("resnets_utils", SOLUTION / "resnets_utils.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


utils = _load()  # at module level because hypothesis and fixtures do not mix


@pytest.fixture
def folder(tmp_path):
    """A valid data set of 4 training and 3 test images."""
    write(tmp_path, "train", images=np.full((4, 64, 64, 3), 7, np.uint8), labels=[0, 5, 2, 1])
    write(tmp_path, "test", images=np.zeros((3, 64, 64, 3), np.uint8), labels=[3, 4, 0])
    return tmp_path


def write(folder, split, images=None, labels=(), classes=range(6), leave_out=()):
    """A data file with the given content, right or wrong."""
    images = np.zeros((len(labels), 64, 64, 3), np.uint8) if images is None else images
    content = {
        f"{split}_set_x": images,
        f"{split}_set_y": np.asarray(labels),
        "list_classes": np.asarray(classes),
    }
    with h5py.File(folder / f"{split}_signs.h5", "w") as file:
        for key, values in content.items():
            if key not in leave_out:
                file[key] = values


def message_of(error, function, *arguments):
    """What the function says when it raises this error."""
    with pytest.raises(error) as caught:
        function(*arguments)
    return str(caught.value)


# --- load_dataset ----------------------------------------------------------------------------


def test_dataset_comes_in_the_well_known_order(folder):
    """Training images and labels, test images and labels, classes: with labels as one row."""
    train_x, train_y, test_x, test_y, classes = utils.load_dataset(folder)

    assert (train_x.shape, train_x.dtype, train_x.max()) == ((4, 64, 64, 3), np.uint8, 7)
    assert (test_x.shape, test_x.dtype) == ((3, 64, 64, 3), np.uint8)
    assert (train_y.tolist(), train_y.dtype) == ([[0, 5, 2, 1]], np.int64)
    assert (test_y.tolist(), test_y.dtype) == ([[3, 4, 0]], np.int64)
    assert classes.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_stored_as_a_row_work_too(folder, dtype):
    """Files of others that store labels as (1, n), in any integer type, load the same."""
    write(
        folder, "test", labels=np.array([[3, 4, 0]], dtype), images=np.zeros((3, 64, 64, 3), "u1")
    )

    assert utils.load_dataset(folder)[3].tolist() == [[3, 4, 0]]


def test_default_folder_is_datasets(folder, monkeypatch):
    """Without an argument the data is read from the folder `datasets` beside the notebook."""
    (folder / "datasets").mkdir()
    for split in ("train", "test"):
        (folder / f"{split}_signs.h5").rename(folder / "datasets" / f"{split}_signs.h5")
    monkeypatch.chdir(folder)

    assert utils.load_dataset()[0].shape == (4, 64, 64, 3)


def test_committed_data_set_loads():
    """The data set of this assignment has 1,080 training and 120 test images of 6 classes."""
    train_x, train_y, test_x, test_y, classes = utils.load_dataset(SOLUTION / "datasets")

    assert (train_x.shape, train_y.shape) == ((1080, 64, 64, 3), (1, 1080))
    assert (test_x.shape, test_y.shape) == ((120, 64, 64, 3), (1, 120))
    assert len(classes) == 6


def test_missing_file_is_named_with_what_to_do(folder):
    """A missing file is named, with the folder that was looked in and the remedy."""
    (folder / "test_signs.h5").unlink()

    message = message_of(FileNotFoundError, utils.load_dataset, folder)

    assert str(folder / "test_signs.h5") in message
    assert "is not there" in message
    assert "pass load_dataset the right folder" in message


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"version https://git-lfs"])
def test_file_that_is_not_hdf5_is_named(folder, content):
    """A web page, a pointer or an empty file saved under the name is recognised as no HDF5."""
    (folder / "train_signs.h5").write_bytes(content)

    message = message_of(ValueError, utils.load_dataset, folder)

    assert str(folder / "train_signs.h5") in message
    assert f"({len(content)} bytes) cannot be opened as HDF5" in message
    assert "Copy the datasets folder" in message


def test_truncated_file_is_named(folder):
    """A download that was cut short is recognised."""
    path = folder / "train_signs.h5"
    path.write_bytes(path.read_bytes()[:5000])

    message = message_of(ValueError, utils.load_dataset, folder)

    assert "train_signs.h5 (5,000 bytes) cannot be opened as HDF5" in message
    assert "cut short" in message


def test_damaged_dataset_is_named(folder):
    """A file that opens but whose images cannot be unpacked is named with the dataset."""
    path = folder / "train_signs.h5"
    images = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), np.uint8)
    with h5py.File(path, "w") as file:
        packed = file.create_dataset("train_set_x", data=images, compression="gzip")
        packed.chunks  # noqa: B018  one chunk at least, so that there is something to damage
        place = packed.id.get_chunk_info(0)
        file["train_set_y"], file["list_classes"] = np.arange(4), np.arange(6)
    data = bytearray(path.read_bytes())
    data[place.byte_offset : place.byte_offset + place.size] = bytes(place.size)
    path.write_bytes(data)

    message = message_of(ValueError, utils.load_dataset, folder)

    assert f"'train_set_x' in {path} cannot be read" in message


@pytest.mark.parametrize("key", ["train_set_x", "train_set_y", "list_classes"])
def test_missing_key_is_named_with_those_found(folder, key):
    """A missing dataset is named together with what the file has instead."""
    write(folder, "train", labels=[0, 1], leave_out=[key])

    message = message_of(ValueError, utils.load_dataset, folder)

    assert f"has no dataset '{key}'; it has [" in message
    assert "train_signs.h5" in message


def test_group_in_place_of_a_dataset_is_refused(folder):
    """A group under the expected name is not taken for data."""
    with h5py.File(folder / "test_signs.h5", "a") as file:
        del file["test_set_x"]
        file.create_group("test_set_x")

    assert "has no dataset 'test_set_x'" in message_of(ValueError, utils.load_dataset, folder)


@pytest.mark.parametrize(
    ("images", "found"),
    [
        (np.zeros((2, 32, 32, 3), np.uint8), "shape (2, 32, 32, 3) and dtype uint8"),
        (np.zeros((2, 64, 64), np.uint8), "shape (2, 64, 64) and dtype uint8"),
        (np.zeros((2, 64, 64, 4), np.uint8), "shape (2, 64, 64, 4) and dtype uint8"),
        (np.zeros((2, 64, 64, 3), np.float32), "shape (2, 64, 64, 3) and dtype float32"),
    ],
)
def test_images_of_wrong_shape_or_type_are_refused(folder, images, found):
    """The message states the shape and type that were found and those expected."""
    write(folder, "test", images=images, labels=[0, 1])

    message = message_of(ValueError, utils.load_dataset, folder)

    assert f"test_set_x in {folder / 'test_signs.h5'} has {found}" in message
    assert "Expected shape (n, 64, 64, 3) and dtype uint8" in message


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([0, 1, 2], "shape (3,) and dtype int64"),
        ([[0], [1]], "shape (2, 1) and dtype int64"),
        ([0.0, 1.0], "shape (2,) and dtype float64"),
        ([True, False], "shape (2,) and dtype bool"),
    ],
)
def test_labels_of_wrong_shape_or_type_are_refused(folder, labels, found):
    """There has to be one integer per image."""
    write(folder, "test", images=np.zeros((2, 64, 64, 3), np.uint8), labels=labels)

    message = message_of(ValueError, utils.load_dataset, folder)

    assert f"test_set_y in {folder / 'test_signs.h5'} has {found}" in message
    assert "shape (2,) or (1, 2)" in message


@pytest.mark.parametrize(("labels", "found"), [([0, 6], "from 0 to 6"), ([-1, 2], "from -1 to 2")])
def test_labels_outside_the_classes_are_refused(folder, labels, found):
    """A label that is no class is reported with the range found and the range expected."""
    write(folder, "train", labels=labels)

    message = message_of(ValueError, utils.load_dataset, folder)

    assert f"has labels {found}" in message
    assert "Expected labels from 0 to 5" in message


def test_empty_data_set_is_refused(folder):
    """A file without images is reported as such."""
    write(folder, "train", labels=np.zeros(0, np.int64))

    assert "holds no images" in message_of(ValueError, utils.load_dataset, folder)


@pytest.mark.parametrize("classes", [np.zeros(0), np.zeros((2, 3))])
def test_list_of_classes_of_wrong_shape_is_refused(folder, classes):
    """The classes have to be a list with at least one entry."""
    write(folder, "train", labels=[0], classes=classes)

    message = message_of(ValueError, utils.load_dataset, folder)

    assert f"list_classes in {folder / 'train_signs.h5'} has shape {classes.shape}" in message


def test_files_of_two_data_sets_are_refused(folder):
    """A training file and a test file with different classes do not belong together."""
    write(folder, "test", labels=[0, 1], classes=range(4))

    message = message_of(ValueError, utils.load_dataset, folder)

    assert "do not belong together" in message
    assert "[0, 1, 2, 3, 4, 5]" in message
    assert "[0, 1, 2, 3]" in message


# --- convert_to_one_hot ----------------------------------------------------------------------

LABELS = st.integers(1, 12).flatmap(
    lambda c: st.tuples(st.just(c), st.lists(st.integers(0, c - 1), min_size=1, max_size=40))
)


@given(LABELS, st.booleans())
def test_one_hot_has_a_single_one_where_the_label_says(labels_of_c, as_row):
    """For labels of either shape the columns of the (C, n) result point back to the labels."""
    c, labels = labels_of_c
    given_labels = np.array([labels] if as_row else labels)

    encoded = utils.convert_to_one_hot(given_labels, c)

    assert encoded.shape == (c, len(labels))
    assert encoded.argmax(axis=0).tolist() == labels
    assert sorted(set(encoded.ravel().tolist()) | {0.0, 1.0}) == [0.0, 1.0]
    assert encoded.sum(axis=0).tolist() == [1.0] * len(labels)


@given(LABELS, st.sampled_from([-1, -7, 12, 255]))
def test_one_hot_refuses_a_label_that_is_no_class(labels_of_c, outside):
    """A negative label is not counted from the end, and a label of C or more is refused."""
    c, labels = labels_of_c

    message = message_of(ValueError, utils.convert_to_one_hot, np.array([*labels, outside]), c)

    assert f"hold {outside}. Expected values from 0 to {c - 1}" in message


@pytest.mark.parametrize("labels", [np.array([0.0, 1.0]), np.array([True]), np.array(["a"]), []])
def test_one_hot_refuses_labels_that_are_no_integers(labels):
    """Labels of another type are refused with the type found and how to convert."""
    message = message_of(ValueError, utils.convert_to_one_hot, labels, 3)

    assert f"have dtype {np.asarray(labels).dtype}. Expected integers" in message


@pytest.mark.parametrize("shape", [(), (2, 1), (2, 3), (1, 2, 3)])
def test_one_hot_refuses_labels_of_another_shape(shape):
    """Labels have to be (n,) or (1, n)."""
    message = message_of(ValueError, utils.convert_to_one_hot, np.zeros(shape, int), 3)

    assert f"have shape {shape}. Expected (n,) or (1, n)" in message


@pytest.mark.parametrize("c", [0, -1, 2.5, "6", None, True])
def test_one_hot_refuses_a_number_of_classes_that_is_none(c):
    """C has to be an integer of at least 1."""
    message = message_of(ValueError, utils.convert_to_one_hot, np.array([0]), c)

    assert f"C is {c!r}. Expected an integer of at least 1" in message


# --- load_image ------------------------------------------------------------------------------


def save(path, picture, **options):
    """Write a PIL picture and return its path."""
    picture.save(path, **options)
    return path


def test_image_becomes_a_batch_of_one_from_0_to_1(tmp_path):
    """A picture of any size becomes float32 (1, 64, 64, 3) with values from 0 to 1."""
    from PIL import Image

    path = save(tmp_path / "a.png", Image.new("RGB", (320, 400), (255, 0, 51)))
    image = utils.load_image(path)

    assert (image.shape, image.dtype) == ((1, 64, 64, 3), np.float32)
    np.testing.assert_array_equal(image[0, 10, 20], np.float32([1.0, 0.0, 0.2]))


def test_size_is_height_and_width(tmp_path):
    """The size is given as height, then width."""
    from PIL import Image

    path = save(tmp_path / "a.png", Image.new("RGB", (9, 9)))

    assert utils.load_image(str(path), size=(8, 16)).shape == (1, 8, 16, 3)


def test_camera_rotation_is_applied(tmp_path):
    """A picture that was taken with the camera on its side stands upright."""
    from PIL import Image

    picture = Image.new("RGB", (64, 64))
    picture.paste((255, 255, 255), (0, 0, 32, 64))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to view
    path = save(tmp_path / "a.jpg", picture, exif=exif, quality=95)

    image = utils.load_image(path)[0, :, :, 0]

    assert image[:24].min() > 0.9
    assert image[40:].max() < 0.1


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_parts_become_white(tmp_path, mode):
    """What is transparent shows white, whatever colour hides behind it."""
    from PIL import Image

    path = save(tmp_path / "a.png", Image.new(mode, (8, 8), 0))

    assert utils.load_image(path, size=(8, 8)).min() == 1.0


def test_transparent_palette_becomes_white(tmp_path):
    """The same holds for pictures with a palette."""
    from PIL import Image

    path = save(tmp_path / "a.gif", Image.new("P", (8, 8), 0), transparency=0)

    assert utils.load_image(path, size=(8, 8)).min() == 1.0


@pytest.mark.parametrize(("mode", "value"), [("L", 51), ("I;16", 51 * 257)])
def test_greyscale_becomes_rgb(tmp_path, mode, value):
    """Grey pictures of 8 and of 16 bits per pixel keep their brightness in all three channels."""
    from PIL import Image

    path = save(tmp_path / "a.png", Image.new(mode, (8, 8), value))

    np.testing.assert_array_equal(utils.load_image(path), np.full((1, 64, 64, 3), np.float32(0.2)))


def test_missing_image_is_named(tmp_path):
    """A path without a file is named, with what to do."""
    message = message_of(FileNotFoundError, utils.load_image, tmp_path / "none.jpg")

    assert str(tmp_path / "none.jpg") in message
    assert "Put the picture into the images folder" in message


def test_file_that_is_no_image_is_named(tmp_path):
    """A text file under a picture's name is recognised."""
    path = tmp_path / "note.png"
    path.write_text("no picture")

    message = message_of(ValueError, utils.load_image, path)

    assert f"'{path}' (10 bytes) cannot be read as an image" in message
    assert "save it again" in message


def test_truncated_image_is_named(tmp_path):
    """A picture that was cut short is recognised."""
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = save(tmp_path / "a.png", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[:2000])

    assert "(2,000 bytes) cannot be read as an image" in message_of(
        ValueError, utils.load_image, path
    )


def test_sample_image_of_the_assignment_loads():
    """The picture that ships for trying out a prediction is a readable image."""
    image = utils.load_image(SOLUTION / "images" / "my_image.jpg")

    assert image.shape == (1, 64, 64, 3)


# --- plot_history ----------------------------------------------------------------------------


@pytest.fixture
def plot(monkeypatch):
    """plot_history, drawing into memory; the figures are closed afterwards."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    yield utils.plot_history
    plt.close("all")


HISTORY = {
    "loss": [2.0, 1.0],
    "accuracy": [0.2, 0.5],
    "val_loss": [2.5, 1.5],
    "val_accuracy": [0.1, 0.4],
}


def test_curves_show_loss_and_accuracy_with_labelled_axes(plot):
    """Two panels, each with a training and a validation curve, an epoch axis and a legend."""
    loss, accuracy = plot(HISTORY).axes

    assert [axis.get_xlabel() for axis in (loss, accuracy)] == ["epoch", "epoch"]
    assert loss.get_ylabel().startswith("loss")
    assert accuracy.get_ylabel().startswith("accuracy")
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert [list(line.get_xydata()[:, 1]) for line in accuracy.lines] == [[0.2, 0.5], [0.1, 0.4]]


def test_curves_differ_in_more_than_colour(plot):
    """Line style and marker tell the curves apart too."""
    training, validation = plot(HISTORY).axes[0].lines

    assert training.get_linestyle() != validation.get_linestyle()
    assert training.get_marker() != validation.get_marker()


def test_history_object_without_validation_or_accuracy_works(plot):
    """What model.fit returns works as it is, also when only the loss was measured."""

    class History:
        history: dict = {"loss": [1.0]}  # noqa: RUF012  the shape of Keras's own object

    assert [len(axis.lines) for axis in plot(History()).axes] == [1]


@pytest.mark.parametrize("history", [{}, {"loss": []}, None, [1, 2]])
def test_history_without_a_loss_is_refused(plot, history):
    """Nothing to plot is said in words."""
    message = message_of(ValueError, plot, history)

    assert "There is no training to plot" in message
    assert "Run the training cell first" in message


# --- the module ------------------------------------------------------------------------------


def test_star_import_brings_what_old_notebooks_use():
    """`from resnets_utils import *` also gives np, h5py, math and os."""
    names = {name for name in vars(utils) if not name.startswith("_")}

    assert {"np", "h5py", "math", "os", "load_dataset", "convert_to_one_hot"} <= names
    assert not hasattr(utils, "__all__")


def test_import_loads_neither_tensorflow_nor_matplotlib():
    """The import stays quick: nothing heavy comes with it."""
    code = (
        "import sys; import resnets_utils; "
        "print({'tensorflow', 'keras', 'matplotlib', 'PIL'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SOLUTION, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"


# --- pictures of data and answers ------------------------------------------------------------


@pytest.mark.usefixtures("plot")
def test_samples_stand_in_a_row_for_each_class():
    """Each class has a row; a class with fewer images than the row is long leaves gaps."""
    images = np.zeros((5, 8, 8, 3), np.uint8)
    figure = utils.plot_samples(images, np.array([[0, 0, 0, 2, 2]]), each=3)

    shown = [len(axis.images) for axis in figure.axes]
    assert shown == [1, 1, 1, 1, 1, 0]
    assert "[0, 2]" in figure.description


@pytest.mark.usefixtures("plot")
def test_confusion_counts_each_pair_and_says_it_in_words():
    """Rows are true classes, columns are answers, and the text names every mistake."""
    chances = np.eye(3)[[0, 1, 1, 2]]
    figure = utils.plot_confusion(np.array([[0, 0, 1, 2]]), chances, ["a", "b", "c"])

    numbers = [int(text.get_text()) for text in figure.axes[0].texts]
    assert numbers == [1, 1, 0, 0, 1, 0, 0, 0, 1]
    assert figure.description == "3 of 4 images are right. 1 of class a taken for b."


def test_curves_have_words_too(plot):
    """The first and the last value of every curve stand in its text alternative."""
    words = plot(HISTORY).description

    assert "loss from 2.000 to 1.000" in words
    assert "val_accuracy from 0.100 to 0.400" in words


@pytest.mark.usefixtures("plot")
def test_figure_is_shown_with_its_words(monkeypatch):
    """In the notebook a figure is an image with a text alternative, with quotes made safe."""
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    figure = utils.plot_confusion([0, 1], [0, 0], ['"0"', "<1>"])
    utils.show(figure)

    (picture,) = shown
    assert 'alt="1 of 2 images are right. 1 of class &lt;1&gt; taken for &quot;0&quot;."' in (
        picture.data
    )
    assert "data:image/png;base64,iVBOR" in picture.data


def test_drawing_is_shown_with_its_words_in_a_box(monkeypatch):
    """An SVG becomes an image whose text alternative is its title and description."""
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    utils.show('<svg><title>A "block"</title><desc>two &lt;layers&gt;</desc></svg>')

    (picture,) = shown
    assert 'alt="A &quot;block&quot;. two &lt;layers&gt;"' in picture.data
    assert "data:image/svg+xml;base64," in picture.data
    assert 'tabindex="0"' in picture.data


@pytest.mark.usefixtures("plot")
def test_answer_shows_and_says_each_probability():
    """A bar for each class, and a text that names all of them."""
    figure = utils.plot_answer(np.zeros((4, 4, 3)), [0.25, 0.75], [0, 1])

    assert [round(bar.get_height(), 2) for bar in figure.axes[1].patches] == [0.25, 0.75]
    assert figure.description.endswith("0 has 0.25, 1 has 0.75")
