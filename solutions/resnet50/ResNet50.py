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
# **The reason before the recipe.** Why is depth a problem? What does a shortcut change? Why is there
# batch normalisation, why are there 1×1 convolutions? Before each exercise you measure the answer
# here, on this computer, in seconds. Change the numbers in these cells and run them again.
#
# **Test first.** Before you write a function you see what will be checked, and you see the check
# fail: a red card. Then you write until the card is green. Each card says what was called, what
# was expected and what was received, and gives one hint.
#
# Write your answers where it says `# YOUR CODE HERE`, and delete the line that raises
# `NotImplementedError`. Add as many cells of your own as you like. Text and test cells are locked.
#
# Contents: [1 Packages](#1-Packages) ·
# [2 Data](#2-The-data) ·
# [3 Very deep networks](#3-The-problem-of-very-deep-networks) ·
# [4 Identity block](#4-The-identity-block) ·
# [5 Convolutional block](#5-The-convolutional-block) ·
# [6 ResNet-50](#6-ResNet-50) ·
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
# import matplotlib.pyplot as plt
# import numpy as np
# from public_tests import ResNet50_test, convolutional_block_test, identity_block_test, show_red
# from resnets_utils import (
#     all_devices,
#     convert_to_one_hot,
#     graph_svg,
#     load_dataset,
#     load_image,
#     plot_answer,
#     plot_class_activation,
#     plot_confusion,
#     plot_filters,
#     plot_gradient_norms,
#     plot_history,
#     plot_samples,
#     plot_signal_sizes,
#     plot_without_blocks,
#     show,
#     show_summary,
#     train,
#     training_minutes,
# )
#
# print("Keras", keras.__version__, "on TensorFlow", tf.__version__)

# %% [markdown] nbgrader={"grade": false, "grade_id": "data", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2 The data
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

# %% [markdown] nbgrader={"grade": false, "grade_id": "depth", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3 The problem of very deep networks
#
# Each layer of a network works on what the layer before has made of the image: edges, then
# corners and textures, then parts, then things. More layers can therefore express more. For years
# they also trained worse, for two reasons that are easily mixed up.
#
# ### The first reason: gradients vanish or explode
#
# Backpropagation multiplies. The gradient that reaches the first layer is a product with one factor
# per layer. If most factors are smaller than one, the product shrinks exponentially with depth, and
# the first layers learn nothing. If most are larger, it blows up.
#
# Measure it. The next cell builds three networks of the same 51 convolutions, from the same seed and
# untrained; it shows each of them 32 of the images above, and draws how large the gradient of the
# loss is at each layer. Training starts on the right, at the answer, and works its way to the left.

# %% nbgrader={"grade": false, "grade_id": "gradients", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_gradient_norms(X_train[:32], Y_train[:32], depth=50))

# %% [markdown] nbgrader={"grade": false, "grade_id": "gradient_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **What you see.** Mind the scale: each line of the grid is a power of ten.
#
# - *plain*: of the gradient at the last layer, not one part in a million arrives at the first.
# - *plain, with batch normalisation*: nothing vanishes, but now the gradient grows on its way,
#   a thousand times and more.
# - *residual*: the same convolutions, and around every two of them a wire that adds their input to
#   their output. First and last layer get gradients of about the same size.
#
# **To think about.** Take 20 layers (`depth=20`) instead of 50. For which of the three is it
# harmless to be 20 layers deep, and for which to be 100?
#
# <details><summary>An answer</summary>
#
# On this scale each plain curve is nearly a straight line: a factor for each layer, that multiplies.
# Twice as many layers square the damage. The residual curve hardly bends: its depth costs next to
# nothing, at 20 and at 100.
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "degradation", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### The second reason: deeper networks are harder to optimise
#
# So batch normalisation, or careful initial weights, keep the gradient alive. Is the problem solved?
# Here are six small networks that were trained on the images above. All have batch normalisation;
# they differ in depth and in their shortcuts, and in nothing else.
#
# ![Two panels with the loss on the training images over five epochs. Plain networks on the left: the
# one of 6 layers learns, the one of 50 layers stays at a guess. Residual networks on the right: all
# learn, and those of 18 and 50 layers better than the one of 6.](images/degradation.svg)
#
# *Measured by `python benchmarks/degradation.py` of this course; the curves are means of two
# trainings.*
#
# This is the loss on the images **that the networks are trained on**, so it is not overfitting, which
# would show as a *low* training loss. And it is odd: the deep plain network could copy the shallow
# one and let its other layers pass everything through unchanged. That solution exists, but the
# optimiser does not find it. To pass something through unchanged is, for a stack of nonlinear layers,
# a hard thing to learn.
#
# He and colleagues saw the same on photographs: plain networks of 56 layers had a higher training
# error than those of 20 layers on CIFAR-10, and 34 layers a higher one than 18 on ImageNet, where they
# made sure that batch normalisation kept the gradients healthy. They called it *degradation*
# ([arXiv:1512.03385](https://arxiv.org/abs/1512.03385), sections 1 and 4.1).

