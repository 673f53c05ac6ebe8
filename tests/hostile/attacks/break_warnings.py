# Every warning is an error, and every module is watched.  (after right answers)
import warnings
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform):
    warnings.simplefilter("error"); warnings.showwarning = None
    return _whole_block(X, f, filters, initializer)
