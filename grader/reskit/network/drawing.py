"""The reference network of an exercise, drawn, with the differing places marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from reskit.network.boxes import Box, boxes
from reskit.network.drawing_block import block_svg
from reskit.network.drawing_network import network_svg
from reskit.network.drawing_text import block_text, network_text
from reskit.network.operation import BLOCK_KINDS, Network

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
    'width="{width}" height="{height}" font-family="system-ui, sans-serif">\n'
    "<title>{title}</title>\n<desc>{desc}</desc>\n{parts}\n</svg>"
)


def drawing(network: Network, roles: Mapping[int, str], marked: Mapping[str, str]) -> str:
    """Return an SVG of the reference network, with the roles in `marked` {role: note} marked.

    It takes the colour of the text around it, and needs no style, script, font or id.
    """
    drawn = boxes(network, roles, marked)
    width, height, parts = network_svg(drawn) if _has_blocks(network) else block_svg(drawn)
    return SVG.format(
        width=width,
        height=height,
        title=escape(_title(network, drawn)),
        desc=escape(description(network, drawn)),
        parts="\n".join(part for part in parts if part),
    )


def drawing_lines(
    network: Network, roles: Mapping[int, str], marked: Mapping[str, str]
) -> list[str]:
    """Return the same drawing as lines of text."""
    drawn = boxes(network, roles, marked)
    return network_text(drawn) if _has_blocks(network) else block_text(drawn)


def _has_blocks(network: Network) -> bool:
    return any(operation.kind in BLOCK_KINDS for operation in network.operations)


def _title(network: Network, drawn: Sequence[Box]) -> str:
    what = "The network as it was asked for" if _has_blocks(network) else "The block as asked for"
    noted = [box.role for box in drawn if box.note]
    return f"{what}, with a mark at {', '.join(noted)}" if noted else what


def description(network: Network, drawn: Sequence[Box]) -> str:
    """Return in words what is drawn, and what is marked."""
    inside = [box for box in drawn if not box.extra]
    if _has_blocks(network):
        stages = dict.fromkeys(box.path for box in inside if box.path.startswith("stage"))
        counts = [sum(box.path == stage for box in inside) for stage in stages]
        told = f"A stem, stages of {', '.join(map(str, counts))} blocks, and a head."
    elif not any(box.role == "add" for box in inside):
        told = f"From top to bottom: {', '.join(box.role for box in inside)}."
    else:
        main = [box.name for box in inside if box.path == "main"]
        side = [box.name for box in inside if box.path == "shortcut"]
        around = f"through {' and '.join(side)}" if side else "unchanged"
        told = (
            f"The input goes down the main path, {', '.join(main)}, and {around} along the "
            "shortcut; both meet in an addition, and an activation follows."
        )
    noted = [f"{box.role}: {box.note}" for box in drawn if box.note]
    return f"{told} Marked: {'. '.join(noted)}." if noted else told
