"""Answers that are right and look nothing like the reference.

Each constant is the whole source of one cell, as a learner might have written it. They are texts
and not functions because they go into notebooks as they stand.
"""

HELPER_IDENTITY = '''\
def identity_block(X, f, filters, initializer=random_uniform):
    """My identity block: the shortcut is X itself."""
    f1, f2, f3 = filters
    shortcut = X

    def conv_norm(tensor, number, size, mode):
        conv = layers.Conv2D(
            filters=number,
            kernel_size=(size, size),
            strides=(1, 1),
            padding=mode,
            activation=None,
            kernel_initializer=initializer(seed=0),
        )
        return layers.BatchNormalization(axis=-1)(conv(tensor))

    X = layers.ReLU()(conv_norm(X, f1, 1, "VALID"))
    X = layers.ReLU()(conv_norm(X, f2, f, "SAME"))
    X = conv_norm(X, f3, 1, "VALID")
    return layers.ReLU()(X + shortcut)
'''

LOOP_CONVOLUTIONAL = """\
def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    side = layers.Conv2D(
        filters=filters[2],
        kernel_size=(1, 1),
        strides=(s, s),
        kernel_initializer=initializer(seed=0),
    )(X)
    side = layers.BatchNormalization()(side)

    steps = zip(filters, (1, f, 1), ((s, s), (1, 1), (1, 1)), ("VALID", "SAME", "VALID"))
    for number, (filters_here, size, stride, mode) in enumerate(steps, start=1):
        if number > 1:
            X = layers.Activation("relu")(X)
        X = layers.Conv2D(
            filters=filters_here,
            kernel_size=size,
            strides=stride,
            padding=mode,
            kernel_initializer=initializer(seed=0),
        )(X)
        X = layers.BatchNormalization(axis=3)(X)

    return layers.Activation(activation="relu")(layers.Add()([side, X]))
"""

TABLE_NETWORK = """\
def ResNet50(input_shape=(64, 64, 3), classes=6):
    stages = [
        (1, 3, (64, 64, 256)),
        (2, 4, (128, 128, 512)),
        (2, 6, (256, 256, 1024)),
        (2, 3, (512, 512, 2048)),
    ]
    X_input = keras.layers.Input(input_shape)
    X = layers.ZeroPadding2D(padding=((3, 3), (3, 3)))(X_input)
    X = layers.Conv2D(
        filters=64,
        kernel_size=(7, 7),
        strides=(2, 2),
        padding="VALID",
        kernel_initializer=glorot_uniform(seed=0),
    )(X)
    X = layers.ReLU()(layers.BatchNormalization(axis=-1)(X))
    X = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2))(X)
    for stride, blocks, numbers in stages:
        X = convolutional_block(X, f=3, filters=list(numbers), s=stride)
        for _ in range(blocks - 1):
            X = identity_block(X, filters=list(numbers), f=3)
    X = layers.AveragePooling2D(pool_size=2, padding="same")(X)
    X = layers.Flatten()(X)
    X = layers.Dense(
        units=classes, activation="softmax", kernel_initializer=glorot_uniform(seed=0)
    )(X)
    return keras.models.Model(X_input, X)
"""

FUNCTIONAL_IDENTITY = """\
def identity_block(X, f, filters, initializer=random_uniform):
    main = X
    for number, size in zip(filters, (1, f, 1)):
        if main is not X:
            main = keras.ops.relu(main)
        conv = layers.Conv2D(number, size, padding="same", kernel_initializer=initializer(seed=0))
        main = layers.BatchNormalization(axis=3)(conv(main))
    return keras.ops.relu(layers.add([main, X]))
"""

FUNCTIONAL_CONVOLUTIONAL = """\
def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    F1, F2, F3 = filters

    def conv(number, size, stride=1):
        return layers.Conv2D(
            number, size, strides=stride, padding="same", kernel_initializer=initializer(seed=0)
        )

    shortcut = layers.BatchNormalization()(conv(F3, 1, s)(X))
    X = keras.activations.relu(layers.BatchNormalization()(conv(F1, 1, s)(X)))
    X = keras.activations.relu(layers.BatchNormalization()(conv(F2, f)(X)))
    X = layers.BatchNormalization()(conv(F3, 1)(X))
    return keras.activations.relu(keras.ops.add(X, shortcut))
"""

