"""A floor of a real kind, its ACD played by a script: decisions stand in desk.db, in force at the next opening."""

import gc
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace

from console.core.floor.events import BreakAsked
from console.core.floor.people import PersonRow
from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.kept import Book, Entry, Message, Step
from console.core.profiles import FloorKind, Profile
from console.core.words import say
from console.core.work.break_records import Break, BreakState, GrantBreak
from console.core.work.policies import FLOOR, PEOPLE, EditPolicy, Policy
from console.store.opening import another_on, look_into
from tests.app.open_floor import LI, ZHAO, KnownSecrets, Opened
from tests.feeds.fake_ami import SECRET, FakeAmi, Peer, answer_question, let_in, member, queue
from tests.feeds.live_feed import profile_of

SEAT = "Local/1001@agents/n"
SECRETS = KnownSecrets(feed=SECRET, steward=SECRET)


def a_floor_with_levers(peer: Peer) -> None:
    """Be a floor with one queue and one agent, and say yes to whatever the steward wants."""
    let_in(peer)
    while True:
        action = peer.hear()
        if not answer_question(peer, action, (queue(), member())):
            peer.answer(action, message="as you wish")


@pytest.fixture
def ami() -> Iterator[FakeAmi]:
    with FakeAmi(a_floor_with_levers) as server:
        yield server


def opened(ami: FakeAmi, data: Path, **changes: object) -> Opened:
    return Opened(profile_of(ami.port, **changes), data, secrets=SECRETS)


def edit(name: str, body: object, version: int = 0) -> EditPolicy:
    return EditPolicy(id=uuid4().hex, by=ZHAO, name=name, body=msgspec.to_builtins(body), read_version=version)


GROUPS = FloorPolicy(groups=(SkillGroup(id="east", name="华东", queues=("sales",)),), centre="East")
PEOPLE_ROWS = {"rows": (PersonRow(name="Alice Chang", number="A-17", extensions=("1001",), interfaces=(SEAT,)),)}


def test_the_first_opening_says_nothing_of_new_files(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data) as floor:
        floor.until_live()
        floor.until(lambda: floor.books, "a book")
        floor.until(lambda: floor.views > 3, "some views")
    assert [each.english() for each in floor.told if "desk.db" in each.english() or "not open" in each.english()] == []


def test_a_policy_is_in_force_at_once_and_at_the_next_opening(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data) as floor:
        floor.until_live()
        floor.decided(edit(FLOOR, GROUPS))
        floor.until(lambda: floor.view.policy.centre == "East", "the floor judged by the edited policy")
        floor.until(lambda: "east" in floor.view.figures.groups, "the group's own figures")
    with opened(ami, data) as floor:
        floor.until(lambda: floor.view.policy.centre == "East", "the kept policy in force again")
        version = floor.book.every(Policy)[FLOOR].version
        assert floor.answer(edit(FLOOR, FloorPolicy(centre="West"), version - 1)).refusal is not None
        floor.decided(edit(FLOOR, FloorPolicy(centre="West"), version))
        floor.until(lambda: floor.view.policy.centre == "West", "the new text")
    assert [each.english() for each in floor.told] == [], "a second opening has nothing to say"


def test_the_desk_decides_nothing_by_the_policy_of_before(ami: FakeAmi, data: Path) -> None:
    """After a start, and after an edit, whoever sees the new book sees the floor by its policies."""

    class Watched(Opened):
        def _kept(self, book: Book) -> None:
            document = book.get(Policy, FLOOR)
            if document is not None:
                judged.append((document.body["centre"], self.view.policy.centre, len(self.view.policy.groups)))
            super()._kept(book)

    judged: list[tuple[str, str, int]] = []
    with Watched(profile_of(ami.port), data, secrets=SECRETS) as floor:
        floor.until(lambda: floor.books, "a book")
        floor.decided(edit(FLOOR, GROUPS))
        floor.decided(edit(PEOPLE, PEOPLE_ROWS))
    with Watched(profile_of(ami.port), data, secrets=SECRETS) as floor:
        floor.until(lambda: floor.books, "the first book of the second opening")
    assert judged
    assert set(judged) == {("East", "East", 1)}


def test_people_are_in_force_at_once_and_at_the_next_opening(ami: FakeAmi, data: Path) -> None:
    def called() -> set[str]:
        return {person.name for person in floor.view.people.values()}

    with opened(ami, data) as floor:
        floor.until_live()
        floor.until(lambda: called() == {"Alice Zhang"}, "who the ACD names")
        floor.decided(edit(PEOPLE, PEOPLE_ROWS))
        floor.until(lambda: called() == {"Alice Chang"}, "whom people name")
    with opened(ami, data) as floor:
        floor.until(lambda: called() == {"Alice Chang"}, "the kept list of people")
        floor.until_live()
        assert called() == {"Alice Chang"}
        assert floor.view.people[floor.view.person_of[SEAT]].number == "A-17"


