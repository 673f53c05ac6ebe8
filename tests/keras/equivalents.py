"""Right programs that are written otherwise than the reference."""

from programs import Change

IDENTITY, CONVOLUTIONAL, NETWORK = "identity_block", "convolutional_block", "ResNet50"
RELU = 'layers.Activation("relu")(X)'
ADD = "layers.Add()([X, X_shortcut])"
NORM = "layers.BatchNormalization(axis=3)(X)"
DENSE = 'layers.Dense(classes, activation="softmax", kernel_initializer=glorot_uniform(seed=0))(X)'

OF_A_BLOCK = (
    ("relu_layer", RELU, "layers.ReLU()(X)"),
    ("relu_op", RELU, "keras.ops.relu(X)"),
    ("relu_function", RELU, "keras.activations.relu(X)"),
    ("relu_maximum", RELU, "keras.ops.maximum(X, 0)"),
    ("relu_tensorflow", RELU, "layers.Activation(tf.nn.relu)(X)"),
    ("relu_lambda", RELU, "layers.Activation(lambda x: tf.nn.relu(x))(X)"),
    ("relu_of_two_functions", RELU, "layers.Lambda(lambda x: tf.maximum(x, 0.0))(X)"),
    ("relu_where", RELU, "keras.ops.where(X > 0, X, 0.0)"),
    ("relu_clip", RELU, 'keras.ops.clip(X, 0.0, float("inf"))'),
    ("relu_mask", RELU, "X * keras.ops.cast(X > 0, X.dtype)"),
    ("relu_halves", RELU, "(X + keras.ops.abs(X)) / 2"),
    ("minus_negative", ADD, "X - -X_shortcut"),
    ("sum_of_a_stack", ADD, "keras.ops.sum(keras.ops.stack([X, X_shortcut]), axis=0)"),
    ("copy", NORM, f"keras.ops.copy({NORM})"),
    ("plus_zeros", ADD, "layers.Add()([X, X_shortcut, keras.ops.zeros_like(X)])"),
    ("leak_of_a_relu", RELU, "layers.LeakyReLU()(layers.ReLU()(X))"),
    ("relu_of_a_leak", RELU, "layers.ReLU()(layers.LeakyReLU(0.1)(X))"),
    ("elu_of_a_relu", RELU, 'layers.Activation("elu")(layers.ReLU()(X))'),
    ("relu_twice", RELU, 'layers.ReLU()(layers.Activation("relu")(X))'),
    ("other_order", "[X, X_shortcut]", "[X_shortcut, X]"),
    ("plus", ADD, "X + X_shortcut"),
    ("plus_swapped", ADD, "X_shortcut + X"),
    ("add_function", ADD, "layers.add([X, X_shortcut])"),
    ("add_op", ADD, "keras.ops.add(X, X_shortcut)"),
    ("axis_minus_one", "axis=3", "axis=-1"),
    ("axis_default", "axis=3", ""),
    ("momentum", "axis=3", "axis=3, momentum=0.9"),
    ("named", "axis=3", 'axis=3, name="my_norm"'),
    ("capitals", '"valid"', '"VALID"'),
    ("one_by_one_same", 'padding="valid"', 'padding="same"'),
    ("kernel_pair", "F2, f,", "F2, (f, f),"),
    ("stride_pair", "strides=1", "strides=(1, 1)"),
    ("explicit_defaults", "F2, f, strides=1", "F2, f, strides=1, use_bias=True, groups=1, dilation_rate=1"),
    ("linear", NORM, f'layers.Activation("linear")({NORM})'),
    ("no_dropout", NORM, f"layers.Dropout(0)({NORM})"),
    ("identity_layer", NORM, f"layers.Identity()({NORM})"),
    ("other_seed", "seed=0", "seed=7"),
    ("no_seed", "seed=0", ""),
    ("class_itself", "initializer(seed=0)", "initializer"),
    ("wrapped", NORM, "keras.Sequential([layers.BatchNormalization(axis=3)])(X)"),
    ("other_default", "initializer=random_uniform", "initializer=glorot_uniform"),
    ("old_form", ", initializer=", ", stage=1, block='a', initializer="),
    ("padding_layer", "F2, f, strides=1, padding=\"same\"", "F2, f, strides=1, padding=\"same\", data_format=\"channels_last\""),
    ("tensorflow_keras", RELU, 'tf.keras.layers.Activation("relu")(X)'),
)  # fmt: skip

