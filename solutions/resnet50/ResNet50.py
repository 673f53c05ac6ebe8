# ---
# jupyter:
#   # ruff: noqa: E501  (a cell's metadata has to stand on one line)
#   jupytext:
#     cell_metadata_filter: nbgrader,tags,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "intro", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # ResNet-50 from scratch
#
# You are going to build a network of fifty layers out of two small functions. When you are done
# it tells how many fingers a hand shows, from 0 to 5, also in pictures that you take yourself.
#
# You write three functions:
#
# | exercise | function | points |
# | --- | --- | --- |
# | 1 | `identity_block`: a block that adds a correction to its input | 30 |
# | 2 | `convolutional_block`: a block that also changes the shape | 30 |
# | 3 | `ResNet50`: the network, put together from the two | 40 |
#
# **Test first.** Before you write a function you see what will be checked, and you see the check
# fail: a red card. Then you write until the card is green. Each card says what was called, what
# was expected and what was received, and gives one hint.
#
# Write your answers where it says `# YOUR CODE HERE`, and delete the line that raises
# `NotImplementedError`. Add as many cells of your own as you like. Text and test cells are locked.
#
# Contents: [1 Packages](#1-Packages) ·
# [2 Very deep networks](#2-The-problem-of-very-deep-networks) ·
# [3 Identity block](#3-The-identity-block) ·
# [4 Convolutional block](#4-The-convolutional-block) ·
# [5 ResNet-50](#5-ResNet-50) ·
# [6 Data](#6-The-data) ·
# [7 Training](#7-Compile-and-train) ·
# [8 Evaluation](#8-Evaluate) ·
# [9 Pre-trained network](#9-A-network-that-was-trained-before) ·
# [10 Your own image](#10-An-image-of-your-own) ·
# [11 Look inside](#11-Look-inside) ·
# [12 Hand in](#12-What-you-have-learnt)

# %% [markdown] nbgrader={"grade": false, "grade_id": "packages", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1 Packages
#
# `keras` builds the network, TensorFlow computes it. The names `layers`, `random_uniform` and
# `glorot_uniform` are all that the exercises need. The last two are *classes* of initialisers:
# rules by which a layer draws its first weights. You make one by calling it, for instance
# `glorot_uniform(seed=0)`; the seed makes the draw repeatable.
#
# On some computers TensorFlow prints a few lines on a red background, because it finds no GPU.
# That is no error: all of this notebook runs on the processor.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # has to stand before the import: keeps the log quiet

import keras
import tensorflow as tf  # at hand for your own experiments
from keras import layers
from keras.initializers import glorot_uniform, random_uniform

# %% [markdown] nbgrader={"grade": false, "grade_id": "course_files", "locked": true, "schema_version": 3, "solution": false, "task": false}
# The next cell brings what lies beside this notebook: the tests, and a few functions to load
# data and to draw.

# %% nbgrader={"grade": false, "grade_id": "course_imports", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# from importlib.util import find_spec
# from shutil import which
#
# import matplotlib.pyplot as plt
# import numpy as np
# from IPython.display import SVG, display
# from public_tests import ResNet50_test, convolutional_block_test, identity_block_test, show_red
# from resnets_utils import (
#     all_devices,
#     convert_to_one_hot,
#     load_dataset,
#     load_image,
#     network_svg,
#     plot_class_activation,
#     plot_confusion,
#     plot_filters,
#     plot_gradient_norms,
#     plot_history,
#     plot_samples,
#     show,
#     train,
# )
#
# print("Keras", keras.__version__, "on TensorFlow", tf.__version__)

