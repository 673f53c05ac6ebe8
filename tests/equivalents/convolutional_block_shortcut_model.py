"""Both paths are Sequential models made by one helper."""


def path(steps, initializer):
    model = keras.Sequential()
    for number, (depth, kernel, stride) in enumerate(steps):
        model.add(
            layers.Conv2D(
                depth,
                kernel,
                strides=(stride, stride),
                padding="same",
                kernel_initializer=initializer(seed=0),
            )
        )
        model.add(layers.BatchNormalization(axis=3))
        if number < len(steps) - 1:
            model.add(layers.ReLU())
    return model


def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    F1, F2, F3 = filters
    main = path([(F1, 1, s), (F2, f, 1), (F3, 1, 1)], initializer)
    shortcut = path([(F3, 1, s)], initializer)
    return layers.ReLU()(layers.Add()([shortcut(X), main(X)]))
