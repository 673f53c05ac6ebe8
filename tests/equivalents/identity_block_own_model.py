"""The whole block is a subclassed model, with sublayers made when it is built."""


class Residual(keras.Model):
    def __init__(self, f, filters, initializer):
        super().__init__()
        self.f, self.filters, self.initializer = f, filters, initializer

    def build(self, input_shape):
        F1, F2, F3 = self.filters
        start = self.initializer
        self.conv1 = layers.Conv2D(F1, 1, kernel_initializer=start(seed=0))
        self.conv2 = layers.Conv2D(F2, self.f, padding="same", kernel_initializer=start(seed=0))
        self.conv3 = layers.Conv2D(F3, 1, kernel_initializer=start(seed=0))
        self.norms = [layers.BatchNormalization(axis=3) for _ in range(3)]

    def call(self, X, training=None):
        Y = keras.ops.relu(self.norms[0](self.conv1(X), training=training))
        Y = keras.ops.relu(self.norms[1](self.conv2(Y), training=training))
        Y = self.norms[2](self.conv3(Y), training=training)
        return keras.ops.relu(X + Y)


def identity_block(X, f, filters, initializer=random_uniform):
    return Residual(f, filters, initializer)(X)