# %% [markdown] nbgrader={"grade": false, "grade_id": "depth", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2 The problem of very deep networks
#
# Each layer of a network works on what the layer before has made of the image: edges, then
# corners and textures, then parts, then things. More layers can therefore express more. For years
# they also trained worse, for two reasons that are easily mixed up.
#
# **Gradients vanish or explode.** Backpropagation multiplies: the gradient that reaches the first
# layer is a product with one factor per layer. If the factors are mostly smaller than one, the
# product shrinks exponentially with depth, and the first layers hardly learn. If they are mostly
# larger, it blows up. Careful initialisation and batch normalisation keep the factors near one and
# solve a good part of this.
#
# **Accuracy degrades.** Even then, a deeper plain network can end up worse *on the images it was
# trained on*. He and colleagues trained plain networks of 20 and of 56 layers on CIFAR-10, and
# the deeper one had the higher training error; on ImageNet the same happened with 18 and 34
# layers. That is not overfitting, which would show as a *low* training error. And it is odd: the
# deeper network could copy the shallower one and let its extra layers pass everything through
# unchanged. The solution exists, but the optimiser does not find it. To pass something through
# unchanged is, for a stack of nonlinear layers, a hard thing to learn.
#
# **The remedy is to make passing through the default.** Let a block compute a correction $F(x)$,
# and add the input to it:
#
# $$ y = F(x) + x $$
#
# Now "change nothing" means $F(x) = 0$, which small weights give nearly for free. The block only
# learns what to add, the *residual*, and the wire that carries $x$ around it is the **shortcut**
# or skip connection. It has no parameters and costs one addition.
#
# The way back profits as well. The derivative of $F(x) + x$ is $F'(x) + 1$: however small $F'$
# is, the 1 hands the gradient on.
#
# ![Two chains of six boxes. In the plain one the gradient on its way back from the loss becomes
# thinner with every layer. In the residual one, arcs around the blocks carry it back
# undiminished.](images/gradient_flow.svg)
#
# The picture simplifies: in the blocks you will build, a ReLU follows the addition, and where it
# is zero it stops the copy too. The authors later moved that ReLU elsewhere for this reason.
#
# *Source: K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, 2015,
# [arXiv:1512.03385](https://arxiv.org/abs/1512.03385), sections 3 (the idea) and 4 (the
# experiments); for the way of the gradient, their Identity Mappings in Deep Residual Networks,
# 2016, [arXiv:1603.05027](https://arxiv.org/abs/1603.05027).*

# %% [markdown] nbgrader={"grade": false, "grade_id": "identity_idea", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3 The identity block
#
# ### The idea
#
# An addition needs two tensors of the same shape. If the main path keeps height, width and number
# of channels, its result can be added to the bare input, and the shortcut is just a wire. That is
# the identity block.
#
# Its main path has three convolutions instead of one, and the reason is cost. A 3×3 convolution
# from 256 to 256 channels has about 590,000 weights. Here, a 1×1 convolution first reduces 256
# channels to 64, the 3×3 convolution works on those, and another 1×1 convolution brings 64 back to
# 256: about 70,000 weights together. The block is wide at both ends and narrow in the middle: a
# *bottleneck*.
#
# ![Identity block: the input goes down the main path, through three convolutions with
# normalisation, and around it along the shortcut; both meet in the addition, and a ReLU
# follows.](images/identity_block.svg)

# %% [markdown] nbgrader={"grade": false, "grade_id": "identity_task", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Exercise 1: what is asked
#
# `identity_block(X, f, filters, initializer=random_uniform)`, where `filters` is the list
# `[F1, F2, F3]`:
#
# | role | layer | filters | kernel | stride | padding | initializer |
# | --- | --- | --- | --- | --- | --- | --- |
# | `main.conv1` | Conv2D | F1 | 1×1 | 1 | valid | `initializer(seed=0)` |
# | `main.bn1` | BatchNormalization, axis 3 | | | | | |
# | `main.relu1` | ReLU | | | | | |
# | `main.conv2` | Conv2D | F2 | f×f | 1 | same | `initializer(seed=0)` |
# | `main.bn2` | BatchNormalization, axis 3 | | | | | |
# | `main.relu2` | ReLU | | | | | |
# | `main.conv3` | Conv2D | F3 | 1×1 | 1 | valid | `initializer(seed=0)` |
# | `main.bn3` | BatchNormalization, axis 3 | | | | | |
# | `add` | Add: the result of `main.bn3` and the block's input | | | | | |
# | `relu` | ReLU | | | | | |
#
# The roles are the names by which the tests speak of your layers. You need not name them so.
# Three things to keep in mind:
#
# - Axis 3 holds the channels: a batch of images has the shape (images, height, width, channels),
#   and each channel is normalised on its own.
# - The third convolution has no ReLU of its own. The last one comes after the addition.
# - In Keras, `layers.Conv2D(...)` makes a layer, and calling the layer with a tensor applies it.

