"""Pictures of the data and of the answers."""

import numpy as np

from learner_tools.palette import _BLUE, _SCALE


def plot_samples(images, labels, each=8):
    """The first images of each class, a row for each class.

    Arguments:
    images -- of shape (n, height, width, 3), uint8 or float from 0 to 1
    labels -- their integer labels, of shape (n,) or (1, n)
    each -- images in a row

    Returns:
    a matplotlib figure
    """
    import matplotlib.pyplot as plt

    labels = np.asarray(labels).reshape(-1)
    classes = np.unique(labels)
    figure, axes = plt.subplots(
        len(classes), each, figsize=(each, len(classes) * 1.05), squeeze=False, layout="constrained"
    )
    for row, label in zip(axes, classes, strict=True):
        chosen = np.flatnonzero(labels == label)
        for axis in row:
            axis.set_axis_off()
        for axis, number in zip(row, chosen, strict=False):
            axis.imshow(images[number])
        row[0].set_title("1 finger" if label == 1 else f"{label} fingers", loc="left", fontsize=9)
    figure.description = f"The first images of each of the classes {classes.tolist()}, row by row."
    return figure


def plot_confusion(labels, answers, classes):
    """How often each true class got each answer, as a table of numbers on a scale of colours.

    Arguments:
    labels -- the true classes, integers of shape (n,) or (1, n)
    answers -- what the network answers: integers (n,), or probabilities (n, classes)
    classes -- names of the classes

    Returns:
    a matplotlib figure
    """
    import matplotlib.pyplot as plt

    labels, answers = np.asarray(labels).reshape(-1), np.asarray(answers)
    answers = answers.argmax(axis=1) if answers.ndim == 2 else answers
    counts = np.zeros((len(classes), len(classes)), int)
    np.add.at(counts, (labels, answers), 1)
    figure, axis = plt.subplots(figsize=(4.4, 4), layout="constrained")
    axis.imshow(counts, cmap=_SCALE)
    for (row, column), count in np.ndenumerate(counts):
        light = count > counts.max() / 2
        axis.text(column, row, count, ha="center", va="center", color="black" if light else "white")
    axis.set(
        xlabel="answer of the network (fingers)",
        ylabel="true class (fingers)",
        title=f"{np.trace(counts)} of {counts.sum()} images are right",
    )
    axis.set_xticks(range(len(classes)), [str(name) for name in classes])
    axis.set_yticks(range(len(classes)), [str(name) for name in classes])
    wrong = [
        f"{counts[row, column]} of class {classes[row]} taken for {classes[column]}"
        for row, column in zip(*np.nonzero(counts), strict=True)
        if row != column
    ]
    figure.description = (
        f"{np.trace(counts)} of {counts.sum()} images are right. "
        f"{'; '.join(wrong) if wrong else 'No mistakes'}."
    )
    return figure


def plot_answer(image, chances, classes):
    """An image as the network sees it, and beside it how probable each class is to the network.

    Arguments:
    image -- float32 of shape (height, width, 3), from 0 to 1
    chances -- a probability for each class
    classes -- names of the classes

    Returns:
    a matplotlib figure
    """
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.imshow(image)
    left.set_title("what the network sees")
    left.set_axis_off()
    right.bar([str(name) for name in classes], chances, color=_BLUE)
    right.set(xlabel="class (fingers)", ylabel="probability", ylim=(0, 1))
    right.set_title("what it answers")
    figure.description = "The image, and the probability of each class: " + ", ".join(
        f"{name} has {chance:.2f}" for name, chance in zip(classes, chances, strict=True)
    )
    return figure
