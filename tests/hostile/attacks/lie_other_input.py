# The right network, on an input of its own that nobody gave it.  (after right answers)
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform): return _whole_block(Input(X.shape[1:]), f, filters, initializer)