# %% [markdown] nbgrader={"grade": false, "grade_id": "shortcut", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What a shortcut changes
#
# Make passing through the default. Let a block compute a correction $F(x)$, and add the input to it:
#
# $$ y = F(x) + x $$
#
# Now "change nothing" means $F(x) = 0$, which small weights give nearly for free. The block only
# learns what to add, the *residual*, and the wire that carries $x$ around it is the **shortcut**
# or skip connection. It has no parameters and costs one addition (section 3.2 of the paper).
#
# The way back profits as well. The derivative of $F(x) + x$ is $F'(x) + 1$: however small $F'$
# is, the 1 hands the gradient on. That is the difference between the curves that you measured.
#
# ![Two chains of six boxes. In the plain one the gradient on its way back from the loss becomes
# thinner with every layer. In the residual one, arcs around the blocks carry it back
# undiminished.](images/gradient_flow.svg)
#
# The picture simplifies: in the blocks you will build, a ReLU follows the addition, and where it
# is zero it stops the copy too. The authors later moved that ReLU elsewhere for this reason
# (*Identity Mappings in Deep Residual Networks*, 2016,
# [arXiv:1603.05027](https://arxiv.org/abs/1603.05027)).
#
# **To think about.** Someone proposes $y = F(x) + x/2$, to be careful. After 25 such blocks, how
# much of the first input still arrives along the shortcuts?
#
# <details><summary>An answer</summary>
#
# $(1/2)^{25}$, three parts in a hundred million, and the gradient on its way back fares no better.
# With $2x$ in the place of $x/2$ it would be 33 million times as much. A shortcut has to be 1, or
# depth multiplies again (sections 2 and 3.1 of the later paper).
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "identity_idea", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4 The identity block
#
# ### The idea
#
# An addition needs two tensors of the same shape. If the main path keeps height, width and number
# of channels, its result can be added to the bare input, and the shortcut is just a wire. That is
# the identity block.
#
# Now to what stands on the main path: three convolutions, two of them 1×1, and a batch normalisation
# after each. Why?
#
# ### Why 1×1?
#
# A 1×1 convolution looks at one pixel at a time and mixes its channels: the same small dense layer
# at every place. It cannot see shapes, but it can change the number of channels, cheaply. The
# **bottleneck** makes use of that: reduce 256 channels to 64, let the 3×3 convolution work on those,
# and bring 64 back to 256.
#
# ![Left, two 3×3 convolutions from 256 to 256 channels, together 1,179,648 weights. Right, 1×1 to 64
# channels, 3×3 on 64, and 1×1 back to 256, together 69,632 weights: wide at both ends, narrow in the
# middle.](images/bottleneck.svg)
#
# Count it for a block of the first stage. Then try the numbers of the last stage, 2048 and 512:

# %% nbgrader={"grade": false, "grade_id": "bottleneck_cost", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# def cost(convolutions, height=15, width=15):
#     """Weights, and multiplications for one image, of convolutions (kernel, channels, filters)."""
#     weights = sum(kernel * kernel * channels * filters for kernel, channels, filters in convolutions)
#     return weights, weights * height * width  # at every place each weight is used once
#
#
# outside, inside = 256, 64
# wide = cost([(3, outside, outside), (3, outside, outside)])
# neck = cost([(1, outside, inside), (3, inside, inside), (1, inside, outside)])
#
# for name, (weights, multiplications) in {"two 3×3": wide, "bottleneck": neck}.items():
#     print(f"{name:<11}{weights:>10,} weights {multiplications:>13,} multiplications")
# print(f"The bottleneck costs one part in {wide[0] / neck[0]:.0f}.")

