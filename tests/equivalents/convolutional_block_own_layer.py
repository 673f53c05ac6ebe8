"""A layer of the learner's own does convolution, normalisation and activation."""


class ConvNorm(layers.Layer):
    def __init__(self, depth, kernel, stride, initializer, activate, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(
            depth, kernel, strides=stride, padding="same", kernel_initializer=initializer(seed=0)
        )
        self.norm = layers.BatchNormalization()
        self.activate = activate

    def call(self, tensor):
        tensor = self.norm(self.conv(tensor))
        return keras.activations.relu(tensor) if self.activate else tensor


def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    F1, F2, F3 = filters
    main = ConvNorm(F1, 1, s, initializer, True)(X)
    main = ConvNorm(F2, f, 1, initializer, True)(main)
    main = ConvNorm(F3, 1, 1, initializer, False)(main)
    shortcut = ConvNorm(F3, 1, s, initializer, False)(X)
    return keras.activations.relu(main + shortcut)
