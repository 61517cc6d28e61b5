"""The command line: the same program with and without a window."""

import argparse
import sys
from collections.abc import Sequence

from console import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 failed, 2 bad input."""
    parser = argparse.ArgumentParser(prog="main.py", description="Floordesk · 值守台")
    parser.add_argument("--version", action="version", version=f"Floordesk {__version__}")
    parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    return 0