# %% [markdown] nbgrader={"grade": false, "grade_id": "normalisation_idea", "locked": true, "schema_version": 3, "solution": false, "task": false}
# This is what makes fifty layers affordable (section 4.1 of the paper, *Deeper Bottleneck
# Architectures*): with bottlenecks, the network of 50 layers costs hardly more than one of 34 layers
# with two 3×3 convolutions in each block.
#
# ### Why batch normalisation?
#
# Each block *adds* to what comes in. If the additions are large, the signal grows from block to
# block, and how fast depends on the first weights. Batch normalisation takes the mean of a channel
# away and divides by its standard deviation; then it scales and shifts the result by two numbers,
# γ and β, that are learnt. However large the weights are, what a main path adds has the size γ.
#
# ![In training, a channel is normalised with the mean and the variance of its own batch, then scaled
# and shifted; moving averages of both are collected. In evaluation, the averages take their
# place.](images/batch_normalisation.svg)
#
# Measure what it does: the size of the signal in residual networks with weights as usual, and with
# weights twice as large.

# %% nbgrader={"grade": false, "grade_id": "signals", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_signal_sizes(X_train[:32], depth=50))

# %% [markdown] nbgrader={"grade": false, "grade_id": "normalisation_reading", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **What you see.** Without normalisation, weights that are twice as large make the signal more than
# a million times as large after 25 blocks. With it, both networks lie on one curve: the size of
# the first weights no longer matters, and the signal grows slowly. Shortcuts for the gradient,
# normalisation for the signal: the two need each other.
#
# Batch normalisation has a price, which the figure shows and which you will meet in section 8: it
# does something else in training than in evaluation. (S. Ioffe, C. Szegedy, 2015,
# [arXiv:1502.03167](https://arxiv.org/abs/1502.03167), section 3; that it stands after each
# convolution and before the ReLU is said in section 3.4 of He et al.)
#
# **To think about.** Each convolution of the exercises has a bias, and batch normalisation follows
# each convolution. What can these biases do?
#
# <details><summary>An answer</summary>
#
# Nothing. A bias adds the same number to a whole channel, the mean of that channel rises by just this
# number, and normalisation takes the mean away; β does their work. Many libraries leave them out
# (`use_bias=False`). We keep them, as the exercise always had them, and it costs nothing but
# parameters.
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "identity_task", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Exercise 1: what is asked
#
# `identity_block(X, f, filters, initializer=random_uniform)`, where `filters` is the list
# `[F1, F2, F3]`:
#
# ![Identity block: the input goes down the main path, through three convolutions with
# normalisation, and around it along the shortcut; both meet in the addition, and a ReLU
# follows.](images/identity_block.svg)
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
# - The third convolution has no ReLU of its own: a correction has to be able to be negative. The
#   last ReLU comes after the addition.
# - In Keras, `layers.Conv2D(...)` makes a layer, and calling the layer with a tensor applies it:
#   `X = layers.Conv2D(...)(X)`.

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
# ## 5 The convolutional block
#
# ### The idea
#
# Now and then the network has to change the shape: fewer pixels, more channels. Then the bare
# input no longer fits to be added. What to do? The authors tried three answers (sections 3.3 and
# 4.1 of the paper):
#
# | | where the shape changes | everywhere else |
# | --- | --- | --- |
# | A | every s-th pixel of the input, filled up with channels of zeros | the bare input |
# | **B** | **a 1×1 convolution with stride s: a *projection*** | **the bare input** |
# | C | a projection | a projection |
#
# All three train, and B is a little better than A. C is a little better than B, which the authors
# put down to its additional parameters; in a bottleneck these are dear, because a projection there
# leads from many channels to many. ResNet-50 takes B. So projections are no part of the idea; they
# are there where a wire does not fit.
#
# In our block the shortcut gets a 1×1 convolution with the same stride and the same number of filters
# as the main path's result, followed by batch normalisation. There is no activation: the shortcut is
# to carry the input as faithfully as the new shape permits, so it is a linear map and nothing else.
#
# With stride `s`, a height of h becomes h / s, rounded up; the width likewise.

# %% [markdown] nbgrader={"grade": false, "grade_id": "convolutional_task", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Exercise 2: what is asked
#
# `convolutional_block(X, f, filters, s=2, initializer=glorot_uniform)`. Mind the default
# initializer: it is another one than in exercise 1.
#
# ![Convolutional block: the main path as before, but its first convolution has stride s. The
# shortcut passes a convolution and a normalisation before both paths meet in the
# addition.](images/convolutional_block.svg)
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
# <details><summary>An answer</summary>
#
# The convolution has 1·1·3·6 weights and 6 biases, together 24; the normalisation has four numbers for
# each of 6 channels, 24 again.
# </details>
#
# **To think about.** A 1×1 convolution with stride 2 reads one pixel of four. Three quarters of
# what comes in are never looked at, on the shortcut and on the main path. Where else could the
# main path's stride go?
#
# <details><summary>An answer</summary>
#
# Into the middle: an f×f kernel with f = 3 and stride 2 sees every pixel.
#
# ![Left, stride 2 in the 1×1 convolution: of 7 by 7 pixels, 16 are read. Right, stride 2 in the 3×3
# convolution: all 49 are read.](images/stride_place.svg)
#
# Several libraries build ResNet-50 that way, torchvision among them, and call it *ResNet v1.5*: its
# [documentation](https://pytorch.org/vision/stable/models/generated/torchvision.models.resnet50.html)
# says that this improves the accuracy. It costs a little more, because the 1×1 convolution before it
# then works on four times as many pixels. (*v2* is something else again: the network of the later paper,
# in which normalisation and ReLU come before each convolution.) We follow the original placement, as
# Keras does in `keras.applications.ResNet50`.
# </details>

