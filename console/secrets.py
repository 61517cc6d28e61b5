"""Secrets live in the system keyring and nowhere else.

Every call may block for as long as the keyring asks its owner something: call from a worker, never from the GUI.
A server without a desktop (`serve`) may be given secrets by systemd (`LoadCredential=`), read only.
"""

import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from console.core.words import Said, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

SERVICE = "Floordesk"
"""The service name entries stand under in the keyring; the account is `profile/name`."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class SystemKeyring:
    """The keyring of the desktop session, as the Secrets port; imported on first use, since that is slow."""

    def get(self, profile: str, name: str) -> str | Said | None:
        """Return the secret, None where there is none, or why the keyring cannot be read."""
        account = _account(profile, name)
        return _with_keyring(lambda keyring: keyring.get_password(SERVICE, account))

    def put(self, profile: str, name: str, secret: str) -> Said | None:
        """Keep a secret and read it back; return why it could not be kept, or None."""
        account = _account(profile, name)

        def keep(keyring: "KeyringBackend") -> Said | None:
            keyring.set_password(SERVICE, account, secret)
            if keyring.get_password(SERVICE, account) != secret:
                return say("The system keyring took the secret but does not give it back; it is not kept.")
            return None

        return _with_keyring(keep)

    def drop(self, profile: str, name: str) -> Said | None:
        """Forget a secret, also one that is not there; return why it could not be forgotten, or None."""
        account = _account(profile, name)

        def forget(keyring: "KeyringBackend") -> Said | None:
            if keyring.get_password(SERVICE, account) is not None:
                keyring.delete_password(SERVICE, account)
            return None

        return _with_keyring(forget)


class ServedSecrets:
    """Secrets of a process without a desktop: systemd's credentials first, the keyring for the rest.

    A credential is a file `floordesk.<profile>.<name>` in `$CREDENTIALS_DIRECTORY`; it is never written.
    """

    def __init__(self, keyring: SystemKeyring | None = None) -> None:
        self._keyring = keyring or SystemKeyring()

    def get(self, profile: str, name: str) -> str | Said | None:
        """Return the secret from systemd's credentials, else from the keyring (see `SystemKeyring.get`)."""
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        if folder and _plain(profile) and _plain(name):
            file = Path(folder) / f"floordesk.{profile}.{name}"
            try:
                return file.read_text(encoding="utf-8").removesuffix("\n")
            except FileNotFoundError:
                pass
            except (OSError, UnicodeError) as error:
                _log.warning("credential %s cannot be read: %s", file.name, type(error).__name__)
                return say("The credential file {file} cannot be read.", file=file.name)
        return self._keyring.get(profile, name)

    def put(self, profile: str, name: str, secret: str) -> Said | None:
        """Keep a secret in the keyring (see `SystemKeyring.put`)."""
        return self._keyring.put(profile, name, secret)

    def drop(self, profile: str, name: str) -> Said | None:
        """Forget a secret of the keyring (see `SystemKeyring.drop`)."""
        return self._keyring.drop(profile, name)


def _account(profile: str, name: str) -> str:
    return f"{profile}/{name}"


def _plain(part: str) -> bool:
    """Return whether a profile's id or a secret's name can stand in a file name."""
    return re.fullmatch(r"[\w-]+", part) is not None


def _with_keyring(do: "Callable[[KeyringBackend], _T]") -> _T | Said:
    """Do something with the keyring; whatever goes wrong becomes a sentence, without the secret."""
    import keyring  # noqa: PLC0415  it looks for backends on import: half a second nobody needs for the demo

    try:
        backend = keyring.get_keyring()
        if _keeps_nothing(backend):
            return _no_keyring()
        if type(backend).__name__ == "PlaintextKeyring":
            return say("The keyring set up here writes secrets to a file unencrypted; it is not used.")
        return do(backend)
    except Exception as error:  # noqa: BLE001  backends also let errors of their libraries through
        _log.warning("keyring: %s", type(error).__name__)
        return _why(error)


def _why(error: Exception) -> Said:
    from keyring import errors  # noqa: PLC0415  see `_with_keyring`

    if isinstance(error, errors.NoKeyringError):
        return _no_keyring()
    if isinstance(error, errors.KeyringLocked):
        return say("The system keyring is locked: unlock it and try again.")
    if isinstance(error, errors.InitError):
        return say("The system keyring does not start: log in to a desktop session, or start its keyring service.")
    return say("The system keyring refuses ({kind}).", kind=type(error).__name__)


def _no_keyring() -> Said:
    return say(
        "This computer has no keyring to keep secrets in: install one"
        " (GNOME Keyring or KWallet on Linux) and log in again."
    )


def _keeps_nothing(backend: "KeyringBackend") -> bool:
    """Tell the backends that only pretend: `null` loses every secret in silence, `fail` always fails.

    A chain of backends keeps nothing when none of its members does.
    """
    from keyring.backends import chainer, fail, null  # noqa: PLC0415  see `_with_keyring`

    if isinstance(backend, chainer.ChainerBackend):
        return all(_keeps_nothing(one) for one in backend.backends)
    return isinstance(backend, null.Keyring | fail.Keyring)
