"""Layers without weights are made once and used everywhere."""

relu, add = layers.ReLU(), layers.Add()


def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    path = X
    for depth, kernel in ((F1, 1), (F2, f), (F3, 1)):
        path = layers.Conv2D(depth, kernel, padding="same", kernel_initializer=initializer())(path)
        path = layers.BatchNormalization()(path)
        path = path if depth is F3 and kernel == 1 else relu(path)
    return relu(add([path, X]))
