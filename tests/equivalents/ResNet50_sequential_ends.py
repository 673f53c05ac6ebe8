"""Stem and head are Sequential models."""


def ResNet50(input_shape=(64, 64, 3), classes=6):
    image = keras.Input(shape=input_shape)
    stem = keras.Sequential(
        [
            layers.ZeroPadding2D(3),
            layers.Conv2D(64, 7, strides=2),
            layers.BatchNormalization(axis=3),
            layers.Activation("relu"),
            layers.MaxPooling2D(3, strides=2),
        ],
        name="stem",
    )
    head = keras.Sequential(
        [layers.GlobalAveragePooling2D(), layers.Dense(classes, activation="softmax")], name="head"
    )
    X = stem(image)
    for number, count in enumerate((3, 4, 6, 3)):
        filters = [64 * 2**number, 64 * 2**number, 256 * 2**number]
        X = convolutional_block(X, 3, filters, s=1 if number == 0 else 2)
        for _ in range(count - 1):
            X = identity_block(X, 3, filters)
    return keras.Model(inputs=[image], outputs=[head(X)])
