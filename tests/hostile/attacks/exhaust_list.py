# A list that grows without end.  (after right answers)
def identity_block(X, f, filters, initializer=random_uniform):
    import numpy
    grown = []
    while True: grown.append(numpy.zeros(1 << 27))
