"""The sample class: what each learner did to the reference, and what that has to cost.

`build.py` makes one folder per case from this table. `test_sample_class.py` holds the grader to
the verdicts written here, which nobody generated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import other_styles

EXERCISES = ("identity_block", "convolutional_block", "ResNet50")

Edit = tuple[str, str]  # old text, which has to occur exactly once, and what takes its place
Change = str | tuple[Edit, ...] | None  # a whole new source, edits, or None: the cell is deleted
Earned = Literal["full", "none"] | int  # or how many points
Place = tuple[str, str, str | None]  # kind, layer and attribute of a difference


@dataclass(frozen=True)
class Case:
    """One learner of the sample class, and the verdict that is due."""

    about: str
    cells: Mapping[str, Change] = field(default_factory=dict)  # by grade id; others: the reference
    own_cells: tuple[str, ...] = ()  # cells of the learner's own, put before the first answer
    answered: bool = True  # False: the answer cells are as released
    file: Callable[[bytes], bytes] | None = None  # what happened to the finished file
    earned: Mapping[str, Earned] = field(default_factory=dict)  # by exercise; others: full
    places: tuple[Place, ...] = ()  # the differences to be found, and no others
    cause: str | None = None  # a word that says why the exercise did not run
    fault: str | None = None  # kind of the fault when nothing could run


def right(about: str, **cells: Change) -> Case:
    """A submission that earns everything."""
    return Case(about, cells=cells)


def mistake(
    exercise: str, about: str, *edits: Edit, places: tuple[Place, ...], earns: Earned
) -> Case:
    """A wrong answer to one exercise; it runs, or raises, and shows these differences.

    Beside what it `earns` stands which parts stand, with their points in the manifest.
    """
    return Case(about, cells={exercise: edits}, earned={exercise: earns}, places=places)


def fault(exercise: str, about: str, *edits: Edit, cause: str) -> Case:
    """An answer to one exercise that leaves nothing to judge; the others keep their points."""
    return Case(about, cells={exercise: edits}, earned={exercise: "none"}, cause=cause)


def unreadable(about: str, file: Callable[[bytes], bytes]) -> Case:
    """A file that is no notebook."""
    return Case(about, file=file, earned=dict.fromkeys(EXERCISES, "none"), fault="unreadable")


def grey_pixel(_: bytes) -> bytes:
    """The smallest PNG file there is."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
        "0000000a49444154789c6368000000820081dd436af40000000049454e44ae426082"
    )


FIRST_LINE = "    F1, F2, F3 = filters\n"
ADDITION = "    X = layers.Add()([X, X_shortcut])\n"
LAST_LINE = '    return layers.Activation("relu")(X)\n'
SECOND_NORM = (
    'padding="same", kernel_initializer=initializer(seed=0))(X)\n'
    "    X = layers.BatchNormalization(axis=3)(X)\n"
)
LAST_OF_STAGE_3 = "    X = identity_block(X, 3, [256, 256, 1024])\n\n"
NOT_DONE = "def {}:\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"

RIGHT = {
    "solved": right("as the reference"),
    "solved_other_style": right(
        "a nested helper, loops, ReLU layers, X + shortcut, capitals, keywords, a table of stages",
        identity_block=other_styles.HELPER_IDENTITY,
        convolutional_block=other_styles.LOOP_CONVOLUTIONAL,
        ResNet50=other_styles.TABLE_NETWORK,
    ),
    "solved_functional_variants": right(
        "keras.ops.relu, layers.add, Reshape for Flatten, softmax as a layer of its own",
        identity_block=other_styles.FUNCTIONAL_IDENTITY,
        convolutional_block=other_styles.FUNCTIONAL_CONVOLUTIONAL,
        ResNet50=other_styles.FUNCTIONAL_NETWORK,
    ),
    "solved_written_out": right(
        "the network is written out and calls neither block",
        ResNet50=other_styles.WRITTEN_OUT_NETWORK,
    ),
    "old_form": right(
        "parameters stage and block, no initializer, imports that are long gone",
        imports=other_styles.OLD_IMPORTS,
        identity_block=other_styles.OLD_IDENTITY,
        convolutional_block=other_styles.OLD_CONVOLUTIONAL,
        ResNet50=other_styles.OLD_NETWORK,
    ),
    "era2_form": right(
        "a parameter training, handed on to each normalisation",
        identity_block=other_styles.TRAINING_IDENTITY,
        convolutional_block=other_styles.TRAINING_CONVOLUTIONAL,
    ),
    "noisy": right(
        "prints while it builds, and warns on stderr",
        identity_block=((FIRST_LINE, f'    print("filters", filters)\n{FIRST_LINE}'),),
        convolutional_block=(
            (
                FIRST_LINE,
                "    import sys\n    import warnings\n\n"
                '    print("stride", s, file=sys.stderr)\n'
                f'    warnings.warn("this is only a warning")\n{FIRST_LINE}',
            ),
        ),
    ),
    "training_cell_crashes": right(
        "cells after the exercises hang and raise: they are not asked for",
        training_switch="TRAIN = True",
        train="while TRAIN:\n    history = model.fit(X_train, Y_train, epochs=10_000)\n",
        evaluate='raise RuntimeError("no test set here")\n',
    ),
    "exit_in_cell": Case(
        "cells of the learner's own end the kernel",
        own_cells=("exit()\n", "import os\n\nos._exit(0)\n"),
    ),
}

