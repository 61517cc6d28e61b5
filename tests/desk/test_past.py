"""Going back: a moment sought is the moment folded straight to, whatever way was taken there."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.core.floor.events import Batch
from console.core.floor.figures import CurvePoint
from console.core.floor.model import LinkStatus
from console.core.floor.tape import BlockKind
from console.core.floor.view import FloorView
from console.desk import recorder as recording
from console.desk.past import Past
from console.desk.player import Player
from console.desk.recorder import Recorder
from console.desk.stepping import Stepper
from console.store.tape import TapeReader, TapeWriter, segment_paths
from tests.desk.hand import NOON, POLICY, HandClock, day, listing, opening

SECONDS = 900.0
BATCHES = list(day(SECONDS))
INTEGRALS = {"occupancy", "wrap_up_s", "handle_s", "curves"}


def record(folder: Path, batches: list[Batch] | None = None, *, every_events: int = 200) -> None:
    """Record as the floor's thread does, a keyframe at the begin of a second, a flush now and then."""
    clock = HandClock()
    recorder = Recorder(clock=clock, policy=POLICY, tape=TapeWriter(folder))
    stepper = Stepper(POLICY)
    since = 0
    for number, batch in enumerate(BATCHES if batches is None else batches):
        assert batch.at is not None
        at = batch.at
        if recorder.wants_keyframe(at) or (since >= every_events and stepper.begins_second(batch)):
            recorder.keyframe(stepper.floor.at or at, stepper.keyframe(stepper.floor.at))
            since = 0
        recorder.took(batch, stepper.take(batch))
        since += len(batch.events)
        clock.wind(0.5)
        if number % 7 == 0:
            recorder.flush()
    recorder.flush(last=True)


def straight(at: float) -> FloorView:
    stepper = Stepper(POLICY)
    for batch in BATCHES:
        assert batch.at is not None
        if batch.at > at:
            break
        stepper.take(batch)
    return stepper.view(at, past=True)


def same(one: FloorView | None, other: FloorView) -> None:
    """The same floor and figures; of a curve's day the tape itself retells the running minute."""
    alike(one, other)
    assert one is not None
    bare = [msgspec.structs.replace(view.figures, curves={}) for view in (one, other)]
    assert bare[0] == bare[1]
    for subject, points in one.figures.curves.items():
        mine, theirs = points[-1], other.figures.curves[subject][-1]
        # mean and largest of a minute still running are as of the looks within it, and those are a second apart
        assert mine == msgspec.structs.replace(theirs, mean_wait_s=mine.mean_wait_s, waiting=mine.waiting)
        assert abs((mine.waiting or 0) - (theirs.waiting or 0)) <= 1


def alike(one: FloorView | None, other: FloorView) -> None:
    """The same floor; figures but for what is integrated over time, which sees a change when somebody looks."""
    assert one is not None
    assert one.past
    for field in ("at", "link", "queues", "callers", "members", "agents", "people", "person_of", "policy"):
        assert getattr(one, field) == getattr(other, field), field
    assert without_integrals(msgspec.to_builtins(one.figures)) == without_integrals(msgspec.to_builtins(other.figures))


def without_integrals(figures: Any) -> Any:  # noqa: ANN401  plain data of any depth
    if isinstance(figures, dict):
        return {key: without_integrals(each) for key, each in figures.items() if key not in INTEGRALS}
    return figures


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tape")
    record(folder)
    return folder


def test_there_are_keyframes_to_go_back_to(tape: Path) -> None:
    blocks = [block for path in segment_paths(tape) for block in TapeReader(tape).blocks(NOON + 1e6, NOON + 1e6)]
    assert blocks
    reader = TapeReader(tape)
    kinds = [block.kind for block in reader.blocks(NOON, NOON + SECONDS)]
    assert kinds[0] is BlockKind.START
    assert kinds.count(BlockKind.KEYFRAME) >= 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=st.floats(0.0, SECONDS))
def test_a_moment_sought_is_the_moment_folded_straight_to(tape: Path, moment: float) -> None:
    same(Past(TapeReader(tape)).seek(NOON + moment), straight(NOON + moment))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(st.floats(0.0, SECONDS), min_size=2, max_size=5))
def test_whatever_was_looked_at_before(tape: Path, moments: list[float]) -> None:
    past = Past(TapeReader(tape))
    for moment in moments:
        alike(past.seek(NOON + moment), straight(NOON + moment))


