"""The break rules as they are edited: what may be typed, and the policy with one thing of it changed."""

import re
from typing import Any

from msgspec.structs import replace

from console.core.rules.break_policy import BreakKind, BreakPolicy, BreakRules, Clock24
from console.core.rules.breaks import minute_of
from console.core.words import Said, say

_APART = re.compile(r"[\s,\uff0c、;\uff1b]+")
_LISTED = re.compile(r"[,\uff0c、;\uff1b]+|\s{2,}")
_SPAN = re.compile(r"(\d{1,2}[:\uff1a]\d{2})\s*(?:-|–|—|~|\uff5e|至|到)\s*(\d{1,2}[:\uff1a]\d{2})")
"""Full-width signs are what a Chinese keyboard gives."""


def read_clock(text: str) -> Clock24 | Said:
    """Read a time of day as HH:MM."""
    told = text.strip().replace("\uff1a", ":")
    try:
        minute = minute_of(told)
    except ValueError:
        return say("“{typed}” is no time of day such as 11:30.", typed=told)
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_clocks(text: str) -> tuple[Clock24, ...] | Said:
    """Read several times of day; nothing typed is none."""
    found = []
    for each in filter(None, _APART.split(text.strip())):
        told = read_clock(each)
        if isinstance(told, Said):
            return told
        found.append(told)
    return tuple(dict.fromkeys(sorted(found)))


def read_windows(text: str) -> tuple[tuple[Clock24, Clock24], ...] | Said:
    """Read spans of the day such as 11:00–13:30; nothing typed means at any time."""
    rest = _SPAN.sub("", text)
    if _APART.sub("", rest):
        return say(
            "Spans such as 11:00–13:30, several with a comma between; “{typed}” is none.",
            typed=" ".join(filter(None, _APART.split(rest))),
        )
    found = []
    for begin, end in _SPAN.findall(text):
        first, last = read_clock(begin), read_clock(end)
        if isinstance(first, Said) or isinstance(last, Said):
            return first if isinstance(first, Said) else last if isinstance(last, Said) else ()
        if first == last:
            return say("A span from {time} to {time} never begins.", time=first)
        found.append((first, last))
    return tuple(sorted(found))


def write_windows(windows: tuple[tuple[Clock24, Clock24], ...]) -> str:
    """Write spans as they are read."""
    return ", ".join(f"{begin}–{end}" for begin, end in windows)


def read_words(text: str) -> tuple[str, ...]:
    """Read several words."""
    return tuple(dict.fromkeys(each for each in (word.strip() for word in _LISTED.split(text)) if each))


def read_codes(text: str) -> tuple[str, ...] | Said:
    """Read several codes: what a phone can dial."""
    codes = tuple(dict.fromkeys(filter(None, _APART.split(text.strip()))))
    wrong = next((code for code in codes if not re.fullmatch(r"[0-9*#]{1,8}", code)), None)
    return codes if wrong is None else say("“{typed}” cannot be dialled: digits, * and # only.", typed=wrong)


def write_words(words: tuple[str, ...]) -> str:
    """Write several words as they are read."""
    return ", ".join(words)


# ---- one change ------------------------------------------------------------------------------------------------------


def rules_at(policy: BreakPolicy, group: str) -> BreakRules:
    """Return the rules edited at a place: a group's, or with an empty one those everywhere."""
    return policy.of(group) if group else policy.everywhere


def with_rules(policy: BreakPolicy, group: str, rules: BreakRules) -> BreakPolicy:
    """Return the policy with other rules at a place."""
    if not group:
        return replace(policy, everywhere=rules)
    return replace(policy, by_group={**policy.by_group, group: rules})


def changed(policy: BreakPolicy, group: str, **fields: Any) -> BreakPolicy:  # noqa: ANN401  the fields of BreakRules
    """Return the policy with settings beside the table changed at a place."""
    return with_rules(policy, group, replace(rules_at(policy, group), **fields))


def changed_kind(policy: BreakPolicy, group: str, kind_id: str, **fields: Any) -> BreakPolicy:  # noqa: ANN401  of BreakKind
    """Return the policy with a kind changed at a place; its longest length follows a longer usual one."""
    rules = rules_at(policy, group)
    kinds = tuple(_kept_whole(replace(kind, **fields)) if kind.id == kind_id else kind for kind in rules.kinds)
    return with_rules(policy, group, replace(rules, kinds=kinds))


def _kept_whole(kind: BreakKind) -> BreakKind:
    return kind if kind.longest_min >= kind.length_min else replace(kind, longest_min=kind.length_min)


def with_new_kind(policy: BreakPolicy, group: str, name: str, english: str) -> tuple[BreakPolicy, str]:
    """Return the policy with another kind at a place, and its id."""
    rules = rules_at(policy, group)
    known = {kind.id for kind in rules.kinds}
    kind_id = next(f"kind{number}" for number in range(1, len(known) + 2) if f"kind{number}" not in known)
    made = BreakKind(id=kind_id, name=name, english=english, length_min=10, longest_min=30, at_most=1)
    return with_rules(policy, group, replace(rules, kinds=(*rules.kinds, made))), kind_id


def without_kind(policy: BreakPolicy, group: str, kind_id: str) -> BreakPolicy:
    """Return the policy without a kind at a place; the last one stays."""
    rules = rules_at(policy, group)
    kinds = tuple(kind for kind in rules.kinds if kind.id != kind_id)
    return with_rules(policy, group, replace(rules, kinds=kinds)) if kinds else policy


def with_own_rules(policy: BreakPolicy, group: str, *, own: bool) -> BreakPolicy:
    """Return the policy with rules of its own for a group, beginning as those everywhere, or without them."""
    rest = {known: rules for known, rules in policy.by_group.items() if known != group}
    return replace(policy, by_group={**rest, group: policy.of(group)} if own else rest)


def doubts(rules: BreakRules) -> tuple[Said, ...]:
    """Return what can hardly be meant: a code or a word of two kinds, a kind nobody can ever have."""
    told = []
    codes: dict[str, BreakKind] = {}
    words: dict[str, BreakKind] = {}
    for kind in rules.kinds:
        for known, each in ((codes, kind.codes), (words, tuple(word.casefold() for word in kind.words))):
            for one in each:
                if one in known:
                    told.append(
                        say(
                            "“{word}” asks for {one} and for {other}; the first one is taken.",
                            word=one,
                            one=known[one].name,
                            other=kind.name,
                        )
                    )
                known.setdefault(one, kind)
        if kind.only_at_handover and not rules.shift_changes:
            told.append(say("{kind} is only around a shift change, and none is named below.", kind=kind.name))
        if kind.on_line_percent is not None and kind.on_line_percent > 99 and not rules.one_may_go:
            told.append(say("Nobody can ever go for {kind}: all seats must stay on line.", kind=kind.name))
    return tuple(told)
