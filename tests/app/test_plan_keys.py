"""Whatever becomes of a plan: one card a run, one answer a key, and no key that would be refused."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.app.answers import commands_of
from console.core.kept import Command
from console.core.step import step
from console.core.work.plan_records import KeepPlan, PlanRun, StartPlan
from console.core.work.plan_subjects import open_runs
from console.views.plan_cards import plan_cards, run_of_card
from console.views.todo import Card
from tests.core.plan_desk import LI, SHORTCUT, SUBJECT, ZHOU, PlanDesk, body

STEPS = (
    {"do": "notify", "text": "x", "title": "t"},
    {"do": "flex", "count": 2, "answer_s": 30.0},
    {"do": "hold_breaks"},
    {"do": "ask", "text": "?"},
    {"do": "wait", "seconds": 3},
    {"do": "ivr_shortcut", "to": "announce"},
    {"do": "close", "queues": ["chat"]},
)
SHORTCUT_ID = f"key/{SHORTCUT.family}/{SHORTCUT.key}"

moves = st.one_of(
    st.tuples(st.just("tick"), st.integers(1, 8)),
    st.tuples(st.just("press"), st.integers(0, 30)),
    st.tuples(st.just("waiting"), st.sampled_from([0, 5, 20, 60])),
    st.tuples(st.just("refuse"), st.integers(0, 1)),
    st.tuples(st.just("meddle"), st.integers(0, 1)),
)


def cards(desk: PlanDesk) -> list[Card]:
    return plan_cards(desk.view, desk.book, desk.at, by=LI)


def answers(desk: PlanDesk) -> list[Command]:
    """What every key of every card commands, as typed with what stands in its line."""
    return [
        command
        for card in cards(desk)
        for action in card.actions
        for command in commands_of(
            card.id, action.key, action.preset, book=desk.book, policy=desk.view.policy, by=LI, at=desk.at
        )
    ]


def all_right(desk: PlanDesk) -> None:
    found = cards(desk)
    runs = [run.id for run in open_runs(desk.book)]
    assert [run_of_card(card.id) for card in found if card.id.startswith("plan:")] == runs
    assert len({card.id for card in found}) == len(found)
    for card in found:
        shortcuts = [action.shortcut for action in card.actions]
        assert len(set(shortcuts)) == len(shortcuts), (card.id, shortcuts)
        assert all(shortcuts)
        assert card.badge is not None
        for line in (card.title, card.badge, *card.lines):
            assert "{" not in line.english()
    for command in answers(desk):
        step(desk.book, desk.view, command, desk.at)  # raises NotAllowed for a key that would be refused


@settings(max_examples=60, deadline=None)
@given(
    steps=st.sets(st.integers(0, len(STEPS) - 1), min_size=1, max_size=4),
    on_failure=st.sampled_from(["go_on", "ask", "stop"]),
    trigger=st.sampled_from(["hand", "propose", "itself"]),
    cause=st.sampled_from(["", "好了吗?"]),
    countdown=st.sampled_from([None, 20.0]),
    course=st.lists(moves, max_size=25),
)
def test_every_key_on_a_card_is_one_the_plan_takes(
    steps: set[int],
    on_failure: str,
    trigger: str,
    cause: str,
    countdown: float | None,
    course: list[tuple[str, int]],
) -> None:
    desk = PlanDesk(waiting=20)
    chosen = [STEPS[n] for n in sorted(steps)]
    text = body(*chosen, on_failure=on_failure, trigger=trigger, cause=cause, countdown_s=countdown, calm_s=5.0)
    desk.keep(text)
    other = replace(text, name="另一个", steps=({"do": "ivr_shortcut", "to": "announce"},), trigger=text.trigger)
    if trigger == "hand":
        desk.told(KeepPlan(id="k2", by=ZHOU, plan="other", body=replace(other, cause="")))
        desk.told(StartPlan(id="s1", by=LI, run="r1", plan="peak", subject=SUBJECT))
        desk.told(StartPlan(id="s2", by=LI, run="r2", plan="other", subject=SUBJECT, anyway=True, visible=True))
    for what, much in course:
        if what == "tick":
            desk.ticks(much)
        elif what == "waiting":
            desk.waiting = much
        elif what == "refuse":
            desk.refuses = {SHORTCUT_ID: "Permission denied"} if much else {}
        elif what == "meddle" and SHORTCUT_ID in desk.acd:
            desk.moves(SHORTCUT, "elsewhere" if much else None)
        elif what == "press":
            possible = answers(desk)
            if possible:
                desk.told(possible[much % len(possible)])
        all_right(desk)
    assert len(desk.book.every(PlanRun)) >= (2 if trigger == "hand" else 0)
