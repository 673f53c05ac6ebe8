# A function that lies about its parameters.  (after right answers)
import inspect
def identity_block(*everything, **more): raise RuntimeError("never")
identity_block.__signature__ = inspect.Signature([inspect.Parameter("X", inspect.Parameter.KEYWORD_ONLY), inspect.Parameter("score", inspect.Parameter.KEYWORD_ONLY, default=30)])
