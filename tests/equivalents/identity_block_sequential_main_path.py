"""The main path is one Sequential model."""


def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    main_path = keras.Sequential(
        [
            layers.Conv2D(F1, 1, kernel_initializer=initializer(seed=0)),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0)),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0)),
            layers.BatchNormalization(),
        ]
    )
    return layers.Activation("relu")(layers.add([main_path(X), X]))
