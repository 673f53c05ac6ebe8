"""What the notebook needs beside the three functions you write: data, images, pictures of networks.

Nothing here imports TensorFlow, so the import takes a moment and not seconds. There is no
`__all__`: `from resnets_utils import *` also brings `np`, `h5py`, `math` and `os`, which
notebooks of older courses rely on.

Made from solutions/resnet50/learner_tools/ by `reskit release`; do not edit.
"""

# Laid one after another into the flat file that learners receive, in this order.
PARTS = (
    "palette",
    "dataset",
    "one_hot",
    "photograph",
    "devices",
    "averages",
    "checkpoint",
    "training",
    "showing",
    "curves",
    "samples",
    "filters",
    "activation",
    "depth",
    "depth_curves",
    "silencing",
    "layer_graph",
    "folding",
    "network_drawing",
    "network_picture",
)
