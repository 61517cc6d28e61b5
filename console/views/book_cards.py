"""What else the book of decisions has to ask: floor checks, levers the ACD would not move, a store in trouble."""

from collections.abc import Iterable, Mapping

from console.core.floor.model import Instant, Interface
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.levers import Lever, LeverState, Membership, RoutingKey, SeatPaused, Value
from console.core.rules.break_forecast import BreakForecast
from console.core.words import Said, say
from console.core.work.floor_checks import CheckState, FloorCheck
from console.views.break_words import clock24
from console.views.judging import break_cards
from console.views.plan_cards import plan_cards
from console.views.scope import group_ids_by_queue, home_of
from console.views.sight import sight
from console.views.todo import MOST_LINES, Action, Card
from console.views.words import clock

LATE_CHECK_S = 600.0


def work_cards(
    view: FloorView,
    book: Book,
    at: Instant,
    *,
    forecasts: Mapping[str, BreakForecast] | None = None,
    trouble: Said | None = None,
    mine: tuple[str, ...] = (),
    breaks: Iterable[Card] | None = None,
    plans: Iterable[Card] | None = None,
) -> tuple[Card, ...]:
    """Return the cards of everything decided or to be decided; `trouble` is why decisions cannot be kept just now.

    Where there are too many, those of the groups `mine` are the ones told in full; `breaks` and `plans`, where given,
    are known already.
    """
    cards = [
        *(break_cards(sight(view, book, at, forecasts), mine) if breaks is None else breaks),
        *(plan_cards(view, book, at) if plans is None else plans),
        *_check_cards(view, book, at),
        *_lever_cards(view, book, at),
    ]
    if trouble is not None:
        cards.append(
            Card(
                id="store",
                tone=Tone.ALARM,
                title=say("Decisions cannot be kept"),
                lines=(trouble, say("The board goes on; answers are taken again as soon as they can be kept.")),
                urgency=1e6,
            )
        )
    return tuple(cards)


def _check_cards(view: FloorView, book: Book, at: Instant) -> list[Card]:
    checks = book.every(FloorCheck).values()
    return [_check_card(view, book, check, at) for check in checks if check.state is CheckState.DUE]


def _check_card(view: FloorView, book: Book, check: FloorCheck, at: Instant) -> Card:
    before = [one for one in book.every(FloorCheck).values() if one.due_at < check.due_at]
    last = max(before, key=lambda one: one.due_at, default=None)
    late = at - check.due_at >= LATE_CHECK_S
    return Card(
        id=f"floor_check:{check.id}",
        tone=Tone.CALM,
        title=say("Floor check {time}", time=clock24(check.due_at, view.policy)),
        lines=(_last_check(view, last),),
        actions=(Action(key="confirm", label=say("Confirm the check"), shortcut="Space"),),
        badge=say("due for {length}", length=clock(at - check.due_at)),
        badge_tone=Tone.WARN if late else Tone.CALM,
        since=check.due_at,
        urgency=-5.0,
    )


def _last_check(view: FloorView, last: FloorCheck | None) -> Said:
    if last is None:
        return say("The first check of this shift.")
    time = clock24(last.due_at, view.policy)
    if last.state is CheckState.MISSED:
        return say("The one at {time} was missed.", time=time)
    return say("The one at {time} was confirmed by {name}.", time=time, name=last.done_by)


# ---- levers ----------------------------------------------------------------------------------------------------------

_OPEN = frozenset({LeverState.REFUSED, LeverState.MOVED})


def lever_subject(lever: Lever) -> str:
    """Return whose levers are answered together: those of one interface, or a routing key alone."""
    return lever.id if isinstance(lever.target, RoutingKey) else lever.target.interface


def _lever_cards(view: FloorView, book: Book, at: Instant) -> list[Card]:
    together: dict[tuple[LeverState, str], list[Lever]] = {}
    for lever in book.every(Lever).values():
        if lever.state in _OPEN:
            together.setdefault((lever.state, lever_subject(lever)), []).append(lever)
    by_queue = group_ids_by_queue(view.policy)
    return [_lever_card(view, key, levers, at, by_queue) for key, levers in together.items()]


def _lever_card(
    view: FloorView, key: tuple[LeverState, str], levers: list[Lever], at: Instant, by_queue: Mapping[str, str]
) -> Card:
    state, subject = key
    first = levers[0]
    seat = "" if isinstance(first.target, RoutingKey) else subject
    name = _name(view, seat) if seat else subject.removeprefix("key/")
    refused = state is LeverState.REFUSED
    lines = [_lever_line(lever) for lever in levers[:MOST_LINES]]
    if len(levers) > MOST_LINES:
        lines.append(say("and {count} more", count=len(levers) - MOST_LINES))
    since = min(lever.due for lever in levers)
    return Card(
        id=f"lever:{state.value}:{subject}",
        tone=Tone.WARN,
        title=say("The ACD refuses: {name}", name=name)
        if refused
        else say("Changed by somebody else: {name}", name=name),
        lines=tuple(lines),
        actions=(
            Action(key="again", label=say("Set it again"), shortcut="A", kind="strong"),
            Action(key="leave", label=say("Leave it so"), shortcut="L"),
        ),
        badge=say("for {length}", length=clock(at - since)),
        badge_tone=Tone.WARN,
        since=since,
        group=home_of(view, seat, by_queue) if seat else "",
        seats=(seat,) if seat else (),
    )


def _name(view: FloorView, interface: Interface) -> str:
    person = view.people.get(view.person_of.get(interface, ""))
    return f"{person.name} {person.number}".strip() if person is not None else interface


def _lever_line(lever: Lever) -> Said:
    where = lever.target.key if isinstance(lever.target, RoutingKey) else lever.target.queue
    if lever.state is LeverState.REFUSED:
        return say(
            "{where}: wanted {wanted}; the ACD answers: {answer}",
            where=where,
            wanted=_wanted(lever),
            answer=lever.refusal,
        )
    return say(
        "{where}: wanted {wanted}, stands at {observed}",
        where=where,
        wanted=_wanted(lever),
        observed=_value(lever, lever.observed),
    )


def _wanted(lever: Lever) -> Said:
    return _value(lever, lever.wanted)


def _value(lever: Lever, value: Value) -> Said:
    match lever.target:
        case SeatPaused():
            return say("on line") if value is None else say("paused ({reason})", reason=value or "—")
        case Membership():
            return say("signed out") if value is None else say("signed in, penalty {penalty}", penalty=value or "0")
        case RoutingKey():
            return say("none") if value is None else say("“{value}”", value=value)
