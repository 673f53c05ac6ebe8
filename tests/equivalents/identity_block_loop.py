"""The three convolutions are made in a loop."""


def identity_block(X, f, filters, initializer=random_uniform):
    shortcut = X
    for number, (depth, kernel) in enumerate(zip(filters, (1, f, 1), strict=True)):
        X = layers.Conv2D(
            depth, kernel, padding="same", kernel_initializer=initializer(seed=number)
        )(X)
        X = layers.BatchNormalization(axis=-1)(X)
        if number < 2:
            X = layers.ReLU()(X)
    return layers.ReLU()(layers.Add()([shortcut, X]))