def test_playing_on_in_small_steps_comes_to_the_same(tape: Path) -> None:
    past = Past(TapeReader(tape))
    for step in range(200, 420, 4):
        view = past.seek(NOON + step)
    alike(view, straight(NOON + 416))


def test_before_the_tape_there_is_nothing(tape: Path) -> None:
    past = Past(TapeReader(tape))
    assert past.seek(NOON - 10) is None
    assert past.moments(NOON - 100, NOON - 50).span is None


def test_the_day_says_what_can_be_shown(tape: Path) -> None:
    moments = Past(TapeReader(tape)).day(NOON + 100, POLICY)
    assert moments.span is not None
    assert moments.span.begin == NOON
    assert moments.span.end == pytest.approx(NOON + SECONDS, abs=5)
    assert moments.gaps == ()


def test_after_the_last_news_the_floor_is_marked_as_ended(tape: Path) -> None:
    past = Past(TapeReader(tape))
    view = past.seek(NOON + SECONDS + 500)
    assert view is not None
    assert view.link.status is LinkStatus.ENDED
    assert view.at == NOON + SECONDS + 500
    assert past.known is not None
    alike(past.seek(past.known), straight(past.known))


def test_a_damaged_piece_stands_still_and_the_next_keyframe_goes_on(tape: Path, tmp_path: Path) -> None:
    (source,) = segment_paths(tape)
    copy = tmp_path / source.name
    spoilt = bytearray(source.read_bytes())
    blocks = TapeReader(tape).blocks(NOON, NOON + SECONDS)
    frames = [index for index, block in enumerate(blocks) if block.kind is BlockKind.KEYFRAME]
    broken = blocks[frames[0] + 2]
    spoilt[broken.offset + 5] ^= 0xFF
    copy.write_bytes(spoilt)
    past = Past(TapeReader(tmp_path))
    same(past.seek(broken.first - 0.001), straight(broken.first - 0.001))
    inside = past.seek(broken.last + 0.5)
    assert inside is not None
    assert inside.link.status is LinkStatus.ENDED
    assert past.known == broken.first
    after = blocks[frames[1]].first + 0.5
    alike(past.seek(after), straight(after))


def test_a_damaged_keyframe_is_gone_round(tape: Path, tmp_path: Path) -> None:
    (source,) = segment_paths(tape)
    spoilt = bytearray(source.read_bytes())
    blocks = TapeReader(tape).blocks(NOON, NOON + SECONDS)
    frame = [block for block in blocks if block.kind is BlockKind.KEYFRAME][1]
    spoilt[frame.offset + 20] ^= 0xFF
    (tmp_path / source.name).write_bytes(spoilt)
    same(Past(TapeReader(tmp_path)).seek(frame.first + 1), straight(frame.first + 1))


def test_a_console_closed_for_an_hour_leaves_a_gap_and_begins_anew(tmp_path: Path) -> None:
    record(tmp_path, list(day(100)))
    record(tmp_path, list(day(100, begin=NOON + 3700, seed=2)))
    past = Past(TapeReader(tmp_path))
    (gap,) = past.moments(NOON, NOON + 4000).gaps
    assert gap.begin == pytest.approx(NOON + 100, abs=5)
    assert gap.end == NOON + 3700
    inside = past.seek(NOON + 2000)
    assert inside is not None
    assert inside.link.status is LinkStatus.ENDED
    assert past.gap_at(NOON + 2000) == gap
    assert past.gap_at(NOON + 50) is None
    after = past.seek(NOON + 3700)
    assert after is not None
    assert after.link.status is LinkStatus.LIVE
    assert sum(queue.entered for queue in after.queues.values()) == 0


def test_a_session_whose_begin_is_damaged_is_not_joined_to_the_one_before(tmp_path: Path) -> None:
    record(tmp_path, list(day(100)))
    record(tmp_path, list(day(100, begin=NOON + 600, seed=2)))
    reader = TapeReader(tmp_path)
    (begin,) = [block for block in reader.blocks(NOON + 601, NOON + 601) if block.kind is BlockKind.START]
    path = Path(begin.path)
    spoilt = bytearray(path.read_bytes())
    spoilt[begin.offset + 30] ^= 0xFF
    path.write_bytes(spoilt)
    before = Past(reader).seek(NOON + 200)
    after = Past(reader).seek(NOON + 650)
    assert before is not None
    assert after is not None
    assert after.link.status is LinkStatus.ENDED
    assert after.queues == before.queues


