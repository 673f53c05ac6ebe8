"""Wrong programs, each one edit away from the reference, and the one difference it is."""

from programs import Change

IDENTITY, CONVOLUTIONAL, NETWORK = "identity_block", "convolutional_block", "ResNet50"
CONV1 = '    X = layers.Conv2D(F1, 1, strides={s}, padding="valid", kernel_initializer=initializer(seed=0))(X)\n'
CONV2 = '    X = layers.Conv2D(F2, f, strides=1, padding="same", kernel_initializer=initializer(seed=0))(X)\n'
CONV3 = '    X = layers.Conv2D(F3, 1, strides=1, padding="valid", kernel_initializer=initializer(seed=0))(X)\n'
NORM = "    X = layers.BatchNormalization(axis=3)(X)\n"
RELU = '    X = layers.Activation("relu")(X)\n'
ADD = "    X = layers.Add()([X, X_shortcut])\n"
LAST = '    return layers.Activation("relu")(X)\n'
STAGE3 = "    X = identity_block(X, 3, [256, 256, 1024])\n"
SAME_ROLE = {IDENTITY: "1", CONVOLUTIONAL: "s"}


def of_a_block(block: str) -> list[Change]:
    """Return the mutants that both blocks have."""

    def wrong(
        name: str, old: str, new: str, difference: tuple[str, str | None, str | None], nth: int = 0
    ) -> Change:
        return Change(f"{block}_{name}", block, old, new, nth, (difference,))

    conv1 = CONV1.format(s=SAME_ROLE[block])
    found = [
        wrong("conv2_valid", '"same"', '"valid"', ("attribute", "main.conv2", "padding")),
        wrong("conv2_kernel", "F2, f,", "F2, f + 2,", ("attribute", "main.conv2", "kernel_size")),
        wrong("conv2_kernel_fixed", "F2, f,", "F2, 3,", ("attribute", "main.conv2", "kernel_size")),
        wrong("conv1_kernel", "F1, 1,", "F1, 3,", ("attribute", "main.conv1", "kernel_size")),
        wrong("conv1_filters", "(F1, 1", "(F2, 1", ("attribute", "main.conv1", "filters")),
        wrong("conv2_filters", "(F2, f", "(F1, f", ("attribute", "main.conv2", "filters")),
        wrong("conv1_missing", conv1, "", ("missing", "main.conv1", None)),
        wrong("skip_cut", "[X, X_shortcut]", "[X, X]", ("wiring", "add", "inputs")),
        wrong(
            "main_path_cut",
            "[X, X_shortcut]",
            "[X_shortcut, X_shortcut]",
            ("wiring", "add", "inputs"),
        ),
        wrong("sign_turned", RELU, RELU + "    X = 0 - X\n", ("extra", "main.subtract1", None)),
        wrong("reciprocal", RELU, RELU + "    X = 1 / X\n", ("extra", "main.truedivide1", None)),
        wrong(
            "conv2_activation",
            "F2, f,",
            'F2, f, activation="relu",',
            ("attribute", "main.conv2", "activation"),
        ),
        wrong("no_addition", ADD, "", ("missing", "add", None)),
        wrong("multiplied", "layers.Add()", "layers.Multiply()", ("attribute", "add", "layer")),
        wrong(
            "relu_before_addition",
            ADD + LAST,
            RELU + ADD + "    return X\n",
            ("order", "relu", None),
        ),
        wrong("no_last_relu", LAST, "    return X\n", ("missing", "relu", None)),
        wrong(
            "last_sigmoid", LAST, LAST.replace("relu", "sigmoid"), ("attribute", "relu", "function")
        ),
        wrong("relu_too_many", ADD, RELU + ADD, ("extra", "main.relu3", None)),
        wrong(
            "result_dropped",
            LAST,
            '    layers.Activation("relu")(X)\n    return X\n',
            ("wiring", None, "output"),
        ),
        wrong(
            "dropout",
            ADD,
            "    X = layers.Dropout(0.5)(X)\n" + ADD,
            ("extra", "main.dropout1", None),
        ),
        wrong(
            "conv2_dilated",
            "F2, f, strides=1",
            "F2, f, strides=1, dilation_rate=2",
            ("attribute", "main.conv2", "dilation_rate"),
        ),
        wrong(
            "conv2_no_bias",
            "F2, f, strides=1",
            "F2, f, strides=1, use_bias=False",
            ("attribute", "main.conv2", "use_bias"),
        ),
        wrong(
            "conv3_regularised",
            "F3, 1, strides=1",
            "F3, 1, strides=1, kernel_regularizer='l2'",
            ("attribute", "main.conv3", "kernel_regularizer"),
        ),
        wrong(
            "conv3_initializer",
            '(F3, 1, strides=1, padding="valid", kernel_initializer=initializer(seed=0))',
            '(F3, 1, strides=1, padding="valid")',
            ("attribute", "main.conv3", "kernel_initializer"),
        ),
    ]
    for place, role in enumerate(("main.bn1", "main.bn2", "main.bn3")):
        found += [
            wrong(f"{role}_missing", NORM, "", ("missing", role, None), place),
            wrong(
                f"{role}_epsilon",
                "axis=3",
                "axis=3, epsilon=1e-5",
                ("attribute", role, "epsilon"),
                place,
            ),
            wrong(
                f"{role}_no_scale",
                "axis=3",
                "axis=3, scale=False",
                ("attribute", role, "scale"),
                place,
            ),
            wrong(
                f"{role}_frozen",
                "axis=3)(X)",
                "axis=3)(X, training=False)",
                ("attribute", role, "training"),
                place,
            ),
        ]
    for place, role in enumerate(("main.relu1", "main.relu2")):
        found += [
            wrong(f"{role}_missing", RELU, "", ("missing", role, None), place),
            wrong(f"{role}_before_bn", NORM + RELU, RELU + NORM, ("order", role, None), place),
            wrong(
                f"{role}_tanh",
                RELU,
                RELU.replace("relu", "tanh"),
                ("attribute", role, "function"),
                place,
            ),
        ]
    return found


