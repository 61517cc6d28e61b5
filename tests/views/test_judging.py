"""Two hundred cards, judged a few at a time: what is in sight is never stale, and nobody is overtaken for ever."""

from hypothesis import given
from hypothesis import strategies as st

from console.core.work.break_records import AskBreak, GrantBreak
from console.views.judging import AT_ONCE, MOST_FULL, Judging, break_cards
from console.views.sight import SAME_MOMENT_S, sight
from tests.core.floor_of_ten import floor, seat
from tests.core.test_breaks import LI, Desk


def crowd(requests: int, seats: int = 120) -> Desk:
    desk = Desk(view=floor(seats))
    for number in range(1, requests + 1):
        desk.told(AskBreak(id=f"a{number}", by=LI, break_id=f"b{number}", interface=seat(number), kind="toilet"))
    return desk


def grant(desk: Desk, number: int) -> None:
    desk.told(GrantBreak(id=f"g{number}", by=LI, break_id=f"b{number}", exception=True, why="because"))


def whole(desk: Desk) -> Judging:
    judging = Judging(sight(desk.view, desk.book, desk.at))
    judging.go_on(MOST_FULL)
    return judging


def test_the_cards_in_sight_follow_a_grant_at_once() -> None:
    desk = crowd(40)
    before = whole(desk)
    grant(desk, 1)
    first = [f"break:b{number}" for number in range(30, 40)]
    after = Judging(sight(desk.view, desk.book, desk.at), before=before, first=first)
    now = {card.id: card for card in break_cards(sight(desk.view, desk.book, desk.at))}
    was = {card.id: card for card in before.cards()}
    for card in after.cards():
        if card.id in first:
            assert card == now[card.id] != was[card.id]
    assert next(card for card in after.cards() if card.id == "break:b1") == now["break:b1"], "what was answered changes"


def test_the_others_stand_as_told_and_follow_after_a_few_turns() -> None:
    desk = crowd(40)
    before = whole(desk)
    grant(desk, 1)
    after = Judging(sight(desk.view, desk.book, desk.at), before=before)
    now = {card.id: card for card in break_cards(sight(desk.view, desk.book, desk.at))}
    stale = [card.id for card in after.cards() if card != now[card.id]]
    assert len(stale) == 40 - AT_ONCE
    turns = 0
    while after.go_on(10):
        turns += 1
    assert turns == 2
    assert {card.id: card for card in after.cards()} == now


def test_a_card_of_the_same_words_stays_the_same_object() -> None:
    desk = crowd(5)
    before = whole(desk)
    after = Judging(sight(desk.view, desk.book, desk.at), before=before)
    assert all(new is old for new, old in zip(after.cards(), before.cards(), strict=True))


def test_more_than_the_list_draws_say_no_more_than_who_they_are() -> None:
    cards = whole(crowd(100)).cards()
    assert len(cards) == 100
    assert len([card for card in cards if card.lines]) == MOST_FULL


@given(st.lists(st.integers(0, 29), min_size=8, max_size=8))
def test_rounds_that_are_never_finished_still_tell_everybody(looked_at: list[int]) -> None:
    desk = crowd(30)
    judging = whole(desk)
    grant(desk, 1)
    for place in looked_at:
        judging = Judging(sight(desk.view, desk.book, desk.at), before=judging, first=[f"break:b{place + 1}"])
        desk.at += 2 * SAME_MOMENT_S
    told = {card.id: card for card in judging.cards()}
    waits = {name: card.lines for name, card in told.items()}
    now = {card.id: card.lines for card in break_cards(sight(desk.view, desk.book, desk.at))}
    assert waits == now, "nobody still shows the figures from before the grant"


def test_a_line_of_the_same_floor_and_book_is_read_once_a_moment() -> None:
    desk = crowd(3)
    one = sight(desk.view, desk.book, desk.at)
    one.line("sales")
    assert sight(desk.view, desk.book, desk.at + 0.1).lines is one.lines
    assert sight(desk.view, desk.book, desk.at + 2).lines is not one.lines
    grant(desk, 1)
    assert sight(desk.view, desk.book, desk.at).lines is not one.lines
