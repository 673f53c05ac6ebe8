# The garbage collector runs all the time, and calls something that raises.  (after right answers)
import gc
_whole_block = identity_block
def _raise(*_): raise RuntimeError("collected")
def identity_block(X, f, filters, initializer=random_uniform):
    gc.set_threshold(5, 2, 2); gc.callbacks.append(_raise)
    return _whole_block(X, f, filters, initializer)