OF_THE_CONVOLUTIONAL_BLOCK = [
    Change("stride_main", CONVOLUTIONAL, "F1, 1, strides=s", "F1, 1, strides=1", 0,
           (("attribute", "main.conv1", "strides"),)),
    Change("stride_main_fixed", CONVOLUTIONAL, "F1, 1, strides=s", "F1, 1, strides=2", 0,
           (("attribute", "main.conv1", "strides"),)),
    Change("stride_shortcut", CONVOLUTIONAL, "F3, 1, strides=s", "F3, 1, strides=1", 0,
           (("attribute", "shortcut.conv", "strides"),)),
    Change("shortcut_from_main", CONVOLUTIONAL, "    )(X_shortcut)", "    )(X)", 0,
           (("wiring", "shortcut.conv", "inputs"),)),
    Change("shortcut_norm_missing", CONVOLUTIONAL,
           "    X_shortcut = layers.BatchNormalization(axis=3)(X_shortcut)\n", "", 0,
           (("missing", "shortcut.bn", None),)),
    Change("shortcut_norm_on_main", CONVOLUTIONAL, "(axis=3)(X_shortcut)", "(axis=3)(X)", 0,
           (("wiring", "shortcut.bn", "inputs"),)),
    Change("shortcut_kernel", CONVOLUTIONAL, "        F3, 1, strides=s", "        F3, 3, strides=s", 0,
           (("attribute", "shortcut.conv", "kernel_size"),)),
    Change("default_stride", CONVOLUTIONAL, "s=2, initializer", "s=1, initializer", 0,
           (("attribute", None, "s"),)),
]  # fmt: skip

