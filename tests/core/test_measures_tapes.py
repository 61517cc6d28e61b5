"""Figures of streams a real Asterisk sent: what Measures counted step by step is what the fold's ledgers hold."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from console.core.floor.directory import Directory
from console.core.floor.events import Batch, LinkChanged
from console.core.floor.figures import FloorFigures
from console.core.floor.fold import Floor
from console.core.floor.measures import Measures
from console.core.floor.model import LinkStatus, QueueState
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.rules.alarms import AlarmState, judge
from console.feeds.replay import Recording

TAPES = Path(__file__).parent.parent / "fixtures" / "ami"
POLICY = FloorPolicy(time_zone="UTC", window_s=1800.0)


class Followed:
    """A tape followed through fold, directory, measures and alarms; looked at once a second of its own time."""

    def __init__(self, name: str, *, timed: bool = True) -> None:
        self.floor = Floor(POLICY)
        self.measures = Measures(POLICY)
        self.directory = Directory(policy=POLICY)
        self.alarms = AlarmState()
        self.largest = 0
        recording = Recording(TAPES / f"{name}.ami.xz", lambda _note: None)
        begin = recording.connected_at if timed else None
        self._take(Batch(at=begin, events=(LinkChanged(status=LinkStatus.LIVE),)))
        self.look()
        second = 0
        for after, events in recording.batches():
            at = None if begin is None or after is None else begin + after
            self._take(Batch(at=at, events=events))
            if at is not None and int(at) != second:
                second = int(at)
                self.look()
        self.figures = self.look()

    def _take(self, batch: Batch) -> None:
        self.measures.note(self.floor.fold(batch))

    def look(self) -> FloorFigures:
        contents = self.floor.contents()
        self.directory = self.directory.learn(contents.agents, contents.members)
        view = FloorView(
            at=contents.at,
            link=contents.link,
            queues=contents.queues,
            callers=contents.callers,
            members=contents.members,
            agents=contents.agents,
            people=self.directory.people,
            person_of=self.directory.person_of,
            policy=POLICY,
        )
        self.measures.see(view)
        figures = self.measures.figures()
        self.alarms, said = judge(replace(view, figures=figures), self.alarms, contents.at)
        self.largest = max(self.largest, len(said))
        for alarm in said:
            assert "{" not in alarm.said.english()
        return figures


def close(mean: float | None, spent: float, count: int) -> bool:
    return mean is None if not count else mean is not None and abs(mean - spent / count) < 1e-6


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("name", ["quiet", "busy", "incident", "shutdown"])
def test_what_was_counted_is_what_the_ledgers_hold(name: str, *, timed: bool) -> None:
    followed = Followed(name, timed=timed)
    queues: dict[str, QueueState] = followed.floor.queues
    assert queues
    assert sum(queue.answered for queue in queues.values()) > 5
    for key, queue in queues.items():
        figures = followed.figures.queues[key]
        today = figures.today
        assert (today.entered, today.answered, today.abandoned) == (queue.entered, queue.answered, queue.abandoned)
        assert (today.completed, today.ring_no_answer) == (queue.completed, queue.ring_no_answer)
        assert figures.now.waiting == queue.waiting
        assert close(today.asa_s, queue.wait_answered_s, queue.answered)
        assert close(today.mean_wait_abandoned_s, queue.wait_abandoned_s, queue.abandoned)
        assert today.abandoned == today.hung_up + today.timed_out + today.sent_away + today.unknown
        if timed:
            assert figures.recent == today, "the tape is shorter than the window"
        else:
            assert (today.handle_s, figures.now.longest_wait_s) == (None, None)


def test_a_busy_floor_has_seats_talk_and_a_curve() -> None:
    followed = Followed("busy")
    floor = followed.figures.floor
    assert floor.seats.on_shift >= floor.seats.on_line > 0
    assert 0.0 < (floor.recent.occupancy.value or 0.0) < 1.0
    assert floor.recent.talk_s
    assert floor.recent.handle_s
    curve = followed.figures.curves["floor"]
    assert len(curve) >= 2
    assert sum(point.entered for point in curve) == floor.today.entered
    assert max(point.waiting or 0 for point in curve) > 0
    assert followed.largest > 0
