"""The addition and the last activation stand in Lambda layers."""


def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    Y = layers.Conv2D(F1, 1, kernel_initializer=initializer(seed=0))(X)
    Y = layers.ReLU()(layers.BatchNormalization()(Y))
    Y = layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))(Y)
    Y = layers.ReLU()(layers.BatchNormalization()(Y))
    Y = layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(Y)
    Y = layers.BatchNormalization()(Y)
    Y = layers.Lambda(lambda pair: pair[0] + pair[1])([Y, X])
    return layers.Lambda(lambda tensor: keras.activations.relu(tensor))(Y)
