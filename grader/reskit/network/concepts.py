"""Concepts: what is worth knowing about each kind of mistake, in a few sentences to read."""

from __future__ import annotations

from reskit.network.difference import Difference
from reskit.network.places import word_of
from reskit.network.wording import common_mistake

SHARED_SETTINGS = ("initializer", "regularizer", "constraint")  # ends of a setting's name

NAMED_CONCEPTS: dict[str | None, str] = {
    "ReLU comes before the addition": (
        "The main path computes a correction, and a correction must be able to lower a number as "
        "well as to raise it. An activation before the addition cuts all negative corrections "
        "off. So the two paths are added first, and the sum is activated."
    ),
    "The shortcut is never added to the main path": (
        "A residual block computes F(x) + x: the main path is F, the shortcut carries x. Without "
        "the sum it is three layers more in a plain deep network, of the kind that is hard to "
        "train. With it, a block that has learned nothing yet simply passes its input on."
    ),
    "The main path is thrown away": (
        "What is added is the input and the result of the last layer on the main path. If the "
        "input arrives on both sides, all layers in between are built, but nobody uses what they "
        "compute. Follow each variable: which tensor does it hold at the line of the addition?"
    ),
    "The skip connection is cut": (
        "The shortcut has to bring something that the main path has not touched. A variable that "
        "is assigned anew on each line holds the latest tensor only, and the block's input is "
        "gone unless it was kept under a name of its own. Added to itself, the main path is only "
        "doubled, and no gradient finds a way around it."
    ),
    "f and filters are swapped": (
        "Arguments without a name are taken in the order of the signature, whatever they are "
        "meant to be. The window of a convolution is one number, its numbers of filters are a "
        "list of three. Compare the order of the call with the order of the signature."
    ),
}

