"""The console told to end from outside: the session closes, somebody presses Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.settings import LOG_FILE, PREFERENCES_FILE

ROOT = Path(__file__).parents[2]
_STARTS_S = 30.0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_console_told_to_end_keeps_what_has_to_be_kept(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "FLOORDESK_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    console = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "demo"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        begun = time.monotonic()
        tape = tmp_path / "data" / "floor-demo" / "tape"
        while not (tape.is_dir() and any(tape.iterdir())):
            assert time.monotonic() - begun < _STARTS_S, "the demo's day is not being recorded"
            time.sleep(0.1)
        console.send_signal(number)
        _, said = console.communicate(timeout=_STARTS_S)
    finally:
        console.kill()
    assert console.returncode == 0
    assert said == ""
    assert (tmp_path / "settings" / PREFERENCES_FILE).is_file()
    assert "Traceback" not in (tmp_path / "logs" / LOG_FILE).read_text(encoding="utf-8")
