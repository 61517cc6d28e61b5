"""Taped streams summed up, against a count that shares nothing with the console but the issue's words."""

import lzma
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from console.core.floor.events import Batch
from console.core.floor.fold import Floor
from console.core.floor.summary import LITERAL
from console.feeds.asterisk.parse import Frames
from console.feeds.asterisk.translate import translate
from console.feeds.replay import replay_summary

TAPES = Path(__file__).parents[1] / "fixtures" / "ami"
COUNTED = {
    "QueueCallerJoin": "entered",
    "AgentConnect": "answered",
    "QueueCallerAbandon": "abandoned",
    "AgentComplete": "completed",
    "AgentRingNoAnswer": "ring_no_answer",
}
Message = dict[str, str]


@cache
def messages(file: str) -> list[Message]:
    data = lzma.decompress((TAPES / file).read_bytes()).decode("utf-8", "replace")
    blocks = data.partition("\r\n")[2].split("\r\n\r\n")[:-1]
    return [dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line) for block in blocks]


def name_of(message: Message) -> str:
    name = message.get("MemberName", message.get("Name"))
    return f"{name} <{message.get('Interface', message.get('Location'))}>"


class PlainCount:
    """One pass over the messages, with dicts and sets."""

    def __init__(self, stream: list[Message]) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.agents: dict[str, Counter[str]] = defaultdict(Counter)
        self.holds: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.lines: dict[str, set[str]] = defaultdict(set)
        self.longest: Counter[str] = Counter()
        self.queues: set[str] = set()
        self.breaks = sum(message.get("UserEvent") == "BreakRequest" for message in stream)
        for message in stream:
            event, queue = message.get("Event", ""), message.get("Queue", "")
            if event.startswith(("Queue", "Agent")) and queue:
                self.queues.add(queue)
                self.take(event, queue, message)

    def take(self, event: str, queue: str, message: Message) -> None:
        if event in COUNTED:
            self.counts[queue][COUNTED[event]] += 1
            self.holds[event, queue].append(int(message.get("HoldTime", 0)))
        if event in {"AgentConnect", "AgentComplete"}:
            self.agents[name_of(message)][COUNTED[event]] += 1
        elif event in {"QueueEntry", "QueueCallerJoin"}:
            self.lines[queue].add(message["Uniqueid"])
            self.longest[queue] = max(self.longest[queue], len(self.lines[queue]))
        elif event == "QueueCallerLeave":
            self.lines[queue].discard(message["Uniqueid"])
        elif event.startswith("QueueMember"):
            self.agents.setdefault(name_of(message), Counter())


@pytest.mark.parametrize("tape", ["quiet", "busy", "incident", "storm", "cut", "shutdown"])
def test_summary_is_what_a_plain_count_says(tape: str) -> None:
    told = replay_summary(TAPES / f"{tape}.ami.xz")
    stream = messages(f"{tape}.ami.xz")
    plain = PlainCount(stream)
    assert told["messages"] == len(stream)
    assert told["total"]["break_requests"] == plain.breaks
    assert set(told["queues"]) == plain.queues
    for queue, figures in told["queues"].items():
        for key in COUNTED.values():
            assert figures[key] == plain.counts[queue][key], (queue, key)
        assert (figures["waiting"], figures["longest_queue"]) == (len(plain.lines[queue]), plain.longest[queue])
        for event, mean in (("AgentConnect", "mean_wait_answered"), ("QueueCallerAbandon", "mean_wait_abandoned")):
            waits = plain.holds[event, queue]
            assert figures[mean] == (sum(waits) / len(waits) if waits else None)
    assert set(told["agents"]) == set(plain.agents)
    for name, agent in told["agents"].items():
        for key in ("answered", "completed"):
            assert agent[key] == plain.agents[name][key], (name, key)


@pytest.mark.parametrize("tape", ["quiet", "incident", "storm"])
def test_end_of_the_stream_is_what_the_server_holds(tape: str) -> None:
    told = replay_summary(TAPES / f"{tape}.ami.xz")
    end = messages(f"{tape}.end.ami.xz")
    waiting = Counter(message["Queue"] for message in end if message.get("Event") == "QueueEntry")
    assert {queue: figures["waiting"] for queue, figures in told["queues"].items()} == {
        queue: waiting[queue] for queue in told["queues"]
    }
    members: dict[str, list[Message]] = defaultdict(list)
    for message in end:
        if message.get("Event") == "QueueMember":
            members[name_of(message)].append(message)
    for name, agent in told["agents"].items():
        here = members[name]
        assert agent["paused"] == any(message["Paused"] == "1" for message in here), name
        assert (agent["state"] == "signed_out") == (not here), name
        assert (agent["state"] == "talking") == any(message["InCall"] == "1" for message in here), name


def test_listing_at_the_end_finds_no_drift_in_a_floor_that_followed() -> None:
    floor, frames = Floor(LITERAL), Frames()
    for part in ("storm.ami.xz", "storm.end.ami.xz"):
        data = lzma.decompress((TAPES / part).read_bytes())
        floor.fold(Batch(at=1.0, events=translate(frames.feed(data))))
    floor.tick(100.0)
    assert floor.link.drift_repaired == 0
