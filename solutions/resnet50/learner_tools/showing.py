"""Figures, drawings and tables in the notebook, with words for whoever does not see them."""

import html
import re


def show(figure):
    """Show a figure of this module in the notebook, with words for whoever does not see it.

    Arguments:
    figure -- a matplotlib figure, or SVG text such as `network_svg` gives
    """
    import base64
    import io

    import matplotlib.pyplot as plt
    from IPython.display import HTML, display

    if isinstance(figure, str):
        kind, data, words = "svg+xml", figure.encode(), _words_of(figure)
    else:
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=100)
        plt.close(figure)
        kind, data, words = "png", stream.getvalue(), getattr(figure, "description", "a figure")
    words, picture = html.escape(words, quote=True), base64.b64encode(data).decode()
    shown = f'<img alt="{words}" src="data:image/{kind};base64,{picture}">'
    display(HTML(_in_a_box(shown, "drawing") if kind == "svg+xml" else shown))


def show_summary(model):
    """Show the table of `model.summary()` in the notebook, in a box of its own that scrolls.

    Arguments:
    model -- a Keras model, built
    """
    from IPython.display import HTML, display

    lines = []
    model.summary(
        line_length=112,  # a notebook's console has 115 columns and cuts off what is beyond
        positions=[0.35, 0.56, 0.67, 1.0],
        print_fn=lambda line, **_: lines.append(str(line)),
    )
    text = html.escape("\n".join(lines))
    display(HTML(_in_a_box(f'<pre style="font-size: 85%">{text}</pre>', "table of layers")))


def _in_a_box(inside, name):
    """HTML that is at most as tall as a page, and scrolls, by keyboard too."""
    style = "max-height: 600px; overflow: auto; border: 1px solid #888; padding: 4px"
    return f'<div role="region" aria-label="{name}" tabindex="0" style="{style}">{inside}</div>'


def _words_of(svg):
    """What an SVG says of itself in its title and description."""
    found = re.findall(r"<(?:title|desc)[^>]*>(.*?)</(?:title|desc)>", svg, flags=re.DOTALL)
    return ". ".join(html.unescape(words) for words in found[:2]) or "a drawing"
