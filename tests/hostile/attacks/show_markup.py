# Names, classes and messages full of markup, formulas, links and reversed text.
import keras
Evil = type("</pre><script>alert(1)</script>\u202egnp", (Exception,), {})
def identity_block(X, f, filters, initializer=None):
    Y = type("=HYPERLINK('x')\x1b[31m", (keras.layers.Layer,), {"call": lambda self, x: x + 1.0})(name="img src=x onerror=alert(1) \u202e")(X)
    return keras.layers.Conv2D(filters[2], 1, name="=cmd|' '!A1")(Y)
def convolutional_block(X, f, filters, s=2, initializer=None): raise Evil("=1+1 \x1b]0;owned\x07 [x](javascript:alert(1)) \u2066<img src=x>")
