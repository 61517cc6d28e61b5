"""Start Floordesk: `python main.py` opens the console, `python main.py --help` lists the commands."""

import sys

from console.cli import main

if __name__ == "__main__":
    sys.exit(main())
