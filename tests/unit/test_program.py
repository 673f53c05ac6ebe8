"""Of a notebook, what the three functions need is run, and nothing else."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.probe.program import (
    BrokenCode,
    names_bound,
    names_changed,
    names_used,
    needed,
    read_program,
)

QUIET = settings(derandomize=True, deadline=None, max_examples=60)
ROOTS = ("identity_block", "convolutional_block", "ResNet50")
BLOCK = "def identity_block(X):\n    return X"


def cells(*sources: str) -> list[str]:
    """Return sources without their common indentation."""
    return [dedent(source).strip("\n") for source in sources]


def all_of(*sources: str) -> list[str]:
    """Return every statement that is read from the cells, `pass` left out."""
    statements = read_program(cells(*sources)).statements
    return [ast.unparse(each.node) for each in statements if not isinstance(each.node, ast.Pass)]


def kept(*sources: str) -> list[str]:
    """Return the statements that the three functions need."""
    return [ast.unparse(each.node) for each in needed(read_program(cells(*sources)), ROOTS)]


def test_magics_and_shell_lines_are_dropped() -> None:
    """Lines for Jupyter alone are no obstacle to the Python around them."""
    found = all_of(
        """
        %matplotlib inline
        !pip install keras
        import keras
        ?keras.Model
        keras.Model?
        def f():
            %time x = 1
            return 2
        """
    )

    assert found == ["import keras", "def f():\n    pass\n    return 2"]


def test_sign_inside_python_is_no_magic() -> None:
    """A percent sign or an exclamation mark in Python code stays what it is."""
    source = 'text = """\n%d of\n!all\n"""\nrest = 7 % 3'

    found = read_program([source])

    assert [ast.unparse(each.node) for each in found.statements] == [
        "text = '\\n%d of\\n!all\\n'",
        "rest = 7 % 3",
    ]


def test_result_of_a_shell_line_spoils_only_its_own_line() -> None:
    """`files = !ls` is for Jupyter alone; the imports and constants around it are still read."""
    found = all_of(
        """
        import keras
        files = !ls
        SIZE = 3
        """
    )

    assert [found[0], found[-1]] == ["import keras", "SIZE = 3"]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%writefile a.py"])
def test_cell_in_another_language_is_dropped(magic: str) -> None:
    """A cell that is not run as Python is passed over as a whole."""
    program = read_program([f"{magic}\nx = 1", "y = 2"])

    assert [ast.unparse(each.node) for each in program.statements] == ["y = 2"]
    assert program.broken == ()


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%timeit -n 1"])
def test_timed_cell_is_read(magic: str) -> None:
    """A cell that is Python under a cell magic is read, its lines counted as they stand."""
    (statement,) = read_program([f"{magic}\n\nx = 1"]).statements

    assert (ast.unparse(statement.node), statement.node.lineno) == ("x = 1", 3)


def test_cells_and_lines_are_counted_as_they_stand() -> None:
    """Each statement knows its cell, and its line in it, also behind a magic or broken code."""
    program = read_program(["", "%time\nx = 1", "def f(:\n    pass\ndef g():\n    pass"])

    found = [(each.cell, each.node.lineno) for each in program.statements]

    assert found == [(2, 1), (2, 2), (3, 3)]


def test_syntax_error_leaves_the_other_functions() -> None:
    """A function that is not Python is told; the others of its cell are read."""
    source = (
        "import keras\n\ndef convolutional_block(X):\n    return (X\n\ndef identity_block(X):\n"
        "    return X"
    )

    program = read_program([source])

    assert [ast.unparse(each.node) for each in program.statements] == ["import keras", BLOCK]
    assert [(each.cell, each.line, each.names) for each in program.broken] == [
        (1, 4, ("convolutional_block",))
    ]


def test_broken_code_says_where_and_what() -> None:
    """What is told of broken code is Python's own message and the line itself."""
    program = read_program(["x = 1", "def f(x)\n    return x"])

    assert program.broken == (BrokenCode(2, 1, "expected ':'", "def f(x)", ("f",)),)


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("x = 1\nprint(f'{}')", "f-string: valid expression required before '}'", 2),
        ("print(f'{a b}')", "invalid syntax. Perhaps you forgot a comma?", 1),
        ("x = 1\ny = 'a", "unterminated string literal", 2),
        ("def f(a=1, b): pass", "parameter without a default follows one with a default", 1),
    ],
)
def test_broken_code_is_told_alike_by_every_python(source: str, message: str, line: int) -> None:
    """Releases of Python say it in other words, count lines otherwise, quote other parts."""
    (broken,) = read_program([source]).broken

    assert (broken.message, broken.line) == (message, line)
    assert broken.text == source.split("\n")[line - 1]


