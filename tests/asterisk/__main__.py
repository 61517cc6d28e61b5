"""A real Asterisk by hand: `python -m tests.asterisk up`, `... drive`, `... rx core show channels`, `... down`."""

import argparse
import json
import sys
from pathlib import Path

from tests.asterisk import debian, drive
from tests.asterisk.ami import AmiError
from tests.asterisk.debian import SetUpError
from tests.asterisk.lab import SECRETS, AsteriskLab, LabError, why_not


def main() -> int:
    """Run one verb; 0 done, 1 failed with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m tests.asterisk", description=__doc__)
    parser.add_argument("--home", type=Path, default=debian.cache() / "by-hand", help="the server's own folder")
    verbs = parser.add_subparsers(dest="verb", required=True)
    up = verbs.add_parser("up", help="start a server that stays up")
    up.add_argument("--port", type=int, default=25038)
    up.add_argument("--tls-port", type=int, default=25039)
    up.add_argument("--persistent-members", action="store_true")
    verbs.add_parser("down", help="stop it")
    verbs.add_parser("rx", help="run one command of its CLI").add_argument("words", nargs="+")
    drive.add_arguments(verbs.add_parser("drive", help="offer it seeded traffic"))
    arguments = parser.parse_args()
    try:
        return _run(arguments)
    except (LabError, AmiError, SetUpError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    note = arguments.home / "by-hand.json"
    if arguments.verb == "up":
        if reason := why_not():
            raise LabError(reason)
        if note.exists() and _found(note).running:
            raise LabError(f"already up: {note.read_text(encoding='utf-8').strip()}")
        lab = AsteriskLab.start(
            home=arguments.home,
            ami_port=arguments.port,
            tls_port=arguments.tls_port,
            persistent_members=arguments.persistent_members,
            detached=True,
        )
        said = {"pid": lab.pid, "ami": lab.ami_port, "tls": lab.tls_port, "ca": str(lab.ca_file)}
        note.write_text(json.dumps(said) + "\n", encoding="utf-8")
        print(json.dumps({**said, "users": SECRETS}, indent=1))
        return 0
    if not note.exists():
        raise LabError("nothing is up here; start it with: python -m tests.asterisk up")
    lab = _found(note)
    if arguments.verb == "down":
        lab.halt()
        note.unlink()
    elif arguments.verb == "rx":
        print(lab.rx(" ".join(arguments.words)), end="")
    else:
        print(json.dumps(drive.Traffic(lab, drive.plan_of(arguments)).run()))
    return 0


def _found(note: Path) -> AsteriskLab:
    said = json.loads(note.read_text(encoding="utf-8"))
    return AsteriskLab(note.parent, said["ami"], said["tls"], pid=said["pid"])


if __name__ == "__main__":
    sys.exit(main())
