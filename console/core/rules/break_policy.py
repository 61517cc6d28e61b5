"""How breaks are judged: kinds, codes, lengths, rules and wording, per skill group; defaults from the operating rules.

A document of its own among the policies ("breaks"): every edit is journalled and applies from then on.
"""

from collections.abc import Mapping

from console.core.floor.model import Record, Seconds

Minutes = int
Clock24 = str
"""A time of day in the centre's zone, such as "11:30"."""


class BreakKind(Record, frozen=True, kw_only=True):
    """One kind of break and its rule.

    `on_line_percent` of the seats on shift must stay on line; `at_most` may be away for this kind in a group (None: no
    such rule). `codes` and `words` are how agents ask for it; `reason` is the pause reason set on the ACD. `rank`
    orders the line of those who wait, lowest first. `length_min` is what is granted, up to `longest_min`.
    """

    id: str
    name: str
    english: str
    length_min: Minutes
    longest_min: Minutes
    on_line_percent: int | None = None
    at_most: int | None = None
    windows: tuple[tuple[Clock24, Clock24], ...] = ()
    only_at_handover: bool = False
    web_relief: bool = False
    in_totals: bool = True
    in_black_outs: bool = True
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    reason: str = ""
    rank: int = 5
    grants_itself: bool = False

    @property
    def pause_reason(self) -> str:
        """Return the reason set on the ACD."""
        return self.reason or self.name


MEAL = BreakKind(
    id="meal",
    name="用餐",
    english="Meal",
    length_min=30,
    longest_min=45,
    on_line_percent=70,
    windows=(("11:00", "13:30"), ("17:00", "19:00")),
    codes=("1",),
    words=("lunch", "meal", "dinner", "午休", "用餐", "午餐", "晚餐"),
    rank=3,
)
TOILET = BreakKind(
    id="toilet",
    name="小休",
    english="Toilet",
    length_min=10,
    longest_min=10,
    on_line_percent=80,
    in_totals=False,
    in_black_outs=False,
    codes=("2",),
    words=("toilet", "小休", "入厕", "厕所"),
    rank=1,
)
OTHER = BreakKind(
    id="other",
    name="其他",
    english="Other",
    length_min=10,
    longest_min=60,
    at_most=1,
    codes=("3", "5"),
    words=("coffee", "water", "talk", "training", "meeting", "doctor", "other", "其他", "喝水", "培训", "就医", "面谈"),
    rank=4,
)
HANDOVER = BreakKind(
    id="handover",
    name="交接",
    english="Handover",
    length_min=15,
    longest_min=30,
    on_line_percent=50,
    only_at_handover=True,
    web_relief=True,
    in_totals=False,
    in_black_outs=False,
    codes=("4",),
    words=("handover", "交接", "交接班"),
    rank=2,
)


class BreakRules(Record, frozen=True, kw_only=True):
    """The settings beside the table, for one group.

    `together`: all kinds count together, else each kind by itself. `one_may_go`: a kind's ratio never forbids the
    first. `primary_decides`: secondary groups only advise. `total_min` per shift (None: no total). Black-outs lie
    around `shift_changes`. A grant not used within `lapse_s` lapses; a card comes `card_after_s` after the nudge.
    """

    kinds: tuple[BreakKind, ...] = (MEAL, TOILET, OTHER, HANDOVER)
    together: bool = True
    one_may_go: bool = True
    primary_decides: bool = True
    total_min: Minutes | None = None
    shift_changes: tuple[Clock24, ...] = ()
    handover_within_min: Minutes = 20
    black_out_before_min: Minutes = 0
    black_out_after_min: Minutes = 0
    lapse_s: Seconds = 300.0
    card_after_s: Seconds = 180.0
    undo_s: Seconds = 60.0
    many_contacts: int = 100

    def kind(self, kind_id: str) -> BreakKind | None:
        """Return a kind by its id, or None."""
        return next((kind for kind in self.kinds if kind.id == kind_id), None)

    def asked(self, code: str, reason: str) -> BreakKind:
        """Return the kind an agent asked for by word, else by code; what nobody knows is the last resort, `other`."""
        word = reason.strip().casefold()
        for kind in self.kinds:
            if word and (word == kind.pause_reason.casefold() or word in {each.casefold() for each in kind.words}):
                return kind
        for kind in self.kinds:
            if code and code in kind.codes:
                return kind
        return self.kind("other") or self.kinds[-1]


class BreakPolicy(Record, frozen=True, kw_only=True):
    """The rules everywhere, and those of groups that differ."""

    everywhere: BreakRules = BreakRules()
    by_group: Mapping[str, BreakRules] = {}

    def of(self, group: str) -> BreakRules:
        """Return the rules of a group."""
        return self.by_group.get(group, self.everywhere)