FUNCTIONAL_NETWORK = """\
def ResNet50(input_shape=(64, 64, 3), classes=6):
    inputs = keras.Input(shape=input_shape)
    X = layers.ZeroPadding2D((3, 3))(inputs)
    X = layers.Conv2D(64, 7, 2, kernel_initializer=glorot_uniform(seed=0))(X)
    X = keras.ops.relu(layers.BatchNormalization(axis=3)(X))
    X = layers.MaxPool2D(3, 2)(X)
    for stage, further in enumerate((2, 3, 5, 2)):
        width = 64 * 2**stage
        X = convolutional_block(X, 3, [width, width, 4 * width], 1 if stage == 0 else 2)
        for _ in range(further):
            X = identity_block(X, 3, [width, width, 4 * width])
    X = layers.AvgPool2D((2, 2))(X)
    X = layers.Reshape((-1,))(X)
    X = layers.Dense(classes, kernel_initializer=glorot_uniform(seed=0))(X)
    return keras.Model(inputs, layers.Softmax()(X))
"""

WRITTEN_OUT_NETWORK = '''\
def ResNet50(input_shape=(64, 64, 3), classes=6):
    """Everything in one place; my two blocks above are not used here."""

    def bottleneck(X, width, stride, start, project):
        shortcut = X
        if project:
            shortcut = layers.Conv2D(4 * width, 1, stride, kernel_initializer=start(seed=0))(X)
            shortcut = layers.BatchNormalization()(shortcut)
        X = layers.Conv2D(width, 1, stride, kernel_initializer=start(seed=0))(X)
        X = layers.BatchNormalization()(X)
        X = layers.ReLU()(X)
        X = layers.Conv2D(width, 3, padding="same", kernel_initializer=start(seed=0))(X)
        X = layers.BatchNormalization()(X)
        X = layers.ReLU()(X)
        X = layers.Conv2D(4 * width, 1, kernel_initializer=start(seed=0))(X)
        X = layers.BatchNormalization()(X)
        return layers.ReLU()(layers.Add()([X, shortcut]))

    inputs = keras.Input(shape=input_shape)
    X = layers.ZeroPadding2D(3)(inputs)
    X = layers.Conv2D(64, 7, 2, kernel_initializer=glorot_uniform(seed=0))(X)
    X = layers.BatchNormalization()(X)
    X = layers.ReLU()(X)
    X = layers.MaxPooling2D(3, 2)(X)
    for width, stride, further in ((64, 1, 2), (128, 2, 3), (256, 2, 5), (512, 2, 2)):
        X = bottleneck(X, width, stride, glorot_uniform, project=True)
        for _ in range(further):
            X = bottleneck(X, width, 1, random_uniform, project=False)
    X = layers.AveragePooling2D(2)(X)
    X = layers.Flatten()(X)
    X = layers.Dense(classes, activation="softmax", kernel_initializer=glorot_uniform(seed=0))(X)
    return keras.Model(inputs, X)
'''

OLD_IMPORTS = """\
import numpy as np
from keras import layers
from keras.layers import Input, Add, Dense, Activation, ZeroPadding2D, BatchNormalization
from keras.layers import Flatten, Conv2D, AveragePooling2D, MaxPooling2D, GlobalMaxPooling2D
from keras.models import Model, load_model
from keras.preprocessing import image
from keras.utils import layer_utils
from keras.utils.data_utils import get_file
from keras.applications.imagenet_utils import preprocess_input
import pydot
from keras.utils.vis_utils import model_to_dot
from resnets_utils import *
from keras.initializers import glorot_uniform
import keras.backend as K
K.set_image_data_format('channels_last')
K.set_learning_phase(1)
"""

OLD_IDENTITY = """\
def identity_block(X, f, filters, stage, block):
    conv_name_base = 'res' + str(stage) + block + '_branch'
    bn_name_base = 'bn' + str(stage) + block + '_branch'
    F1, F2, F3 = filters
    X_shortcut = X

    X = Conv2D(filters = F1, kernel_size = (1, 1), strides = (1, 1), padding = 'valid',
               name = conv_name_base + '2a', kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = bn_name_base + '2a')(X)
    X = Activation('relu')(X)
    X = Conv2D(filters = F2, kernel_size = (f, f), strides = (1, 1), padding = 'same',
               name = conv_name_base + '2b', kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = bn_name_base + '2b')(X)
    X = Activation('relu')(X)
    X = Conv2D(filters = F3, kernel_size = (1, 1), strides = (1, 1), padding = 'valid',
               name = conv_name_base + '2c', kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = bn_name_base + '2c')(X)

    X = Add()([X, X_shortcut])
    X = Activation('relu')(X)
    return X
"""

