"""Words that may be shown to a class: nothing that only one learner, or two, would write."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

MANY = 3  # learners who use a word, from whom on it points at nobody
HIDDEN = "…"
WORD = re.compile(r"\w+")
ROLE = re.compile(
    r"(?:stage\d+\.|block\d+\.?|main\.|shortcut\.|stem\.|head\.)*"
    r"(?:conv\d?|bn\d?|relu\d?|pad|pool|flatten|dense|add|input|block\d+)?"
)
# What Keras itself calls its settings and layers; a learner who uses one of them is one of many.
KERAS_WORDS = """
keras layers activations initializers models Model Sequential Input InputLayer Layer Lambda
Dense Activation ReLU LeakyReLU PReLU ELU Softmax Conv2D Conv1D Conv2DTranspose
SeparableConv2D DepthwiseConv2D MaxPooling2D MaxPool2D AveragePooling2D AvgPool2D
GlobalAveragePooling2D GlobalMaxPooling2D ZeroPadding2D Cropping2D BatchNormalization
LayerNormalization GroupNormalization Dropout SpatialDropout2D Flatten Reshape Permute
Rescaling Identity Add Subtract Multiply Average Maximum Minimum Concatenate
relu relu6 elu selu gelu silu swish sigmoid softmax softplus softsign tanh linear exponential
leaky_relu mish hard_sigmoid log_softmax
valid same causal channels_last channels_first
filters kernel_size strides padding data_format dilation_rate groups activation use_bias
kernel_initializer bias_initializer pool_size units axis momentum epsilon center scale name
RandomUniform RandomNormal TruncatedNormal GlorotUniform GlorotNormal HeNormal HeUniform
LecunNormal LecunUniform Zeros Ones Constant Orthogonal VarianceScaling
random_uniform random_normal glorot_uniform glorot_normal he_normal he_uniform zeros ones
identity_block convolutional_block ResNet50 None True False nothing the given initializer
default a an tensor list tuple dict string number before after of and in
"""


def shared_words(of_each: Iterable[Iterable[str]], released: Iterable[str]) -> frozenset[str]:
    """Return the words that may be shown.

    `of_each` has the words of each submission, `released` the texts that every learner has.
    Python's and Keras's own words are among them.
    """
    used: Counter[str] = Counter()
    for words in of_each:
        used.update(set(words))
    common = {word for word, learners in used.items() if learners >= MANY}
    given = {word for text in released for word in WORD.findall(text)}
    python = {*keyword.kwlist, *dir(builtins), *sys.stdlib_module_names}
    return frozenset(common | given | python | {*KERAS_WORDS.split()})


def masked(value: Any, shown: frozenset[str]) -> Any:
    """Return a value of a difference, with every text in it hidden that is not made of `shown`."""
    if isinstance(value, str):
        return value if may_be_shown(value, shown) else HIDDEN
    if isinstance(value, (list, tuple)):
        return [masked(each, shown) for each in value]
    if isinstance(value, dict):
        return {masked(key, shown): masked(each, shown) for key, each in value.items()}
    return value


def may_be_shown(text: str, shown: frozenset[str]) -> bool:
    """Return whether a text is made of roles, small numbers and words that are shown."""
    return all(
        ROLE.fullmatch(part)
        or all(word in shown or (word.isdecimal() and len(word) < 5) for word in WORD.findall(part))
        for part in text.split()
    )


def hidden_texts(value: Any, shown: frozenset[str]) -> list[str]:
    """Return the texts in a value that `masked` would hide."""
    if isinstance(value, str):
        return [] if may_be_shown(value, shown) else [value]
    if isinstance(value, dict):
        return hidden_texts([*value, *value.values()], shown)
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in hidden_texts(each, shown)]
    return []
