"""`python -m etm` is the command `etm`."""

import sys

from etm.cli import main

if __name__ == "__main__":
    sys.exit(main())
