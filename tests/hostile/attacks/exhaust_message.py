# An exception with a message of 100 MB and a source line of its own.  (after right answers)
def identity_block(X, f, filters, initializer=random_uniform): raise ValueError("A" * 100_000_000)
