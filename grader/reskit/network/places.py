"""Places: where in their own code a learner should look, in words made from a role."""

from __future__ import annotations

import re

from reskit.network.difference import Difference

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
LAYER_WORDS = {
    "conv": "convolution",
    "bn": "batch normalisation",
    "relu": "activation",
    "pad": "zero padding",
    "pool": "pooling",
    "flatten": "flattening",
    "dense": "dense layer",
    "add": "addition",
    "block": "block",
}
FIXED_PLACES = {
    "input": "the input, where the function begins",
    "add": "the addition, where the main path and the shortcut meet",
    "relu": "the last activation of the block",
    "shortcut.conv": "the convolution on the shortcut",
    "shortcut.bn": "the batch normalisation on the shortcut",
    "stem.pad": "the zero padding at the start of the network",
    "stem.conv": "the first convolution of the network",
    "stem.bn": "the batch normalisation after the network's first convolution",
    "stem.relu": "the activation before the first pooling",
    "stem.pool": "the pooling before the first stage",
    "head.pool": "the pooling after the last stage",
    "head.flatten": "the step that makes one vector of the last map",
    "head.dense": "the dense layer that ends the network",
}
STANDS = {  # where a layer of the reference belongs
    "main.conv1": "at the start of the main path",
    "main.conv": "after the activation before it",
    "main.bn": "straight after the {ordinal} convolution",
    "main.relu": "straight after the {ordinal} batch normalisation",
    "add": "after both paths have come to their end",
    "relu": "after the addition",
    "shortcut.conv": "between the input of the block and the addition",
    "shortcut.bn": "straight after the convolution on the shortcut",
    "stem.pad": "before the first convolution",
    "stem.conv": "between the zero padding and the first normalisation",
    "stem.bn": "straight after the first convolution",
    "stem.relu": "between the first normalisation and the first pooling",
    "stem.pool": "at the end of the stem, before the first stage",
    "head.pool": "after the last block",
    "head.flatten": "between the pooling and the dense layer",
    "head.dense": "at the very end",
}
STAGE = re.compile(r"stage(\d+)\.block(\d+)(?:\.(.+))?")
PLACE_SENTENCES = {
    "attribute": "Look at {place}: at what it is given, and at what it is left without.",
    "missing": "Look for {place}. It belongs {stands}.",
    "extra": "Look at what stands right after {near}.",
    "order": "Look at {place} and at the lines around it. What comes first, and what after?",
    "wiring": "Look at {place}. Which variables is it called on, and what do they hold by then?",
    "shape": "Look at the result, and follow its height, width and channels back, layer by layer.",
    "value": "Look at the last line of the function.",
}
SPECIAL_SENTENCES = {  # kind, attribute or word of the role
    ("attribute", "weights"): "Look at {place}, and at the line that made the layer it uses.",
    ("attribute", "layer"): "Look at {place}. Is this the kind that the drawing shows there?",
    ("missing", "block"): "Count the calls that make stage {stage}.",
    ("extra", "block"): "Count the calls that make stage {stage}.",
    ("attribute", "result"): "Look at the first line of the function, where the defaults stand.",
    ("wiring", "output"): "Look at the last line. Which variable does it give back?",
}


def word_of(role: str | None) -> str:
    """Return the last part of a role without its number: "conv" for main.conv2."""
    return (role or "result").rpartition(".")[2].rstrip("0123456789")


def place_words(role: str | None) -> str:
    """Return a role in words: "the second convolution of the main path"."""
    if role is None:
        return "the result of the function"
    if role in FIXED_PLACES:
        return FIXED_PLACES[role]
    stage = STAGE.fullmatch(role)
    if stage:
        return _in_stage(*stage.groups())
    path, _, last = role.rpartition(".")
    word, number = _split(last)
    named = LAYER_WORDS.get(word, word)
    ordinal = ORDINALS[number] if number < len(ORDINALS) else f"{number}th"
    where = {"main": "the main path", "": "the function"}.get(path, f"the {path}")
    return f"the {ordinal} {named} of {where}".replace("  ", " ")


def _in_stage(stage: str, block: str, inner: str | None) -> str:
    if inner:
        return f"{place_words(inner)}, in block {block} of stage {stage}"
    if block == "1":
        return f"the call that opens stage {stage}"
    return f"the call that makes block {block} of stage {stage}"


def _split(last: str) -> tuple[str, int]:
    word = last.rstrip("0123456789")
    return word, int(last[len(word) :] or 0)


def place_sentence(difference: Difference) -> str:
    """Return where to look for a difference, in one or two sentences."""
    role = difference.layer
    keys = ((difference.kind, difference.attribute), (difference.kind, word_of(role)))
    found = [SPECIAL_SENTENCES[key] for key in keys if key in SPECIAL_SENTENCES]
    sentence = [*found, PLACE_SENTENCES.get(difference.kind, "Look at {place}.")][0]
    stage = STAGE.match(role or "")
    return sentence.format(
        place=place_words(role),
        stands=_stands(role or ""),
        near=place_words(near_of(difference)),
        stage=stage.group(1) if stage else "",
    )


def near_of(difference: Difference) -> str | None:
    """Return the role after which an extra layer stands, None where it is not known."""
    _, after, role = str(difference.received or "").rpartition(" after ")
    return role if after else None


def _stands(role: str) -> str:
    stage = STAGE.match(role)
    inner = (stage.group(3) or "") if stage else role
    word, number = _split(inner)
    ordinal = ORDINALS[number] if number < len(ORDINALS) else f"{number}th"
    sentence = STANDS.get(inner) or STANDS.get(word) or "where the drawing shows it"
    return sentence.format(ordinal=ordinal)
