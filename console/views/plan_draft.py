"""A plan being written: its table as it stands, right or wrong, the moves that change it, and where its faults are.

The draft is the table of the plan's text, so that nothing typed is lost: a number that is none stays there as text
and is a fault like every other.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from console.core.floor.model import Record
from console.core.rules.watches import SOP_CONDITION, Each
from console.core.words import Said, say
from console.core.work.plan_action import Known
from console.core.work.plan_records import Plan
from console.core.work.plan_text import FaultAt, Reading, read_plan, table_of_text
from console.core.work.plan_writing import table_of_plan, write_table
from console.views.plan_form import TOP, WATCH, Field, Kind, fields_of, label_of

Table = dict[str, Any]


class Draft(Record, frozen=True, kw_only=True):
    """A plan being written: its table, and the text as typed where it was typed.

    `broken`: the text cannot be read; the table is the one before it.
    """

    table: Table
    typed: str | None = None
    broken: FaultAt | None = None

    @property
    def text(self) -> str:
        """Return it as text."""
        return write_table(ordered(self.table)) if self.typed is None else self.typed

    @property
    def steps(self) -> tuple[Table, ...]:
        """Return the steps that are tables."""
        steps = self.table.get("step")
        return tuple(step for step in steps if isinstance(step, dict)) if isinstance(steps, list) else ()

    @property
    def watch(self) -> Table | None:
        """Return the watch, None where it has none."""
        watch = self.table.get("watch")
        return watch if isinstance(watch, dict) else None

    @property
    def id(self) -> str:
        """Return the short name."""
        return str(self.table.get("id", ""))

    @property
    def name(self) -> str:
        """Return what it is called."""
        return str(self.table.get("name", ""))

    @property
    def each(self) -> str:
        """Return for what it stands."""
        return str(self.table.get("each", Each.GROUP))


def new_draft(taken: Iterable[str]) -> Draft:
    """Return an empty plan under a short name nobody has, watched as the procedure says."""
    names = set(taken)
    plan_id = next(f"plan-{n}" for n in range(1, len(names) + 2) if f"plan-{n}" not in names)
    return Draft(table={"id": plan_id, "name": "", "watch": {}, "step": []})


def draft_of(plan: Plan) -> Draft:
    """Return a kept plan as a draft."""
    return Draft(table=table_of_plan(plan.id, plan.body))


def draft_of_text(text: str, before: Draft) -> Draft:
    """Return a draft of a text; one that cannot be read keeps the table as it was."""
    table = table_of_text(text)
    if isinstance(table, FaultAt):
        return replace(before, typed=text, broken=table)
    return Draft(table=table, typed=text)


def with_id(draft: Draft, plan_id: str) -> Draft:
    """Return a draft under another short name."""
    return Draft(table={**draft.table, "id": plan_id})


def mended(draft: Draft) -> Draft:
    """Return a draft without its broken text: what the form says."""
    return Draft(table=draft.table)


def ordered(table: Table) -> Table:
    """Return a table with its keys in the order of the forms, those nobody knows last."""
    top = _in_order(table, [field.name for field in TOP])
    if isinstance(watch := table.get("watch"), dict):
        top["watch"] = _in_order(watch, ["when", *(field.name for field in WATCH)])
    steps = table.get("step")
    if isinstance(steps, list):
        top["step"] = [_ordered_step(step) if isinstance(step, dict) else step for step in steps]
    return top


def _ordered_step(step: Table) -> Table:
    names = [field.name for field in fields_of(str(step.get("do", "")))]
    return _in_order(step, ["do", *sorted(names, key=lambda name: name != "title")])


def _in_order(table: Mapping[str, Any], names: list[str]) -> Table:
    first = {name: table[name] for name in names if name in table}
    return {**first, **{key: value for key, value in table.items() if key not in first}}


# ---- moves -----------------------------------------------------------------------------------------------------------


def put_top(draft: Draft, field: Field, value: Any) -> Draft:  # noqa: ANN401  whatever the field holds
    """Return the draft with a field of the plan itself changed."""
    table = _put(draft.table, field, value)
    if field.name == "each" and value != draft.each:
        table.pop("only", None)
    return Draft(table=table)


def put_watch(draft: Draft, field: Field, value: Any) -> Draft:  # noqa: ANN401  whatever the field holds
    """Return the draft with a field of its watch changed."""
    return Draft(table={**draft.table, "watch": _put(draft.watch or {}, field, value)})


def put_condition(draft: Draft, condition: Table) -> Draft:
    """Return the draft with another condition to watch."""
    return Draft(table={**draft.table, "watch": {**(draft.watch or {}), "when": condition}})


def with_watch(draft: Draft, watch: Table | None) -> Draft:
    """Return the draft with a watch, or with None without one."""
    rest = {key: value for key, value in draft.table.items() if key != "watch"}
    return Draft(table=rest if watch is None else {**rest, "watch": watch})


def put_step(draft: Draft, n: int, field: Field, value: Any) -> Draft:  # noqa: ANN401  whatever the field holds
    """Return the draft with a field of a step changed."""
    return _with_step(draft, n, _put(draft.steps[n], field, value))


def with_action(draft: Draft, n: int, do: str, before: Table | None = None) -> Draft:
    """Return the draft with another action at a step: as it was `before`, else with the fields both have."""
    known = {field.name: field for field in fields_of(do)}
    fresh = {name: "" for name, field in known.items() if field.needed}
    kept = {key: value for key, value in draft.steps[n].items() if key in known}
    return _with_step(draft, n, {"do": do, **(before or {**fresh, **kept})})


def with_new_step(draft: Draft, at: int, do: str) -> Draft:
    """Return the draft with another step at a place."""
    steps = list(draft.steps)
    steps.insert(at, {"do": do, **{field.name: "" for field in fields_of(do) if field.needed}})
    return Draft(table={**draft.table, "step": steps})


def without_step(draft: Draft, n: int) -> Draft:
    """Return the draft without a step."""
    return Draft(table={**draft.table, "step": [step for m, step in enumerate(draft.steps) if m != n]})


def with_step_moved(draft: Draft, n: int, to: int) -> Draft:
    """Return the draft with a step at another place; beyond the ends it stays as it is."""
    steps = list(draft.steps)
    if not (0 <= n < len(steps) and 0 <= to < len(steps)):
        return draft
    steps.insert(to, steps.pop(n))
    return Draft(table={**draft.table, "step": steps})


def _with_step(draft: Draft, n: int, step: Table) -> Draft:
    return Draft(table={**draft.table, "step": [step if m == n else each for m, each in enumerate(draft.steps)]})


def _put(table: Mapping[str, Any], field: Field, value: Any) -> Table:  # noqa: ANN401  whatever the field holds
    rest = {key: each for key, each in table.items() if key != field.name}
    return rest if value is None or (value == field.usual and not field.needed) else {**rest, field.name: value}


def condition_of(watch: Table) -> Table:
    """Return the condition of a watch, the procedure's where it names none."""
    when = watch.get("when")
    if isinstance(when, dict):
        return when
    parts = [{"measure": each.measure, "emergency": True} for each in SOP_CONDITION.any]
    return {"any": parts}


