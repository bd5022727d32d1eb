"""``python -m papertui`` is ``papertui``."""

import sys

from papertui.cli import main

if __name__ == "__main__":
    sys.exit(main())
