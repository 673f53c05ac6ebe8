# Prints whatever in its environment looks like a secret.
import os
for name, value in os.environ.items():
    if any(word in name.upper() for word in ("TOKEN", "SECRET", "PASS", "CREDENTIAL", "COURSE", "AWS", "SSH")): print("LEAK", name)
