"""``python -m reskit`` is the same program as ``reskit``."""

import sys

from reskit.cli import main

if __name__ == "__main__":
    sys.exit(main())
