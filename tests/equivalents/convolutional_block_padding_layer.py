"""The border of the middle convolution is made by a padding layer, for odd and even kernels."""


def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    F1, F2, F3 = filters
    shortcut = layers.Conv2D(F3, 1, s, kernel_initializer=initializer(seed=0))(X)
    shortcut = layers.BatchNormalization(axis=3)(shortcut)
    X = layers.Conv2D(F1, 1, s, kernel_initializer=initializer(seed=0))(X)
    X = layers.ReLU()(layers.BatchNormalization(axis=3)(X))
    before, after = (f - 1) // 2, f // 2
    X = layers.ZeroPadding2D(((before, after), (before, after)))(X)
    X = layers.Conv2D(F2, f, kernel_initializer=initializer(seed=0))(X)
    X = layers.ReLU()(layers.BatchNormalization(axis=3)(X))
    X = layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    return layers.ReLU()(layers.Add()([X, shortcut]))
