"""The tests you run while you write: what is asked, what your function built, what differs.

Each test calls your function, records the network that Keras builds, and compares it with the
one that was asked for. How you write it is up to you; what it computes is what counts.
"""

import outputs
import test_utils


class PublicTestError(AssertionError):
    """A public test that did not pass; its text is the card."""

    in_notebook = False

    def _render_traceback_(self):
        """Return what a notebook shows: the card stands above, so one line is enough."""
        lines = str(self).split("\n")
        return [f"{lines[0]}; the card above says what to look at."] if self.in_notebook else lines


def _notebook():
    """Return whether the code runs in a notebook's kernel, which can show HTML."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")


def _show(card, hints=1):
    """Show a card: in a notebook as HTML, with the text for who shows none; else as text."""
    if not _notebook():
        print(card.text(hints))
        return
    from IPython.display import display

    display({"text/html": test_utils.card_html(card), "text/plain": card.text(hints)}, raw=True)


def _test(name, target, hints):
    card = test_utils.check(name, target, outputs.EXERCISES[name])
    if card.passed or _notebook():
        _show(card, hints)
    if not card.passed:
        error = PublicTestError(card.text(hints))
        error.in_notebook = _notebook()
        raise error


def identity_block_test(target, hints=1):
    """Test an identity block. Raises AssertionError that says what differs, with `hints` hints."""
    _test("identity_block", target, hints)


def convolutional_block_test(target, hints=1):
    """Test a convolutional block. Raises AssertionError that says what differs, with `hints`."""
    _test("convolutional_block", target, hints)


def ResNet50_test(target, hints=1):
    """Test a ResNet-50; its blocks are stood in for, so that only the network is judged.

    Raises AssertionError that says what differs, with `hints` hints.
    """
    _test("ResNet50", target, hints)


def show_red(test):
    """Show what a test asks for, and the test as it fails on a function that is still empty."""
    name = test.__name__.removesuffix("_test")
    exercise = outputs.EXERCISES[name]

    def empty(*_, **__):
        raise NotImplementedError

    _show(test_utils.red_card(name, empty, exercise))
