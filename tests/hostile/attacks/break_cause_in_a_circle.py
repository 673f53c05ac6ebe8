# Two exceptions, each the cause of the other.
def identity_block(X, f, filters, initializer=None):
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    raise one