# %% [markdown] nbgrader={"grade": false, "grade_id": "identity_red", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### First see it red
#
# The test calls your function with an input of shape (5, 5, 6), with `f=3` and
# `filters=[2, 4, 6]`. It looks at the network that comes out, and checks:
#
# - the main path: which layers, in which order, with which settings;
# - the addition: its two inputs, and what follows it;
# - the initializer: the one that was passed in, on each convolution;
# - the table of layers, shapes and parameter counts;
# - the numbers that come out when all weights are constant.
#
# Grading calls the function with other sizes as well. Here is the card for an empty function:

# %% nbgrader={"grade": false, "grade_id": "identity_block_red", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show_red(identity_block_test)


# %% nbgrader={"grade": false, "grade_id": "identity_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def identity_block(X, f, filters, initializer=random_uniform):
    """A residual block whose shortcut is its input, unchanged.

    Arguments:
        X: tensor of shape (m, h, w, c), float32, where c has to equal the last of `filters`.
        f: integer, height and width of the kernel in the middle of the main path.
        filters: list of three integers, the numbers of filters F1, F2 and F3 on the main path.
        initializer: class of the initialiser of every convolution's kernel; make one with seed 0.

    Returns:
        Tensor of shape (m, h, w, F3), float32, with no negative value.
    """
    ### BEGIN SOLUTION
    F1, F2, F3 = filters
    X_shortcut = X

    X = layers.Conv2D(F1, 1, strides=1, padding="valid", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F2, f, strides=1, padding="same", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F3, 1, strides=1, padding="valid", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)

    X = layers.Add()([X, X_shortcut])
    return layers.Activation("relu")(X)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "identity_block_test", "locked": true, "points": 30, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# identity_block_test(identity_block)

# %% [markdown] nbgrader={"grade": false, "grade_id": "identity_green", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **When it is green**, every check on the card is passed and no hint is left. One number you can
# verify with a pencil. The test's block has 168 parameters:
#
# - convolutions, one weight per kernel position, input channel and filter, and one bias per
#   filter: (1·1·6·2 + 2) + (3·3·2·4 + 4) + (1·1·4·6 + 6) = 14 + 76 + 30 = 120;
# - batch normalisation, four numbers per channel: 4 · (2 + 4 + 6) = 48, of which half, the moving
#   averages, are not trained.
#
# **To think about.** The middle convolution must have padding "same". With which `f` would
# "valid" do no harm, and why can the outer convolutions have either?
#
# <details><summary>An answer</summary>
#
# "valid" takes f − 1 rows and columns away, and then the addition no longer fits. For f = 1
# nothing is lost, so a 1×1 convolution with stride 1 gives the same result with both.
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "convolutional_idea", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4 The convolutional block
#
# ### The idea
#
# Now and then the network has to change the shape: fewer pixels, more channels. Then the bare
# input no longer fits to be added. So the shortcut gets one layer of its own, a 1×1 convolution
# with the same stride and the same number of filters as the main path's result, followed by batch
# normalisation. There is no activation: the shortcut is to carry the input as faithfully as the
# new shape permits, so it is a linear map and nothing else.
#
# With stride `s`, a height of h becomes h / s, rounded up; the width likewise.
#
# ![Convolutional block: the main path as before, but its first convolution has stride s. The
# shortcut passes a convolution and a normalisation before both paths meet in the
# addition.](images/convolutional_block.svg)

