"""Curves, masks, links, seats, words and the finder."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.figures import CurvePoint
from console.core.floor.model import AgentStatus, Link, LinkStatus, LinkTrouble
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.views.curve import nice_top, plot, time_marks
from console.views.finder import everything, find
from console.views.link import Trust, standing
from console.views.masking import masked
from console.views.seats import news, seat_groups, seat_lines, tally
from console.views.words import TROUBLE, clock, how_long, percent
from tests.ui.floor_fixture import NOON_TWO, floor, lost_link

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 200)), min_size=1, max_size=400)


@given(VALUES, st.integers(5, 300))
def test_a_curve_keeps_its_peaks_and_its_gaps(values: list[int | None], columns: int) -> None:
    points = [CurvePoint(at=place * 60.0, waiting=value) for place, value in enumerate(values)]
    drawn = plot(points, 0.0, len(points) * 60.0, columns, lambda point: point.waiting)
    kept = [pair for stretch in drawn.stretches for pair in stretch]
    known = [value for value in values if value is not None]
    assert drawn.highest == max(known, default=0)
    assert [at for at, _ in kept] == sorted(at for at, _ in kept)
    assert {(at, value) for at, value in kept} <= {
        (place * 60.0, float(value)) for place, value in enumerate(values) if value is not None
    }
    gaps = {place * 60.0 for place, value in enumerate(values) if value is None}
    for stretch in drawn.stretches:
        assert not any(stretch[0][0] < gap < stretch[-1][0] for gap in gaps)
        assert len(stretch) <= columns + 1


def test_a_hole_in_time_is_a_gap_too() -> None:
    points = [CurvePoint(at=at, waiting=1) for at in (0.0, 60.0, 600.0, 660.0)]
    assert len(plot(points, 0, 700, 100, lambda point: point.waiting).stretches) == 2


@given(st.floats(0, 1e6))
def test_an_axis_ends_roundly_above_what_it_holds(highest: float) -> None:
    top = nice_top(highest)
    assert top >= highest
    assert top <= max(10.0, highest * 2.6)


def test_times_along_the_axis_are_round_where_the_floor_is() -> None:
    marks = time_marks(NOON_TWO - 7200, NOON_TWO, 900, offset_s=8 * 3600)
    assert len(marks) >= 5
    assert all((mark + 8 * 3600) % 900 == 0 for mark in marks)
    half = time_marks(NOON_TWO - 7200, NOON_TWO, 900, offset_s=5.5 * 3600)
    assert all((mark + 5.5 * 3600) % 900 == 0 for mark in half)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13912347780", "139****7780"),
        ("+8613912347780", "+86139****7780"),
        ("008613912347780", "0086139****7780"),
        ("02161234567", "021****4567"),
        ("61234567", "612****67"),
        ("139 1234 7780", "139****7780"),
        ("1001", "1001"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("+14155550123", "141****0123"),
    ],
)
def test_a_number_is_recognised_but_not_dialled(number: str, shown: str) -> None:
    assert masked(number) == shown


@given(st.text(alphabet="0123456789", min_size=6, max_size=18))
def test_no_long_number_is_ever_whole(number: str) -> None:
    shown = masked(number)
    assert number not in shown
    assert len([letter for letter in shown if letter.isdigit()]) <= len(number) - 3


def told(view: FloorView, now: float = NOON_TWO) -> tuple[Trust, Tone, str]:
    state = standing(view, now)
    return state.trust, state.tone, state.said.english()


def test_a_live_floor_says_its_age() -> None:
    assert told(floor()) == (Trust.LIVE, Tone.CALM, "Live · data 0.2 s old")
    assert told(floor(), NOON_TWO + 12) == (Trust.LIVE, Tone.CALM, "Live · data 12 s old")


def test_a_silent_floor_is_not_live() -> None:
    assert told(floor(), NOON_TWO + 16) == (Trust.OLD, Tone.ALARM, "Silent · data 16 s old")


def test_a_lost_floor_says_its_age_and_when_it_is_tried_again() -> None:
    assert told(floor(link=lost_link())) == (
        Trust.OLD,
        Tone.ALARM,
        "Not connected · data 1:35 old · again in 8 s",
    )


def test_a_floor_never_seen_is_nothing_yet() -> None:
    assert told(FloorView()) == (Trust.NOTHING_YET, Tone.CALM, "Starting")
    refused = FloorView(link=Link(status=LinkStatus.REFUSED, trouble=LinkTrouble.NO_RIGHTS))
    state = standing(refused, 1.0)
    assert (state.trust, state.tone) == (Trust.NOTHING_YET, Tone.ALARM)
    assert state.reason is not None
    assert "may not read queues" in state.reason.english()


def test_old_figures_while_connecting_are_old() -> None:
    view = floor(link=Link(status=LinkStatus.CONNECTING, trouble=LinkTrouble.CUT, heard_at=NOON_TWO - 30))
    assert told(view)[:2] == (Trust.OLD, Tone.WARN)


def test_the_past_is_the_past_whatever_the_link() -> None:
    assert told(floor(past=True, link=lost_link()))[0] is Trust.PAST


def test_every_trouble_has_a_sentence() -> None:
    assert set(TROUBLE) == set(LinkTrouble)
    assert all(standing(FloorView(link=Link(status=status)), 0.0).said.text for status in LinkStatus)


def test_seats_keep_their_places_whatever_their_state() -> None:
    view = floor()
    groups = seat_groups(view)
    assert [group.id for group in groups] == ["security", "payment", "orders", "members", "tech", "web"]
    seat = groups[0].seats[3]
    other = msgspec.structs.replace(view.agents[seat], status=AgentStatus.UNAVAILABLE)
    later = msgspec.structs.replace(view, agents={**view.agents, seat: other})
    assert news(view, later) == [seat]
    assert news(view, view) == []
    assert seat_groups(later) == groups
    assert tally(later, groups)[AgentStatus.UNAVAILABLE] == 1


def test_seats_move_when_somebody_comes_goes_or_changes_group() -> None:
    view = floor()
    seat = next(iter(view.agents))
    fewer = msgspec.structs.replace(view, agents={k: v for k, v in view.agents.items() if k != seat})
    assert news(view, fewer) is None
    assert news(fewer, view) is None
    elsewhere = msgspec.structs.replace(view.agents[seat], queues=("web",))
    assert news(view, msgspec.structs.replace(view, agents={**view.agents, seat: elsewhere})) is None


def test_a_seat_of_no_group_is_still_shown() -> None:
    view = floor()
    stranger = msgspec.structs.replace(
        next(iter(view.agents.values())), interface="PJSIP/9", queues=(), last_seen_queues=()
    )
    more = msgspec.structs.replace(view, agents={**view.agents, "PJSIP/9": stranger})
    assert seat_groups(more)[-1].seats == ("PJSIP/9",)


def test_a_seat_says_who_what_since_when_and_why() -> None:
    view = floor()
    seat = next(key for key, agent in view.agents.items() if agent.status is AgentStatus.PAUSED)
    name, lines = seat_lines(view, seat, (view.agents[seat].since or 0) + 65)
    assert name.split()[-1].isdigit()
    assert [line.english() for line in lines][:3] == ["Away", "for 1:05", "reason: meal"]


def test_a_name_a_number_or_an_interface_finds_a_seat() -> None:
    among = everything(floor())
    assert find("1077", among)[0].subject == "agent:Local/1077@agents/n"
    assert find("账户", among)[0].subject == "group:security"
    assert find("local/1010@", among)[0].subject == "agent:Local/1010@agents/n"
    assert find("  ", among) == []
    assert find("nobody at all", among) == []
    assert len(find("1", among)) == 12


def test_what_begins_so_comes_first() -> None:
    names = [found.name for found in find("web", everything(floor()))]
    assert names[0].lower().startswith("web") or "WEB" in names[0]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "—"), (0, "0:00"), (9.99, "0:09"), (64, "1:04"), (3599, "59:59"), (3661, "1:01:01")]
)
def test_waits(seconds: float | None, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("value", "digits", "shown"), [(None, 0, "—"), (0.996, 0, "99%"), (1.0, 0, "100%"), (0.9412, 1, "94.1%")]
)
def test_shares(value: float | None, digits: int, shown: str) -> None:
    assert percent(value, digits) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(12, "12 s"), (72, "1 min 12 s"), (600, "10 min"), (4000, "1 h 6 min"), (-5, "0 s")]
)
def test_lengths_in_words(seconds: float, shown: str) -> None:
    assert how_long(seconds).english() == shown