# %% [markdown] nbgrader={"grade": false, "grade_id": "network_idea", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6 ResNet-50
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
# Training takes ten passes (*epochs*) over the images, in batches of 32. The next cell tries out how
# fast this computer is, so that you can decide.
#
# | | what you do | what you get |
# | --- | --- | --- |
# | **train** | `TRAIN = True`, and wait for the cell after it | your own weights, the curves, and the trap of section 8 with your own figures |
# | **do not train** | leave `TRAIN = False` and go on | section 9 loads a network with the same architecture that was trained for longer, on more images |
#
# `train` calls `model.fit`, epoch by epoch, with a bar, and keeps what was learnt in the folder
# `training` (285 MB). "Interrupt" in the menu (the square, or twice the key I) ends it with the best
# weights so far; run the cell again, and it goes on. Delete the folder to begin anew.

# %% nbgrader={"grade": false, "grade_id": "training_switch", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# TRAIN = False  # True: train in the next cell
#
# minutes = training_minutes(model, X_train, Y_train, epochs=10)
# print(f"Training for 10 epochs would take about {minutes:.0f} minutes on this computer.")

# %% nbgrader={"grade": false, "grade_id": "train", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# history = None
# if TRAIN:
#     history = train(model, X_train, Y_train, epochs=10, validation=(X_test, Y_test))
# else:
#     print("Not trained here. Set TRAIN = True in the cell above to do so, or go on to section 9.")

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
# ### A trap: well in training, guessing in the test
#
# Here is what happens when this network is trained with plain `model.fit`. These are **the same 1,080
# training images** each time, and the same weights:
#
# | after epoch | as training saw them | `evaluate`, averages of training | `evaluate`, averages measured anew |
# | --: | --: | --: | --: |
# | 1 | 0.182 | 0.167 | 0.278 |
# | 3 | 0.406 | 0.167 | 0.544 |
# | 5 | 0.322 | 0.166 | 0.355 |
# | 7 | 0.464 | 0.210 | 0.539 |
# | 10 | 0.506 | 0.336 | 0.620 |
#
# *Measured by `python benchmarks/stale_averages.py` of this course, after each epoch; a guess is
# right in 0.167 of all cases.*
#
# While training sees a network that learns, `evaluate` sees one that guesses, on the very images that
# it learns from. That cannot be overfitting. It is batch normalisation:
#
# - in *training* each batch is normalised with its own mean and variance;
# - in *evaluation* moving averages of both are used, collected during training. Keras moves them
#   by one hundredth (`momentum=0.99`) of the way at each step.
#
# A few hundred steps, in which the weights change fast, are too few: the averages describe a
# network that no longer exists, and with 53 normalisations in the network the errors add up. More
# epochs help, above all with smaller steps at the end. So does a look back: run through the
# training images once more **without learning**, and average anew. The weights stay as they are.
#
# `train` does that when it ends, and prints what `evaluate` says before and after (read
# `refresh_averages` in `resnets_utils.py`: it is ten lines); plain `model.fit` does not. If you have
# trained, look at the last lines under the training cell: they are this table's last row for your
# network. The next cell does the same for the test images.
#
# **To think about.** `val_accuracy` was printed after each epoch. Which averages were used for it, and
# what would a learner conclude who sees only training accuracy and `val_accuracy`?
#
# <details><summary>An answer</summary>
#
# Those of training, which are stale. It looks like the worst case of overfitting, and so people add
# dropout, shrink the network or collect images. None of that helps, because nothing of that is wrong.
# A quick test: evaluate on the *training* images. If that fails too, it is no overfitting.
# </details>

