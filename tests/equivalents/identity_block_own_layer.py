"""The main path is a layer that the learner subclassed."""


class MainPath(layers.Layer):
    def __init__(self, f, filters, initializer):
        super().__init__()
        F1, F2, F3 = filters
        self.steps = [
            layers.Conv2D(F1, 1, kernel_initializer=initializer(seed=0)),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0)),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0)),
            layers.BatchNormalization(),
        ]

    def call(self, inputs):
        for step in self.steps:
            inputs = step(inputs)
        return inputs


def identity_block(X, f, filters, initializer=random_uniform):
    return layers.ReLU()(layers.Add()([MainPath(f, filters, initializer)(X), X]))
