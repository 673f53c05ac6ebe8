# A list that grows without end.  (after right answers)
def identity_block(X, f, filters, initializer=random_uniform):
    grown = []
    while True: grown.append(bytearray(1 << 28))
