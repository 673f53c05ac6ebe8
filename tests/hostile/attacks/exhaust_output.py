# Prints 64 MB, and as much on the other output.  (after right answers)
import os
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform):
    for _ in range(64): print("z" * (1 << 20)); os.write(2, b"\xff\x00" * (1 << 19))
    return _whole_block(X, f, filters, initializer)