# %% [markdown] nbgrader={"grade": false, "grade_id": "convolutional_task", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Exercise 2: what is asked
#
# `convolutional_block(X, f, filters, s=2, initializer=glorot_uniform)`. Mind the default
# initializer: it is another one than in exercise 1.
#
# | role | layer | filters | kernel | stride | padding | initializer |
# | --- | --- | --- | --- | --- | --- | --- |
# | `main.conv1` | Conv2D | F1 | 1×1 | s | valid | `initializer(seed=0)` |
# | `main.bn1` | BatchNormalization, axis 3 | | | | | |
# | `main.relu1` | ReLU | | | | | |
# | `main.conv2` | Conv2D | F2 | f×f | 1 | same | `initializer(seed=0)` |
# | `main.bn2` | BatchNormalization, axis 3 | | | | | |
# | `main.relu2` | ReLU | | | | | |
# | `main.conv3` | Conv2D | F3 | 1×1 | 1 | valid | `initializer(seed=0)` |
# | `main.bn3` | BatchNormalization, axis 3 | | | | | |
# | `shortcut.conv` | Conv2D, on the block's input | F3 | 1×1 | s | valid | `initializer(seed=0)` |
# | `shortcut.bn` | BatchNormalization, axis 3 | | | | | |
# | `add` | Add: the results of `main.bn3` and `shortcut.bn` | | | | | |
# | `relu` | ReLU | | | | | |

# %% [markdown] nbgrader={"grade": false, "grade_id": "convolutional_red", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### First see it red
#
# The test calls your function with an input of shape (8, 8, 3), with `f=3`, `filters=[2, 4, 6]`
# and `s=2`, and checks the main path, the shortcut, the addition and the last activation, the
# initializer, the table of layers and the numbers under constant weights. Grading uses other
# sizes and strides as well, and leaves `s` out once.

# %% nbgrader={"grade": false, "grade_id": "convolutional_block_red", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show_red(convolutional_block_test)


