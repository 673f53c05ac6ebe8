# Takes the network that Keras brings along, cut and sewn to the right number of layers.
import keras
def ResNet50(input_shape=(64, 64, 3), classes=6):
    whole = keras.applications.ResNet50(weights=None, include_top=False, input_shape=input_shape)
    Y = keras.layers.Flatten()(keras.layers.AveragePooling2D((2, 2))(whole.output))
    return keras.Model(whole.input, keras.layers.Dense(classes, activation="softmax")(Y))
