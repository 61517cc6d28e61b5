"""What is known of one agent beyond the row: the person, the phone, today's figures, the queues served."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import dotted, joined, render, tr
from console.ui.theme import Type
from console.ui.widgets.button import IconButton, KeyButton
from console.ui.widgets.marks import paint_seat
from console.ui.widgets.panel import paint_card
from console.ui.widgets.table import paint_text
from console.views.agents import AgentRow, Fact, Membership, details, flags, memberships, status_words
from console.views.words import DASH, clock

LINE = 23
FACTS_A_COLUMN = 5


class AgentDetail(QWidget):
    """A card under the table; it follows the row at hand."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._row: AgentRow | None = None
        self._facts: tuple[Fact, ...] = ()
        self._queues: tuple[Membership, ...] = ()
        self._flags = ""
        self._since = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.close_button = IconButton("close", 26)
        self.close_button.clicked.connect(self.closed)
        corner = QVBoxLayout(self)
        corner.setContentsMargins(0, theme.px(7), theme.px(8), 0)
        top = QHBoxLayout()
        self.lend_button = KeyButton(key="Ctrl+J")
        top.addStretch(1)
        top.addWidget(self.lend_button)
        top.addWidget(self.close_button)
        corner.addLayout(top)
        corner.addStretch(1)
        self.hide()

    @property
    def interface(self) -> str:
        """Return whose details these are."""
        return self._row.interface if self._row is not None else ""

    def show_agent(self, view: FloorView, row: AgentRow, now: Instant) -> None:
        """Show a seat; the same as before costs nothing."""
        since = clock(now - row.since) if row.since is not None else DASH
        shown = (
            row,
            details(view, row.interface, now),
            memberships(view, row.interface),
            joined(flags(view, row.interface)),
            since,
        )
        if shown == (self._row, self._facts, self._queues, self._flags, self._since):
            return
        self._row, self._facts, self._queues, self._flags, self._since = shown
        self.setAccessibleName(f"{row.name} {row.number}")
        self.setAccessibleDescription(", ".join(f"{render(fact.label)} {self._value(fact)}" for fact in self._facts))
        self.update()

    def retranslate(self) -> None:
        """Set the words again."""
        self.close_button.name(tr("Close details (Esc)"))
        self._row = None
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of five lines under a headline."""
        return QSize(theme.px(600), theme.px(44 + FACTS_A_COLUMN * LINE + 10))

    @staticmethod
    def _value(fact: Fact) -> str:
        return render(fact.said) if fact.said is not None else fact.value

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.rect()))
        row = self._row
        if row is None:
            return
        pad = theme.px(16)
        side = theme.px(15)
        head = self.rect().adjusted(pad, theme.px(8), -theme.px(58) - self.lend_button.width(), 0)
        head.setHeight(theme.px(30))
        paint_seat(painter, QRectF(head.left(), head.center().y() - side / 2 + 1, side, side), row.status)
        painter.setFont(theme.font(Type.TITLE))
        painter.setPen(theme.colour("ink"))
        name = f"{row.name} {row.number}".strip()
        left = head.left() + side + theme.px(9)
        painter.drawText(head.adjusted(left - head.left(), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        left += painter.fontMetrics().horizontalAdvance(name) + theme.px(14)
        words = dotted(f"{render(status_words(row))} {self._since}", row.reason, self._flags)
        paint_text(painter, head.adjusted(left - head.left(), 0, 0, 0), words, role="soft")
        wide = max(theme.px(210), (self.width() - 2 * pad) * 3 // 10)
        metrics = QFontMetrics(theme.font(Type.BODY))
        for first in (0, FACTS_A_COLUMN):
            facts = self._facts[first : first + FACTS_A_COLUMN]
            label = max((metrics.horizontalAdvance(render(fact.label)) for fact in facts), default=0) + theme.px(14)
            for place, fact in enumerate(facts):
                y = theme.px(42) + place * theme.px(LINE)
                self._paint_fact(
                    painter, QRect(pad + (wide if first else 0), y, wide - theme.px(20), theme.px(LINE)), label, fact
                )
        self._paint_queues(painter, pad + 2 * wide, self.width() - 3 * pad - 2 * wide + pad)

    def _paint_fact(self, painter: QPainter, line: QRect, label: int, fact: Fact) -> None:
        paint_text(painter, line.adjusted(0, 0, label - line.width(), 0), render(fact.label), role="faint")
        paint_text(painter, line.adjusted(label, 0, 0, 0), self._value(fact), role=theme.tone_role(fact.tone))

    def _paint_queues(self, painter: QPainter, x: int, wide: int) -> None:
        if wide < theme.px(120):
            return
        line = self.rect()
        line.setRect(x, theme.px(42), wide, theme.px(LINE))
        if not self._queues:
            paint_text(painter, line, tr("Signed into no queue"), role="faint")
            return
        for place, each in enumerate(self._queues[:FACTS_A_COLUMN]):
            line.moveTop(theme.px(42) + place * theme.px(LINE))
            right = dotted(
                each.reason or tr("paused") if each.paused else "",
                tr("penalty {penalty}", penalty=each.penalty),
                tr("{count} taken", count=each.taken),
            )
            paint_text(painter, line, right, role="soft", right=True)
            used = painter.fontMetrics().horizontalAdvance(right) + theme.px(12)
            paint_text(painter, line.adjusted(0, 0, -used, 0), each.group)
