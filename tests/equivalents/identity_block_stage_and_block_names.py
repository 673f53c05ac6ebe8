"""An older form: names made from stage and block, and an initializer of the block's own."""


def identity_block(X, f, filters, stage, block):
    conv_name_base = "res" + str(stage) + block + "_branch"
    bn_name_base = "bn" + str(stage) + block + "_branch"
    F1, F2, F3 = filters
    X_shortcut = X
    X = layers.Conv2D(F1, (1, 1), name=conv_name_base + "2a", kernel_initializer="he_normal")(X)
    X = layers.BatchNormalization(axis=3, name=bn_name_base + "2a")(X)
    X = layers.Activation("relu")(X)
    X = layers.Conv2D(F2, (f, f), padding="same", name=conv_name_base + "2b")(X)
    X = layers.BatchNormalization(axis=3, name=bn_name_base + "2b")(X)
    X = layers.Activation("relu")(X)
    X = layers.Conv2D(F3, (1, 1), name=conv_name_base + "2c")(X)
    X = layers.BatchNormalization(axis=3, name=bn_name_base + "2c")(X)
    X = layers.Add()([X, X_shortcut])
    return layers.Activation("relu")(X)