OF_THE_NETWORK = (
    ("pad_pair", "ZeroPadding2D(3)", "ZeroPadding2D((3, 3))"),
    ("pad_twice", "layers.ZeroPadding2D(3)(X_input)", "layers.ZeroPadding2D(1)(layers.ZeroPadding2D(2)(X_input))"),
    ("head_same", "AveragePooling2D(2)", 'AveragePooling2D((2, 2), padding="same")'),
    ("global_pooling", "layers.AveragePooling2D(2)(X)\n    X = layers.Flatten()(X)", "layers.GlobalAveragePooling2D()(X)"),
    ("reshape", "layers.Flatten()", "layers.Reshape((-1,))"),
    ("softmax_layer", DENSE, "layers.Softmax()(layers.Dense(classes, kernel_initializer=glorot_uniform(seed=0))(X))"),
    ("softmax_tensorflow", '"softmax"', "tf.nn.softmax"),
    ("softmax_lambda", '"softmax"', "lambda x: keras.ops.softmax(x, axis=-1)"),
    ("model_of_a_model", "return keras.Model(inputs=X_input, outputs=X", "return keras.Model(X_input, keras.Model(X_input, X)(X_input)"),
    ("same_initializer", "[128, 128, 512], s=2", "[128, 128, 512], s=2, initializer=glorot_uniform"),
    ("initializer_made", "identity_block(X, 3, [64, 64, 256])", 'identity_block(X, 3, [64, 64, 256], initializer=random_uniform)'),
    ("head_mean", "layers.AveragePooling2D(2)(X)\n    X = layers.Flatten()(X)", "keras.ops.mean(X, axis=[1, 2])"),
    ("softmax_op", DENSE, "keras.ops.softmax(layers.Dense(classes)(X))"),
    ("initializer_name", "glorot_uniform(seed=0)", '"glorot_uniform"'),
    ("keywords", "convolutional_block(X, 3, [64, 64, 256], s=1)", "convolutional_block(X=X, filters=[64, 64, 256], f=3, s=1)"),
    ("tuple", "identity_block(X, 3, [64, 64, 256])", "identity_block(X, f=3, filters=(64, 64, 256))"),
    ("default_s", "[128, 128, 512], s=2", "[128, 128, 512]"),
    ("positional_s", "[128, 128, 512], s=2", "[128, 128, 512], 2"),
    ("unnamed", ', name="ResNet50")', ")"),
    ("compiled_with_an_optimizer", 'return keras.Model(inputs=X_input, outputs=X, name="ResNet50")', "model = keras.Model(X_input, X)\n    model.compile(keras.optimizers.Adam(1e-4), 'categorical_crossentropy')\n    return model"),
    ("pad_op", "layers.ZeroPadding2D(3)(X_input)", "keras.ops.pad(X_input, [[0, 0], [3, 3], [3, 3], [0, 0]])"),
    ("array_of_filters", "identity_block(X, 3, [64, 64, 256])", "identity_block(X, 3, keras.ops.convert_to_numpy([64, 64, 256]))"),
    ("compiled", 'return keras.Model(inputs=X_input, outputs=X, name="ResNet50")', "model = keras.Model(X_input, X)\n    model.compile('adam', loss='categorical_crossentropy', metrics=['accuracy'])\n    return model"),
    ("pooling_of_points", "layers.Flatten()", "layers.Flatten()(layers.AveragePooling2D(1)(X)) if classes else layers.Flatten()"),
    ("softmax_by_hand", DENSE, "keras.ops.exp(layers.Dense(classes)(X))\n    X = X / keras.ops.sum(X, axis=-1, keepdims=True)"),
    ("reshape_to_its_size", "layers.Flatten()", "layers.Reshape((2048,))"),
    ("training", "classes=6)", "classes=6, training=False)"),
    ("input_positional", "shape=input_shape", "input_shape"),
    ("loop", "    X = identity_block(X, 3, [512, 512, 2048])\n    X = identity_block(X, 3, [512, 512, 2048])\n", "    for _ in range(2):\n        X = identity_block(X, 3, [512, 512, 2048])\n"),
    ("leak_of_a_block", "layers.AveragePooling2D(2)(X)", "layers.AveragePooling2D(2)(layers.LeakyReLU()(X))"),
    ("leak_of_probabilities", "return keras.Model(inputs=X_input, outputs=X", "return keras.Model(inputs=X_input, outputs=layers.LeakyReLU()(X)"),
    ("dead_layer", "    X = layers.Flatten()(X)\n", "    layers.Dense(3)(X)\n    X = layers.Flatten()(X)\n"),
)  # fmt: skip

EQUIVALENTS = [
    Change(f"{block}_{name}", block, old, new)
    for block in (IDENTITY, CONVOLUTIONAL)
    for name, old, new in OF_A_BLOCK
    if not (block == CONVOLUTIONAL and name == "other_default")
] + [Change(name, NETWORK, old, new) for name, old, new in OF_THE_NETWORK]