def test_decorator_stays_with_its_function() -> None:
    """In a broken cell a decorated function is still read with its decorator."""
    found = all_of("def f(:\n    pass", "x = = 1\n@staticmethod\ndef g():\n    pass")

    assert found == ["@staticmethod\ndef g():\n    pass"]


@pytest.mark.parametrize(
    "function",
    [
        "def identity_block(X, f, f):\n    return X",
        "def identity_block(X):\n    f = 1\n    global f\n    return X",
        "def identity_block(X):\n    nonlocal f\n    return X",
        "def identity_block(X):\n    break",
    ],
)
def test_function_that_does_not_compile_spoils_only_itself(function: str) -> None:
    """A mistake that Python finds only after parsing costs its own function and no other."""
    program = read_program(cells(function, "def ResNet50():\n    return 1"))

    found = [ast.unparse(each.node) for each in needed(program, ROOTS)]

    assert "def ResNet50():\n    return 1" in found
    assert [each.names for each in program.broken] == [("identity_block",)]


def test_training_cell_is_not_needed() -> None:
    """The cells that train, plot and test are not part of what is run."""
    found = kept(
        "import keras",
        BLOCK,
        "def ResNet50():\n    return keras.Model(identity_block)",
        "model = ResNet50()\nmodel.compile('adam')",
        "history = model.fit(X_train, Y_train)",
        "print(model.summary())",
    )

    assert found == [
        "import keras",
        BLOCK,
        "def ResNet50():\n    return keras.Model(identity_block)",
    ]


def test_local_name_does_not_pull_a_training_cell_in() -> None:
    """A name that a function uses for itself is not the training cell's variable of that name."""
    block = "def identity_block(X):\n    history = [X for X in X]\n    return history"
    found = kept(
        "history = train()\nmodel = 1\nX = load()",
        block,
        "def ResNet50():\n    return 1",
        "model = ResNet50()",
    )

    assert found == [block, "def ResNet50():\n    return 1"]


def test_helpers_are_kept_with_all_they_need() -> None:
    """Helper functions, classes, constants and imports are kept, however far they reach."""
    sources = (
        "import keras\nimport numpy as np",
        "WIDTH = 2 * HALF\nUNUSED = 1",
        "HALF = 3",
        "class Helper(keras.layers.Layer):\n    size = WIDTH",
        "def helper(x=HALF):\n    return Helper(x)",
        "def identity_block(X):\n    return helper(X)",
    )

    assert kept(*sources) == [
        "import keras",
        "WIDTH = 2 * HALF",
        "HALF = 3",
        "class Helper(keras.layers.Layer):\n    size = WIDTH",
        "def helper(x=HALF):\n    return Helper(x)",
        "def identity_block(X):\n    return helper(X)",
    ]


def test_lists_and_tables_that_are_filled_are_kept() -> None:
    """A value that is changed step by step is changed here too; other calls are not made."""
    sources = (
        "sizes = []\nsizes.append(3)\nother.append(4)\nprint(sizes)",
        "table = {}\ntable['f'] = sizes[0]\ntable['f'] += 1",
        "def identity_block(X):\n    return table",
    )

    assert kept(*sources) == [
        "sizes = []",
        "sizes.append(3)",
        "table = {}",
        "table['f'] = sizes[0]",
        "table['f'] += 1",
        "def identity_block(X):\n    return table",
    ]


def test_call_on_a_module_is_not_a_change_of_it() -> None:
    """Switches like a seed are not needed to build a network."""
    found = kept(
        "import keras",
        "keras.utils.set_random_seed(1)",
        "def identity_block(X):\n    return keras",
    )

    assert found == ["import keras", "def identity_block(X):\n    return keras"]


def test_renamed_older_definition_is_kept() -> None:
    """A function that is renamed and then wrapped under its old name still works."""
    sources = (
        BLOCK,
        "_i = identity_block",
        "def identity_block(X, f, filters, initializer=None):\n    return _i(X)",
    )

    assert kept(*sources) == list(sources)


def test_later_definition_comes_later() -> None:
    """Of two definitions both are kept in their order, so that the later one holds."""
    second = "def identity_block(X):\n    return X + X"

    found = kept(BLOCK, "print('testing')", second)

    assert found == [BLOCK, second]


@pytest.mark.parametrize("after", ["SIZE = 3", "SIZE: int = 3", "SIZE = {'f': (1, -2)}"])
def test_constant_after_the_function_is_kept(after: str) -> None:
    """A constant may stand behind the function that uses it."""
    block = "def identity_block(X):\n    return SIZE"

    found = kept(block, after)

    assert found == [block, after]


