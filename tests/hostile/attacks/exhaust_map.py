# A map of 64 GiB.  (after right answers)
import mmap
def identity_block(X, f, filters, initializer=random_uniform): return mmap.mmap(-1, 64 << 30)
