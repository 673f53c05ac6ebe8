# A function that yields instead of returning.  (after right answers)
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform): yield _whole_block(X, f, filters, initializer)
