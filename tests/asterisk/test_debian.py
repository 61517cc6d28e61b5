"""Where no Asterisk can run, the reason is a sentence; where it comes from is read, not guessed."""

from pathlib import Path

import pytest

from tests.asterisk import debian

DEB822 = "Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm\nComponents: main\n"
ONE_LINE = "# deb http://old.example/debian x main\ndeb [arch=amd64] https://mirror.example/debian bookworm main\n"
OTHERS = "deb https://packages.example/apt cloud main\ndeb http://mirror.example/debian-security bookworm main\n"


@pytest.fixture(autouse=True)
def _nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORDESK_ASTERISK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FLOORDESK_DEBIAN_MIRROR", raising=False)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("sources.list.d/debian.sources", DEB822, "http://mirror.example/debian"),
        ("sources.list", ONE_LINE, "https://mirror.example/debian"),
        ("sources.list.d/cloud.list", OTHERS, None),
    ],
)
def test_the_mirror_is_this_machines_own(tmp_path: Path, name: str, text: str, found: str | None) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert debian.mirror(tmp_path) == found


def test_another_system_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")

    assert debian.why_not.__wrapped__() == "a real Asterisk needs Linux, this is darwin"


def test_a_machine_without_apt_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "apt-get" in str(debian.why_not.__wrapped__())


@pytest.mark.skipif(not any(path.exists() for path in debian.KEYRINGS), reason="no Debian keyring here")
def test_a_mirror_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORDESK_DEBIAN_MIRROR", "http://127.0.0.1:9/debian")
    monkeypatch.setattr("shutil.which", lambda tool: f"/usr/bin/{tool}")

    assert "http://127.0.0.1:9/debian does not answer" in str(debian.why_not.__wrapped__())


def test_what_is_unpacked_already_needs_nothing_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    debian.tree().mkdir(parents=True)
    (debian.tree() / "ready").write_text("Asterisk 22.0.0\n", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")

    assert debian.why_not.__wrapped__() is None
    assert debian.version() == "Asterisk 22.0.0"
