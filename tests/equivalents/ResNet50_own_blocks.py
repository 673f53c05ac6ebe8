"""The blocks are called by other names, and written for this network alone."""


def conv_norm(X, depth, kernel, stride, activate):
    X = layers.Conv2D(depth, kernel, strides=stride, padding="same")(X)
    X = layers.BatchNormalization()(X)
    return layers.ReLU()(X) if activate else X


def bottleneck(X, depth, stride, project):
    shortcut = conv_norm(X, 4 * depth, 1, stride, False) if project else X
    X = conv_norm(X, depth, 1, stride, True)
    X = conv_norm(X, depth, 3, 1, True)
    return layers.ReLU()(conv_norm(X, 4 * depth, 1, 1, False) + shortcut)


def ResNet50(input_shape=(64, 64, 3), classes=6):
    image = keras.Input(input_shape)
    X = layers.ZeroPadding2D(3)(image)
    X = layers.Conv2D(64, 7, strides=2)(X)
    X = layers.ReLU()(layers.BatchNormalization()(X))
    X = layers.MaxPooling2D(3, 2)(X)
    for depth, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for number in range(count):
            X = bottleneck(X, depth, stride if number == 0 else 1, number == 0)
    X = layers.AveragePooling2D(2)(X)
    return keras.Model(image, layers.Dense(classes, "softmax")(layers.Flatten()(X)))
