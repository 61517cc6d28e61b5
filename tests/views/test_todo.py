"""The list's order: most urgent first while nobody's hand is in it, otherwise nothing moves."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.model import Link, LinkStatus, LinkTrouble
from console.core.floor.policy import Tone
from console.core.words import say
from console.views.todo import Card, Slot, arranged, cards_of, fresh_count, neighbour
from tests.ui.floor_fixture import NOON_TWO, floor, lost_link

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


def card(identity: str, tone: Tone = Tone.CALM, **fields: object) -> Card:
    return Card(id=identity, tone=tone, title=say("{line}", line=identity), **fields)  # type: ignore[arg-type]


def cards(ids: list[str]) -> list[Card]:
    return [card(identity) for identity in ids]


def names(slots: tuple[Slot, ...]) -> list[str]:
    return [slot.card.id for slot in slots]


@given(IDS, IDS, IDS)
def test_held_cards_never_move_and_none_is_lost(first: list[str], second: list[str], third: list[str]) -> None:
    slots = arranged((), cards(first), held=False)
    for news in (second, third):
        before = names(slots)
        slots = arranged(slots, cards(news), held=True)
        assert names(slots)[: len(before)] == before
        assert set(news) <= set(names(slots))
        assert {slot.card.id for slot in slots if not slot.settled} == set(news)
        assert all(slot.fresh for slot in slots[len(before) :])
        assert fresh_count(slots) == sum(slot.fresh and not slot.settled for slot in slots)


@given(IDS, IDS)
def test_let_go_the_list_is_what_waits_in_its_order(held: list[str], news: list[str]) -> None:
    slots = arranged(arranged((), cards(held), held=False), cards(news), held=True)
    assert names(arranged(slots, cards(news), held=False)) == news


@given(IDS, st.integers(0, 9))
def test_the_focus_stays_on_its_card_or_takes_its_place(ids: list[str], place: int) -> None:
    slots = arranged((), cards(ids), held=False)
    for identity in ids:
        assert neighbour(slots, identity, place) == identity
    taken = neighbour(slots, "gone", place)
    assert taken == (ids[min(place, len(ids) - 1)] if ids else "")


def test_tone_then_urgency_then_due_then_age_decide() -> None:
    waiting = [
        card("calm"),
        card("warn old", Tone.WARN, since=1.0),
        card("warn due", Tone.WARN, due=50.0, since=9.0),
        card("warn due later", Tone.WARN, due=60.0, since=0.0),
        card("alarm", Tone.ALARM, urgency=1.0),
        card("alarm worse", Tone.ALARM, urgency=2.0),
    ]
    view = msgspec.structs.replace(floor(), alarms=())
    ordered = [c.id for c in cards_of(view, NOON_TWO, more=waiting)]
    assert ordered == ["alarm worse", "alarm", "warn due", "warn due later", "warn old", "calm"]


def test_figures_of_a_group_stand_on_one_card() -> None:
    every = {c.id: c for c in cards_of(floor(), NOON_TWO)}
    security = every["group:security"]
    assert security.tone is Tone.ALARM
    assert [line.english() for line in security.lines] == [
        "service level 58% (limit 60%)",
        "longest wait 2:18 (limit 2:00)",
        "36 waiting (limit 10)",
    ]
    assert security.badge is not None
    assert security.badge.english() == "for 2:30"
    assert every["stuck_ringing:security"].seats == ("Local/1007@agents/n",)


def test_the_connection_comes_first_and_only_when_it_needs_somebody() -> None:
    assert "link" not in {c.id for c in cards_of(floor(), NOON_TWO)}
    first = cards_of(floor(link=lost_link()), NOON_TWO)[0]
    assert first.id == "link"
    assert first.lines[0].english() == "The connection was cut."
    calm = Link(status=LinkStatus.CONNECTING)
    assert "link" not in {
        c.id for c in cards_of(msgspec.structs.replace(floor(), queues={}, agents={}, link=calm), 1.0)
    }


def test_what_the_other_side_said_is_on_the_card() -> None:
    link = Link(status=LinkStatus.REFUSED, trouble=LinkTrouble.WRONG_SECRET, detail="Authentication failed")
    first = cards_of(floor(link=link), NOON_TWO)[0]
    assert [line.english() for line in first.lines][:2] == [
        "Asterisk does not accept this user and secret.",
        "Told by the other side: Authentication failed",
    ]


def test_a_plans_card_takes_in_the_alarms_of_its_group() -> None:
    plan = card("plan:r", Tone.WARN, group="security", speaks_for="group:security", urgency=1000.0)
    found = {c.id: c for c in cards_of(floor(), NOON_TWO, more=[plan])}
    assert "group:security" not in found
    assert "stuck_ringing:security" in found
    taken = found["plan:r"]
    assert taken.tone is Tone.ALARM
    assert taken.lines[-1].english() == "Also: service level 58% (limit 60%) · longest wait 2:18 (limit 2:00)"


def test_a_plan_at_work_is_no_louder_than_a_warning() -> None:
    plan = card("plan:r", group="security", speaks_for="group:security", as_loud_as=Tone.WARN)
    found = {c.id: c for c in cards_of(floor(), NOON_TWO, more=[plan])}
    assert found["plan:r"].tone is Tone.WARN
    assert "group:security" not in found


def test_of_two_plans_for_a_group_the_first_speaks_for_it() -> None:
    plans = [card(name, tone, speaks_for="group:security") for name, tone in (("a", Tone.CALM), ("b", Tone.WARN))]
    found = {c.id: c for c in cards_of(floor(), NOON_TWO, more=plans)}
    assert (found["a"].tone, found["b"].tone) == (Tone.CALM, Tone.ALARM)


def test_what_a_person_put_off_is_not_brought_back_by_a_plan() -> None:
    plan = card("plan:r", speaks_for="group:security")
    snoozed = {"group:security|alarm": NOON_TWO + 60}
    found = {c.id: c for c in cards_of(floor(), NOON_TWO, more=[plan], snoozed=snoozed)}
    assert found["plan:r"] == plan
