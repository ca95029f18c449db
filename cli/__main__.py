"""`python -m cli` is `poster` of the project in this folder."""

import sys

from cli.app import main

if __name__ == "__main__":
    sys.exit(main())
