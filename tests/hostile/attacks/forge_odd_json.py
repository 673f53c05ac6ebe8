# Double keys, NaN, numbers without end, lone surrogates, and 100,000 brackets.
import os
ODD = ('{"exercise": "identity_block", "calls": [], "calls": [{"name": "small", "name": NaN}]}',
       '{"exercise": "identity_block", "calls": [{"name": "small", "graph": {"nodes": [1e999]}}]}',
       '{"exercise": "identity_block", "calls": ' + "9" * 5000 + "}",
       '{"exercise": "identity_block", "fault": {"kind": "syntax_error", "message": "\\ud800\\u202e"}}',
       '{"exercise": "identity_block", "calls": ' + "[" * 100000 + "]" * 100000 + "}")
def send(text):
    for number in range(3, 256):
        try: os.write(number, text.encode() + b"\n")
        except OSError: pass
    os._exit(0)
def identity_block(X, f, filters, initializer=None): send(ODD[0])
def convolutional_block(X, f, filters, s=2, initializer=None): send(ODD[2])
def ResNet50(input_shape=(64, 64, 3), classes=6): send(ODD[4])
