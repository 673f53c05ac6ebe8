# Prints what would move the cursor, name the window, and ring the bell.  (after right answers)
_whole_block = identity_block
def identity_block(X, f, filters, initializer=random_uniform):
    print("\x1b[2J\x1b[H\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07red \x1b[31mtext\x1b[0m \x07\x08\u202egnp <b>bold</b> &amp; =1+1")
    return _whole_block(X, f, filters, initializer)
