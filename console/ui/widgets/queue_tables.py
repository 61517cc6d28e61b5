"""The two tables of the drill-down: who waits, who serves."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from console.core.floor.model import AgentStatus, Instant
from console.core.floor.policy import Tone
from console.core.words import say
from console.ui import theme
from console.ui.i18n import render
from console.ui.theme import Type
from console.ui.widgets.marks import paint_seat, paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.agents import status_words
from console.views.queue import CallerRow, MemberRow
from console.views.words import DASH, clock

CALLER_COLUMNS = (
    Column(key="position", head=say("Position"), wide=56, sorts=False),
    Column(key="wait", head=say("Wait"), wide=84, right=True, sorts=False),
    Column(key="priority", head=say("Priority"), wide=66, right=True, sorts=False, gives_way=2),
    Column(key="number", head=say("Number calling"), wide=140, share=2, sorts=False),
    Column(key="queue", head=say("Queue"), wide=90, share=1, sorts=False, gives_way=1),
)
MEMBER_COLUMNS = (
    Column(key="penalty", head=say("Penalty"), wide=56, right=True, sorts=False),
    Column(key="number", head=say("Number"), wide=70, sorts=False, gives_way=3),
    Column(key="name", head=say("Name"), wide=90, share=2, strong=True, sorts=False),
    Column(key="status", head=say("State"), wide=112, sorts=False),
    Column(key="since", head=say("For"), wide=72, right=True, sorts=False),
    Column(key="reason", head=say("Reason"), wide=86, share=1, sorts=False, gives_way=1),
    Column(key="taken", head=say("Taken here"), wide=74, right=True, sorts=False, gives_way=2),
)


class CallerDelegate(RowDelegate[CallerRow]):
    """Draws a wait in its tone; a number somebody gave a reason for stands unmasked for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, str] = {}

    def paint_cell(self, painter: QPainter, inner: QRect, row: CallerRow, column: Column, text: str) -> None:
        """Draw a cell."""
        if column.key == "wait":
            if row.tone is not Tone.CALM:
                middle = QRectF(inner).center()
                middle.setX(inner.left() + theme.px(3))
                paint_tone_mark(painter, middle, theme.px(4), row.tone)
            paint_text(painter, inner, text, role=theme.tone_role(row.tone), kind=Type.STRONG, right=True)
        elif column.key == "priority":
            paint_text(painter, inner, text, role="warn" if row.priority else "faint", right=True)
        elif column.key == "number":
            full = self.shown.get(row.key)
            paint_text(painter, inner, full or text, role="accent" if full else "ink")
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


def caller_text(row: CallerRow, key: str, now: Instant) -> str:
    """Return a cell in words."""
    if key == "wait":
        return clock(now - row.since) if row.since is not None else DASH
    if key == "priority":
        return str(row.priority) if row.priority else DASH
    if key == "number":
        return f"{row.number} {row.name}".strip() or DASH
    return str(row.position or DASH) if key == "position" else row.queue


class MemberDelegate(RowDelegate[MemberRow]):
    """Draws the state's mark."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: MemberRow, column: Column, text: str) -> None:
        """Draw a cell."""
        if column.key == "status":
            side = theme.px(13)
            status = row.agent.status
            paint_seat(painter, QRectF(inner.left(), inner.center().y() - side / 2 + 1, side, side), status)
            gone = status in {AgentStatus.SIGNED_OUT, AgentStatus.UNAVAILABLE}
            paint_text(painter, inner.adjusted(side + theme.px(8), 0, 0, 0), text, role="soft" if gone else "ink")
        elif column.key == "name":
            paint_text(painter, inner, text, kind=Type.STRONG)
        elif column.key == "since":
            paint_text(painter, inner, text, role=theme.tone_role(row.agent.tone, calm="soft"), right=True)
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


def member_text(row: MemberRow, key: str, now: Instant) -> str:
    """Return a cell in words."""
    agent = row.agent
    if key == "since":
        return clock(now - agent.since) if agent.since is not None else DASH
    if key == "status":
        return render(status_words(agent))
    if key in {"penalty", "taken"}:
        return str(row.penalty if key == "penalty" else row.taken)
    if key == "reason":
        return row.reason or agent.reason
    return agent.number if key == "number" else agent.name


def caller_table(now: Callable[[], Instant]) -> RowTable[CallerRow]:
    """Return an empty table of who waits."""
    return RowTable(
        CALLER_COLUMNS, lambda row: row.key, lambda row, key: caller_text(row, key, now()), CallerDelegate()
    )


def member_table(now: Callable[[], Instant]) -> RowTable[MemberRow]:
    """Return an empty table of who serves."""
    return RowTable(
        MEMBER_COLUMNS,
        lambda row: row.agent.interface,
        lambda row, key: member_text(row, key, now()),
        MemberDelegate(),
    )
