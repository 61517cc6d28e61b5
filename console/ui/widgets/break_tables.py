"""The tables of the breaks page: who is away, who waits, what everybody has had, what was today."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter

from console.core.floor.model import Instant
from console.core.floor.policy import FloorPolicy, Tone
from console.core.roles import CONSOLE
from console.core.words import say
from console.ui import theme
from console.ui.i18n import render
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.breaks import AwayRow, BudgetRow, HistoryRow, LineRow
from console.views.words import DASH, clock

AWAY_COLUMNS = (
    Column(key="name", head=say("Name"), wide=104, share=2, strong=True, sorts=False),
    Column(key="kind", head=say("Kind"), wide=56, sorts=False, gives_way=3),
    Column(key="state", head=say("State"), wide=66, sorts=False, gives_way=2),
    Column(key="for", head=say("For"), wide=62, right=True, sorts=False),
    Column(key="due", head=say("Back"), wide=58, right=True, sorts=False),
    Column(key="left", head=say("Time left"), wide=78, right=True, sorts=False),
)
LINE_COLUMNS = (
    Column(key="group", head=say("Skill group"), wide=84, share=1, sorts=False, gives_way=2),
    Column(key="place", head=say("Place"), wide=36, right=True, sorts=False),
    Column(key="name", head=say("Name"), wide=104, share=2, strong=True, sorts=False),
    Column(key="kind", head=say("Kind"), wide=56, sorts=False, gives_way=3),
    Column(key="waits", head=say("Waits"), wide=60, right=True, sorts=False),
    Column(key="slot", head=say("Slot"), wide=66, right=True, sorts=False),
    Column(key="why", head=say("Why here"), wide=96, share=2, sorts=False, gives_way=1),
)
HISTORY_COLUMNS = (
    Column(key="asked", head=say("Asked"), wide=62),
    Column(key="name", head=say("Name"), wide=110, share=2, strong=True),
    Column(key="group", head=say("Skill group"), wide=96, share=1, gives_way=3),
    Column(key="kind", head=say("Kind"), wide=64),
    Column(key="state", head=say("State"), wide=92),
    Column(key="left", head=say("Left"), wide=60, right=True),
    Column(key="back", head=say("Back"), wide=60, right=True),
    Column(key="granted", head=say("Granted"), wide=64, right=True, gives_way=2),
    Column(key="taken", head=say("Taken"), wide=64, right=True),
    Column(key="over", head=say("Over"), wide=64, right=True),
    Column(key="by", head=say("Decided by"), wide=84, share=1, gives_way=1),
    Column(key="why", head=say("Reason"), wide=80, share=2, gives_way=1),
)


class AwayDelegate(RowDelegate[AwayRow]):
    """Draws what is over time with its mark."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: AwayRow, column: Column, text: str) -> None:
        """Draw a cell."""
        toned = row.tone is not Tone.CALM
        if column.key == "left":
            if toned and text != DASH:
                wide = painter.fontMetrics().horizontalAdvance(text)
                x = max(float(inner.left()), inner.right() - wide - theme.px(14))
                paint_tone_mark(painter, QPointF(x, QRectF(inner).center().y()), theme.px(4), row.tone)
            kind = Type.STRONG if toned else Type.BODY
            paint_text(painter, inner, text, role=theme.tone_role(row.tone, calm="soft"), kind=kind, right=True)
        elif column.key == "name":
            paint_text(painter, inner, text, kind=Type.STRONG)
        elif column.key == "state":
            paint_text(painter, inner, text, role=theme.tone_role(row.tone, calm="soft"))
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


class LineDelegate(RowDelegate[LineRow]):
    """Draws a promised time strong, one that would only be possible soft."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: LineRow, column: Column, text: str) -> None:
        """Draw a cell."""
        if column.key == "slot" and row.promised:
            paint_text(painter, inner, text, role="accent", kind=Type.STRONG, right=True)
        elif column.key == "name":
            paint_text(painter, inner, text, kind=Type.STRONG)
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


class HistoryDelegate(RowDelegate[HistoryRow]):
    """Draws time over in its colour, exceptions marked."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: HistoryRow, column: Column, text: str) -> None:
        """Draw a cell."""
        if column.key == "over" and row.over_min >= 1:
            paint_text(painter, inner, text, role="warn", kind=Type.STRONG, right=True)
        elif column.key == "name":
            paint_text(painter, inner, text, kind=Type.STRONG)
        elif column.key == "why" and row.exception:
            paint_tone_mark(painter, QPointF(inner.left() + theme.px(4), inner.center().y()), theme.px(4), Tone.WARN)
            paint_text(painter, inner.adjusted(theme.px(14), 0, 0, 0), text, role="warn")
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