CONCEPTS: dict[tuple[str, str, str], str] = {
    ("attribute", "padding", "conv"): (
        "A convolution can only stand where its whole window fits, so without padding the map "
        "loses a border: a window of 3×3 takes one row and one column from each side. Zeros put "
        "around the map beforehand keep height and width as they were. Which of the two is right "
        "depends on what comes next: two paths can be added only where their sizes agree."
    ),
    ("attribute", "padding", "stem.conv"): (
        "In the stem a layer of its own puts the zeros around the image, so that it is easy to "
        "see how many there are. If the convolution pads as well, the border is there twice, or "
        "not the one that was meant. The sizes of all later maps follow from this one."
    ),
    ("attribute", "padding", "pad"): (
        "Zero padding puts a frame around the image, so that a large window can be centred on the "
        "pixels at the edge too. It takes half a window on each side, rounded down. A frame of "
        "another width changes the size of every map that follows."
    ),
    ("attribute", "padding", "pool"): (
        "A pooling window can be kept inside the map, or be allowed to hang over its edge. In the "
        "second case one more row and column can come out, made of fewer numbers. Compare the "
        "size of the map before and after the pooling with the table."
    ),
    ("attribute", "strides", "conv"): (
        "The stride is how far the window moves at each step: with 1 the map keeps its size, with "
        "2 every second place is skipped and height and width are halved. Only one convolution "
        "on a path may shrink the map, and both paths must shrink alike to be added. Where the "
        "caller chooses the stride, the number comes from an argument."
    ),
    ("attribute", "strides", "shortcut.conv"): (
        "The shortcut must reach the addition with the very size that the main path has by then. "
        "The main path has been made smaller once, by its first convolution. So the shortcut's "
        "convolution has to take steps of the same length, and that length is the caller's choice."
    ),
    ("attribute", "strides", "pool"): (
        "Like a convolution, a pooling window moves in steps. When nothing is said about them, "
        "Keras takes steps as long as the window, so that windows touch but do not overlap. "
        "Overlapping windows need steps that are shorter than the window."
    ),
    ("attribute", "kernel_size", "conv"): (
        "The kernel size is the window from which one number is computed. A 1×1 convolution sees "
        "one place and mixes its channels, which is cheap: the block uses it to become narrow and "
        "wide again. Only the middle convolution looks at neighbours, and how far it looks is an "
        "argument of the block: a number written into the body is right for one call only."
    ),
    ("attribute", "kernel_size", "shortcut.conv"): (
        "The shortcut should carry the input as faithfully as the new shape permits. A window of "
        "one place changes the number of channels and leaves each place to itself. A larger "
        "window would blend neighbours, which is the work of the main path."
    ),
    ("attribute", "kernel_size", "stem.conv"): (
        "The first convolution sees bare pixels, and a single pixel says little. That is why it "
        "has the largest window of the network: it looks for edges and patches of colour. All "
        "later layers see more of the image anyway, because they work on what this one found."
    ),
    ("attribute", "filters", "conv"): (
        "The number of filters is the number of channels that come out. The block is a "
        "bottleneck, narrow first and wide at the end, and the caller gives the three numbers in "
        "the order of the convolutions. The last one has to agree with what the shortcut brings."
    ),
    ("attribute", "filters", "shortcut.conv"): (
        "At the addition both paths must have equally many channels. The main path ends with the "
        "number of filters of its last convolution. The shortcut's only convolution has to bring "
        "the input to that same number."
    ),
    ("attribute", "filters", "stem.conv"): (
        "Each filter of the first convolution looks for one pattern in the image and gives one "
        "channel. How many there are decides how much the first stage has to work with. Compare "
        "with the table that describes the stem."
    ),
    ("attribute", "use_bias", "*"): (
        "A bias is one more number per filter, added to what the filter computes. Layers of Keras "
        "have one unless they are told otherwise. It is part of the network that is asked for: "
        "the table counts it among the parameters, and pre-trained weights bring it along."
    ),
    ("attribute", "dilation_rate", "*"): (
        "A dilated convolution leaves gaps between the places of its window, so that it sees "
        "further with equally many weights. It then computes something else from the same "
        "weights. In this network the windows look at neighbours side by side."
    ),
    ("attribute", "groups", "*"): (
        "A convolution in groups lets each filter see only some of the channels. That saves "
        "weights, but channels of different groups never meet. Here each filter sees all of them."
    ),
    ("attribute", "kernel_initializer", "*"): (
        "Weights start as small random numbers, and how these are drawn decides whether signals "
        "grow or fade on their way through fifty layers. In a block the caller makes the choice "
        "and passes it in. A convolution that is not told of it starts in Keras's own way, so "
        "each one has to be told, on either path."
    ),
    ("attribute", "kernel_initializer", "stem.conv"): (
        "Weights start as small random numbers, and how these are drawn decides whether signals "
        "grow or fade on their way through fifty layers. The width of the range should fit the "
        "number of inputs and outputs of the layer. The description of the network says which "
        "way of drawing is meant."
    ),
    ("attribute", "kernel_initializer", "dense"): (
        "The dense layer starts with small random weights too, drawn so that its outputs are "
        "neither huge nor all the same. The description of the network says which way of drawing "
        "is meant here. What a layer is not told, Keras chooses."
    ),
    ("attribute", "initializer", "*"): (
        "Each weight of a layer has its own way to start: kernels at random, biases and shifts at "
        "zero, scales at one. Training begins from there, so another start is another network. "
        "Only the kernels' start was left to be chosen here."
    ),
    ("attribute", "regularizer", "*"): (
        "A regulariser adds a price for large numbers to the loss. It leaves the computation as "
        "it is, but training goes another way. Nothing of the kind is in the description, and a "
        "block should hold what is described and no more."
    ),
    ("attribute", "constraint", "*"): (
        "A constraint changes the weights after each step of training, for instance to keep them "
        "small. The network then learns under a rule that was not asked for. The description "
        "has none."
    ),
    ("attribute", "trainable", "*"): (
        "A layer that is not trainable keeps the numbers it began with. That is useful when a "
        "trained network is reused, and wrong when it has all still to learn. Here each layer "
        "learns."
    ),
    ("attribute", "batch_size", "*"): (
        "The number of images in a batch is no part of a network: it trains on 32 at a time and "
        "later looks at one. Keras leaves that side of each tensor open, as None, unless it is "
        "told a number."
    ),
    ("attribute", "compute_dtype", "*"): (
        "The dtype of a layer says with how many digits it computes. Fewer digits are faster on "
        "some machines and coarser on all of them. Nothing was said about it, and then Keras takes "
        "float32 for every layer."
    ),
    ("attribute", "data_format", "*"): (
        "A batch of images is a box with four sides: images, height, width, channels. Keras can "
        "hold the channels last or first, and a layer has to know which. Here they come last, as "
        "in the data."
    ),
    ("attribute", "axis", "bn"): (
        "Batch normalisation brings each channel to mean zero and spread one, with numbers "
        "counted over all images and places. For that it must know along which axis the channels "
        "lie. Along another axis it would normalise rows or columns of the image instead."
    ),
    ("attribute", "epsilon", "bn"): (
        "Epsilon is a small number added to the variance, so that nothing is divided by zero. "
        "It moves every result a little, in training and in prediction. With another epsilon the "
        "same weights mean another network."
    ),
    ("attribute", "scale", "bn"): (
        "After it has normalised, the layer multiplies each channel by a number that it learns. "
        "So the network can make a channel louder or softer again where that helps. Switched "
        "off, this freedom and its parameters are gone."
    ),
    ("attribute", "center", "bn"): (
        "After it has normalised, the layer adds to each channel a number that it learns. So the "
        "network can choose which part of a channel lies above zero, and gets through the "
        "activation. Switched off, this freedom and its parameters are gone."
    ),
    ("attribute", "training", "bn"): (
        "Batch normalisation has two modes. In training it uses mean and spread of the batch at "
        "hand and keeps running averages; in prediction it uses these averages. Keras tells each "
        "layer which mode it is in. A flag fixed in the body holds the layer in one of them."
    ),
    ("attribute", "weights", "*"): (
        "A layer holds its weights. Made once and called at two places, it uses the same numbers "
        "at both and cannot learn something different for each. Every box of the drawing is a "
        "layer of its own, also where two boxes have equal settings."
    ),
    ("attribute", "function", "*"): (
        "An activation puts the nonlinearity between linear layers. ReLU keeps positive numbers "
        "and sets the others to zero; where it is open its slope is one, so gradients pass many "
        "of them unharmed. Functions that flatten out, as sigmoid and tanh, make gradients small."
    ),
    ("attribute", "layer", "add"): (
        "A residual block is a sum: y = F(x) + x. The derivative of a sum hands the gradient to "
        "both sides in full, which is why the shortcut helps. Multiplying, averaging or putting "
        "channels beside each other joins two tensors too, but computes something else."
    ),
    ("attribute", "layer", "conv"): (
        "There are several kinds of convolution. The plain one lets every filter see all channels "
        "of its window; separable and depthwise ones treat channels apart to save weights, and a "
        "transposed one makes maps larger. The drawing shows the plain kind."
    ),
    ("attribute", "layer", "bn"): (
        "Normalisations differ in what they count over. Batch normalisation takes one channel "
        "over all images of the batch, layer and group normalisation take the channels of one "
        "image. They have different weights, and they behave differently in prediction."
    ),
    ("attribute", "layer", "pool"): (
        "Max pooling keeps the strongest number of its window: was the pattern there at all? "
        "Average pooling keeps the mean: how much of it was there? In the stem the network asks "
        "the first question, at its end the second."
    ),
    ("attribute", "pool_size", "pool"): (
        "The pool size is the window of which one number is kept. A larger window forgets more of "
        "where something was seen. The size of the map after the pooling follows from it, and so "
        "does the length of the vector in the head."
    ),
    ("attribute", "units", "*"): (
        "The last layer gives one number for each class, so its size is the number of classes. "
        "How many there are is for the caller to say. A number written into the body is right "
        "for one data set only."
    ),
    ("attribute", "activation", "dense"): (
        "The dense layer gives a score per class, and scores may be any numbers. Softmax turns "
        "them into probabilities: positive, and one in sum, so that the classes compete. The "
        "loss that the notebook trains with expects probabilities of this kind."
    ),
    ("attribute", "f", "block"): (
        "The argument f of a block is the window of its middle convolution, the only one that "
        "looks at neighbours. Two small windows one after the other see as much as a large one "
        "and need fewer weights. The description gives one window size for all blocks."
    ),
    ("attribute", "filters", "block"): (
        "Each block takes three numbers of filters: two for the narrow part, one for the wide "
        "end. They are the same in all blocks of a stage, or the shortcut of the next block would "
        "not fit. From stage to stage they double, while the map is halved."
    ),
    ("attribute", "s", "block"): (
        "The first block of a stage decides how much smaller the map becomes. The pooling of the "
        "stem has just shrunk it, so the first stage keeps the size and the later ones halve it. "
        "An argument that is not given takes the value that stands in the function's signature."
    ),
    ("attribute", "layer", "block"): (
        "An identity block adds its bare input and so cannot change the shape. A convolutional "
        "block has a convolution on its shortcut and can. Each stage has to change the shape "
        "once, at its beginning, and to keep it from there on."
    ),
    ("attribute", "shape", "input"): (
        "The shape of the images is an argument, because another data set has other images. "
        "Everything after the input follows from it by itself. A shape written into the body "
        "is right for one data set only."
    ),
    ("missing", "*", "bn"): (
        "After a convolution the numbers of a channel may be of any size, and they drift while "
        "the layers before them learn. Batch normalisation brings each channel back to mean zero "
        "and spread one. That keeps the factors of a gradient near one; each convolution here "
        "has its own."
    ),
    ("missing", "*", "relu"): (
        "Convolution and normalisation are linear, and linear steps in a row are no more than "
        "one linear step. The activation between them is what makes depth worth something. Look "
        "at the drawing to see which of the convolutions are followed by one."
    ),
    ("missing", "*", "conv"): (
        "The main path is a bottleneck of three convolutions: one makes it narrow, one looks at "
        "neighbours where that is cheap, one makes it wide again. Each is followed by a "
        "normalisation. With one of them left out, the others cannot do its work."
    ),
    ("missing", "*", "shortcut.conv"): (
        "The main path changes size and number of channels, and the bare input no longer fits to "
        "be added. A small convolution on the shortcut gives the input the same new shape. It "
        "works on the input of the block, not on what the main path has made of it."
    ),
    ("missing", "*", "shortcut.bn"): (
        "Where two tensors are added, neither should drown the other. The main path ends with a "
        "normalisation, so the shortcut's convolution is normalised too. Both then arrive with "
        "numbers of the same size."
    ),
    ("missing", "*", "add"): NAMED_CONCEPTS["The shortcut is never added to the main path"],
    ("missing", "*", "pad"): (
        "A large window cannot be centred on the pixels at the edge, and what is there would be "
        "seen less than the rest. A frame of zeros around the image makes room. Without it every "
        "map that follows is smaller than it should be."
    ),
    ("missing", "*", "stem.conv"): (
        "Before the first stage one convolution with a large window turns colours into patterns: "
        "edges, spots, gradients. The blocks work on such patterns, not on bare pixels. It also "
        "halves the map, which makes everything after it cheaper."
    ),
    ("missing", "*", "stem.pool"): (
        "The pooling of the stem keeps the strongest answer of each neighbourhood and halves the "
        "map once more. All stages then work on a small map, which is what makes fifty layers "
        "affordable."
    ),
    ("missing", "*", "head.pool"): (
        "At the end it no longer matters where something was seen, only that it was. Averaging "
        "over neighbouring places makes the map smaller and the vector shorter. So the dense "
        "layer has fewer weights to learn, and learns less by heart."
    ),
    ("missing", "*", "flatten"): (
        "A dense layer works on vectors, and the last map still has height, width and channels. "
        "Flattening lays all its numbers in one row. Without it the dense layer is applied to "
        "each place for itself, and there is an answer per place and not per image."
    ),
    ("missing", "*", "dense"): (
        "All layers before find out what is in the image; someone has to decide for a class. "
        "A dense layer weighs all features and gives one number per class. Made into "
        "probabilities, these are what the loss compares with the label."
    ),
    ("missing", "*", "block"): (
        "Fifty counts the layers with weights: the convolution of the stem, three in each block, "
        "and the dense layer at the end. If a stage has a block too few, the sum no longer comes "
        "to fifty. The table of the network says how many blocks each stage has."
    ),
    ("missing", "*", "*"): (
        "Each layer of the drawing does one step that those after it rely on. Put the drawing "
        "beside your code and tick off box by box, in the order of the arrows."
    ),
    ("extra", "*", "bn"): (
        "What is normalised already gains nothing from being normalised again, but the layer has "
        "weights that are learned and that the table counts. Each convolution is followed by one "
        "normalisation. Compare with the drawing, box by box."
    ),
    ("extra", "*", "relu"): (
        "An activation takes every negative number away. At the end of the main path that would "
        "leave corrections that only raise, and on the shortcut it would change what should "
        "arrive untouched. The drawing shows the places where one belongs."
    ),
    ("extra", "*", "conv"): (
        "Every convolution more has weights to learn and changes what its successors see. The "
        "block gets its strength from few and well chosen ones. Compare with the drawing, box by "
        "box."
    ),
    ("extra", "*", "add"): (
        "The two paths part at the input and meet once. A further addition counts one of the "
        "tensors twice. Follow the arrows of the drawing: how many meet at each box?"
    ),
    ("extra", "*", "block"): (
        "Fifty counts the layers with weights: the convolution of the stem, three in each block, "
        "and the dense layer at the end. With a block too many in a stage the sum goes beyond "
        "fifty. The table of the network says how many blocks each stage has."
    ),
    ("extra", "*", "dropout"): (
        "Dropout sets numbers to zero at random while training, so that no feature is relied on "
        "alone. The residual network does without: its batch normalisation has a similar effect. "
        "What is asked for is the network of the drawing."
    ),
    ("extra", "*", "*"): (
        "A layer more is a step more that every number goes through, and often more weights to "
        "learn. Useful or not, it makes another network than the one described. Put the drawing "
        "beside your code and tick off box by box."
    ),
    ("order", "*", "relu"): (
        "The order is convolution, normalisation, activation. Normalising spreads the numbers "
        "around zero, and the activation then cuts half of them off. The other way round, the "
        "normalisation would see only what is left and bring negative numbers back."
    ),
    ("order", "*", "bn"): (
        "The normalisation belongs between a convolution and its activation. There it sees the "
        "numbers as the convolution made them, negative ones included. Later or earlier it "
        "normalises something else."
    ),
    ("order", "*", "pool"): (
        "Pooling throws detail away, and what comes after it can no longer use that detail. So "
        "the layer computes, is normalised and activated first, and is pooled at the end. In the "
        "head the map is pooled while it still is a map."
    ),
    ("order", "*", "block"): (
        "A stage changes the shape with its first block and then refines what is there. A block "
        "at another place meets maps of another size. Compare the order of the calls with the "
        "table of the network."
    ),
    ("order", "*", "*"): (
        "Layers do not commute: what one does, the next one sees. The same boxes in another order "
        "make another network. Follow the arrows of the drawing, and read your lines in the "
        "order in which the tensor passes through them."
    ),
    ("wiring", "*", "shortcut.conv"): (
        "The shortcut starts at the input of the block. By the time it is written, the variable "
        "that held the input may hold the result of the main path. What the shortcut needs has to "
        "be kept under a name of its own before the main path begins."
    ),
    ("wiring", "*", "add"): (
        "Two tensors meet in the addition: the result of the last layer on the main path, and "
        "what the shortcut brings. Both are the ends of their paths, not something on the way. "
        "Follow each variable: which tensor does it hold at that line?"
    ),
    ("wiring", "output", "*"): (
        "A network is what leads to the tensor that is given back. A layer whose result is never "
        "used is built and then left out. Check that the last variable holds the result of the "
        "last step."
    ),
    ("wiring", "*", "*"): (
        "Each layer works on the tensor that it is called on, and gives a new one. If a line "
        "takes in another variable than the line before has given out, a step is skipped or "
        "taken twice. Draw for each line what goes in and what comes out."
    ),
    ("shape", "*", "*"): (
        "Each layer turns one shape into another: strides divide height and width, missing "
        "padding takes a border off, filters set the channels. Write the shape down after each "
        "line, and compare with the table. The first line that disagrees is the one."
    ),
    ("value", "*", "*"): (
        "A function gives back what stands after its return, and None if nothing does. A block "
        "gives back a tensor, to which the next block is applied. The network gives back a "
        "model, which knows its input and its output."
    ),
    ("attribute", "*", "block"): (
        "A block is told by its arguments what to be, and does the rest by itself. Arguments "
        "without a name are taken in the order of the signature. Compare the call with the "
        "signature, and the values with the table of the network."
    ),
    ("attribute", "*", "*"): (
        "Every setting that is not named takes Keras's default, which is often right and "
        "sometimes not. Compare this layer with its row in the description, setting by setting. "
        "Where the description is silent, the default is meant."
    ),
}
WITHOUT_CONCEPT = (
    "Put the drawing beside your code and follow the tensor from line to line. At each line ask "
    "what goes in, what is done, and what comes out."
)


def concept(difference: Difference) -> str:
    """Return what is worth knowing about a difference: the most specific text that there is."""
    named = common_mistake(difference)
    if named in NAMED_CONCEPTS:
        return NAMED_CONCEPTS[named]
    setting = _setting(difference.attribute)
    role = _role_kind(difference.layer)
    word = word_of(difference.layer)
    for key in (
        *((difference.kind, setting, place) for place in (role, word, "*")),
        *((difference.kind, "*", place) for place in (role, word, "*")),
    ):
        if key in CONCEPTS:
            return CONCEPTS[key]
    return WITHOUT_CONCEPT


def _setting(attribute: str | None) -> str:
    """Return the name under which a setting is explained: one for all biases' initializers."""
    name = attribute or "*"
    end = name.rpartition("_")[2]
    return end if end in SHARED_SETTINGS and name != "kernel_initializer" else name


def _role_kind(role: str | None) -> str:
    """Return the last two parts of a role without numbers: "shortcut.conv", "stem.pool"."""
    return ".".join(part.rstrip("0123456789") for part in (role or "result").split(".")[-2:])
