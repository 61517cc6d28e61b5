"""Choices of which several may hold at once: agents' states with their mark and how many there are."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from console.core.floor.model import AgentStatus
from console.ui import theme
from console.ui.i18n import render
from console.ui.theme import Type
from console.ui.widgets.marks import paint_seat
from console.views.words import STATUS, STATUS_ORDER


class StatusChip(QAbstractButton):
    """One state: its mark, its name, how many."""

    def __init__(self, status: AgentStatus) -> None:
        super().__init__()
        self.status = status
        self.count = 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words again."""
        self.setText(render(STATUS[self.status]))
        self.show_count(self.count)
        self.updateGeometry()

    def show_count(self, count: int) -> None:
        """Show how many there are."""
        changed = len(str(count)) != len(str(self.count))
        if count != self.count:
            self.count = count
            self.update()
        self.setAccessibleName(f"{self.text()} {count}")
        if changed:
            self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of mark, name and count."""
        metrics = QFontMetrics(theme.font(Type.BODY))
        figure = QFontMetrics(theme.font(Type.STRONG)).horizontalAdvance("0" * max(2, len(str(self.count))))
        return QSize(metrics.horizontalAdvance(self.text()) + figure + theme.px(44), theme.px(31))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the chip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "accent" if self.hasFocus() or self.isChecked() else "line"
        painter.setPen(theme.colour(edge))
        lit = self.underMouse() and self.isEnabled()
        painter.setBrush(theme.colour("chosen") if self.isChecked() else theme.colour("hover" if lit else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        side = theme.px(12)
        paint_seat(painter, QRectF(theme.px(10), (self.height() - side) / 2, side, side), self.status)
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("ink" if self.count or self.isChecked() else "faint"))
        inner = self.rect().adjusted(theme.px(28), 0, -theme.px(10), 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(theme.font(Type.STRONG))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(self.count))


class StatusChips(QWidget):
    """All states side by side; arrows go between them, Space takes one or lets it go."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        self.chips = {status: StatusChip(status) for status in STATUS_ORDER}
        for chip in self.chips.values():
            chip.toggled.connect(lambda _on: self.changed.emit())
            row.addWidget(chip)

    def chosen(self) -> frozenset[AgentStatus]:
        """Return the states taken; none taken means all."""
        return frozenset(status for status, chip in self.chips.items() if chip.isChecked())

    def take(self, statuses: frozenset[AgentStatus]) -> None:
        """Take these states without telling."""
        for status, chip in self.chips.items():
            chip.blockSignals(True)
            chip.setChecked(status in statuses)
            chip.blockSignals(False)

    def show_counts(self, counts: dict[AgentStatus, int]) -> None:
        """Show how many there are of each."""
        for status, count in counts.items():
            self.chips[status].show_count(count)

    def retranslate(self) -> None:
        """Set the words again."""
        for chip in self.chips.values():
            chip.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go from chip to chip."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        chips = list(self.chips.values())
        at = next((n for n, chip in enumerate(chips) if chip.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        chips[(at + step) % len(chips)].setFocus(Qt.FocusReason.OtherFocusReason)
