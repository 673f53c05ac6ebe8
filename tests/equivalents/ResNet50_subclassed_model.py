"""The network is a subclassed model that is given back built, with a functional graph inside."""


class Network(keras.Model):
    def __init__(self, input_shape, classes):
        image = keras.Input(input_shape)
        X = layers.ZeroPadding2D(3)(image)
        X = layers.Conv2D(64, 7, strides=2, kernel_initializer=glorot_uniform(seed=0))(X)
        X = layers.BatchNormalization(axis=3)(X)
        X = layers.Activation("relu")(X)
        X = layers.MaxPooling2D((3, 3), strides=(2, 2))(X)
        for depth, count in ((64, 2), (128, 3), (256, 5), (512, 2)):
            X = convolutional_block(X, 3, [depth, depth, depth * 4], s=1 if depth == 64 else 2)
            for _ in range(count):
                X = identity_block(X, 3, [depth, depth, depth * 4])
        X = layers.AveragePooling2D((2, 2))(X)
        X = layers.Flatten()(X)
        X = layers.Dense(classes, activation="softmax", name="fc" + str(classes))(X)
        super().__init__(inputs=image, outputs=X)


def ResNet50(input_shape=(64, 64, 3), classes=6):
    return Network(input_shape, classes)
