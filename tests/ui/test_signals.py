"""PySide6 6.12.0 dropped a reference to True/None with every signal below Python 3.12, and aborted soon after."""

import os
import subprocess
import sys

EMITS = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Source(QObject):
    told = Signal(bool)
    gave = Signal(object)

application = QCoreApplication([])
heard = []
source = Source()
source.told.connect(heard.append)
source.gave.connect(heard.append)
for number in range(10_000):
    source.told.emit(number % 2 == 0)
    source.gave.emit(None)
print(len(heard))
"""


def test_twenty_thousand_signals_leave_the_process_alive() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", EMITS],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "20000"), ran.stderr[-500:]
