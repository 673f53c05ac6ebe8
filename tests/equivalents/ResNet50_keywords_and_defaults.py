"""Every argument by its name, defaults left out, the model without a name."""


def ResNet50(input_shape=(64, 64, 3), classes=6, **options):
    X_input = layers.Input(shape=input_shape)
    X = layers.ZeroPadding2D(padding=(3, 3))(X_input)
    X = layers.Conv2D(filters=64, kernel_size=(7, 7), strides=(2, 2))(X)
    X = layers.BatchNormalization()(X)
    X = layers.Activation("relu")(X)
    X = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2))(X)
    X = convolutional_block(X=X, f=3, filters=[64, 64, 256], s=1)
    X = identity_block(X=X, f=3, filters=[64, 64, 256])
    X = identity_block(X=X, f=3, filters=[64, 64, 256])
    X = convolutional_block(X=X, f=3, filters=[128, 128, 512])
    for _ in range(3):
        X = identity_block(X=X, f=3, filters=[128, 128, 512])
    X = convolutional_block(X=X, f=3, filters=[256, 256, 1024])
    for _ in range(5):
        X = identity_block(X=X, f=3, filters=[256, 256, 1024])
    X = convolutional_block(X=X, f=3, filters=[512, 512, 2048])
    for _ in range(2):
        X = identity_block(X=X, f=3, filters=[512, 512, 2048])
    X = layers.AveragePooling2D()(X) if options.get("plain") else layers.AveragePooling2D((2, 2))(X)
    X = layers.Flatten()(X)
    X = layers.Dense(units=classes)(X)
    return keras.Model(inputs=X_input, outputs=layers.Softmax(axis=-1)(X))
