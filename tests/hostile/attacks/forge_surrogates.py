# A fault of its own, with half a character and a right-to-left override in the message.
import os
def identity_block(X, f, filters, initializer=None):
    told = b'{"exercise": "identity_block", "fault": {"kind": "syntax_error", "message": "\\ud800 \\u202e </p><script>", "cell": 1, "line": 99999999999999999999, "text": "\\udfff"}}\n'
    for number in range(3, 256):
        try: os.write(number, told)
        except OSError: pass
    os._exit(0)