OF_THE_NETWORK = [
    Change(name, NETWORK, old, new, nth, (difference,))
    for name, old, new, nth, difference in (
        ("padding_of_nothing", "ZeroPadding2D(3)", "ZeroPadding2D(0)", 0,
         ("attribute", "stem.pad", "padding")),
        ("pooling_of_points", "AveragePooling2D(2)", "AveragePooling2D(1)", 0,
         ("attribute", "head.pool", "pool_size")),
        ("no_padding", "    X = layers.ZeroPadding2D(3)(X_input)\n", "    X = X_input\n", 0,
         ("missing", "stem.pad", None)),
        ("padding_dropped", "(seed=0))(X)", "(seed=0))(X_input)", 0,
         ("wiring", "stem.conv", "inputs")),
        ("padding_2", "ZeroPadding2D(3)", "ZeroPadding2D(2)", 0, ("attribute", "stem.pad", "padding")),
        ("stem_same", "64, 7, strides=2,", '64, 7, strides=2, padding="same",', 0,
         ("attribute", "stem.conv", "padding")),
        ("stem_stride", "64, 7, strides=2", "64, 7, strides=1", 0, ("attribute", "stem.conv", "strides")),
        ("stem_filters", "64, 7,", "32, 7,", 0, ("attribute", "stem.conv", "filters")),
        ("stem_initializer", "glorot_uniform(seed=0)", '"he_normal"', 0,
         ("attribute", "stem.conv", "kernel_initializer")),
        ("stem_norm", NORM, "", 0, ("missing", "stem.bn", None)),
        ("stem_relu", RELU, "", 0, ("missing", "stem.relu", None)),
        ("stem_order", NORM + RELU, RELU + NORM, 0, ("order", "stem.relu", None)),
        ("stem_pool", "    X = layers.MaxPooling2D(3, strides=2)(X)\n", "", 0,
         ("missing", "stem.pool", None)),
        ("stem_pool_kind", "MaxPooling2D", "AveragePooling2D", 0, ("attribute", "stem.pool", "layer")),
        ("stem_pool_same", "(3, strides=2)", '(3, strides=2, padding="same")', 0,
         ("attribute", "stem.pool", "padding")),
        ("stem_pool_stride", "MaxPooling2D(3, strides=2)", "MaxPooling2D(3)", 0,
         ("attribute", "stem.pool", "strides")),
        ("block_too_few", STAGE3, "", 0, ("missing", "stage3.block6", None)),
        ("block_too_many", STAGE3, STAGE3 * 2, 0, ("extra", "stage3.block7", None)),
        ("stage1_too_few", "    X = identity_block(X, 3, [64, 64, 256])\n", "", 0,
         ("missing", "stage1.block3", None)),
        ("stage4_too_few", "    X = identity_block(X, 3, [512, 512, 2048])\n", "", 0,
         ("missing", "stage4.block3", None)),
        ("kernel_5", "convolutional_block(X, 3, [128", "convolutional_block(X, 5, [128", 0,
         ("attribute", "stage2.block1", "f")),
        ("filters_126", "[128, 128, 512], s", "[128, 126, 512], s", 0,
         ("attribute", "stage2.block1", "filters")),
        ("stride_forgotten", "[64, 64, 256], s=1", "[64, 64, 256]", 0, ("attribute", "stage1.block1", "s")),
        ("stride_1", "[256, 256, 1024], s=2", "[256, 256, 1024], s=1", 0,
         ("attribute", "stage3.block1", "s")),
        ("wrong_block", "convolutional_block(X, 3, [512, 512, 2048], s=2)",
         "identity_block(X, 3, [512, 512, 2048])", 0, ("attribute", "stage4.block1", "layer")),
        ("no_average", "    X = layers.AveragePooling2D(2)(X)\n", "", 0, ("missing", "head.pool", None)),
        ("max_in_head", "layers.AveragePooling2D", "layers.MaxPooling2D", 0,
         ("attribute", "head.pool", "layer")),
        ("no_softmax", 'activation="softmax", ', "", 0, ("attribute", "head.dense", "activation")),
        ("sigmoid", '"softmax"', '"sigmoid"', 0, ("attribute", "head.dense", "activation")),
        ("six_classes", "Dense(classes", "Dense(6", 0, ("attribute", "head.dense", "units")),
        ("fixed_input", "shape=input_shape", "shape=(64, 64, 3)", 0, ("attribute", "input", "shape")),
        ("whole_numbers", "shape=input_shape", "shape=input_shape, dtype='int32'", 0,
         ("attribute", "input", "dtype")),
        ("fixed_batch", "shape=input_shape", "shape=input_shape, batch_size=32", 0,
         ("attribute", "input", "batch_size")),
        ("two_inputs", "inputs=X_input", "inputs=[X_input, keras.Input((3,))]", 0,
         ("value", None, "returned")),
        ("block_of_zeros", "convolutional_block(X, 3, [128, 128, 512], s=2",
         "convolutional_block(X, 3, [128, 128, 512], s=2, initializer=keras.initializers.Zeros", 0,
         ("attribute", "stage2.block1", "initializer")),
        ("returns_tensor", 'return keras.Model(inputs=X_input, outputs=X, name="ResNet50")', "return X", 0,
         ("value", None, "returned")),
        ("default_classes", "classes=6", "classes=10", 0, ("attribute", "head.dense", "units")),
    )
]  # fmt: skip

SHARED_NORM = Change(
    "shared_normalisation",
    IDENTITY,
    NORM + RELU + "\n" + CONV2 + NORM,
    "    norm = layers.BatchNormalization(axis=3)\n    X = norm(X)\n"
    + RELU
    + "\n"
    + CONV2.replace("F2", "F1")
    + "    X = norm(X)\n",
    0,
    (("attribute", "main.bn2", "weights"), ("attribute", "main.conv2", "filters")),
)

SHARED_BLOCK = Change(
    "shared_block",
    NETWORK,
    STAGE3 * 2,
    """    image = keras.Input(X.shape[1:])
    block = keras.Model(image, identity_block(image, 3, [256, 256, 1024]))
    X = block(block(X))
""",
    0,
    (("attribute", "stage3.block3", "weights"),),
)

FROZEN_BLOCK = Change(
    "block_in_training_mode",
    NETWORK,
    STAGE3,
    """    image = keras.Input(X.shape[1:])
    X = keras.Model(image, identity_block(image, 3, [256, 256, 1024]))(X, training=True)
""",
    0,
    (("attribute", "stage3.block2", "training"),),
)

FROZEN_NORM = Change(
    "norm_in_a_model_in_training_mode",
    IDENTITY,
    NORM,
    "    X = keras.Sequential([layers.BatchNormalization(axis=3)])(X, training=True)\n",
    0,
    (("attribute", "main.bn1", "training"),),
)

MUTANTS = [
    *of_a_block(IDENTITY),
    *of_a_block(CONVOLUTIONAL),
    *OF_THE_CONVOLUTIONAL_BLOCK,
    *OF_THE_NETWORK,
    SHARED_NORM,
    SHARED_BLOCK,
    FROZEN_BLOCK,
    FROZEN_NORM,
]