OLD_CONVOLUTIONAL = """\
def convolutional_block(X, f, filters, stage, block, s = 2):
    conv_name_base = 'res' + str(stage) + block + '_branch'
    bn_name_base = 'bn' + str(stage) + block + '_branch'
    F1, F2, F3 = filters
    X_shortcut = X

    X = Conv2D(F1, (1, 1), strides = (s, s), name = conv_name_base + '2a',
               kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = bn_name_base + '2a')(X)
    X = Activation('relu')(X)
    X = Conv2D(F2, (f, f), strides = (1, 1), padding = 'same', name = conv_name_base + '2b',
               kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = bn_name_base + '2b')(X)
    X = Activation('relu')(X)
    X = Conv2D(F3, (1, 1), strides = (1, 1), name = conv_name_base + '2c',
               kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = bn_name_base + '2c')(X)

    X_shortcut = Conv2D(F3, (1, 1), strides = (s, s), name = conv_name_base + '1',
                        kernel_initializer = glorot_uniform(seed=0))(X_shortcut)
    X_shortcut = BatchNormalization(axis = 3, name = bn_name_base + '1')(X_shortcut)

    X = Add()([X, X_shortcut])
    X = Activation('relu')(X)
    return X
"""

OLD_NETWORK = """\
def ResNet50(input_shape = (64, 64, 3), classes = 6):
    X_input = Input(input_shape)
    X = ZeroPadding2D((3, 3))(X_input)
    X = Conv2D(64, (7, 7), strides = (2, 2), name = 'conv1',
               kernel_initializer = glorot_uniform(seed=0))(X)
    X = BatchNormalization(axis = 3, name = 'bn_conv1')(X)
    X = Activation('relu')(X)
    X = MaxPooling2D((3, 3), strides=(2, 2))(X)

    X = convolutional_block(X, f = 3, filters = [64, 64, 256], stage = 2, block='a', s = 1)
    X = identity_block(X, 3, [64, 64, 256], stage=2, block='b')
    X = identity_block(X, 3, [64, 64, 256], stage=2, block='c')

    X = convolutional_block(X, f = 3, filters = [128, 128, 512], stage = 3, block='a', s = 2)
    X = identity_block(X, 3, [128, 128, 512], stage=3, block='b')
    X = identity_block(X, 3, [128, 128, 512], stage=3, block='c')
    X = identity_block(X, 3, [128, 128, 512], stage=3, block='d')

    X = convolutional_block(X, f = 3, filters = [256, 256, 1024], stage = 4, block='a', s = 2)
    X = identity_block(X, 3, [256, 256, 1024], stage=4, block='b')
    X = identity_block(X, 3, [256, 256, 1024], stage=4, block='c')
    X = identity_block(X, 3, [256, 256, 1024], stage=4, block='d')
    X = identity_block(X, 3, [256, 256, 1024], stage=4, block='e')
    X = identity_block(X, 3, [256, 256, 1024], stage=4, block='f')

    X = convolutional_block(X, f = 3, filters = [512, 512, 2048], stage = 5, block='a', s = 2)
    X = identity_block(X, 3, [512, 512, 2048], stage=5, block='b')
    X = identity_block(X, 3, [512, 512, 2048], stage=5, block='c')

    X = AveragePooling2D((2, 2), name='avg_pool')(X)
    X = Flatten()(X)
    X = Dense(classes, activation='softmax', name='fc' + str(classes),
              kernel_initializer = glorot_uniform(seed=0))(X)
    return Model(inputs = X_input, outputs = X, name='ResNet50')
"""

TRAINING_IDENTITY = """\
def identity_block(X, f, filters, training=True, initializer=random_uniform):
    F1, F2, F3 = filters
    X_shortcut = X

    X = layers.Conv2D(F1, 1, padding="valid", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X, training=training)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X, training=training)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F3, 1, padding="valid", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X, training=training)

    X = layers.Add()([X_shortcut, X])
    return layers.Activation("relu")(X)
"""

TRAINING_CONVOLUTIONAL = """\
def convolutional_block(X, f, filters, s=2, training=True, initializer=glorot_uniform):
    F1, F2, F3 = filters
    X_shortcut = X

    X = layers.Conv2D(F1, 1, strides=(s, s), kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X, training=training)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X, training=training)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X, training=training)

    X_shortcut = layers.Conv2D(
        F3, 1, strides=(s, s), kernel_initializer=initializer(seed=0)
    )(X_shortcut)
    X_shortcut = layers.BatchNormalization(axis=3)(X_shortcut, training=training)

    X = layers.Add()([X, X_shortcut])
    return layers.Activation("relu")(X)
"""