class BudgetDelegate(RowDelegate[BudgetRow]):
    """Draws what is beyond a limit in its tone, hard days with their mark."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: BudgetRow, column: Column, text: str) -> None:
        """Draw a cell."""
        if column.key == "name":
            paint_text(painter, inner, text, kind=Type.STRONG)
        elif column.key == "total":
            paint_text(painter, inner, text, role=theme.tone_role(row.tone), kind=Type.STRONG, right=True)
        elif column.key == "over" and row.over:
            paint_text(painter, inner, text, role="warn", right=True)
        elif column.key == "contacts" and row.many:
            paint_text(painter, inner, text, role="warn", kind=Type.STRONG, right=True)
        elif column.key == "hard" and row.hard:
            paint_tone_mark(painter, QPointF(inner.left() + theme.px(4), inner.center().y()), theme.px(4), Tone.WARN)
            paint_text(painter, inner.adjusted(theme.px(14), 0, 0, 0), text, role="warn")
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


Clock = Callable[[], Instant]
Policy = Callable[[], FloorPolicy]


def _time(at: Instant | None, policy: FloorPolicy) -> str:
    return DASH if at is None else local(at, policy).strftime("%H:%M")


def away_table(now: Clock, policy: Policy) -> RowTable[AwayRow]:
    """Return an empty table of who is away."""

    def text(row: AwayRow, key: str) -> str:
        if key == "for":
            return DASH if row.since is None else clock(now() - row.since)
        if key == "left":
            if row.due is None:
                return DASH
            left = row.due - now()
            return clock(left) if left >= 0 else f"+{clock(-left)}"
        if key == "due":
            return _time(row.due, policy())
        return render(row.kind if key == "kind" else row.state) if key != "name" else row.name

    return RowTable(AWAY_COLUMNS, lambda row: row.id, text, AwayDelegate())


def line_table(now: Clock, policy: Policy) -> RowTable[LineRow]:
    """Return an empty table of who waits."""

    def text(row: LineRow, key: str) -> str:
        if key == "waits":
            return clock(now() - row.asked_at)
        if key == "slot":
            possible = not row.promised and row.slot is not None and row.slot <= now() + 1
            return render(say("now")) if possible else _time(row.slot, policy())
        if key == "why":
            why = row.why if row.why is not None else row.slot_why
            return "" if why is None else render(why)
        return render(row.kind) if key == "kind" else str(getattr(row, key))

    return RowTable(LINE_COLUMNS, lambda row: row.id, text, LineDelegate())


def history_cell(row: HistoryRow, key: str, policy: FloorPolicy) -> str:
    """Return a cell of the history in words, on screen as in an export."""
    times = {"asked": row.asked_at, "left": row.departed_at, "back": row.ended_at if row.departed_at else None}
    if key in times:
        return _time(times[key], policy)
    figures = {"granted": row.granted_min or None, "taken": row.taken_min, "over": row.over_min or None}
    if key in figures:
        figure = figures[key]
        return DASH if figure is None else f"{figure:g}"
    words = {"kind": row.kind, "state": row.state}
    if key in words:
        return render(words[key])
    by = render(say("Floordesk")) if row.decided_by == CONSOLE.id else row.decided_by
    return {"name": row.name, "group": row.group, "by": by, "why": row.why}[key]


def history_table(policy: Policy) -> RowTable[HistoryRow]:
    """Return an empty table of today's breaks."""
    return RowTable(
        HISTORY_COLUMNS, lambda row: row.id, lambda row, key: history_cell(row, key, policy()), HistoryDelegate()
    )


def budget_columns(kinds: tuple[tuple[str, str], ...]) -> tuple[Column, ...]:
    """Return the columns of the budgets: one a kind (its id and its words)."""
    return (
        Column(key="number", head=say("Number"), wide=74),
        Column(key="name", head=say("Name"), wide=96, share=2, strong=True),
        Column(key="group", head=say("Skill group"), wide=110, share=2, gives_way=3),
        *(Column(key=f"kind:{kind}", head=say("{kind}", kind=words), wide=76, right=True) for kind, words in kinds),
        Column(key="total", head=say("Minutes in all"), wide=92, right=True),
        Column(key="times", head=say("Times"), wide=60, right=True),
        Column(key="over", head=say("Over"), wide=60, right=True),
        Column(key="last", head=say("Last back"), wide=80, right=True, gives_way=2),
        Column(key="contacts", head=say("Contacts"), wide=78, right=True),
        Column(key="hard", head=say("Day"), wide=90, share=1, gives_way=1),
    )


def budget_cell(row: BudgetRow, key: str, policy: FloorPolicy) -> str:
    """Return a cell of the budgets in words, on screen as in an export."""
    if key.startswith("kind:"):
        minutes = row.minutes.get(key.removeprefix("kind:"))
        return DASH if minutes is None else str(minutes)
    if key == "last":
        return _time(row.last_back, policy)
    if key == "hard":
        return render(say("hard calls")) if row.hard else render(say("many contacts")) if row.many else ""
    if key == "contacts":
        return DASH if row.contacts is None else str(row.contacts)
    if key in {"total", "times", "over"}:
        return str(getattr(row, key)) if getattr(row, key) or key != "over" else DASH
    return {"number": row.number, "name": row.name, "group": row.group}[key]


def budget_table(kinds: tuple[tuple[str, str], ...], policy: Policy) -> RowTable[BudgetRow]:
    """Return an empty table of what everybody has had."""
    return RowTable(
        budget_columns(kinds),
        lambda row: row.id,
        lambda row, key: budget_cell(row, key, policy()),
        BudgetDelegate(),
        row_height=31,
    )
