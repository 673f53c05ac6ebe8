# Leaves settings and modules for the next one who starts Keras or Python here.
import os, site, sys
for path in (os.environ.get("KERAS_HOME", ".") + "/keras.json", os.path.expanduser("~/.keras/keras.json"), os.path.expanduser("~/.bashrc.reskit_hostile"), *(folder + "/reskit_hostile.pth" for folder in [site.getusersitepackages(), *site.getsitepackages()]), *(folder + "/reskit_hostile.py" for folder in sys.path if folder)):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x"): print("LEFT", path)
    except OSError: pass