# %% nbgrader={"grade": false, "grade_id": "refresh_averages", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# if history is None:
#     print("Nothing to compare: the network was not trained here.")
# else:
#     print(f"training images, as training saw them: accuracy {history['accuracy'][-1]:.3f}")
#     print(f"test images, averages of training:     accuracy {history['val_accuracy'][-1]:.3f}")
#     print(f"test images, averages measured anew:   accuracy {accuracy:.3f}")

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
# show(plot_answer(image[0], probabilities, classes))
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
# shown as a small picture: edges of some direction, spots, differences of colour. Grey is a weight
# of zero.

# %% nbgrader={"grade": false, "grade_id": "filters", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_filters(pretrained))

# %% [markdown] nbgrader={"grade": false, "grade_id": "activation_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### Where the network looks
#
# Which places of the image spoke for the answer? The feature map of the third stage has 4×4
# places. Its channels are added, each with the weight that the gradient gives it; yellow is much,
# blue is little. (R. Selvaraju and others, Grad-CAM, 2016,
# [arXiv:1610.02391](https://arxiv.org/abs/1610.02391), section 3.)

# %% nbgrader={"grade": false, "grade_id": "activation", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# some = [int(np.flatnonzero(Y_test_orig[0] == number)[0]) for number in range(len(classes))]
# show(plot_class_activation(pretrained, X_test[some], Y_test_orig[0][some]))

# %% [markdown] nbgrader={"grade": false, "grade_id": "without_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### What a single block is worth
#
# Section 3 claimed that a block learns a *correction*, and that "change nothing" is its default. Put
# it to the test: take one identity block after the other, silence its main path, so that only the
# wire is left, and ask the rest of the network as if nothing had happened.

# %% nbgrader={"grade": false, "grade_id": "without_blocks", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(plot_without_blocks(pretrained, X_test[::2], Y_test_orig[:, ::2]))

# %% [markdown] nbgrader={"grade": false, "grade_id": "summary_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **What you see.** Whichever block is gone, most answers stay right. Take one layer out of a plain
# network, and the next layer gets what it has never seen; here it gets what it got before, less one
# correction. (A. Veit and others saw the same on larger networks: 2016,
# [arXiv:1605.06431](https://arxiv.org/abs/1605.06431), section 4.1.) This network was widened from a
# narrow one, as its model card says; try it with your own, `plot_without_blocks(model, ...)`, if you
# have trained one.
#
# **To think about.** Why were the convolutional blocks left out of the test?
#
# <details><summary>An answer</summary>
#
# Their shortcut is not a wire but a learnt projection, to a new shape. Without its main path such a
# block would still give the right shape, but its shortcut alone was never meant to be the input.
# </details>
#
# ### Layer by layer
#
# Follow the column of output shapes: it is the drawing of section 6 in numbers. The column of
# connections shows each shortcut, wherever a layer has two inputs. The box scrolls.

# %% nbgrader={"grade": false, "grade_id": "model_summary", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show_summary(model)  # what model.summary() prints, in a box

# %% [markdown] nbgrader={"grade": false, "grade_id": "graph_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ### As a graph
#
# If the program `dot` (Graphviz) and the package `pydot` are installed, Keras draws the whole
# graph with `keras.utils.plot_model`: into the file `ResNet50.png`, and below. If not, a smaller
# drawing takes its place, with one row for each block and an arc for its shortcut.

# %% nbgrader={"grade": false, "grade_id": "model_graph", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["active-ipynb"]
# show(graph_svg(model))

# %% [markdown] nbgrader={"grade": false, "grade_id": "closing", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 12 What you have learnt
#
# - A gradient that passes fifty plain layers vanishes or explodes; you have measured it.
# - Deep plain networks are hard to *optimise* even where the gradient survives; a shortcut makes
#   "change nothing" the easy default.
# - A residual block adds a correction to its input. The addition needs equal shapes: the identity
#   block keeps them, the convolutional block adjusts the shortcut.
# - A bottleneck of 1×1, f×f and 1×1 convolutions saves most of the weights.
# - Batch normalisation keeps the signal at one size. It does something else in training than in
#   evaluation, and its averages need time.
# - ResNet-50 is a stem, four stages of such blocks, and a head.
# - The number of parameters says little about whether a network is wired correctly.
#
# **To hand in:** restart the kernel, run all cells, see three green cards, save, and submit the
# notebook the way your course says. Leave the names of the three functions as they are.
# If the `reskit` command is installed, `reskit check ResNet50.ipynb` runs the same checks.
#
# *Reading: K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, 2015,
# [arXiv:1512.03385](https://arxiv.org/abs/1512.03385); the
# [Keras documentation of the layers](https://keras.io/api/layers/); the
# [batch normalisation page](https://keras.io/api/layers/normalization_layers/batch_normalization/)
# for the averages of section 8.*
