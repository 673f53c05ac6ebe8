# A function whose signature cannot be asked for.  (after right answers)
class Shy:
    @property
    def __signature__(self): raise KeyboardInterrupt
    def __call__(self, X, f, filters, initializer=None): return X
identity_block = Shy()