def test_a_policy_nobody_can_read_leaves_the_one_before_in_force(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data) as floor:
        floor.until_live()
        floor.decided(edit(FLOOR, GROUPS))
        floor.until(lambda: floor.view.policy.centre == "East", "a policy")
        unreadable = {"centre": 7, "groups": "all"}
        known = floor.book.every(Policy)[FLOOR]
        assert floor.answer(edit(FLOOR, unreadable, known.version)).refusal is not None
        # Another program, or a console of another version, has kept it all the same.
        assert floor.folder is not None
        other = another_on(floor.folder / "desk.db")
        entry = Entry(what="policy.edited", subject="policies:floor", said=say("Floor check due"))
        step = Step(puts=(replace(known, body=unreadable),), entries=(entry,))
        other.commit(step, edit(FLOOR, unreadable), floor.floor.source.clock.now())
        other.close()
        floor.until(lambda: floor.book.every(Policy)[FLOOR].body["centre"] == 7, "the unreadable text in the book")
        seen = floor.views
        floor.until(lambda: floor.views > seen + 1, "the board goes on")
        assert floor.view.policy.centre == "East"


def test_a_request_survives_a_closing_and_is_granted_after_it(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data) as floor:
        floor.until_live()
        asking = BreakAsked(agent="1001", interface=SEAT, reason="toilet", code="2", request_id="77.1")
        floor.floor.desk.hear(asking, floor.floor.source.clock.now())
        floor.until_break(SEAT, BreakState.ASKED)
    with opened(ami, data) as floor:
        floor.until_live()
        asked = floor.until_break(SEAT, BreakState.ASKED)
        floor.decided(GrantBreak(id=uuid4().hex, by=LI, break_id=asked.id, exception=True, why="a test"))

        def told() -> bool:
            return any(each.sent_at is not None for each in floor.book.every(Message).values())

        floor.until(told, "the agent is told")
        floor.until(lambda: ami.heard("QueuePause"), "the seat is being paused")
    (pause, *_) = ami.heard("QueuePause")
    assert (pause["Interface"], pause["Queue"], pause["Paused"], pause["Reason"]) == (SEAT, "sales", "true", "小休")
    assert ami.heard("UserEvent")[0]["RequestId"] == "77.1"


def test_closing_lets_go_of_the_acd_and_of_the_database(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data) as floor:
        floor.until_live()
        assert floor.floor.source.switch is not None
        floor.floor.source.switch.tell("BreakGranted", {})
        path = data / "floor-floor-1" / "desk.db"
        assert path.exists()
    del floor
    # A socket or a connection left behind is a ResourceWarning here, and those are errors.
    gc.collect()
    assert len(ami.peers) == 2, "feed and steward"
    for peer in ami.peers:
        assert peer.actions[-1]["Action"] == "Logoff"
    assert not path.with_name("desk.db-wal").exists(), "the last connection folds the log back into the file"


def test_a_desk_that_only_reads_has_no_steward(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data, steward_user="") as floor:
        floor.until_live()
        assert floor.floor.steward is None
        floor.decided(edit(FLOOR, GROUPS))


def test_the_journal_is_whole_and_another_reads_it_meanwhile(ami: FakeAmi, data: Path) -> None:
    with opened(ami, data) as floor:
        floor.until_live()
        floor.decided(edit(FLOOR, GROUPS))
        other = another_on(data / "floor-floor-1" / "desk.db")
        try:
            assert [line.what for line in other.journal() if line.what == "policy.edited"] == ["policy.edited"]
        finally:
            other.close()
    store = look_into(data / "floor-floor-1" / "desk.db")
    try:
        assert store.verify() is None
        assert not store.book().every(Break)
    finally:
        store.close()


def test_a_recorded_stream_is_a_floor_too(data: Path, tmp_path: Path) -> None:
    tape = Path(__file__).parents[1] / "fixtures" / "ami" / "quiet.ami.xz"
    profile = Profile(id="tape", name="A quiet hour", kind=FloorKind.REPLAY, path=str(tape), rate=0.0)
    with Opened(profile, data) as floor:
        view = floor.until(lambda: floor.view if floor.view.link.status.value == "ended" else None, "the tape's end")
        assert view is not None
        assert len(view.queues) >= 5
        assert floor.floor.steward is None
        assert not floor.floor.recorded
        floor.decided(edit(FLOOR, GROUPS))
    assert [each.english() for each in floor.told] == []
    missing = Profile(id="gone", name="Gone", kind=FloorKind.REPLAY, path=str(tmp_path / "gone.ami"))
    with Opened(missing, data) as floor:
        floor.until(lambda: floor.view.link.status.value in {"refused", "lost", "ended"}, "a link that says why not")
        assert floor.view.link.detail or floor.view.link.trouble.value != "none"
