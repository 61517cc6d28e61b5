"""Plans as text (TOML): read, checked fault by fault with its line, and written again.

id = "queue-peak"
name = "排队高峰"
trigger = "propose"
[watch]
sustained_s = 30
[[step]]
do = "flex"
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from console.core.floor.model import Record
from console.core.floor.policy import FloorPolicy
from console.core.rules.breaks import minute_of
from console.core.rules.watches import MEASURES, WITH_LINE, WITH_TARGET, Condition, Each, Watch
from console.core.words import Said, say
from console.core.work.plan_action import Action, Fault, Known, number_faults
from console.core.work.plan_actions import NAMED, CloseQueues, IvrShortcut, Overflow, action_of
from console.core.work.plan_body import DECIDERS, OnFailure, PlanBody, Trigger
from console.core.work.plan_flex import Flex
from console.core.work.plan_writing import table_of_plan, write_table

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")
_AT_END = re.compile(r"\s*\(at end of document\)")
_PATH = re.compile(r"\s*- at `\$\.?(?P<path>[^`]*)`$")
_JOINED = re.compile(r"\.(all|any)\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]+)`")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")


class FaultAt(Record, frozen=True, kw_only=True):
    """One fault of a text: its line from 1 on (0: the text as a whole), its code and its sentence.

    `path` is its table ("", "watch", "step.0"), `field` the key there ("": the table itself; "when.1": the second
    comparison of a condition).
    """

    line: int
    kind: str
    said: Said
    path: str = ""
    field: str = ""


class Reading(Record, frozen=True, kw_only=True):
    """What a text says: the plan's id and body where they could be read, and what is wrong with it."""

    id: str = ""
    body: PlanBody | None = None
    faults: tuple[FaultAt, ...] = ()


def read_plan(text: str, known: Known | None = None) -> Reading:
    """Return what a plan's text says, with every fault found."""
    lines = _Lines(text)
    table = table_of_text(text)
    if isinstance(table, FaultAt):
        return Reading(faults=(table,))
    faults = list(_faults(table, known or Known(), lines))
    faults.sort(key=lambda fault: fault.line)
    plan_id = str(table.pop("id", ""))
    try:
        body = msgspec.convert(table, PlanBody)
    except msgspec.ValidationError:
        body = None
    return Reading(id=plan_id, body=body, faults=tuple(faults))


class WatchText(Record, frozen=True, kw_only=True):
    """What a text says of a watch: for whom it stands, and what is wrong with it."""

    watch: Watch | None = None
    each: Each = Each.GROUP
    only: tuple[str, ...] = ()
    faults: tuple[FaultAt, ...] = ()


def read_watch(text: str) -> WatchText:
    """Return the watch of a plan's text, or of a text that has only a [watch]."""
    lines = _Lines(text)
    table = table_of_text(text)
    if isinstance(table, FaultAt):
        return WatchText(faults=(table,))
    if table.get("watch") is None:
        return WatchText(
            faults=(FaultAt(line=0, path="watch", kind="no_watch", said=say("There is no [watch] in it.")),)
        )
    whom: dict[str, Any] = {"name": "", **{key: table[key] for key in ("each", "only") if key in table}}
    faults = (*_shape(whom, PlanBody, lines, ""), *_watch_faults(table["watch"], lines))
    if faults:
        return WatchText(faults=faults)
    plan = msgspec.convert(whom, PlanBody)
    return WatchText(watch=msgspec.convert(table["watch"], Watch), each=plan.each, only=plan.only)


def check_body(body: PlanBody, known: Known | None = None) -> tuple[FaultAt, ...]:
    """Return what is wrong with a plan, whoever wrote it; lines are those of `write_plan`'s text."""
    return read_plan(write_plan("plan", body), known).faults


def known_of(policy: FloorPolicy, queues: frozenset[str] = frozenset()) -> Known:
    """Return what plans are checked against: the queues of the policy and those seen on the floor."""
    named = {queue for group in policy.groups for queue in group.queues}
    return Known(policy=policy, queues=queues | named)