# %% nbgrader={"grade": false, "grade_id": "convolutional_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    """A residual block that changes the shape, with a convolution on its shortcut.

    Arguments:
        X: tensor of shape (m, h, w, c), float32.
        f: integer, height and width of the kernel in the middle of the main path.
        filters: list of three integers, the numbers of filters F1, F2 and F3 on the main path.
        s: integer, the stride by which the block reduces height and width.
        initializer: class of the initialiser of every convolution's kernel; make one with seed 0.

    Returns:
        Tensor of shape (m, h / s rounded up, w / s rounded up, F3), float32, with no negative
        value.
    """
    ### BEGIN SOLUTION
    F1, F2, F3 = filters
    X_shortcut = X

    X = layers.Conv2D(F1, 1, strides=s, padding="valid", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F2, f, strides=1, padding="same", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F3, 1, strides=1, padding="valid", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)

    X_shortcut = layers.Conv2D(
        F3, 1, strides=s, padding="valid", kernel_initializer=initializer(seed=0)
    )(X_shortcut)
    X_shortcut = layers.BatchNormalization(axis=3)(X_shortcut)

    X = layers.Add()([X, X_shortcut])
    return layers.Activation("relu")(X)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "convolutional_block_test", "locked": true, "points": 30, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# convolutional_block_test(convolutional_block)

# %% [markdown] nbgrader={"grade": false, "grade_id": "convolutional_green", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **When it is green**, the test's block turns (8, 8, 3) into (4, 4, 6) and has 210 parameters.
# Can you find the 48 that the shortcut adds?
#
# **To think about.** A 1×1 convolution with stride 2 reads one pixel of four. Three quarters of
# what comes in are never looked at, on the shortcut and on the main path. Where else could the
# main path's stride go?
#
# <details><summary>An answer</summary>
#
# Into the middle: an f×f kernel with f = 3 and stride 2 sees every pixel. Several libraries build
# ResNet-50 that way, which costs a little more computing and gives a little more accuracy. We
# follow the original placement.
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "network_idea", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5 ResNet-50
#
# ### The idea
#
# You have both bricks; now the house. A **stem** makes the image small quickly. Four **stages**
# follow. Each begins with a convolutional block, which sets the stage's shape, and goes on with
# identity blocks, which refine without changing it. From stage to stage height and width are
# halved, and channels are doubled: less *where*, more *what*. The **head** averages what is left
# of the picture and casts a vote: one probability per class.
#
# ![ResNet-50 from left to right: a stem, four stages with 3, 4, 6 and 3 blocks, and a head. The
# first block of each stage is convolutional, all others are identity
# blocks.](images/resnet50.svg)

# %% [markdown] nbgrader={"grade": false, "grade_id": "network_task", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Exercise 3: what is asked
#
# `ResNet50(input_shape=(64, 64, 3), classes=6)`, which returns a `keras.Model`:
#
# | role | layer | filters or units | kernel or pool | stride | padding | initializer |
# | --- | --- | --- | --- | --- | --- | --- |
# | `stem.pad` | ZeroPadding2D | | 3 pixels on each side | | | |
# | `stem.conv` | Conv2D | 64 | 7×7 | 2 | valid | `glorot_uniform(seed=0)` |
# | `stem.bn` | BatchNormalization, axis 3 | | | | | |
# | `stem.relu` | ReLU | | | | | |
# | `stem.pool` | MaxPooling2D | | 3×3 | 2 | valid | |
# | `stage1` … `stage4` | see below | | | | | |
# | `head.pool` | AveragePooling2D | | 2×2 | 2 | valid | |
# | `head.flatten` | Flatten | | | | | |
# | `head.dense` | Dense, softmax | `classes` | | | | `glorot_uniform(seed=0)` |
#
# In the stages, `f` is 3 everywhere, and the blocks keep their default initializers:
#
# | stage | block 1: convolutional | further blocks: identity | `filters` |
# | --- | --- | --- | --- |
# | `stage1` | s = 1 | 2 | [64, 64, 256] |
# | `stage2` | s = 2 | 3 | [128, 128, 512] |
# | `stage3` | s = 2 | 5 | [256, 256, 1024] |
# | `stage4` | s = 2 | 2 | [512, 512, 2048] |
#
# Begin with `keras.Input(shape=input_shape)`, hand the result on from layer to layer, and end
# with `keras.Model(inputs=..., outputs=...)`.

# %% [markdown] nbgrader={"grade": false, "grade_id": "network_red", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### First see it red
#
# The test builds your network and checks the stem, the stages, the head and the table of layers.
# It judges how you *call* your blocks: a mistake inside a block is counted in its own exercise and
# not again here. Grading also asks for another input shape and another number of classes.

# %% nbgrader={"grade": false, "grade_id": "ResNet50_red", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show_red(ResNet50_test)


# %% nbgrader={"grade": false, "grade_id": "ResNet50", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ResNet50(input_shape=(64, 64, 3), classes=6):
    """The residual network with fifty layers, for small images.

    Arguments:
        input_shape: tuple of three integers, height, width and channels of an image.
        classes: integer, the number of classes.

    Returns:
        A `keras.Model`, not compiled, that turns float32 images of shape (m, *input_shape) into
        float32 probabilities of shape (m, classes); each row sums to 1.
    """
    ### BEGIN SOLUTION
    X_input = keras.Input(shape=input_shape)

    X = layers.ZeroPadding2D(3)(X_input)
    X = layers.Conv2D(64, 7, strides=2, kernel_initializer=glorot_uniform(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)
    X = layers.MaxPooling2D(3, strides=2)(X)

    X = convolutional_block(X, 3, [64, 64, 256], s=1)
    X = identity_block(X, 3, [64, 64, 256])
    X = identity_block(X, 3, [64, 64, 256])

    X = convolutional_block(X, 3, [128, 128, 512], s=2)
    X = identity_block(X, 3, [128, 128, 512])
    X = identity_block(X, 3, [128, 128, 512])
    X = identity_block(X, 3, [128, 128, 512])

    X = convolutional_block(X, 3, [256, 256, 1024], s=2)
    X = identity_block(X, 3, [256, 256, 1024])
    X = identity_block(X, 3, [256, 256, 1024])
    X = identity_block(X, 3, [256, 256, 1024])
    X = identity_block(X, 3, [256, 256, 1024])
    X = identity_block(X, 3, [256, 256, 1024])

    X = convolutional_block(X, 3, [512, 512, 2048], s=2)
    X = identity_block(X, 3, [512, 512, 2048])
    X = identity_block(X, 3, [512, 512, 2048])

    X = layers.AveragePooling2D(2)(X)
    X = layers.Flatten()(X)
    X = layers.Dense(classes, activation="softmax", kernel_initializer=glorot_uniform(seed=0))(X)

    return keras.Model(inputs=X_input, outputs=X, name="ResNet50")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ResNet50_test", "locked": true, "points": 40, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# ResNet50_test(ResNet50)

# %% [markdown] nbgrader={"grade": false, "grade_id": "network_green", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **When it is green**, you have a network with 23,600,006 parameters. But do not trust that
# number alone: a network whose zero padding goes nowhere, or whose shortcuts are cut, has exactly
# as many. That is why the test looks at how the layers are wired.
#
# **To think about.** Count the convolutions of the network: there are 53, and one dense layer.
# Why is it called ResNet-50?
#
# <details><summary>An answer</summary>
#
# By custom only layers on the way from stem to head count: 1 in the stem, 3 in each of the 16
# blocks, 1 dense layer, together 50. The four convolutions on shortcuts are left out.
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "data", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6 The data
#
# The images show hands with 0 to 5 raised fingers, in colour, 64×64 pixels. Their pixels are whole
# numbers from 0 to 255, and each label is the number of fingers. Two steps make them fit for the
# network:
#
# - **Normalise**: divide by 255, so that all values lie in [0, 1]. Initialisers count on inputs of
#   about that size.
# - **One-hot**: the network answers with six probabilities, so a label becomes six numbers too: a 1
#   at its class and 0 elsewhere. `convert_to_one_hot` puts the classes in rows, and Keras wants the
#   examples in rows; hence the `.T`.

# %% nbgrader={"grade": false, "grade_id": "load_data", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# X_train_orig, Y_train_orig, X_test_orig, Y_test_orig, classes = load_dataset()
#
# X_train = X_train_orig.astype("float32") / 255
# X_test = X_test_orig.astype("float32") / 255
# Y_train = convert_to_one_hot(Y_train_orig, len(classes)).T
# Y_test = convert_to_one_hot(Y_test_orig, len(classes)).T
#
# print("training images", X_train.shape, "labels", Y_train.shape)
# print("test images    ", X_test.shape, "labels", Y_test.shape)

# %% nbgrader={"grade": false, "grade_id": "show_data", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_samples(X_train_orig, Y_train_orig))

# %% [markdown] nbgrader={"grade": false, "grade_id": "training", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 7 Compile and train
#
# To compile is to say how the network shall learn: **Adam** adapts the step of each weight;
# **categorical cross-entropy** is the loss that goes with softmax and one-hot labels, and punishes
# a confident wrong answer hardest; **accuracy** is reported because people understand it.

# %% nbgrader={"grade": false, "grade_id": "compile", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# keras.utils.set_random_seed(1)
# with all_devices():  # on a computer with several GPUs all of them take part
#     model = ResNet50(input_shape=(64, 64, 3), classes=len(classes))
#     model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])

# %% [markdown] nbgrader={"grade": false, "grade_id": "training_choice", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Training takes ten passes (*epochs*) over the images, in batches of 32. Decide whether you want
# to wait for it. With `False` the notebook goes on, and section 9 loads a network that has been
# trained before.
#
# `train` calls `model.fit`, epoch by epoch, and keeps what was learnt in the folder `training`
# (285 MB). "Interrupt" in the menu ends it early; run the cell again, and it goes on. Delete the
# folder to begin anew.

# %% nbgrader={"grade": false, "grade_id": "training_switch", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# TRAIN = False  # True: train here and now (10 epochs: about five minutes on a laptop CPU)

# %% nbgrader={"grade": false, "grade_id": "train", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# history = None
# if TRAIN:
#     history = train(model, X_train, Y_train, epochs=10, validation=(X_test, Y_test))
# else:
#     print("Not trained here. Set TRAIN = True in the cell above to do so.")

# %% [markdown] nbgrader={"grade": false, "grade_id": "evaluation", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 8 Evaluate
#
# What counts is the test set: images that the network has not seen. With six classes a guess is
# right once in six times, so an accuracy of about 0.17 means that nothing has been learnt. That is
# what to expect of a network that was not trained.

# %% nbgrader={"grade": false, "grade_id": "evaluate", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
# state = "not trained" if history is None else "trained here"
# print(f"network ({state}) on the test set: loss {loss:.3f}, accuracy {accuracy:.3f}")

# %% [markdown] nbgrader={"grade": false, "grade_id": "stale_averages", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### A trap: perfect in training, guessing in the test
#
# If you have trained, look at the lines of the epochs once more. `accuracy` climbs. `val_accuracy`,
# of the test images, may stay near a guess for many epochs, and the `evaluate` above may all the
# same say something good. Do not take it for overfitting: with the averages of the last epoch,
# even the *training* images would have come out like that. The reason is batch normalisation:
#
# - in *training* each batch is normalised with its own mean and variance;
# - in *evaluation* moving averages of both are used, collected during training. Keras moves them
#   by one hundredth (`momentum=0.99`) of the way at each step.
#
# A few hundred steps, in which the weights change fast, are too few: the averages describe a
# network that no longer exists, and with 53 normalisations in the network the errors add up. More
# epochs help, above all with smaller steps at the end. So does a look back: run through the
# training images once more **without learning**, and average anew. `train` does that when it
# ends (read `refresh_averages` in `resnets_utils.py`: it is ten lines); plain `model.fit` does not.
# The next cell sets the averages side by side.

# %% nbgrader={"grade": false, "grade_id": "refresh_averages", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# if history is None:
#     print("Nothing to compare: the network was not trained here.")
# else:
#     seen = history["accuracy"][-1]
#     print(f"training images, as training saw them: accuracy {seen:.3f}")
#     print(f"test images, averages of training:     accuracy {history['val_accuracy'][-1]:.3f}")
#     print(f"test images, fresh averages:           accuracy {accuracy:.3f}")

# %% [markdown] nbgrader={"grade": false, "grade_id": "pretrained", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 9 A network that was trained before
#
# `resnet50.h5` holds the same architecture with weights that somebody else waited for. Load it and
# evaluate it on the same test images.
#
# A model file can contain code. Load only files whose source you trust.

# %% nbgrader={"grade": false, "grade_id": "load_pretrained", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# pretrained = keras.models.load_model("resnet50.h5", compile=False)
# pretrained.compile(loss="categorical_crossentropy", metrics=["accuracy"])
#
# loss, accuracy = pretrained.evaluate(X_test, Y_test, verbose=0)
# print(f"pre-trained network on the test set: loss {loss:.3f}, accuracy {accuracy:.3f}")

# %% nbgrader={"grade": false, "grade_id": "pretrained_confusion", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# chances = pretrained.predict(X_test, verbose=0)
# show(plot_confusion(Y_test_orig, chances, classes))

# %% [markdown] nbgrader={"grade": false, "grade_id": "own_image", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 10 An image of your own
#
# Take a picture of your hand, put it beside the notebook in the folder `images`, and write its name
# below. The network wants it as it had its training images, so `load_image` scales it to
# 64×64 pixels and to values in [0, 1]. Crop the picture to a square first, or the scaling
# will squeeze the hand.

# %% nbgrader={"grade": false, "grade_id": "own_image_path", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# my_image = "images/my_image.jpg"

# %% nbgrader={"grade": false, "grade_id": "predict_own_image", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# image = load_image(my_image, size=(64, 64))
# probabilities = pretrained.predict(image, verbose=0)[0]
#
# figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
# left.imshow(image[0])
# left.set_title("what the network sees")
# left.axis("off")
# right.bar([str(label) for label in classes], probabilities)
# right.set(xlabel="class", ylabel="probability", ylim=(0, 1), title="what it answers")
# plt.show()
#
# best = int(np.argmax(probabilities))
# print(f"The network says {classes[best]}, with probability {probabilities[best]:.2f}.")

# %% [markdown] nbgrader={"grade": false, "grade_id": "own_image_question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# The six probabilities always sum to 1. The network cannot say "none of these": show it a cat, and
# it will see fingers.
#
# **To think about.** Try a dark picture, another background, the other hand. Where does the
# network fail, and what of that is missing in its training images?

# %% [markdown] nbgrader={"grade": false, "grade_id": "look_inside", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 11 Look inside
#
# ### How the training went

# %% nbgrader={"grade": false, "grade_id": "training_curves", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# if history is None:
#     print("No curves: they are drawn when the network has been trained here (TRAIN = True).")
# else:
#     show(plot_history(history))

# %% [markdown] nbgrader={"grade": false, "grade_id": "filters_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What the first layer looks for
#
# The first convolution of the pre-trained network sees colours, so each of its 64 filters can be
# shown as a small picture: edges of some direction, spots, differences of colour.

# %% nbgrader={"grade": false, "grade_id": "filters", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_filters(pretrained))

# %% [markdown] nbgrader={"grade": false, "grade_id": "activation_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Where the network looks
#
# Which places of the image spoke for the answer? The feature map of the third stage has 4×4
# places. Its channels are added, each with the weight that the gradient gives it. (R. Selvaraju and
# others, Grad-CAM, 2016, [arXiv:1610.02391](https://arxiv.org/abs/1610.02391), section 3.)

# %% nbgrader={"grade": false, "grade_id": "activation", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# some = [int(np.flatnonzero(Y_test_orig[0] == number)[0]) for number in range(len(classes))]
# show(plot_class_activation(pretrained, X_test[some], Y_test_orig[0][some]))

# %% [markdown] nbgrader={"grade": false, "grade_id": "gradient_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What shortcuts do to the gradient
#
# Section 2 claimed that the gradient shrinks on its way through a plain network. Here it is
# measured: two untrained networks of the same 51 convolutions from the same seed, one with
# shortcuts, and the size of the gradient at each of their layers for 32 images. There is no
# batch normalisation in them, so that the shortcuts alone make the difference. Mind the scale:
# each line of the grid is a power of ten.

# %% nbgrader={"grade": false, "grade_id": "gradients", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_gradient_norms(X_train[:32], Y_train[:32]))

# %% [markdown] nbgrader={"grade": false, "grade_id": "summary_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Layer by layer
#
# Follow the column of output shapes: it is the drawing of section 5 in numbers. The column of
# connections shows each shortcut, wherever a layer has two inputs.

# %% nbgrader={"grade": false, "grade_id": "model_summary", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# model.summary(line_length=110)

# %% [markdown] nbgrader={"grade": false, "grade_id": "graph_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### As a graph
#
# If the program `dot` (Graphviz) and the package `pydot` are installed, Keras draws the whole
# graph: into the file `ResNet50.png`, and below. If not, a smaller drawing takes its place, with one
# row for each block and an arc for its shortcut.

# %% nbgrader={"grade": false, "grade_id": "model_graph", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# if which("dot") and find_spec("pydot"):
#     keras.utils.plot_model(model, to_file="ResNet50.png", show_shapes=True)
#     drawing = keras.utils.model_to_dot(model, show_shapes=True, dpi=60).create_svg()
# else:
#     drawing = network_svg(model)
# display(SVG(drawing))

# %% [markdown] nbgrader={"grade": false, "grade_id": "closing", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 12 What you have learnt
#
# - Deep plain networks are hard to *optimise*; a shortcut makes "change nothing" the easy default.
# - A residual block adds a correction to its input. The addition needs equal shapes: the identity
#   block keeps them, the convolutional block adjusts the shortcut.
# - A bottleneck of 1×1, f×f and 1×1 convolutions saves most of the weights.
# - ResNet-50 is a stem, four stages of such blocks, and a head.
# - The number of parameters says little about whether a network is wired correctly.
# - Batch normalisation behaves differently in training and in evaluation, and its averages need
#   time.
#
# **To hand in:** restart the kernel, run all cells, see three green cards, save, and submit the
# notebook the way your course says. Leave the names of the three functions as they are.
# If the `reskit` command is installed, `reskit check ResNet50.ipynb` runs the same checks.
#
# *Reading: the paper, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385); the
# [Keras documentation of the layers](https://keras.io/api/layers/); the
# [batch normalisation page](https://keras.io/api/layers/normalization_layers/batch_normalization/)
# for the averages of section 8.*
