"""The agent table: who, which state by shape and colour, since when, why, on what contact, how many today."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from console.core.floor.model import AgentStatus, Instant
from console.core.floor.policy import Tone
from console.core.words import say
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_seat, paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.agents import AgentRow, status_words
from console.views.words import DASH, clock

COLUMNS = (
    Column(key="number", head=say("Number"), wide=70),
    Column(key="name", head=say("Name"), wide=88, share=2, strong=True),
    Column(key="status", head=say("State"), wide=112),
    Column(key="since", head=say("For"), wide=70, right=True),
    Column(key="reason", head=say("Reason"), wide=86, share=2, gives_way=3),
    Column(key="call", head=say("Current contact"), wide=224, share=3),
    Column(key="contacts", head=say("Contacts"), wide=70, right=True),
    Column(key="missed", head=say("Missed"), wide=60, right=True, gives_way=1),
    Column(key="groups", head=say("Skill groups"), wide=116, share=3, gives_way=2),
)


def agent_text(row: AgentRow, key: str, now: Instant) -> str:
    """Return a cell in words."""
    if key == "since":
        return clock(now - row.since) if row.since is not None else DASH
    if key == "call":
        length = clock(now - row.call_since) if row.call_since is not None else ""
        return dotted(row.call_number, length, row.call_queue)
    return _TEXTS[key](row)


_TEXTS: Mapping[str, Callable[[AgentRow], str]] = {
    "number": lambda row: row.number,
    "name": lambda row: row.name,
    "status": lambda row: render(status_words(row)),
    "reason": lambda row: row.reason,
    "contacts": lambda row: str(row.contacts),
    "missed": lambda row: str(row.missed) if row.missed else "",
    "groups": lambda row: tr(", ").join(row.groups),
}


class AgentDelegate(RowDelegate[AgentRow]):
    """Draws the state's mark, and a contact with its length at the right."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: AgentRow, column: Column, text: str) -> None:
        """Draw a cell."""
        gone = row.status is AgentStatus.SIGNED_OUT
        if column.key == "status":
            side = theme.px(13)
            paint_seat(painter, QRectF(inner.left(), inner.center().y() - side / 2 + 1, side, side), row.status)
            paint_text(painter, inner.adjusted(side + theme.px(8), 0, 0, 0), text, role="soft" if gone else "ink")
        elif column.key == "since":
            role = "soft" if gone or row.tone is Tone.CALM else theme.tone_role(row.tone)
            if row.tone is not Tone.CALM:
                middle = QRectF(inner).center()
                middle.setX(inner.left() + theme.px(2))
                paint_tone_mark(painter, middle, theme.px(4), row.tone)
            paint_text(painter, inner, text, role=role, right=True, kind=Type.STRONG if role != "soft" else Type.BODY)
        elif column.key == "groups":
            paint_text(painter, inner, text, role="soft")
        elif column.key == "call" and row.call_queue:
            told = text.removesuffix(row.call_queue)
            paint_text(painter, inner, told)
            used = painter.fontMetrics().horizontalAdvance(told)
            paint_text(painter, inner.adjusted(used, 0, 0, 0), row.call_queue, role="soft")
        elif column.key == "name":
            paint_text(painter, inner, text, role="soft" if gone else "ink", kind=Type.STRONG)
        else:
            paint_text(painter, inner, text, role="soft" if gone else "ink", right=column.right)


def agent_table(now: Callable[[], Instant]) -> RowTable[AgentRow]:
    """Return an empty table; `now` is the time the screen lives in."""
    return RowTable(
        COLUMNS, lambda row: row.interface, lambda row, key: agent_text(row, key, now()), AgentDelegate(), row_height=34
    )