def test_only_value_of_a_name_is_kept_wherever_it_stands() -> None:
    """A name that is given its value once, after the functions, is given it here too."""
    block = "def identity_block(X):\n    return scale(X)"

    found = kept(block, "scale = lambda x: x * 2", "scale = train(scale)")

    assert found == [block, "scale = lambda x: x * 2"]


def test_star_imports_are_kept() -> None:
    """`from … import *` may bring anything, so it is kept wherever it stands."""
    found = kept("from resnets_utils import *", BLOCK, "from public_tests import *")

    assert found == ["from resnets_utils import *", BLOCK, "from public_tests import *"]


def test_import_with_a_fallback_is_kept() -> None:
    """An import that is tried in two ways is kept with both."""
    fallback = "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras"
    block = "def identity_block(X):\n    return keras"

    found = kept(fallback, block)

    assert found == [fallback, block]


def test_function_defined_under_a_condition_is_found() -> None:
    """A function that stands inside an `if` is found as well."""
    source = "if True:\n\n    def identity_block(X):\n        return helper"

    found = kept("helper = 1\nloose = 2", source)

    assert found == ["helper = 1", source]


def test_function_given_as_a_value_is_found() -> None:
    """`identity_block = make(3)` defines the function as much as `def` does."""
    found = kept("def make(n):\n    return n", "identity_block = make(3)")

    assert found == ["def make(n):\n    return n", "identity_block = make(3)"]


def test_nothing_is_needed_where_nothing_is_defined() -> None:
    """A notebook without the functions needs nothing to be run."""
    found = kept("import os\nos.remove('x')")

    assert found == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b = 1", {"a", "b"}),
        ("a, (b, *c) = x", {"a", "b", "c"}),
        ("a.b[0] = 1", set()),
        ("import a.b.c", {"a"}),
        ("import a.b as c", {"c"}),
        ("from a import b as c, d", {"c", "d"}),
        ("from a import *", {"*"}),
        ("for i in x:\n    y = i", {"i", "y"}),
        ("with open(x) as f:\n    pass", {"f"}),
        ("if (n := 1):\n    def f(): z = 1", {"n", "f"}),
        ("x = [i for i in y]", {"x"}),
        ("class A:\n    b = 1", {"A"}),
        ("print(x)", set()),
    ],
)
def test_names_that_get_a_value_are_known(source: str, names: set[str]) -> None:
    """It is known which global names a statement gives a value."""
    assert names_bound(ast.parse(source).body[0]) == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a[0] = 1", {"a"}),
        ("a.b.c = 1", {"a"}),
        ("a[0] += 1", {"a"}),
        ("a.append(1)", {"a"}),
        ("a['x'].update(b)", {"a"}),
        ("a = 1", set()),
        ("f(a)", set()),
        ("f(a).b = 1", set()),
    ],
)
def test_names_that_are_changed_in_place_are_known(source: str, names: set[str]) -> None:
    """It is known whose value a statement changes without a new assignment."""
    assert names_changed(ast.parse(source).body[0]) == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = a + b.c", {"a", "b"}),
        ("def f(x=a):\n    y = x\n    return g(y)", {"a", "g"}),
        ("def f():\n    def h():\n        return deep\n    return h", {"deep"}),
        ("class A(B):\n    c = d", {"B", "d"}),
        ("@deco\ndef f(x: Kind):\n    pass", {"deco", "Kind"}),
        ("f = lambda x: x + c", {"c"}),
    ],
)
def test_names_that_are_read_are_known(source: str, names: set[str]) -> None:
    """It is known which global names a statement reads, also later, inside its functions."""
    (node,) = ast.parse(source).body

    assert names_used(node) - names_bound(node) == names


PIECES = st.sampled_from(
    [
        *("def identity_block(X):", "    return X", "x = (1", "%time", "!ls", "%%bash", '"""'),
        *("import os", "@deco", "class A:", "    global x", "\\", "\x00", "é", "lambda: (yield)"),
        *("from a import *", "\tpass", "return 3", "await x", "nonlocal y", "async def f(): x"),
    ]
)


@QUIET
@given(st.lists(st.one_of(st.lists(PIECES).map("\n".join), st.text(max_size=60)), max_size=4))
def test_any_text_gives_a_program(sources: list[str]) -> None:
    """Whatever the cells hold: statements or broken pieces, and the slice of them, come out."""
    program = read_program(sources)

    assert {each.cell for each in program.statements} <= set(range(1, len(sources) + 1))
    assert set(needed(program, ROOTS)) <= set(program.statements)
