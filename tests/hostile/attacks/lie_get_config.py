# A subclass whose get_config tells another kernel than it has.  (after right answers)
class Told(Conv2D):
    def get_config(self): return {**super().get_config(), "kernel_size": (3, 3), "padding": "same"}
def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    Y = Activation("relu")(BatchNormalization(axis=3)(Conv2D(F1, 1, kernel_initializer=initializer(seed=0))(X)))
    Y = Activation("relu")(BatchNormalization(axis=3)(Told(F2, 1, kernel_initializer=initializer(seed=0))(Y)))
    Y = BatchNormalization(axis=3)(Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(Y))
    return Activation("relu")(Add()([Y, X]))