def table_of_text(text: str) -> dict[str, Any] | FaultAt:
    """Return the table a text holds, or why it cannot be read at all."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax(str(error), text)
    except RecursionError:
        return _syntax("nested too deep", text)


# ---- faults ----------------------------------------------------------------------------------------------------------


def _faults(table: Mapping[str, Any], known: Known, lines: "_Lines") -> Iterator[FaultAt]:
    plan_id = table.get("id")
    if not isinstance(plan_id, str) or not _ID.fullmatch(plan_id):
        said = say("A plan has an id of small letters, digits, - and _, at most 40.")
        yield lines.fault("", "id", "bad_id", said)
    top = {key: value for key, value in table.items() if key not in {"id", "watch", "step"}}
    yield from _shape(top, PlanBody, lines, "")
    yield from _top_faults(top, known, lines)
    watch = table.get("watch")
    if watch is not None:
        yield from _watch_faults(watch, lines)
    elif top.get("trigger", Trigger.PROPOSE) != Trigger.HAND:
        said = say('Without a [watch] a plan begins only by hand: say trigger = "hand".')
        yield lines.fault("", "trigger", "no_watch", said)
    yield from _way_back(table, lines)
    steps = table.get("step", [])
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        said = say("A plan has steps, each a [[step]] with its action.")
        yield lines.fault("step.0", "", "no_steps", said)
        return
    actions: list[Action | None] = []
    for number, step in enumerate(steps):
        action = None
        yield from _step_faults(step, known, lines, f"step.{number}")
        try:
            action = action_of(step)
        except msgspec.ValidationError:
            action = None
        actions.append(action)
    yield from _together(actions, lines)


def _top_faults(top: Mapping[str, Any], known: Known, lines: "_Lines") -> Iterator[FaultAt]:
    if "name" in top and not str(top["name"]).strip():
        yield lines.fault("", "name", "empty", say("{field} is empty.", field="name"))
    decide = top.get("decide", "supervisor")
    if decide not in DECIDERS:
        said = say("decide is one of {words}, not {value}.", words=", ".join(DECIDERS), value=str(decide))
        yield lines.fault("", "decide", "unknown_word", said)
    bounds = {"countdown_s": (0, 86400), "calm_s": (0, 86400), "stage_s": (0, 3600), "ends_after_s": (60, 7 * 86400)}
    for field, (least, most) in bounds.items():
        value = top.get(field)
        if isinstance(value, int | float):
            yield from _placed(number_faults(field, value, least=least, most=most), lines, "")
    yield from _placed(_only_faults(top, known), lines, "")


def _only_faults(table: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    """Yield the groups or queues of `only` that nobody knows."""
    only, policy = table.get("only", ()), known.policy
    if policy is None or not isinstance(only, list):
        return
    each = table.get("each", Each.GROUP)
    groups = {group.id for group in policy.groups} | {f"queue:{queue}" for queue in known.queues}
    for name in only:
        if each == Each.GROUP and policy.groups and name not in groups:
            said = say("There is no group {group} on this floor.", group=str(name))
            yield Fault(kind="unknown_group", field="only", said=said)
        if each == Each.QUEUE and not known.has_queue(str(name)):
            said = say("There is no queue {queue} on this floor.", queue=str(name))
            yield Fault(kind="unknown_queue", field="only", said=said)


def _way_back(table: Mapping[str, Any], lines: "_Lines") -> Iterator[FaultAt]:
    if table.get("trigger") == Trigger.ITSELF and table.get("watch") is None and table.get("ends_after_s") is None:
        said = say("Nothing would ever propose standing it down: give it a [watch] or ends_after_s.")
        yield lines.fault("", "trigger", "no_way_back", said)


def _watch_faults(table: Any, lines: "_Lines") -> Iterator[FaultAt]:  # noqa: ANN401  TOML
    if not isinstance(table, dict):
        yield lines.fault("", "watch", "wrong_type", say("A watch is a table: [watch]."))
        return
    shape = list(_shape(table, Watch, lines, "watch"))
    yield from shape
    if shape:
        return
    watch = msgspec.convert(table, Watch)
    yield from _placed(number_faults("sustained_s", watch.sustained_s, least=0, most=86400), lines, "watch")
    yield from _placed(number_faults("clear_s", watch.clear_s, least=0, most=86400), lines, "watch")
    yield from _placed(number_faults("clear_by", watch.clear_by, least=0, most=0.9), lines, "watch")
    yield from _placed(number_faults("least_waiting", watch.least_waiting, least=0, most=10000), lines, "watch")
    for span in watch.quiet:
        for clock in span:
            try:
                minute_of(clock)
            except ValueError:
                said = say("{time} is no time of day such as 22:30.", time=clock)
                yield lines.fault("watch", "quiet", "bad_time", said)
    yield from _placed(condition_faults(watch.when, "when"), lines, "watch")


def condition_faults(condition: Condition, field: str) -> Iterator[Fault]:
    """Yield what is wrong with a condition."""
    joined = condition.all or condition.any
    if joined:
        if condition.measure or condition.compares or (condition.all and condition.any):
            said = say("A condition compares one measure, or joins others by all, or by any: not two of these.")
            yield Fault(kind="bad_condition", field=field, said=said)
        for number, each in enumerate(joined):
            yield from condition_faults(each, f"{field}.{number}")
        return
    if condition.measure not in MEASURES:
        said = say("There is no measure {name}; there are {names}.", name=condition.measure, names=", ".join(MEASURES))
        yield Fault(kind="unknown_measure", field=field, said=said)
        return
    if condition.compares != 1:
        said = say("A comparison has one of above, below, over_target and emergency.")
        yield Fault(kind="bad_condition", field=field, said=said)
    for limit in (condition.above, condition.below, condition.over_target):
        yield from number_faults(field, limit, least=-1e9, most=1e9)
    wrong = (condition.over_target is not None and condition.measure not in WITH_TARGET) or (
        condition.emergency and condition.measure not in WITH_LINE
    )
    if wrong:
        said = say("{name} has no such target on this floor.", name=condition.measure)
        yield Fault(kind="bad_condition", field=field, said=said)


def _step_faults(step: dict[str, Any], known: Known, lines: "_Lines", path: str) -> Iterator[FaultAt]:
    name = step.get("do")
    kind = NAMED.get(str(name))
    if kind is None:
        said = say("There is no action {name}; there are {names}.", name=str(name), names=", ".join(NAMED))
        yield lines.fault(path, "do", "unknown_action", said)
        return
    shape = list(_shape(step, kind, lines, path))
    yield from shape
    if shape:
        return
    action = action_of(step)
    if action.on_failure and action.on_failure not in set(OnFailure):
        said = say("on_failure is stop, go_on or ask, not {value}.", value=action.on_failure)
        yield lines.fault(path, "on_failure", "unknown_word", said)
    yield from _placed(action.faults(known), lines, path)
    until = getattr(action, "until", None)
    if isinstance(until, Condition):
        yield from _placed(condition_faults(until, "until"), lines, path)


def _together(actions: list[Action | None], lines: "_Lines") -> Iterator[FaultAt]:
    """Yield what is wrong between steps: overflows in a circle, callers led into what the plan closes, the order."""
    leads: dict[str, str] = {}
    closed = {queue for action in actions if isinstance(action, CloseQueues) for queue in action.queues}
    seen_visible = False
    for number, action in enumerate(actions):
        path = f"step.{number}"
        if isinstance(action, Overflow):
            leads.update(dict.fromkeys(action.queues, action.to))
            if any(_leads_back(leads, queue) for queue in action.queues):
                said = say("The overflows lead in a circle.")
                yield lines.fault(path, "to", "loop", said)
        if isinstance(action, Overflow | IvrShortcut) and action.to in closed:
            said = say("Callers would be led into {queue}, which this plan closes.", queue=action.to)
            yield lines.fault(path, "to", "loop", said)
        if isinstance(action, Flex) and seen_visible:
            said = say("Flex agents come before what customers notice: cheap and invisible steps first.")
            yield lines.fault(path, "do", "order", said)
        seen_visible = seen_visible or (action is not None and action.visible)


def _leads_back(leads: Mapping[str, str], queue: str) -> bool:
    seen, at = {queue}, leads.get(queue)
    while at is not None and at not in seen:
        seen.add(at)
        at = leads.get(at)
    return at is not None


def _shape(table: Mapping[str, Any], kind: type[Record], lines: "_Lines", path: str) -> Iterator[FaultAt]:
    """Yield unknown fields, missing ones and wrong types; the first wrong type of a table only."""
    known = {field.encode_name for field in msgspec.structs.fields(kind)} | {"do"} - {"step"}
    unknown = [key for key in table if key not in known]
    for key in unknown:
        said = say("{table} has no {key}.", table=path.partition(".")[0] or "plan", key=key)
        yield lines.fault(path, key, "unknown_key", said)
    rest = {key: value for key, value in table.items() if key not in unknown}
    try:
        msgspec.convert(rest, kind)
    except msgspec.ValidationError as error:
        words = str(error)
        at = _PATH.search(words)
        missing = _MISSING.search(words)
        field = _JOINED.sub(r".\2", at["path"]) if at else ""
        if missing and not field:
            said = say("{key} is missing.", key=missing["field"])
            yield lines.fault(path, missing["field"], "missing", said)
            return
        nested = _UNKNOWN.search(words)
        code = "unknown_key" if nested else "wrong_type"
        key = field.partition(".")[0].partition("[")[0] or path or "plan"
        said = say("{key}: {reason}", key=key, reason=_PATH.sub("", words))
        yield lines.fault(path, field, code, said)


def _placed(faults: Iterator[Fault], lines: "_Lines", path: str) -> Iterator[FaultAt]:
    for fault in faults:
        yield lines.fault(path, fault.field, fault.kind, fault.said)


def _syntax(words: str, text: str) -> FaultAt:
    at = _AT_LINE.search(words)
    line = int(at[1]) if at else text.count("\n") + 1
    reason = _AT_END.sub("", _AT_LINE.sub("", words))
    return FaultAt(line=line, kind="syntax", said=say("This is no TOML: {reason}", reason=reason))


class _Lines:
    """Where each key of a TOML text stands, by the path of its table ("", "watch", "step.0")."""

    _TABLE = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]")
    _LISTED = re.compile(r"^\s*\[\[\s*([^\[\]]+?)\s*\]\]")
    _KEY = re.compile(r"^\s*(?:\"([^\"]+)\"|([A-Za-z0-9_-]+))\s*[=.]")

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, str], int] = {}
        path, counts, inside = "", dict[str, int](), ""
        for number, line in enumerate(text.splitlines(), 1):
            if inside:
                inside = "" if inside in line else inside
                continue
            if listed := self._LISTED.match(line):
                name = listed[1]
                path = f"{name}.{counts.get(name, 0)}"
                counts[name] = counts.get(name, 0) + 1
                self._at[path, ""] = number
            elif table := self._TABLE.match(line):
                path = table[1].split(".")[0]
                path = f"{path}.{counts[path] - 1}" if path in counts else path
                self._at.setdefault((path, ""), number)
                if "." in table[1]:
                    self._at.setdefault((path, table[1].split(".")[1]), number)
            elif key := self._KEY.match(line):
                self._at.setdefault((path, key[1] or key[2]), number)
            for fence in ('"""', "'''"):
                if line.count(fence) % 2:
                    inside = fence

    def of(self, path: str, field: str) -> int:
        """Return the line of a key, else of its table, else 1."""
        return self._at.get((path, field.partition(".")[0])) or self._at.get((path, "")) or 1

    def fault(self, path: str, field: str, kind: str, said: Said) -> FaultAt:
        """Return a fault at a key."""
        return FaultAt(line=self.of(path, field), kind=kind, said=said, path=path, field=field)


# ---- writing ---------------------------------------------------------------------------------------------------------


def write_plan(plan_id: str, body: PlanBody) -> str:
    """Return a plan as text that reads back the same."""
    return write_table(table_of_plan(plan_id, body))
