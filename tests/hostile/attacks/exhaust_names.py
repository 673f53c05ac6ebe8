# Layers with names of ten million characters.  (after right answers)
def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters; name = "n" * 10_000_000
    Y = Activation("relu")(BatchNormalization(axis=3, name=name + "b")(Conv2D(F1, 1, name=name + "a", kernel_initializer=initializer(seed=0))(X)))
    Y = Activation("relu")(BatchNormalization(axis=3)(Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))(Y)))
    return Activation("relu")(Add()([BatchNormalization(axis=3)(Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(Y)), X]))