UNFINISHED = {
    "stub": Case(
        "the released notebook, untouched",
        answered=False,
        earned=dict.fromkeys(EXERCISES, "none"),
    ),
    "half_done": Case(
        "only the first exercise is solved",
        cells={
            "convolutional_block": NOT_DONE.format(
                "convolutional_block(X, f, filters, s=2, initializer=glorot_uniform)"
            ),
            "ResNet50": NOT_DONE.format("ResNet50(input_shape=(64, 64, 3), classes=6)"),
        },
        earned={"convolutional_block": "none", "ResNet50": "none"},
    ),
    "deleted_function": Case(
        "the cell of the first exercise is gone",
        cells={"identity_block": None},
        earned={"identity_block": "none"},
        cause="missing_function",
    ),
    "tests_replaced": Case(
        "nothing is solved, but the tests are made to agree",
        own_cells=(
            "def always_right(target):\n    return 30\n\n\n"
            "identity_block_test = convolutional_block_test = ResNet50_test = always_right\n",
        ),
        answered=False,
        earned=dict.fromkeys(EXERCISES, "none"),
    ),
}

MISTAKES = {
    "skip_not_added": mistake(
        "identity_block",
        "the input never comes back",
        (ADDITION, ""),
        places=(("missing", "add", None),),
        earns=14,  # main path 8, shape 2, modes 2, initializer 2
    ),
    "skip_cut": mistake(
        "identity_block",
        "the main path is added to itself: the table of layers cannot show that",
        ("layers.Add()([X, X_shortcut])", "layers.Add()([X, X])"),
        places=(("wiring", "add", "inputs"),),
        earns=16,  # main path 8, shape 2, modes 2, initializer 2, table 2: wiring is in no table
    ),
    "relu_before_addition": mistake(
        "identity_block",
        "the last ReLU comes before the addition",
        (
            ADDITION + LAST_LINE,
            '    X = layers.Activation("relu")(X)\n    return layers.Add()([X, X_shortcut])\n',
        ),
        places=(("order", "relu", None),),
        earns=14,  # main path 8, shape 2, modes 2, initializer 2
    ),
    "missing_batchnorm": mistake(
        "identity_block",
        "the second normalisation is missing",
        (SECOND_NORM, SECOND_NORM.splitlines(keepends=True)[0]),
        places=(("missing", "main.bn2", None),),
        earns=10,  # addition 6, shape 2, initializer 2; the modes need every normalisation
    ),
    "wrong_padding": mistake(
        "identity_block",
        "the middle convolution loses the border, and Keras raises in Add",
        ('F2, f, strides=1, padding="same"', 'F2, f, strides=1, padding="valid"'),
        places=(("attribute", "main.conv2", "padding"),),
        earns=10,  # addition 6, modes 2, initializer 2; what needs the result did not run
    ),
    "filters_swapped": mistake(
        "identity_block",
        "F1 and F2 are mixed up; in ResNet50 they are equal, and nothing would show",
        ("F1, F2, F3 = filters", "F2, F1, F3 = filters"),
        places=(("attribute", "main.conv1", "filters"), ("attribute", "main.conv2", "filters")),
        # With one weight for all, the numbers depend on F1 times F2 alone.
        earns=14,  # addition 6, shape 2, modes 2, initializer 2, values 2
    ),
    "returns_nothing": mistake(
        "identity_block",
        "the last line does not return",
        (LAST_LINE, '    X = layers.Activation("relu")(X)\n'),
        places=(("value", None, "returned"),),
        earns="none",  # what does not come back can be used by nobody
    ),
    "stride_on_wrong_conv": mistake(
        "convolutional_block",
        "the middle convolution has the stride: the shapes are right",
        ("layers.Conv2D(F1, 1, strides=s,", "layers.Conv2D(F1, 1, strides=1,"),
        ("layers.Conv2D(F2, f, strides=1,", "layers.Conv2D(F2, f, strides=s,"),
        places=(("attribute", "main.conv1", "strides"), ("attribute", "main.conv2", "strides")),
        earns=16,  # shortcut 5, addition 4, shape 2, modes 2, initializer 2, stride of 1: 1
    ),
    "hard_coded_stride": mistake(
        "convolutional_block",
        "the stride is always 2: no call with s=2 can see that",
        ("layers.Conv2D(F1, 1, strides=s,", "layers.Conv2D(F1, 1, strides=(2, 2),"),
        ("F3, 1, strides=s,", "F3, 1, strides=(2, 2),"),
        places=(("attribute", "main.conv1", "strides"), ("attribute", "shortcut.conv", "strides")),
        earns=26,  # all of the first call 25, default arguments 1
    ),
    "shortcut_from_main_path": mistake(
        "convolutional_block",
        "the shortcut starts from the end of the main path",
        ("initializer(seed=0)\n    )(X_shortcut)", "initializer(seed=0)\n    )(X)"),
        places=(("wiring", "shortcut.conv", "inputs"),),
        earns=14,  # main path 6, addition 4, modes 2, initializer 2; the shapes do not fit in Add
    ),
    "shortcut_norm_on_main_path": mistake(
        "convolutional_block",
        "the shortcut's normalisation takes the main path; counts and shapes are right",
        ("BatchNormalization(axis=3)(X_shortcut)", "BatchNormalization(axis=3)(X)"),
        places=(("wiring", "shortcut.bn", "inputs"),),
        earns=16,  # main path 6, addition 4, shape 2, modes 2, initializer 2
    ),
    "initializer_ignored": mistake(
        "convolutional_block",
        "the shortcut's convolution begins with an initializer of its own",
        ("initializer(seed=0)\n    )(X_shortcut)", "random_uniform(seed=0)\n    )(X_shortcut)"),
        places=(("attribute", "shortcut.conv", "kernel_initializer"),),
        earns=21,  # main path 6, shortcut 5, addition 4, shape 2, modes 2, table 2
    ),
    "block_too_few": mistake(
        "ResNet50",
        "stage 3 has 4 identity blocks",
        (LAST_OF_STAGE_3, "\n"),
        places=(("missing", "stage3.block6", None),),
        earns=24,  # stem 5, three stages 12, head 5, shape 2
    ),
    "filters_typo": mistake(
        "ResNet50",
        "126 filters for 128 in one block",
        (
            "convolutional_block(X, 3, [128, 128, 512], s=2)",
            "convolutional_block(X, 3, [128, 126, 512], s=2)",
        ),
        places=(("attribute", "stage2.block1", "filters"),),
        earns=24,  # stem 5, three stages 12, head 5, shape 2
    ),
    "hard_coded_classes": mistake(
        "ResNet50",
        "always six classes",
        ("layers.Dense(classes,", "layers.Dense(6,"),
        places=(("attribute", "head.dense", "units"),),
        earns=33,  # all of the first call 31, default arguments 2
    ),
    "padding_thrown_away": mistake(
        "ResNet50",
        "what the zero padding gives is not used; the parameter count is right",
        (
            "strides=2, kernel_initializer=glorot_uniform(seed=0))(X)\n",
            "strides=2, kernel_initializer=glorot_uniform(seed=0))(X_input)\n",
        ),
        places=(("wiring", "stem.conv", "inputs"),),
        earns=23,  # stages 16, head 5, shape 2
    ),
    "resnet_returns_tensor": mistake(
        "ResNet50",
        "the network's output comes back, not a model",
        ('return keras.Model(inputs=X_input, outputs=X, name="ResNet50")', "return X"),
        places=(("value", None, "returned"),),
        earns="none",  # what does not come back can be used by nobody
    ),
}

