# The loop stands in a decorator: it runs when the function is made.  (after right answers)
def forever(function):
    while True: pass
@forever
def identity_block(X, f, filters, initializer=random_uniform): return X
