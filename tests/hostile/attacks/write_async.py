# A function that wants to be awaited.  (after right answers)
_whole_block = identity_block
async def identity_block(X, f, filters, initializer=random_uniform): return _whole_block(X, f, filters, initializer)
