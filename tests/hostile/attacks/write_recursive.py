# Right, by calling itself for each of the three convolutions.  (after right answers)
def identity_block(X, f, filters, initializer=random_uniform, left=None, shortcut=None):
    if left is None: return identity_block(X, f, filters, initializer, list(zip(filters, (1, f, 1))), X)
    (number, size), *rest = left
    X = BatchNormalization(axis=3)(Conv2D(number, size, padding="same", kernel_initializer=initializer(seed=0))(X))
    if not rest: return Activation("relu")(Add()([X, shortcut]))
    return identity_block(Activation("relu")(X), f, filters, initializer, rest, shortcut)
