"""The main path is a functional model of its own, called like a layer."""


def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    inner = keras.Input(X.shape[1:])
    Y = layers.Conv2D(F1, 1, kernel_initializer=initializer(seed=0))(inner)
    Y = layers.BatchNormalization(axis=3)(Y)
    Y = layers.ReLU()(Y)
    Y = layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))(Y)
    Y = layers.BatchNormalization(axis=3)(Y)
    Y = layers.ReLU()(Y)
    Y = layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(Y)
    Y = layers.BatchNormalization(axis=3)(Y)
    main_path = keras.Model(inner, Y)
    return layers.ReLU()(main_path(X) + X)
