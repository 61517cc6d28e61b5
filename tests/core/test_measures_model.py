"""Invariants of the figures over any course of a floor, against figures counted anew from the whole story."""

import math
from dataclasses import dataclass

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.floor.facts import Fact, FactKind
from console.core.floor.figures import FloorFigures, Share, Window
from console.core.floor.measures import Measures, MeasuresState
from console.core.floor.model import AgentStatus
from tests.core.floors import NOON, POLICY, Told

QUEUES = ("q1", "q2", "q3", "w1")
THRESHOLD = {"q1": 15, "q2": 15, "q3": 15, "w1": 30}
GROUPS = {"safety": ("q1", "q2"), "orders": ("q3",), "chat": ("w1",)}
STATUSES = [status for status in AgentStatus if status is not AgentStatus.SIGNED_OUT]

step = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(QUEUES)),
    st.tuples(st.just("answer"), st.integers(0, 5)),
    st.tuples(st.just("abandon"), st.integers(0, 5)),
    st.tuples(st.just("leave"), st.integers(0, 5)),
    st.tuples(st.just("why"), st.sampled_from(["hung_up", "timed_out", "withdrawn", "unknown"])),
    st.tuples(st.just("complete"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.sampled_from([0.0, 0.04, 1.0, 7.31, 10.0, 59.0, 600.0, 1799.0, 5000.0])),
    st.tuples(st.just("agent"), st.tuples(st.integers(0, 3), st.sampled_from(STATUSES))),
    st.tuples(st.just("read"), st.none()),
)


@dataclass
class Course:
    """A floor told a course of steps."""

    floor: Told
    talking: list[tuple[str, str]]
    uids: int = 0

    def take(self, what: str, value: object) -> None:
        floor = self.floor
        if what == "join":
            self.uids += 1
            floor.joins(str(value), f"u{self.uids}")
        elif what in {"answer", "abandon", "leave"}:
            self.part(what, int(str(value)))
        elif what == "why":
            told = {fact.contact.uid for fact in floor.facts if fact.kind is FactKind.EXIT_TOLD}
            open_ones = [fact for fact in floor.facts if fact.kind is FactKind.ABANDONED]
            if open_ones and open_ones[-1].contact.uid not in told:
                floor.exit_told(open_ones[-1].contact, str(value))
        elif what == "complete" and self.talking:
            floor.completed(*self.talking.pop(0), talk=12.5)
        elif what == "wait":
            assert isinstance(value, float)
            floor.after(value)
        elif what == "agent":
            assert isinstance(value, tuple)
            number, status = value
            floor.agent(f"PJSIP/{number}", status, queues=QUEUES[: number + 1])
        elif what == "read":
            floor.figures()

    def part(self, how: str, which: int) -> None:
        """Let one of those waiting leave the queue, if there is one."""
        floor = self.floor
        waiting = list(floor.callers.values())
        if not waiting or floor.at is None:
            return
        caller = waiting[which % len(waiting)]
        waited = floor.at - (caller.since or 0.0)
        if how == "answer":
            floor.answered(caller.queue, caller.uid, waited)
            self.talking.append((caller.queue, caller.uid))
        elif how == "abandon":
            floor.abandoned(caller.queue, caller.uid, waited)
        else:
            del floor.callers[caller.queue, caller.uid]
            floor.see()


def run(steps: list[tuple[str, object]]) -> Course:
    course = Course(Told(), [])
    for what, value in steps:
        course.take(what, value)
    return course


def counted(facts: list[Fact], queues: tuple[str, ...], begin: float, end: float) -> dict[str, object]:
    """Count the figures of a span anew."""
    exits = {fact.contact.uid: fact.contact.how for fact in facts if fact.kind is FactKind.EXIT_TOLD}
    inside = [
        fact for fact in facts if fact.contact.queue in queues and fact.at is not None and begin <= fact.at <= end
    ]
    by_kind = {kind: [fact.contact for fact in inside if fact.kind is kind] for kind in FactKind}
    answered, abandoned = by_kind[FactKind.ANSWERED], by_kind[FactKind.ABANDONED]
    within = [each for each in answered if (each.waited_s or 0.0) <= THRESHOLD[each.queue]]
    late = [each for each in abandoned if (each.waited_s or 0.0) > THRESHOLD[each.queue]]
    why = [exits.get(each.uid, "unknown") for each in abandoned]
    return {
        "entered": len(by_kind[FactKind.ENTERED]),
        "answered": len(answered),
        "abandoned": len(abandoned),
        "completed": len(by_kind[FactKind.COMPLETED]),
        "hung_up": why.count("hung_up"),
        "timed_out": why.count("timed_out"),
        "sent_away": why.count("withdrawn"),
        "unknown": why.count("unknown"),
        "service_level": Share(part=len(within), whole=len(answered) + len(late)),
        "answer_rate": Share(part=len(answered), whole=len(answered) + len(abandoned)),
        "asa": sum(each.waited_s or 0.0 for each in answered) / len(answered) if answered else None,
    }


