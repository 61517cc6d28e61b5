"""The demo opened as the window opens it: rooms of its own, real threads, a break from the asking to the return."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from console.core.floor.model import LinkStatus
from console.core.kept import Message
from console.core.levers import Lever, LeverState
from console.core.preferences import DEMO
from console.core.roles import CONSOLE
from console.core.work.break_records import Break, BreakState, CallBack, GrantBreak, ReturnBreak, UndoGrant
from console.core.work.floor_checks import CheckState, ConfirmFloorCheck, FloorCheck
from console.core.work.policies import BREAKS, Policy
from console.feeds.demo.seats import Agent
from tests.app.open_floor import LI, DemoOpened

S = BreakState


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoOpened]:
    """One demo for the whole module: it takes seconds to tell its day."""
    with DemoOpened(DEMO, tmp_path_factory.mktemp("demo")) as opened:
        opened.until_live()
        yield opened


def idle(agent: Agent) -> bool:
    return agent.on_shift and not agent.absent and agent.ask is None and agent.contact is None


def granted(demo: DemoOpened, agent: Agent) -> Break:
    asked = demo.until_break(agent.interface, S.ASKED)
    demo.decided(GrantBreak(id=uuid4().hex, by=LI, break_id=asked.id, exception=True, why="a test"))
    return asked


def test_it_is_live_and_its_book_is_published(demo: DemoOpened) -> None:
    view = demo.until_live()
    assert view.link.status is LinkStatus.LIVE
    assert view.figures.floor.seats.on_shift > 50
    assert view.figures.floor.today.answered > 100, "the day so far was told"
    demo.until(lambda: demo.books and demo.book.get(Policy, BREAKS), "the demo's own rules in the book")
    assert demo.told == []


def test_the_day_so_far_is_in_the_book_as_it_was_lived(demo: DemoOpened) -> None:
    demo.until(lambda: demo.book.get(Policy, BREAKS), "the day in the book")
    states = {each.state for each in demo.book.every(Break).values()}
    assert S.RETURNED in states
    assert S.UNASKED not in {
        each.state for each in demo.book.every(Break).values() if each.asked_at < demo.feed.clock.now() - 600
    }, "whoever was let go by the simulated supervisor did ask"


def test_whoever_is_seen_back_from_a_break_of_the_day_so_far_is_on_line_again(demo: DemoOpened) -> None:
    """Answering a card of the demo's own day does what it does on any floor: no pause nobody granted is left."""
    demo.until(lambda: demo.book.get(Policy, BREAKS), "the day in the book")
    away = next(
        each
        for each in demo.book.every(Break).values()
        if each.state in {S.AWAY, S.OVERRUN, S.LATE} and each.decided_by == CONSOLE.id
    )
    assert set(demo.reasons(away.interface).values()) - {None}
    demo.decided(ReturnBreak(id=uuid4().hex, by=LI, break_id=away.id, how="seen"))
    demo.until(lambda: set(demo.reasons(away.interface).values()) == {None}, "unpaused in every queue")
    known = demo.break_of(away.interface)
    assert known is not None
    assert (known.id, known.state) == (away.id, S.RETURNED)


def test_a_floor_check_comes_due_and_is_confirmed_once(demo: DemoOpened) -> None:
    def due() -> FloorCheck | None:
        checks = demo.book.every(FloorCheck).values()
        return next((each for each in checks if each.state is CheckState.DUE), None)

    check = demo.until(due, "a floor check is due")
    assert check is not None
    demo.decided(ConfirmFloorCheck(id=uuid4().hex, by=LI, check_id=check.id))
    done = demo.book.get(FloorCheck, check.id)
    assert done is not None
    assert done.done_by == LI.id
    on_shift = done.looked["on_shift"]
    assert on_shift is not None
    assert abs(on_shift - demo.view.figures.floor.seats.on_shift) < 8
    again = demo.answer(ConfirmFloorCheck(id=uuid4().hex, by=LI, check_id=check.id))
    assert again.refusal is not None


