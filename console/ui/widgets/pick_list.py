"""Several of many, as chips that are ticked: one stop for Tab, arrows go from chip to chip, Space ticks."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.rows import Index

MOST_LINES = 4
_OF_THE_PAGE = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_TICKED, _KNOWN = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class _Chip(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """Return the room of its words and tick."""
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        return QSize(QFontMetrics(theme.font(Type.BODY)).horizontalAdvance(words) + theme.px(40), theme.px(30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a chip: a box with its tick, the words; one nobody knows with the mark of an alarm."""
        view = option.widget
        ticked, known = bool(index.data(_TICKED)), bool(index.data(_KNOWN))
        at_hand = bool(option.state & QStyle.StateFlag.State_HasFocus)
        enabled = view.isEnabled()
        where = QRectF(option.rect).adjusted(1.5, 1.5, -theme.px(5), -2.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent" if at_hand else "line"), 1))
        painter.setBrush(theme.colour("chosen") if ticked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(where, 6, 6)
        side = theme.px(11)
        box = QRectF(where.left() + theme.px(8), where.center().y() - side / 2, side, side)
        if not known:
            paint_tone_mark(painter, box.center(), theme.px(4), Tone.ALARM)
        elif ticked:
            painter.setPen(QPen(theme.colour("calm" if enabled else "faint"), 2))
            low = QPointF(box.left() + side * 0.4, box.bottom() - 1.5)
            painter.drawPolyline([QPointF(box.left(), box.center().y()), low, QPointF(box.right(), box.top() + 1)])
        else:
            painter.setPen(QPen(theme.colour("faint"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 2, 2)
        painter.setPen(theme.colour("ink" if enabled and ticked else "soft"))
        painter.setFont(theme.font(Type.BODY))
        words = where.adjusted(theme.px(26), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.restore()


class PickList(QListWidget):
    """Chips by key; what is chosen and nobody knows stands there first, marked."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._choices: tuple[tuple[str, str], ...] = ()
        self._chosen: tuple[str, ...] = ()
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(False)
        self.setItemDelegate(_Chip(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda index: self._turn(index.row()))
        self._fit()

    def offer(self, choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> None:
        """Show (key, words) and what of it is chosen."""
        if (choices, chosen) == (self._choices, self._chosen):
            return
        at = self.currentRow()
        self._choices, self._chosen = choices, chosen
        known = dict(choices)
        every = (*((key, key) for key in chosen if key not in known), *choices)
        if self._keys() != [key for key, _ in every]:
            # By the model alone: items held from here outlive the list's own clearing of them, and crash.
            self.clear()
            self.addItems([words for _, words in every])
        model = self.model()
        for n, (key, words) in enumerate(every):
            index = model.index(n, 0)
            model.setData(index, key, Qt.ItemDataRole.UserRole)
            model.setData(index, words, Qt.ItemDataRole.DisplayRole)
            model.setData(index, key in chosen, _TICKED)
            model.setData(index, key in known, _KNOWN)
        self.setCurrentRow(min(max(at, 0), self.count() - 1))
        self._fit()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Return what is chosen, in the order shown."""
        return self._chosen

    def _keys(self) -> list[str]:
        return [str(self.model().index(n, 0).data(Qt.ItemDataRole.UserRole)) for n in range(self.count())]

    def _turn(self, row: int) -> None:
        every = self._keys()
        key = every[row]
        chosen = set(self._chosen) ^ {key}
        self._chosen = tuple(each for each in every if each in chosen)
        self.model().setData(self.model().index(row, 0), key in chosen, _TICKED)
        self.picked.emit(list(self._chosen))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Space ticks; arrows and letters find."""
        row = self.currentRow()
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and row >= 0:
            self._turn(row)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier or event.key() in _OF_THE_PAGE:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Take as many lines as the chips need, up to some."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line, room, used, lines = theme.px(30), self.viewport().width(), 0, 1
        for n in range(self.count()):
            wide = self.sizeHintForIndex(self.model().index(n, 0)).width()
            if used and used + wide > room:
                used, lines = 0, lines + 1
            used += wide
        self.setFixedHeight(min(MOST_LINES, lines) * line + theme.px(2))
