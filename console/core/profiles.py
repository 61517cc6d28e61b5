"""Connections a desk knows; secrets are named here, never held."""

from enum import StrEnum

from console.core.floor.model import Record

FEED_SECRET = "feed"  # noqa: S105  a name, no secret
"""Under this name (`Secrets.get(profile.id, name)`) stands the secret of `user`, who reads."""
STEWARD_SECRET = "steward"  # noqa: S105  a name, no secret
"""Under this name stands the secret of `steward_user`, who sets levers."""
WEBHOOK_SECRET = "webhook"  # noqa: S105  a name, no secret
"""What signs the web hooks of emergency plans; its receivers keep the same."""


class FloorKind(StrEnum):
    """Where a floor comes from."""

    DEMO = "demo"
    ASTERISK = "asterisk"
    REPLAY = "replay"


class Profile(Record, frozen=True, kw_only=True):
    """One floor a desk can open: the demo, an Asterisk, or a recorded stream.

    `steward_user` is the second AMI user that may set levers; empty: this desk only reads.
    `seed`, `rate` and `start` steer the demo; `path` and `rate` a replay (rate 0: as fast as it goes).
    """

    id: str
    name: str
    kind: FloorKind = FloorKind.DEMO
    host: str = "127.0.0.1"
    port: int = 5038
    tls: bool = False
    ca_file: str = ""
    user: str = ""
    steward_user: str = ""
    path: str = ""
    seed: int = 1
    rate: float = 1.0
    start: str = ""