def test_a_break_from_the_asking_to_the_return(demo: DemoOpened) -> None:
    agent = demo.one_asks(idle)
    asked = granted(demo, agent)
    assert asked.request
    away = demo.until_break(agent.interface, S.AWAY)
    assert away.decided_by == LI.id
    assert set(demo.reasons(agent.interface).values()) - {None}, "paused on the ACD"
    demo.until(lambda: agent.absent == "water", "the agent heard it and left")

    def sent() -> list[str]:
        told = [each for each in demo.book.every(Message).values() if each.to == agent.interface]
        return [each.name for each in told if each.sent_at is not None]

    assert demo.until(sent, "the grant is told") == ["BreakGranted"]

    demo.with_world(lambda world: world.breaks._back(agent))
    back = demo.until_break(agent.interface, S.RETURNED)
    assert back.ended_how == "code"
    levers = [lever for lever in demo.book.every(Lever).values() if agent.interface in lever.id]
    assert levers

    def restored() -> bool:
        known = [demo.book.get(Lever, lever.id) for lever in levers]
        return all(lever is not None and lever.state is LeverState.DONE for lever in known)

    demo.until(restored, "the levers are let go")
    assert set(demo.reasons(agent.interface).values()) == {None}


def test_a_grant_taken_back_in_mid_contact_unpauses_the_seat(demo: DemoOpened) -> None:
    def talking(agent: Agent) -> bool:
        return agent.on_shift and agent.contact is not None and agent.contact.talking and agent.ask is None

    # Whoever talks leaves only afterwards; the youngest contact lasts longest.
    youngest = demo.with_world(
        lambda world: max(
            (agent for agent in world.acd.agents.values() if talking(agent) and not agent.paused),
            key=lambda agent: agent.contact.since if agent.contact else 0,
        )
    )
    agent = demo.one_asks(lambda agent: agent is youngest)
    asked = granted(demo, agent)
    demo.until(lambda: None not in demo.reasons(agent.interface).values(), "the seat paused in every queue")
    demo.decided(UndoGrant(id=uuid4().hex, by=LI, break_id=asked.id))
    undone = demo.until_break(agent.interface, S.ASKED)
    assert undone.decided_at is None
    demo.until(lambda: set(demo.reasons(agent.interface).values()) == {None}, "unpaused again")
    assert agent.absent == ""
    assert agent.ask is not None, "who talked and did not leave still asks"


def test_an_undo_after_the_departure_asks_the_agent_back(demo: DemoOpened) -> None:
    agent = demo.one_asks(idle, "talk")
    asked = granted(demo, agent)
    demo.until_break(agent.interface, S.AWAY)
    demo.decided(UndoGrant(id=uuid4().hex, by=LI, break_id=asked.id))
    demo.until_break(agent.interface, S.CALLED_BACK)
    assert set(demo.reasons(agent.interface).values()) - {None}, "nobody is pulled back"
    refused = demo.answer(CallBack(id=uuid4().hex, by=LI, break_id=asked.id))
    assert refused.refusal is not None


def test_the_demo_begins_its_history_anew_and_leaves_no_decisions(tmp_path: Path) -> None:
    folder = tmp_path / "floor-demo"
    folder.mkdir()
    (folder / "history.db").write_bytes(b"an old day")
    with DemoOpened(DEMO, tmp_path) as opened:
        opened.until_live()
        assert not [each for each in opened.told if "damaged" in each.english()]
    assert not (folder / "desk.db").exists()
    assert (folder / "history.db").stat().st_size > 1000


def test_closing_while_the_day_is_still_told_is_prompt(tmp_path: Path) -> None:
    with DemoOpened(DEMO, tmp_path) as opened:
        opened.until(lambda: opened.views, "a first view")
        begun = time.monotonic()
        opened.floor.close()
        assert time.monotonic() - begun < 4.0, "no join ran into its limit"
