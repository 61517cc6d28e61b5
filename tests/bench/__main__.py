"""Every budget of the design this tree touches, in one run: `python -m tests.bench [NAME ...]`.

Each bench is a process of its own, one after the other, so that none warms another's caches; each says its method. What
is compared is measured in the same process in turns, and given as a ratio or against the budget in words.
"""

import os
import subprocess
import sys
from pathlib import Path

BENCHES = ("storm", "measures", "paint", "agent_table", "tape", "history", "forecast", "break_cards", "break_due")


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(BENCHES))
    if unknown:
        print(f"no bench called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    worst = 0
    for name in wanted or BENCHES:
        print(f"== {name}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{name}"],
            cwd=Path(__file__).parents[2],
            env=environment,
            check=False,
        )
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
