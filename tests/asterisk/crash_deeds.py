"""What the parent of a crash course may order by name: decisions of people, and what is waited for."""

from typing import Any

import msgspec

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Message
from console.core.levers import Lever, LeverState
from console.core.roles import Actor, Role
from console.core.work.break_records import AskBreak, Break, BreakState, GrantBreak, RefuseBreak, ReturnBreak, UndoGrant
from console.core.work.lending import EndLoan, ExtendLoan, LendSeat, Loan
from console.core.work.meal_records import (
    MealPlan,
    MealSeat,
    MoveToRound,
    ProposeMeals,
    PublishMeals,
    WithdrawMeals,
    seat_id,
)
from console.core.work.messages import MessageState, state_of
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import AnswerFlex, AnswerStep, KeepPlan, PlanRun, ReleaseStep, StandDown, StartPlan
from console.core.work.plan_subjects import open_runs
from console.core.work.policies import EditPolicy

LI = Actor(id="li", name="李班长")
ZHAO = Actor(id="zhao", name="赵经理", role=Role.DUTY_MANAGER)


def command_of(order: dict[str, Any], book: Book, view: FloorView, at: Instant) -> Command:  # noqa: C901, PLR0911, PLR0912  a table
    """Return the command an order names; LookupError where what it is about is not there."""
    told: dict[str, Any] = {"id": order["id"], "by": LI, "why": order.get("why", "")}
    match order["do"]:
        case "policy":
            return EditPolicy(name=order["name"], body=order["body"], **{**told, "by": ZHAO})
        case "ask":
            kind = order.get("kind", "toilet")
            return AskBreak(break_id=order["break"], interface=order["seat"], kind=kind, request=order["break"], **told)
        case "grant":
            return GrantBreak(break_id=_break(book, order["break"]), exception=True, **told)
        case "refuse":
            return RefuseBreak(break_id=_break(book, order["break"]), **told)
        case "return":
            return ReturnBreak(break_id=_break(book, order["break"]), how="seen", **told)
        case "undo":
            return UndoGrant(break_id=_break(book, order["break"]), **told)
        case "lend":
            return LendSeat(
                loan=order["loan"],
                interface=order["seat"],
                to_queue=order["to"],
                from_queue=order.get("leaves", ""),
                penalty=order["penalty"],
                until=at + order["for"],
                **told,
            )
        case "extend":
            return ExtendLoan(loan=order["loan"], until=at + order["for"], **told)
        case "end loan":
            return EndLoan(loan=order["loan"], **told)
        case "propose meals":
            return ProposeMeals(plan=order["plan"], group=order["group"], **told)
        case "move":
            person = view.person_of[order["seat"]]
            return MoveToRound(plan=order["plan"], person=person, round=order["round"], **told)
        case "publish":
            return PublishMeals(plan=order["plan"], **told)
        case "withdraw meals":
            return WithdrawMeals(plan=order["plan"], **told)
        case "keep plan":
            return KeepPlan(plan=order["plan"], body=msgspec.convert(order["body"], PlanBody), **{**told, "by": ZHAO})
        case "start":
            return StartPlan(run="r1", plan=order["plan"], subject=order["subject"], **told)
        case "hasten":
            return StartPlan(run=_run(book).id, **told)
        case "answer":
            return AnswerStep(run=_run(book).id, yes=order["yes"], **told)
        case "answer flex":
            return AnswerFlex(run=_run(book).id, n=order["n"], person=order["person"], yes=order["yes"], **told)
        case "release":
            return ReleaseStep(run=_run(book).id, n=order["n"], **told)
        case "stand down":
            return StandDown(run=_run(book).id, **told)
    raise LookupError(order["do"])


def _break(book: Book, name: str) -> str:
    """Return the id of a break: one asked for by code has the agent and the day around the name of its request."""
    return next((each for each in book.every(Break) if f"/{name}/" in each), name)


def _run(book: Book) -> PlanRun:
    """Return the one run there is, the last one once it is over."""
    runs = list(open_runs(book)) or list(book.every(PlanRun).values())
    if not runs:
        raise LookupError("no run")
    return runs[-1]


def has_come(order: dict[str, Any], book: Book, view: FloorView) -> bool:  # noqa: C901, PLR0911  a table
    """Return whether what an order waits for is there: the state (or what else is named) of one record."""
    about, wanted = order["about"], order["is"]
    match about:
        case "groups":
            return all(group in view.figures.groups for group in wanted)
        case "flex people":
            return {person.id for person in view.people.values() if person.flex} == set(wanted)
        case "break":
            found = book.get(Break, _break(book, order["of"]))
            return found is not None and found.state in wanted
        case "loan":
            loan = book.get(Loan, order["of"])
            return loan is not None and loan.state in wanted
        case "meals":
            plan = book.get(MealPlan, order["of"])
            return plan is not None and plan.state in wanted
        case "meal":
            seat = book.get(MealSeat, seat_id(order["of"], view.person_of.get(order["seat"], "")))
            return seat is not None and seat.state in wanted
        case "standing":
            levers = [lever for lever in book.every(Lever).values() if lever.holds]
            return len(levers) == wanted and all(lever.state is LeverState.STANDING for lever in levers)
    try:
        run = _run(book)
    except LookupError:
        return False
    match about:
        case "run":
            return run.state in wanted
        case "question":
            return bool(run.question == wanted)
        case "step":
            return run.steps[order["n"]].state in wanted
        case "flex":
            return run.steps[order["n"]].asked.get(order["person"]) in wanted
    raise LookupError(about)


def unfinished(book: Book, view: FloorView) -> list[str]:
    """Return what is still under way: levers not where they are wanted, messages nobody was told yet, departures."""
    levers = [
        f"{lever.id} {lever.state} found={lever.found!r} wanted={lever.wanted!r} written={lever.written!r}"
        f" observed={lever.observed!r} tries={lever.tries} {lever.refusal}"
        for lever in book.every(Lever).values()
        if lever.state not in {LeverState.DONE, LeverState.STANDING} or (lever.holds and lever.observed != lever.wanted)
    ]
    messages = [message.id for message in book.every(Message).values() if state_of(message) is MessageState.OPEN]
    leaving = [each.id for each in book.every(Break).values() if each.state is BreakState.GRANTED]
    lost = [] if view.link.status == "live" else [f"the link: {view.link.status} {view.link.trouble}"]
    return levers + messages + leaving + lost
