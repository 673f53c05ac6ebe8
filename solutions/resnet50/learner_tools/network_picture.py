"""The drawing of a network: by Keras and Graphviz, or without."""

import html
import os

from learner_tools.folding import _fold_blocks
from learner_tools.layer_graph import _read_graph
from learner_tools.network_drawing import _draw, _in_words

# Up to so many layers each is drawn; beyond, a residual block becomes one box.
_MAX_DRAWN_ONE_BY_ONE = 40


def graph_svg(model, to_file="ResNet50.png"):
    """The graph of a model as Keras draws it with Graphviz, or as `network_svg` does without.

    Arguments:
    model -- a Keras functional or Sequential model, built
    to_file -- where Keras puts its large drawing, with the shapes

    Returns:
    str, a complete <svg> element
    """
    import keras

    try:
        keras.utils.plot_model(model, to_file=os.fspath(to_file), show_shapes=True)
        drawing = keras.utils.model_to_dot(model, show_shapes=True, dpi=60).create_svg().decode()
        return drawing[drawing.index("<svg") :].replace(
            ">", f"><title>{html.escape(_title(model))}, drawn by Graphviz</title>", 1
        )
    except Exception as error:  # no pydot, no program `dot`, or one that fails: each its own kind
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        print(f"Graphviz did not draw it ({reason}). Here is a smaller drawing instead.")
        return network_svg(model)


def _title(model):
    return f"{model.name}: {len(model.layers)} layers, {model.count_params():,} parameters"


def network_svg(model, width=640):
    """A drawing of how the layers of a model are wired, as SVG text; it needs no Graphviz.

    The longest path runs from top to bottom, a connection that skips layers is an arc, and
    layers on a shorter path stand to the right. In a network of more than 40 layers, whatever
    lies between a fork and where its paths meet again is one box.
    In a notebook: `from IPython.display import SVG; SVG(network_svg(model))`.

    Arguments:
    model -- a Keras functional or Sequential model, built
    width -- of the drawing, in pixels; the height follows

    Returns:
    str, a complete <svg> element; its <title> and <desc> say in words what it shows

    Raises:
    ValueError -- the model has no graph to draw (a subclassed or an unbuilt model)
    """
    nodes, edges = _read_graph(model)
    shown, wires = nodes, edges
    if len(nodes) > _MAX_DRAWN_ONE_BY_ONE:
        shown, wires = _fold_blocks(nodes, edges)
    body, full_width, height = _draw(shown, wires)
    title = f"{model.name}: {len(nodes)} layers, {model.count_params():,} parameters"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'height="{round(height * width / full_width)}" viewBox="0 0 {full_width} {height}" '
        'font-family="sans-serif" font-size="12">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(_in_words(shown, wires))}</desc>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#333"/></marker></defs>'
        f'<rect width="{full_width}" height="{height}" fill="#fff"/>{body}</svg>'
    )
