"""Each block is a model of its own, called once."""


def ResNet50(input_shape=(64, 64, 3), classes=6):
    def as_model(X, block, *arguments, **settings):
        image = keras.Input(X.shape[1:])
        return keras.Model(image, block(image, *arguments, **settings))(X)

    image = keras.Input(input_shape)
    X = layers.ZeroPadding2D(3)(image)
    X = layers.Conv2D(64, 7, strides=2)(X)
    X = layers.ReLU()(layers.BatchNormalization()(X))
    X = layers.MaxPooling2D(3, 2)(X)
    for depth, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        filters = [depth, depth, 4 * depth]
        X = as_model(X, convolutional_block, 3, filters, s=stride)
        for _ in range(count - 1):
            X = as_model(X, identity_block, 3, filters)
    X = layers.AveragePooling2D(2)(X)
    return keras.Model(image, layers.Dense(classes, "softmax")(layers.Flatten()(X)))
