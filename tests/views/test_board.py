"""Figures and rows of the board, their tones and what stands under them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.floor.figures import Figures, Now, Seats, Share, Window
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.views.board import away_limit, board, over_since
from console.views.combine import combined
from tests.ui.floor_fixture import GROUPS, NOON_TWO, floor


def english(view: FloorView, key: str, mine: tuple[str, ...] = ()) -> list[str]:
    card = next(card for card in board(view, mine).cards if card.key == key)
    return [said.english() for said in card.under]


def changed(view: FloorView, group: str, **now: object) -> FloorView:
    figures = view.figures.groups[group]
    other = msgspec.structs.replace(figures, now=msgspec.structs.replace(figures.now, **now))
    groups = {**view.figures.groups, group: other}
    return msgspec.structs.replace(view, figures=msgspec.structs.replace(view.figures, groups=groups))


def test_under_each_figure_stands_what_it_is_held_against() -> None:
    view = floor()
    assert english(view, "phone")[0] == "Emergency line 50"
    assert english(view, "web") == ["First response 14 s", "target 30 s"]
    assert english(view, "mean") == ["Target 60 s", "longest 2:18", "ASA 0:14"]
    assert english(view, "service") == ["Target 80%", "last 30 min"]
    assert english(view, "answer_rate") == ["Target 90%", "abandoned 5.9%"]
    assert english(view, "on_line") == ["86 / 100 seats", "occupancy 91%"]


def test_how_long_the_line_is_crossed_is_told_by_the_curve() -> None:
    view = floor()
    since = over_since(view, 50)
    assert since is not None
    points = view.figures.curves["channel:phone"]
    crossed = [point for point in points if point.at >= since]
    assert all((point.waiting or 0) > 50 for point in crossed)
    before = points[points.index(crossed[0]) - 1]
    assert (before.waiting or 0) <= 50
    assert over_since(view, 5000) is None


def test_phone_and_web_are_never_mixed() -> None:
    view = floor()
    cards = {card.key: card.value for card in board(view).cards}
    assert (cards["phone"], cards["web"]) == ("51", "6")
    assert next(c for c in board(view).cards if c.key == "mean").label.english() == "Average wait · phone"
    only_web = {card.key: card.value for card in board(view, ("web",)).cards}
    assert "phone" not in only_web
    assert only_web["mean"] == "14"


def test_a_choice_of_groups_adds_their_figures() -> None:
    view = floor()
    cards = {card.key: card for card in board(view, ("security", "payment")).cards}
    assert cards["phone"].value == "51"
    assert cards["mean"].value == str(round((36 * 64 + 15 * 38) / 51))
    assert english(view, "on_line", ("security", "payment"))[0] == "39 / 47 seats"


def test_a_choice_of_groups_that_are_gone_shows_all() -> None:
    assert len(board(floor(), ("nobody",)).rows) == len(GROUPS)


def test_a_group_without_calls_shows_dashes_not_zeros() -> None:
    row = next(row for row in board(floor()).rows if row.id == "orders")
    assert (row.waiting, row.mean, row.longest) == (0, "—", "—")


def test_a_tone_gives_way_slowly() -> None:
    view = floor()
    at_ten = changed(view, "orders", waiting=11, longest_wait_s=5.0)
    first = board(at_ten)
    assert next(row for row in first.rows if row.id == "orders").waiting_tone is Tone.WARN
    just_under = changed(view, "orders", waiting=10, longest_wait_s=5.0)
    assert next(r for r in board(just_under, (), first).rows if r.id == "orders").waiting_tone is Tone.WARN
    assert next(r for r in board(just_under).rows if r.id == "orders").waiting_tone is Tone.CALM
    clear = changed(view, "orders", waiting=8, longest_wait_s=5.0)
    assert next(r for r in board(clear, (), first).rows if r.id == "orders").waiting_tone is Tone.CALM


def test_one_night_caller_warns_at_most() -> None:
    lonely = changed(floor(with_alarms=False), "members", waiting=1, longest_wait_s=600.0, mean_wait_s=600.0)
    row = next(row for row in board(lonely).rows if row.id == "members")
    assert row.longest_tone is Tone.WARN


@pytest.mark.parametrize(
    ("seats", "ratio", "limit"), [(10, 0.8, 2), (10, 0.7, 3), (24, 0.8, 4), (3, 0.8, 1), (0, 0.8, 0)]
)
def test_how_many_may_be_away(seats: int, ratio: float, limit: int) -> None:
    assert away_limit(seats, ratio) == limit


def test_a_queue_no_group_names_gets_a_row() -> None:
    view = floor()
    lonely = msgspec.structs.replace(
        view, queues={**view.queues, "night": msgspec.structs.replace(view.queues["tech"], name="night")}
    )
    assert [row.name for row in board(lonely).rows][-1] == "night"
    gone = msgspec.structs.replace(
        view, queues={"night": msgspec.structs.replace(view.queues["tech"], name="night", gone=True)}
    )
    assert "night" not in [row.name for row in board(gone).rows]


def test_rows_off_screen_keep_what_they_had_until_they_are_seen() -> None:
    first = board(floor())
    busier = changed(floor(), "orders", waiting=4)
    unseen = board(busier, (), first, {"web"})
    assert next(row for row in unseen.rows if row.id == "orders") is next(r for r in first.rows if r.id == "orders")
    seen = board(busier, (), unseen, {"orders"})
    assert next(row for row in seen.rows if row.id == "orders").waiting == 4


def test_an_empty_floor_is_no_trouble() -> None:
    shown = board(FloorView())
    assert shown.rows == ()
    assert all(card.tone is Tone.CALM for card in shown.cards)
    assert board(FloorView(at=NOON_TWO)).cards[0].value == "0"


COUNTS = st.integers(0, 500)


@given(st.lists(st.tuples(COUNTS, COUNTS, st.floats(0, 900)), min_size=1, max_size=6))
def test_combined_counts_add_and_means_lie_between(parts: list[tuple[int, int, float]]) -> None:
    every = [
        Figures(
            now=Now(waiting=waiting, mean_wait_s=wait if waiting else None, longest_wait_s=wait if waiting else None),
            recent=Window(
                answered=answered, asa_s=wait if answered else None, answer_rate=Share(part=answered, whole=500)
            ),
            seats=Seats(on_shift=answered, on_line=answered),
        )
        for waiting, answered, wait in parts
    ]
    whole = combined(every)
    assert whole.now.waiting == sum(part[0] for part in parts)
    assert whole.recent.answer_rate == Share(part=sum(part[1] for part in parts), whole=500 * len(parts))
    assert whole.seats.on_shift == sum(part[1] for part in parts)
    waits = [wait for waiting, _, wait in parts if waiting]
    if waits:
        assert whole.now.mean_wait_s is not None
        assert min(waits) - 1e-6 <= whole.now.mean_wait_s <= max(waits) + 1e-6
        assert whole.now.longest_wait_s == max(waits)
    else:
        assert whole.now.mean_wait_s is None