def shown(window: Window) -> dict[str, object]:
    return {
        "entered": window.entered,
        "answered": window.answered,
        "abandoned": window.abandoned,
        "completed": window.completed,
        "hung_up": window.hung_up,
        "timed_out": window.timed_out,
        "sent_away": window.sent_away,
        "unknown": window.unknown,
        "service_level": window.service_level,
        "answer_rate": window.answer_rate,
        "asa": window.asa_s,
    }


def alike(one: dict[str, object], other: dict[str, object]) -> bool:
    asa, told = one.pop("asa"), other.pop("asa")
    if isinstance(asa, float) and isinstance(told, float):
        return one == other and math.isclose(asa, told, abs_tol=0.001)
    return one == other and asa is told is None


@settings(max_examples=60, deadline=None)
@given(st.lists(step, max_size=60))
def test_figures_kept_as_it_goes_are_those_counted_anew(steps: list[tuple[str, object]]) -> None:
    course = run(steps)
    floor = course.floor
    figures = floor.figures()
    assert floor.at is not None
    window_begin = (floor.at // 10 - 180) * 10
    day_begin = floor.measures.state().day
    assert day_begin is not None
    for queue in QUEUES:
        told = figures.queues[queue]
        assert alike(shown(told.recent), counted(floor.facts, (queue,), window_begin, floor.at))
        assert alike(shown(told.today), counted(floor.facts, (queue,), day_begin[0], floor.at))
        waits = [floor.at - (caller.since or 0.0) for caller in floor.callers.values() if caller.queue == queue]
        assert told.now.waiting == len(waits)
        if waits:
            assert math.isclose(told.now.longest_wait_s or 0.0, max(waits), abs_tol=0.002)
            assert math.isclose(told.now.mean_wait_s or 0.0, sum(waits) / len(waits), abs_tol=0.002)
    for group, queues in GROUPS.items():
        assert alike(shown(figures.groups[group].recent), counted(floor.facts, queues, window_begin, floor.at))


@settings(max_examples=40, deadline=None)
@given(st.lists(step, max_size=60))
def test_every_caller_is_somewhere(steps: list[tuple[str, object]]) -> None:
    course = run([each for each in steps if each[0] != "wait" or each[1] != 5000.0])
    figures = course.floor.figures()
    vanished = course.uids - sum(
        1 for fact in course.floor.facts if fact.kind in {FactKind.ANSWERED, FactKind.ABANDONED}
    )
    vanished -= len(course.floor.callers)
    day = figures.floor.today
    if (course.floor.measures.state().day or (0, 0))[0] <= NOON:
        assert day.entered == day.answered + day.abandoned + figures.floor.now.waiting + vanished
    assert day.abandoned == day.hung_up + day.timed_out + day.sent_away + day.unknown


def summed(figures: FloorFigures, part: str) -> list[tuple[int, ...]]:
    """Return additive figures of the parts and of the whole, to be compared."""
    whole = {"groups": figures.groups.values(), "channels": figures.channels.values()}[part]
    rows = [
        (
            each.now.waiting,
            each.recent.entered,
            each.today.answered,
            each.today.service_level.part,
            each.today.service_level.whole,
            each.seats.on_shift,
            each.seats.on_line,
            each.seats.occupancy.part,
            each.seats.occupancy.whole,
            each.today.occupancy.whole,
        )
        for each in (*whole, figures.floor)
    ]
    return [tuple(map(sum, zip(*rows[:-1], strict=True))), rows[-1]]


@settings(max_examples=40, deadline=None)
@given(st.lists(step, max_size=60))
def test_groups_and_channels_sum_to_the_floor(steps: list[tuple[str, object]]) -> None:
    figures = run(steps).floor.figures()
    for part in ("groups", "channels"):
        parts, whole = summed(figures, part)
        assert parts == whole


@settings(max_examples=40, deadline=None)
@given(st.lists(step, max_size=40), st.lists(step, max_size=40))
def test_a_keyframe_goes_on_as_if_nothing_had_happened(
    before: list[tuple[str, object]], after: list[tuple[str, object]]
) -> None:
    course = run(before)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(course.floor.measures.state()), type=MeasuresState)
    other = Measures(POLICY)
    other.restore(kept, course.floor.view())
    assert other.figures() == course.floor.figures()
    for what, value in after:
        seen = len(course.floor.facts)
        course.take(what, value)
        other.note(course.floor.facts[seen:])
        other.see(course.floor.view())
        assert other.figures() == course.floor.figures()


@settings(max_examples=40, deadline=None)
@given(st.lists(step, max_size=50))
def test_reading_more_often_changes_nothing(steps: list[tuple[str, object]]) -> None:
    seldom = run([each for each in steps if each[0] != "read"])
    often = run([each for pair in ((one, ("read", None)) for one in steps) for each in pair])
    for floor in (seldom.floor, often.floor):
        floor.after(1.0)
    assert seldom.floor.figures() == often.floor.figures()
