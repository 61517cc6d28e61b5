"""What stands in the end of a course, without times: two ends that mean the same are equal."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from console.core.kept import Message
from console.core.levers import Lever
from console.core.work.break_records import Break
from console.core.work.lending import Loan
from console.core.work.meal_records import MealPlan, MealSeat
from console.core.work.plan_records import Directive, Plan, PlanRun
from console.core.work.policies import Policy
from console.store.opening import look_into
from tests.asterisk.lab import AsteriskLab

_TIME = re.compile(r"\d{10}|(?<=/)\d{6}$")
_OWN_FAMILIES = ("CustomDevstate/", "Queue/PersistentMembers/", "pbx/")
_OFTEN = ("lever.", "message.", "watch.", "floor_check.")
"""Journal lines a disturbance, or the time of day, may add: a lever set again, a message tried again, a check due."""

Ending = dict[str, Any]


def members_of(lab: AsteriskLab) -> dict[str, str]:
    """Return what Asterisk itself says of every member: membership, penalty, pause."""
    return {
        f"{one['Queue']} {one['Location']}": f"{one['Membership']} {one['Penalty']} {one['Paused']}"
        f" {one['PausedReason'] if one['Paused'] == '1' else ''}".strip()
        for one in lab.control.listing("QueueStatus")
        if one["Event"] == "QueueMember"
    }


def keys_of(lab: AsteriskLab) -> dict[str, str]:
    """Return every key of Asterisk's database but those in which it keeps its own state."""
    return {key: value for key, value in lab.astdb_show().items() if not key.startswith(_OWN_FAMILIES)}


def ending_of(lab: AsteriskLab, path: Path) -> Ending:
    """Return what stands on the ACD and in the book; AssertionError where the journal's chain is broken."""
    store = look_into(path)
    try:
        fault = store.verify()
        assert fault is None, f"the journal: {fault}"
        book = store.book()
        lines = Counter(
            f"{line.what} {_TIME.sub('T', line.subject)}" for line in store.journal(0, 100_000)
            if not line.what.startswith(_OFTEN)
        )  # fmt: skip
    finally:
        store.close()
    told = Counter(f"{each.name} to {each.to}" for each in book.every(Message).values())
    return {
        "members": members_of(lab),
        "keys": keys_of(lab),
        "levers": {each.id: _lever(each) for each in book.every(Lever).values()},
        "breaks": {
            _TIME.sub("T", each.id): f"{each.kind} {each.state} {each.trouble}" for each in book.every(Break).values()
        },
        "loans": {each.id: f"{each.state} {each.ended_how} {each.trouble}" for each in book.every(Loan).values()},
        "meals": {each.id: each.state for each in book.every(MealPlan).values()},
        "seats": {each.id: f"{each.state} {each.timing}" for each in book.every(MealSeat).values() if _placed(each)},
        "runs": {_TIME.sub("T", each.id): _run(each) for each in book.every(PlanRun).values()},
        "directives": sorted(
            f"{each.subject} {each.title} {each.text} over={each.ended_at is not None}"
            for each in book.every(Directive).values()
        ),
        "plans": {each.id: f"v{each.version}" for each in book.every(Plan).values()},
        "policies": {each.id: f"v{each.version}" for each in book.every(Policy).values()},
        "messages": dict(sorted(told.items())),
        "unheard": sorted(f"{each.id} {each.failure}" for each in book.every(Message).values() if not each.sent_at),
        "journal": dict(sorted(lines.items())),
    }


def _placed(seat: MealSeat) -> bool:
    """Return whether the course itself put this person into a round: the others' is the proposal's to choose."""
    return seat.person in {"1003", "1004", "1005", "1006"}


def _lever(lever: Lever) -> str:
    held = f" wanted={lever.wanted} held by {len(lever.holds)}" if lever.holds else ""
    return f"{lever.state}{held} {lever.refusal}".strip()


def _run(run: PlanRun) -> dict[str, Any]:
    steps = [
        f"{step.does} {step.state} {step.trouble} {sorted(step.asked.items())} line={len(step.line)}"
        f" freed={len(step.freed)} levers={sorted(step.levers)} directive={bool(step.directive)}"
        for step in run.steps
    ]
    return {
        "state": f"{run.plan} {run.subject} {run.state} {run.ended_how} by {run.trigger}",
        "asked": f"{run.question} {run.confirmed} {run.accepted}",
        "steps": steps,
    }


def differences(found: Ending, wanted: Ending) -> list[str]:
    """Return where two endings differ, key by key."""
    said: list[str] = []
    for part in wanted:
        one, other = found[part], wanted[part]
        if one == other:
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            keys = sorted({*one, *other})
            said += [f"{part} {k}: {one.get(k)!r}, not {other.get(k)!r}" for k in keys if one.get(k) != other.get(k)]
        else:
            said.append(f"{part}: {one!r}, not {other!r}")
    return said