def test_a_tape_of_another_version_is_nothing_that_can_be_shown(tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path)
    for minute in range(20):
        writer.keyframe(msgspec.msgpack.encode({"at": NOON, "policy": 7}), NOON + 60 * minute, joins=minute > 0)
    writer.close()
    past = Past(TapeReader(tmp_path))
    assert past.seek(NOON + 1150) is None
    assert past.moments(NOON, NOON + 3600).span is not None


def test_curves_of_the_day_come_from_the_history_up_to_the_moment(tape: Path) -> None:
    known = [CurvePoint(at=NOON + 60.0 * n, waiting=n) for n in range(-30, 30) if n not in {-20, -19}]
    past = Past(TapeReader(tape), lambda begin, end: {"floor": [p for p in known if begin <= p.at < end]})
    view = past.seek(NOON + 500)
    assert view is not None
    curve = {point.at: point for point in view.figures.curves["floor"]}
    assert curve[NOON - 600.0].waiting == -10
    assert curve[NOON - 60.0 * 20] == CurvePoint(at=NOON - 60.0 * 20)
    assert max(curve) == NOON + 480
    assert list(curve) == sorted(curve)


def test_the_tape_and_its_keyframes_need_no_room_worth_speaking_of(tape: Path) -> None:
    events = sum(len(batch.events) for batch in BATCHES)
    assert sum(path.stat().st_size for path in segment_paths(tape)) < 200 * events
    assert recording.KEYFRAME_EVENTS >= 1000


def seen(open_past: Callable[[], Past], clock: HandClock) -> tuple[Player, list[FloorView], threading.Semaphore]:
    views: list[FloorView] = []
    news = threading.Semaphore(0)

    def publish(view: FloorView) -> None:
        views.append(view)
        clock.wind(0.5)
        news.release()

    return Player(open_past, clock, publish, ended=news.release), views, news


def test_the_player_seeks_and_plays_in_its_own_thread(tape: Path) -> None:
    clock = HandClock()
    player, views, news = seen(lambda: Past(TapeReader(tape)), clock)
    player.seek(NOON + 100)
    assert news.acquire(timeout=10)
    player.play(10)
    for _ in range(5):
        assert news.acquire(timeout=10)
    player.pause()
    player.close()
    assert [view.at for view in views[:6]] == [NOON + 100 + 5 * n for n in range(6)]
    alike(views[3], straight(NOON + 115))


def test_the_player_lets_go_of_what_it_read_from(tape: Path) -> None:
    closed: list[str] = []

    def close() -> None:
        closed.append(threading.current_thread().name)

    player, _, news = seen(lambda: Past(TapeReader(tape), close=close), HandClock())
    player.seek(NOON + 100)
    assert news.acquire(timeout=10)
    player.close()
    assert closed == ["player"], "in the thread that read"


def test_playing_steps_over_a_gap_and_stops_at_the_end(tmp_path: Path) -> None:
    record(tmp_path, list(day(60)))
    record(tmp_path, list(day(60, begin=NOON + 3700, seed=2)))
    clock = HandClock()
    player, views, news = seen(lambda: Past(TapeReader(tmp_path)), clock)
    player.seek(NOON + 50)
    player.play(60)
    last = 0
    while news.acquire(timeout=2):
        last += 1
        assert last < 50
    player.close()
    moments = [view.at - NOON for view in views if view.at is not None]
    assert moments[0] == 50
    assert 3700 in moments
    assert not [moment for moment in moments if 120 < moment < 3700]
    assert moments[-1] == pytest.approx(3760, abs=5)


def test_a_moment_that_cannot_be_shown_leaves_the_player_there_for_the_next(
    tape: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = Past.seek, threading.Event()

    def seek(self: Past, at: float) -> FloorView | None:
        if at == NOON:
            failing.set()
            raise ZeroDivisionError
        return real(self, at)

    monkeypatch.setattr(Past, "seek", seek)
    player, views, news = seen(lambda: Past(TapeReader(tape)), HandClock())
    player.seek(NOON)
    assert failing.wait(timeout=10)
    player.seek(NOON + 200)
    assert news.acquire(timeout=10)
    player.close()
    assert [view.at for view in views] == [NOON + 200]


def test_an_opening_and_a_listing_are_what_the_tests_take_them_for() -> None:
    stepper = Stepper(POLICY)
    stepper.take(opening())
    view = stepper.view(NOON)
    assert view.link.status is LinkStatus.LIVE
    assert len(view.agents) == 6
    assert len(listing()) == 11