FAULTS = {
    "syntax_error": fault(
        "convolutional_block",
        "a bracket is missing",
        ("layers.Add()([X, X_shortcut])", "layers.Add()([X, X_shortcut]"),
        cause="syntax_error",
    ),
    "infinite_loop": fault(
        "identity_block",
        "it never ends",
        (FIRST_LINE, "    while True:\n        pass\n"),
        cause="timeout",
    ),
    "exit_in_function": fault(
        "convolutional_block",
        "it ends the process",
        (FIRST_LINE, "    import os\n\n    os._exit(0)\n"),
        cause="crash",
    ),
    "segfault": fault(
        "ResNet50",
        "it reads memory that is not its own",
        (
            "    X_input = keras.Input(shape=input_shape)\n",
            "    import ctypes\n\n    ctypes.string_at(0)\n",
        ),
        cause="crash",
    ),
    "memory_bomb": fault(
        "identity_block",
        "it asks for a tebibyte",
        (FIRST_LINE, "    hoard = bytearray(1 << 40)\n"),
        cause="memory",
    ),
    "import_error": Case(
        "the layers come from a module that only the learner has",
        cells={"imports": (("from keras import layers\n", "from my_layers import layers\n"),)},
        earned=dict.fromkeys(EXERCISES, "none"),
        fault="import_error",
    ),
    "broken_json": unreadable("the upload broke off", lambda data: data[: len(data) // 2]),
    "empty_file": unreadable("the upload never began", lambda _: b""),
    "not_a_notebook": unreadable("a picture, renamed", grey_pixel),
    "text_not_notebook": unreadable("a text, renamed", lambda _: b"See the other mail.\n"),
    "not_utf8": unreadable("saved as UTF-16", lambda data: data.decode().encode("utf-16")),
    "wrong_version": unreadable(
        "a notebook format that does not exist",
        lambda data: data.replace(b'"nbformat": 4', b'"nbformat": 99'),
    ),
}

CASES: dict[str, Case] = {**RIGHT, **UNFINISHED, **MISTAKES, **FAULTS}
