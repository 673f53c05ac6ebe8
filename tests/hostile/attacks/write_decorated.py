# Right, behind a decorator that keeps the time.  (after right answers)
import functools, time
def timed(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        begin = time.time()
        try: return function(*args, **kwargs)
        finally: print(function.__name__, "took", "some" if time.time() >= begin else "no", "time")
    return inner
identity_block, convolutional_block, ResNet50 = timed(identity_block), timed(convolutional_block), timed(ResNet50)
