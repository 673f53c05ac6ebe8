"""Programs that Keras or Python stops, each one edit away from the reference.

What Keras says of them differs from release to release; what the report says must not.
"""

from programs import Change

IDENTITY, NETWORK = "identity_block", "ResNet50"
CONV = 'layers.Conv2D(F2, f, strides=1, padding="same", kernel_initializer=initializer(seed=0))(X)'
NORM = "layers.BatchNormalization(axis=3)(X)"
RELU = 'layers.Activation("relu")(X)'
ADD = "layers.Add()([X, X_shortcut])"
SKIP = "    X_shortcut = X\n"
BLOCK = "identity_block(X, 3, [64, 64, 256])"
MODEL = 'keras.Model(inputs=X_input, outputs=X, name="ResNet50")'

OF_KERAS = (
    ("padding_typo", '"same"', '"sam"'),
    ("activation_typo", 'Activation("relu")', 'Activation("rellu")'),
    ("keyword_typo", 'padding="same"', 'paddings="same"'),
    ("layer_typo", "layers.BatchNormalization", "layers.BatchNormalisation"),
    ("op_typo", RELU, "keras.ops.reluu(X)"),
    ("initializer_typo", "kernel_initializer=initializer(seed=0)", 'kernel_initializer="glorot"'),
    ("filters_zero", "(F2, f,", "(0, f,"),
    ("filters_float", "(F2, f,", "(F2 / 1, f,"),
    ("kernel_missing", "(F2, f, ", "(F2, "),
    ("kernel_triple", "(F2, f, ", "(F2, (f, f, f), "),
    ("strides_zero", "F2, f, strides=1", "F2, f, strides=0"),
    ("stride_and_dilation", "F2, f, strides=1", "F2, f, strides=2, dilation_rate=2"),
    ("axis_large", "axis=3", "axis=4"),
    ("layer_on_list", NORM, "layers.BatchNormalization(axis=3)([X])"),
    ("layer_on_none", CONV, CONV.replace("(X)", "(None)")),
    ("layer_made_of_tensor", NORM, "layers.BatchNormalization(X)"),
    ("layer_not_called", RELU, 'layers.Activation("relu")'),
    ("three_dimensions", "layers.Conv2D(F2, f,", "layers.Conv3D(F2, f,"),
    ("flattened_first", CONV, CONV.replace("(X)", "(layers.Flatten()(X))")),
    ("add_of_one", "[X, X_shortcut]", "[X]"),
    ("add_of_two_arguments", "([X, X_shortcut])", "(X, X_shortcut)"),
    ("add_of_other_widths", "F3, 1, strides=1", "F2, 1, strides=1"),
    ("plus_of_other_widths", ADD, "layers.Conv2D(5, 1)(X) + X_shortcut"),
    ("window_larger", CONV, "layers.Conv2D(F2, 9)(X)"),
    ("window_one_larger", CONV, "layers.Conv2D(F2, 6)(X)"),
    ("pool_one_larger", CONV, "layers.MaxPooling2D(6)(X)"),
    ("reshape_other_size", CONV, "layers.Reshape((7, 7))(X)"),
    ("reshape_two_unknown", CONV, "layers.Reshape((-1, -1))(X)"),
    ("tensorflow_function", RELU, "tf.nn.relu(X)"),
    ("lambda_of_tensorflow", RELU, "layers.Lambda(lambda x: tf.nn.relu6(x))(X)"),
    ("numpy_function", RELU, "np.maximum(X, 0)"),
    ("tensor_as_truth", RELU, f"{RELU} if X else X"),
    ("tensor_item", RELU, 'X[0]["a"]'),
    ("tensor_plus_text", ADD, 'X + "shortcut"'),
    ("batch_size_used", SKIP, f"{SKIP}    n = X.shape[0] * 2\n"),
)
OF_PYTHON = (
    ("name_unknown", "F3, 1", "F4, 1"),
    ("too_few_names", "F1, F2, F3 = filters", "F1, F2 = filters"),
    ("index_too_large", "F1, F2, F3 = filters", "F1, F2, F3 = filters[1:], filters[0], filters[3]"),
    ("no_such_attribute", "F1, F2, F3 = filters", "F1, F2, F3 = filters.first"),
    ("nothing_called", RELU, "None(X)"),
    ("own_keyword_typo", SKIP, "    X_shortcut = (lambda tensor: tensor)(tensr=X)\n"),
    ("builtin_keyword_typo", "F1, F2, F3 = filters", "F1, F2, F3 = sorted(filters, revers=True)"),
    ("import_of_nothing", SKIP, f"{SKIP}    from keras.layers import Nothing\n"),
    ("call_on_many_lines", CONV, "layers.Conv2D(\n        F2,\n        F9,\n    )(X)"),
    ("colon_missing", "initializer=random_uniform):", "initializer=random_uniform)"),
    ("bracket_missing", "[X, X_shortcut])", "[X, X_shortcut)"),
    ("quote_missing", '"same"', '"same'),
    ("indented_too_far", SKIP, "      X_shortcut = X\n"),
    ("comparison_with_one_sign", SKIP, "    if X = 3:\n        pass\n"),
    ("print_of_old", SKIP, "    print X\n"),
    ("text_with_empty_field", SKIP, "    print(f'{}')\n"),
    ("text_with_two_words", SKIP, "    print(f'{X y}')\n"),
    ("default_before_others", "(X, f, filters, initializer", "(X, f=3, filters, initializer"),
)
OF_THE_NETWORK = (
    ("block_without_filters", BLOCK, "identity_block(X, 3)"),
    ("block_keyword_typo", BLOCK, "identity_block(X, 3, filter=[64, 64, 256])"),
    ("block_on_none", BLOCK, "identity_block(None, 3, [64, 64, 256])"),
    ("input_keyword_typo", "shape=input_shape", "shap=input_shape"),
    ("input_with_batch_axis", "shape=input_shape", "shape=(None, *input_shape)"),
    ("model_keyword_typo", MODEL, "keras.Model(input=X_input, output=X)"),
    ("model_swapped", MODEL, "keras.Model(inputs=X, outputs=X_input)"),
    ("model_disconnected", MODEL, "keras.Model(inputs=keras.Input(input_shape), outputs=X)"),
    ("model_in_a_row", MODEL, "keras.Sequential([X_input, X])"),
    ("head_pool_larger", "AveragePooling2D(2)", "AveragePooling2D(3)"),
    ("units_zero", "Dense(classes,", "Dense(0,"),
    ("units_text", "Dense(classes,", 'Dense("classes",'),
    ("flatten_of_tensor", "layers.Flatten()(X)", "layers.Flatten(X)"),
)

STOPS = [
    Change(f"stop_{name}", function, old, new)
    for function, table in (
        (IDENTITY, OF_KERAS),
        (IDENTITY, OF_PYTHON),
        (NETWORK, OF_THE_NETWORK),
    )
    for name, old, new in table
]
