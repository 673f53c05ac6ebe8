"""The four stages stand in a table."""


def ResNet50(input_shape=(64, 64, 3), classes=6):
    stages = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]
    image = keras.Input(input_shape)
    X = layers.ZeroPadding2D((3, 3))(image)
    X = layers.Conv2D(64, (7, 7), strides=(2, 2), kernel_initializer="glorot_uniform")(X)
    X = layers.ReLU()(layers.BatchNormalization()(X))
    X = layers.MaxPool2D((3, 3), (2, 2))(X)
    for depth, count, stride in stages:
        filters = (depth, depth, 4 * depth)
        X = convolutional_block(X, f=3, filters=filters, s=stride)
        for _ in range(count - 1):
            X = identity_block(X, 3, filters)
    X = layers.AveragePooling2D((2, 2), padding="same")(X)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(layers.Flatten()(X)))