# ---- faults ----------------------------------------------------------------------------------------------------------


class Place(Record, frozen=True):
    """Where a fault stands in the forms: the side (plan, watch, steps, text), the step (-1: none) and the field."""

    side: str
    step: int = -1
    field: str = ""


class Finding(Record, frozen=True, kw_only=True):
    """One fault as the editor shows it: where, its line in the text, its words."""

    place: Place
    line: int
    kind: str
    said: Said


def place_of(fault: FaultAt) -> Place:
    """Return where a fault of the text stands in the forms."""
    if fault.kind == "syntax":
        return Place("text")
    if fault.path == "watch" or (not fault.path and fault.field == "watch"):
        return Place("watch", -1, fault.field if fault.path else "")
    table, _, number = fault.path.partition(".")
    if table == "step":
        return Place("steps", -1 if fault.kind == "no_steps" else int(number), fault.field)
    return Place("plan", -1, fault.field)


def findings(draft: Draft, known: Known, taken: Mapping[str, bool]) -> tuple[Reading, tuple[Finding, ...]]:
    """Return what a draft reads as and its faults; `taken` are the short names other plans have (True: in force)."""
    reading = read_plan(draft.text, known)
    found = [
        Finding(place=(place := place_of(fault)), line=fault.line, kind=fault.kind, said=_worded(fault, draft, place))
        for fault in reading.faults
    ]
    if reading.id in taken:
        said = say("A plan in force has this short name already; choose another one.")
        if not taken[reading.id]:
            said = say("A withdrawn plan has this short name; choose another one.")
        found.insert(0, Finding(place=Place("plan", -1, "id"), line=1, kind="taken", said=said))
    return reading, tuple(found)


