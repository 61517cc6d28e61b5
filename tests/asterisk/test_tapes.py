"""The taped streams agree with what Asterisk itself says of them, so other tests may lean on them."""

import lzma
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.asterisk.ami import END, Message

TAPES = Path(__file__).parents[1] / "fixtures" / "ami"
NAMES = sorted(p.name.removesuffix(".idx.xz") for p in TAPES.glob("*.idx.xz"))
WHOLE = [name for name in NAMES if (TAPES / f"{name}.end.ami.xz").exists()]

Members = dict[tuple[str, str], tuple[str, str, str]]


@cache
def raw(name: str, kind: str) -> bytes:
    with lzma.open(TAPES / f"{name}.{kind}.xz") as file:
        return file.read()


@cache
def messages(name: str, kind: str = "ami") -> list[Message]:
    """Floor messages only, so that the big tapes stay quick."""
    _, _, stream = raw(name, kind).partition(b"\r\n")
    wanted = (b"Event: Queue", b"Event: Agent", b"Event: UserEvent", b"Event: Shutdown")
    return [Message(block) for block in stream.split(END)[:-1] if block.startswith(wanted)]


def waiting(stream: list[Message]) -> dict[str, set[str]]:
    lines: dict[str, set[str]] = {}
    for m in stream:
        line = lines.setdefault(m["Queue"], set()) if m["Event"].startswith("Queue") and "Queue" in m else set()
        if m["Event"] in ("QueueEntry", "QueueCallerJoin"):
            line.add(m["Channel"])
        elif m["Event"] in ("QueueCallerLeave", "QueueCallerAbandon"):
            line.discard(m["Channel"])
    return {queue: line for queue, line in lines.items() if line}


def members(stream: list[Message]) -> Members:
    seats: Members = {}
    for m in stream:
        if m["Event"] == "QueueMember":
            seats[m["Queue"], m["Location"]] = (m["Paused"], m["PausedReason"], m["Penalty"])
        elif m["Event"] == "QueueMemberRemoved":
            del seats[m["Queue"], m["Interface"]]
        elif m["Event"].startswith("QueueMember"):
            seats[m["Queue"], m["Interface"]] = (m["Paused"], m["PausedReason"], m["Penalty"])
    return seats


@pytest.mark.parametrize("name", NAMES)
def test_the_index_covers_the_tape_in_order(name: str) -> None:
    lines = raw(name, "idx").decode().splitlines()
    assert lines[0].startswith("# connected at ")
    pace = [(float(at), int(size)) for at, size in (line.split() for line in lines if not line.startswith("#"))]

    assert pace == sorted(pace)
    assert pace[-1][1] == len(raw(name, "ami"))


@pytest.mark.parametrize("name", WHOLE)
def test_a_tape_ends_where_its_end_snapshot_stands(name: str) -> None:
    assert waiting(messages(name)) == waiting(messages(name, "end.ami"))

    told, stands = members(messages(name)), members(messages(name, "end.ami"))
    unsaid = {seat for seat in told.keys() | stands.keys() if told.get(seat) != stands.get(seat)}
    assert unsaid == ({("sales", "Local/1006@phones/n")} if name == "busy" else set()), "QueueReload says nothing"


@pytest.mark.parametrize("name", WHOLE)
def test_a_tape_counts_what_queue_log_counts(name: str) -> None:
    """Since both hold whole seconds apart: only calls that joined after the tape's first second are compared."""
    began = float(raw(name, "idx").decode().split()[3])
    log = [line.split("|") for line in raw(name, "queue_log").decode().splitlines()]
    joined = {(m["Uniqueid"], m["Queue"]) for m in messages(name) if m["Event"] == "QueueCallerJoin"}
    entered = {(uid, queue) for at, uid, queue, _, what, *_ in log if what == "ENTERQUEUE" and int(at) > began + 1}
    assert entered <= joined

    ours = [row for row in log if (row[1], row[2]) in joined]
    said = Counter(m["Event"] for m in messages(name) if (m.get("Uniqueid"), m.get("Queue")) in joined)
    gone = ("ABANDON", "EXITWITHTIMEOUT", "WITHDRAW")
    assert said["QueueCallerAbandon"] == sum(row[4] in gone for row in ours)
    assert said["AgentConnect"] == sum(row[4] == "CONNECT" for row in ours)


def test_the_busy_tape_holds_what_its_readme_says() -> None:
    events = Counter(m["Event"] for m in messages("busy"))
    reasons = Counter(m["PausedReason"] for m in messages("busy") if m["Event"] == "QueueMemberPause")
    log = Counter(line.split("|")[4] for line in raw("busy", "queue_log").decode().splitlines())

    assert min(events[e] for e in ("AgentRingNoAnswer", "QueueMemberPenalty", "QueueMemberRinginuse")) >= 2
    assert min(log[what] for what in ("EXITWITHTIMEOUT", "WITHDRAW", "BLINDTRANSFER")) >= 2
    assert reasons["Auto-Pause"] >= 1
    assert {m["UserEvent"] for m in messages("busy") if m["Event"] == "UserEvent"} >= {"BreakRequest", "BreakCancel"}
    assert {m["Status"] for m in messages("busy") if m["Event"] == "QueueMemberStatus"} >= {"1", "2", "6"}


def test_the_shutdown_tape_says_goodbye_and_the_cut_one_ends_in_mid_line() -> None:
    assert messages("shutdown")[-1]["Event"] == "Shutdown"
    assert not raw("cut", "ami").endswith(b"\r\n")
