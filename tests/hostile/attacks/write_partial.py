# Right, as partial objects.  (after right answers)
from functools import partial
def _block(X, f, filters, initializer=random_uniform, kind="relu"):
    F1, F2, F3 = filters
    Y = Activation(kind)(BatchNormalization(axis=3)(Conv2D(F1, 1, kernel_initializer=initializer(seed=0))(X)))
    Y = Activation(kind)(BatchNormalization(axis=3)(Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))(Y)))
    return Activation(kind)(Add()([BatchNormalization(axis=3)(Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(Y)), X]))
identity_block = partial(_block, kind="relu")
