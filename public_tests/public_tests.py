"""The tests you run while you write: what is asked, what your function built, what differs.

Each test calls your function, records the network that Keras builds, and compares it with the
one that was asked for. How you write it is up to you; what it computes is what counts.
"""

import html
import textwrap

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


def _show(card):
    """Show a card: as HTML in a notebook, as text everywhere else."""
    if not _notebook():
        print(card)
        return
    from IPython.display import HTML, display

    mark, colour = ("✓", "#1a7f37") if card.passed else ("✗", "#cf222e")
    lines = html.escape("\n".join(card.lines))
    display(
        HTML(
            f'<section role="status" style="border-left:4px solid {colour};padding:.4em 1em">'
            f"<strong>{mark} {html.escape(card.heading)}</strong>"
            f'<pre style="margin:.4em 0 0;white-space:pre;overflow-x:auto">{lines}</pre></section>'
        )
    )


def _test(name, target):
    card = test_utils.check(name, target, outputs.EXERCISES[name])
    if card.passed or _notebook():
        _show(card)
    if not card.passed:
        error = PublicTestError(str(card))
        error.in_notebook = _notebook()
        raise error


def identity_block_test(target):
    """Test an identity block. Raises AssertionError that says what differs."""
    _test("identity_block", target)


def convolutional_block_test(target):
    """Test a convolutional block. Raises AssertionError that says what differs."""
    _test("convolutional_block", target)


def ResNet50_test(target):
    """Test a ResNet-50; its blocks are stood in for, so that only the network is judged.

    Raises AssertionError that says what differs.
    """
    _test("ResNet50", target)


def show_red(test):
    """Show what a test asks for, and the test as it fails on a function that is still empty."""
    name = test.__name__.removesuffix("_test")
    exercise = outputs.EXERCISES[name]
    asked = [f"{exercise['signature']}:", *textwrap.wrap(exercise["about"] + ".", 90)]
    asked += ["The test looks at:"]
    asked += [f"  - {case['name']}" for case in exercise["cases"]]
    asked += ["It calls:"]
    asked += [f"  {test_utils.spoken_call(name, call['arguments'])}" for call in exercise["calls"]]

    def empty(*_, **__):
        raise NotImplementedError

    card = test_utils.check(name, empty, exercise)
    _show(test_utils.Card(card.heading, (*asked, "", *card.lines), card.passed))
