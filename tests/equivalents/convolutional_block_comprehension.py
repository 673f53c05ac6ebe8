"""Settings come from a table, and a dictionary holds the intermediate results."""


def convolutional_block(X, f, filters, s=2, initializer=glorot_uniform):
    tensors = {"input": X}
    table = [
        ("a", "input", filters[0], 1, s, True),
        ("b", "a", filters[1], f, 1, True),
        ("c", "b", filters[2], 1, 1, False),
        ("shortcut", "input", filters[2], 1, s, False),
    ]
    for name, source, depth, kernel, stride, activate in table:
        conv = layers.Conv2D(
            depth, kernel, stride, padding="same", kernel_initializer=initializer(seed=0)
        )
        tensors[name] = layers.BatchNormalization()(conv(tensors[source]))
        if activate:
            tensors[name] = layers.ReLU()(tensors[name])
    return layers.ReLU()(keras.ops.add(tensors["shortcut"], tensors["c"]))
