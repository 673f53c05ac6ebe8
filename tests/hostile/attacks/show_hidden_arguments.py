# Prints how it is called, and says that it is the public call.  (after right answers)
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform):
    print(f"called with {tuple(X.shape)} {f} {filters}"); return _whole_block(X, f, filters, initializer)
