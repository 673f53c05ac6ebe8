# Right, as an object that can be called.  (after right answers)
_whole_block = identity_block
class Block:
    def __call__(self, X, f, filters, initializer=random_uniform): return _whole_block(X, f, filters, initializer)
identity_block = Block()
