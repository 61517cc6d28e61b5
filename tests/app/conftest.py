"""The console put together, without a display: data, settings and log under the test's own folder."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

import pytest

from tests.asterisk.conftest import asterisk, everything, fresh_asterisk, shared_asterisk

__all__ = ["asterisk", "everything", "fresh_asterisk", "shared_asterisk"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything the console keeps stands under here."""
    place = tmp_path / "home"
    monkeypatch.setenv("FLOORDESK_HOME", str(place))
    return place


@pytest.fixture
def data(home: Path) -> Path:
    folder = home / "data"
    folder.mkdir(parents=True)
    return folder