_PLAINER: Mapping[str, Said] = {
    "unknown_measure": say("There is no such measure; choose one of the list."),
    "unknown_action": say("There is no such action; choose one of the list."),
    "no_steps": say("A plan has at least one step."),
    "no_watch": say("Without a watch a plan begins only by hand."),
}
"""Faults whose sentence speaks of the text's own signs, said for a form."""


def _worded(fault: FaultAt, draft: Draft, place: Place) -> Said:
    """Return a fault's sentence with the fields called as the forms call them."""
    instead = _number_words(fault, draft, place) if fault.kind == "wrong_type" else _PLAINER.get(fault.kind)
    if instead is not None:
        return instead
    values = dict(fault.said.values)
    for key in ("field", "key"):
        if isinstance(values.get(key), str):
            values[key] = label_of(str(values[key]))
    return Said(fault.said.text, values)


def _number_words(fault: FaultAt, draft: Draft, place: Place) -> Said | None:
    parts = fault.field.split(".")
    if parts[0] in {"when", "until"}:
        return say("This is no number.")
    forms = {"plan": TOP, "watch": WATCH}.get(place.side)
    if forms is None:
        steps = draft.steps
        forms = fields_of(str(steps[place.step].get("do"))) if 0 <= place.step < len(steps) else ()
    field = next((each for each in forms if each.name == parts[0].partition("[")[0]), None)
    if field is None:
        return None
    return {
        Kind.NUMBER: say("This is no number."),
        Kind.PERCENT: say("This is no number."),
        Kind.WHOLE: say("This is no whole number."),
        Kind.SPANS: say("Spans such as 11:00–13:30, several with a comma between."),
    }.get(field.kind)


def at_field(found: Iterable[Finding], place: Place) -> tuple[Said, ...]:
    """Return what is wrong at a field: what stands there, or inside it."""
    return tuple(
        each.said
        for each in found
        if (each.place.side, each.place.step) == (place.side, place.step)
        and (each.place.field == place.field or each.place.field.startswith((f"{place.field}.", f"{place.field}[")))
    )


def same(one: Draft, other: Draft) -> bool:
    """Return whether two drafts say the same."""
    if one.broken or other.broken:
        return one.text == other.text
    return one.table == other.table


MOST_BACK = 200


class Course:
    """The drafts one after the other, so that every change can be taken back; edits of one field are one change."""

    def __init__(self, first: Draft) -> None:
        self._drafts, self._at, self._tag = [first], 0, ""

    @property
    def now(self) -> Draft:
        """Return the draft as it stands."""
        return self._drafts[self._at]

    def go_on(self, draft: Draft, tag: str = "") -> None:
        """Take the next draft; with the same `tag` as the one before it takes that one's place."""
        if tag and tag == self._tag and self._at:
            self._drafts[self._at :] = [draft]
            return
        self._drafts[self._at + 1 :] = [draft]
        del self._drafts[: max(0, len(self._drafts) - MOST_BACK)]
        self._at, self._tag = len(self._drafts) - 1, tag

    def go_back(self) -> bool:
        """Take the last change back; return whether there was one."""
        return self._go(self._at - 1)

    def go_forth(self) -> bool:
        """Make a change taken back again; return whether there was one."""
        return self._go(self._at + 1)

    def _go(self, to: int) -> bool:
        there = 0 <= to < len(self._drafts)
        self._at, self._tag = to if there else self._at, ""
        return there
