"""The keyring: what is kept comes back, and every way it can fail is one sentence, never the secret."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordDeleteError

from console.core.words import Said
from console.secrets import SERVICE, ServedSecrets, SystemKeyring

SECRET = "s3cr3t-värde"


class Memory(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


class Failing(Memory):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def _fail(self, *_: str) -> None:
        raise self.error

    get_password = set_password = delete_password = _fail  # type: ignore[assignment]  # whatever is asked


class Forgetful(Memory):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class PlaintextKeyring(Memory):
    """Named as the file backend that keeps secrets unencrypted."""


@pytest.fixture
def use() -> Iterator[type["Use"]]:
    before = keyring.get_keyring()
    yield Use
    keyring.set_keyring(before)


class Use:
    def __init__(self, backend: KeyringBackend) -> None:
        keyring.set_keyring(backend)


def test_a_secret_kept_comes_back_and_can_be_dropped(use: type[Use]) -> None:
    backend = Memory()
    use(backend)
    secrets = SystemKeyring()
    assert secrets.get("floor-1", "feed") is None
    assert secrets.put("floor-1", "feed", SECRET) is None
    assert secrets.get("floor-1", "feed") == SECRET
    assert secrets.get("floor-1", "steward") is None
    assert secrets.get("floor-2", "feed") is None
    assert {service for service, _ in backend.kept} == {SERVICE}
    assert secrets.drop("floor-1", "feed") is None
    assert secrets.get("floor-1", "feed") is None
    assert secrets.drop("floor-1", "feed") is None


FAULTS: list[tuple[Exception, str]] = [
    (NoKeyringError("none"), "no keyring"),
    (InitError("no dbus"), "does not start"),
    (KeyringLocked("dismissed"), "is locked"),
    (KeyringError(f"could not take {SECRET}"), "refuses"),
    (RuntimeError(f"library fell over {SECRET}"), "refuses"),
]


@pytest.mark.parametrize(("error", "words"), FAULTS, ids=lambda one: type(one).__name__)
def test_every_fault_is_a_sentence_without_the_secret(
    use: type[Use], error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    use(Failing(error))
    secrets = SystemKeyring()
    for said in (secrets.get("p", "feed"), secrets.put("p", "feed", SECRET), secrets.drop("p", "feed")):
        assert isinstance(said, Said)
        assert words in said.english()
        assert SECRET not in said.english()
    assert SECRET not in caplog.text


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring])
def test_backends_that_only_pretend_are_no_keyring(use: type[Use], backend: type[KeyringBackend]) -> None:
    use(backend())
    said = SystemKeyring().put("p", "feed", SECRET)
    assert isinstance(said, Said)
    assert "no keyring" in said.english()
    assert isinstance(SystemKeyring().get("p", "feed"), Said)


def test_a_chain_of_pretenders_is_no_keyring(use: type[Use], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [null.Keyring()])  # type: ignore[no-untyped-call]
    use(chainer.ChainerBackend())  # type: ignore[no-untyped-call]
    assert isinstance(SystemKeyring().get("p", "feed"), Said)


def test_a_secret_that_does_not_come_back_is_said(use: type[Use]) -> None:
    use(Forgetful())
    said = SystemKeyring().put("p", "feed", SECRET)
    assert said is not None
    assert "not kept" in said.english()


def test_a_keyring_that_writes_plain_files_is_not_used(use: type[Use]) -> None:
    backend = PlaintextKeyring()
    use(backend)
    assert SystemKeyring().put("p", "feed", SECRET) is not None
    assert backend.kept == {}


def test_a_served_process_reads_systemd_credentials_first(
    use: type[Use], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Memory())
    SystemKeyring().put("main", "steward", "from the keyring")
    (tmp_path / "floordesk.main.feed").write_text(f"{SECRET}\n", encoding="utf-8")
    secrets = ServedSecrets()
    assert secrets.get("main", "feed") is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secrets.get("main", "feed") == SECRET
    assert secrets.get("main", "steward") == "from the keyring"
    assert secrets.put("main", "feed", "new") is None
    assert (tmp_path / "floordesk.main.feed").read_text(encoding="utf-8") == f"{SECRET}\n"


def test_a_credential_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "floordesk.main.feed").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert isinstance(ServedSecrets().get("main", "feed"), Said)


def test_a_profile_never_names_a_file_elsewhere(
    use: type[Use], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Memory())
    (tmp_path / "secret").write_text("elsewhere", encoding="utf-8")
    (tmp_path / "creds" / "floordesk.x").mkdir(parents=True)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "creds"))
    assert ServedSecrets().get("x/../../secret", "feed") is None
    assert ServedSecrets().get("x", "../../secret") is None


REAL = """
from console.secrets import SystemKeyring
s = SystemKeyring()
assert s.get("t", "feed") is None, s.get("t", "feed")
assert s.put("t", "feed", "värde 值") is None, s.put("t", "feed", "x").english()
assert s.get("t", "feed") == "värde 值"
assert s.drop("t", "feed") is None
assert s.get("t", "feed") is None
print("kept")
"""


def test_a_real_secret_service_keeps_and_returns(tmp_path: Path) -> None:
    daemon, session = shutil.which("gnome-keyring-daemon"), shutil.which("dbus-run-session")
    if not daemon or not session:
        pytest.skip("no gnome-keyring-daemon and dbus-run-session on this machine")
    (tmp_path / "try.py").write_text(REAL, encoding="utf-8")
    script = (
        f"printf 'test\\n' | {daemon} --unlock --components=secrets >/dev/null"
        f" && {sys.executable} {tmp_path / 'try.py'}"
    )
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [session, "--", "sh", "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1]), **home},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "kept" in done.stdout, done.stderr
