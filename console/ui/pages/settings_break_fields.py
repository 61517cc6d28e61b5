"""The fields of the break rules: which record field stands under which words, how it is read and written."""

from collections.abc import Callable
from typing import Any

import msgspec

from console.core.words import Said, say
from console.ui.widgets.form import Reader, some_text, text, whole
from console.views.settings_breaks import read_clocks, read_codes, read_windows, read_words, write_windows, write_words


class Field(msgspec.Struct, frozen=True):
    """One line of a form: the record's field, its words, how it is read and written, a hint, its width, its unit."""

    name: str
    said: Said
    read: Reader
    write: Callable[[Any], str] = str
    hint: Said | None = None
    wide: int = 84
    unit: Said | None = None


def maybe(reader: Reader) -> Reader:
    """Return a reader for which nothing typed means none."""
    return lambda typed: reader(typed) if typed.strip() else None


def _percent(typed: str) -> object:
    return whole(1, 100)(typed.strip().rstrip("%％"))


_MIN, _SEC = say("min"), say("s")
KIND_FIELDS = (
    Field("name", say("Name of the kind"), some_text, wide=150),
    Field("english", say("Name in English"), some_text, wide=150),
    Field("length_min", say("Usual length"), whole(1, 480), unit=_MIN),
    Field("longest_min", say("Longest"), whole(1, 480), unit=_MIN),
    Field(
        "on_line_percent",
        say("Must stay on line"),
        maybe(_percent),
        hint=say("Of the seats on shift, counted as it would be after. Empty: no such rule."),
        unit=say("%"),
    ),
    Field(
        "at_most",
        say("At most at once"),
        maybe(whole(0, 999)),
        hint=say("For this kind in one group. Empty: no such rule."),
    ),
    Field(
        "windows",
        say("Only from – to"),
        read_windows,
        write_windows,
        wide=260,
        hint=say("Spans with a comma between, such as 11:00–13:30, 17:00–19:00. Empty: at any time."),
    ),
    Field(
        "codes", say("Codes"), read_codes, write_words, wide=150, hint=say("What is dialled after the feature code.")
    ),
    Field(
        "words",
        say("Words"),
        read_words,
        write_words,
        wide=320,
        hint=say("Reasons under which bots and pause keys ask for it, with a comma between."),
    ),
    Field("reason", say("Pause reason"), text, wide=150, hint=say("Set on the ACD. Empty: the name.")),
    Field("rank", say("Place in line"), whole(1, 99), hint=say("Lowest goes first.")),
)
KIND_SWITCHES = (
    ("grants_itself", say("Grant by itself when rules and forecast are clear; journalled as such")),
    ("in_totals", say("Counts against the total of a shift")),
    ("in_black_outs", say("Not around shift changes where black-outs are set")),
    ("only_at_handover", say("Only around a shift change")),
    ("web_relief", say("A WEB seat may go once the next shift's WEB agent is in")),
)
RULE_SWITCHES = (
    ("together", say("All kinds count together"), say("Off: each kind by itself.")),
    ("one_may_go", say("At least one may go for each kind"), say("Where the ratio would forbid even the first.")),
    ("primary_decides", say("The primary group decides"), say("Off: a break must pass in all of a person's groups.")),
)
RULE_FIELDS = (
    Field(
        "total_min",
        say("In all per shift"),
        maybe(whole(1, 600)),
        hint=say("Minutes of the kinds that count. Empty: no total."),
        unit=_MIN,
    ),
    Field(
        "shift_changes",
        say("Shift changes"),
        read_clocks,
        write_words,
        wide=260,
        hint=say("Times of day with a comma between, such as 08:00, 16:00."),
    ),
    Field("handover_within_min", say("Handover breaks within"), whole(0, 240), unit=_MIN),
    Field("black_out_before_min", say("No breaks before a change"), whole(0, 240), unit=_MIN),
    Field("black_out_after_min", say("No breaks after a change"), whole(0, 240), unit=_MIN),
    Field("lapse_s", say("An unused grant lapses after"), whole(30, 7200), lambda value: f"{value:g}", unit=_SEC),
    Field("card_after_s", say("Card after the nudge"), whole(0, 7200), lambda value: f"{value:g}", unit=_SEC),
    Field("undo_s", say("Undo within"), whole(0, 600), lambda value: f"{value:g}", unit=_SEC),
    Field("many_contacts", say("Many contacts"), whole(1, 9999), hint=say("More in a day moves somebody up the line.")),
)
