# A function that only exists once a text has been run.  (after right answers)
del identity_block
exec("def identity_block(X, f, filters, initializer=None): return X")
