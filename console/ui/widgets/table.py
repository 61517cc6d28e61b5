"""A table whose cells are drawn: columns told once, arrows go through rows, the row in hand stays in hand."""

from collections.abc import Callable
from typing import Generic

from PySide6.QtCore import (
    QEvent,
    QPointF,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from console.ui import theme
from console.ui.i18n import render
from console.ui.theme import Type
from console.ui.widgets.rows import Column, Index, R, Rows

__all__ = ["LEFT", "PAD", "RIGHT", "Column", "Heads", "Index", "RowDelegate", "RowTable", "Rows", "paint_text"]

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
PAD = 10
HEAD_HEIGHT = 33
_OF_THE_PAGE = {Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right}


class RowDelegate(QStyledItemDelegate, Generic[R]):
    """Draws a cell; a table of its own derives it and draws what is more than words in `paint_cell`."""

    muted = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, cell and the hair line beneath the row."""
        model = index.model()
        assert isinstance(model, Rows)
        place = index.row()
        column = model.columns[index.column()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("chosen"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        # A filled pixel row costs a fifth of a drawn line.
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        if self.muted:
            painter.setOpacity(0.5)
        pad = theme.px(PAD)
        self.paint_cell(painter, rect.adjusted(pad, 0, -pad, 0), model.rows[place], column, model.data(index))
        if self.muted:
            painter.setOpacity(1.0)

    def paint_cell(self, painter: QPainter, inner: QRect, _row: R, column: Column, text: str) -> None:
        """Draw the words of a cell."""
        paint_text(painter, inner, text, kind=Type.STRONG if column.strong else Type.BODY, right=column.right)


def paint_text(
    painter: QPainter, inner: QRect, text: str, *, role: str = "ink", kind: Type = Type.BODY, right: bool = False
) -> None:
    """Draw words on one line, shortened where they find no room."""
    painter.setFont(theme.font(kind))
    painter.setPen(theme.colour(role))
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(text) > inner.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, RIGHT if right else LEFT, text)


class Heads(QHeaderView):
    """The words over the columns, in line with what stands below, and the mark of the one sorted by."""

    def __init__(self, parent: QWidget, columns: tuple[Column, ...]) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(any(column.sorts for column in columns))
        self.setMinimumSectionSize(16)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802  Qt's name
        """Draw the words, the sign of sorting and the line beneath."""
        column, model = self._columns[section], self.model()
        assert isinstance(model, Rows)
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if column.head is None:
            return
        chosen = model.sorted_by == column.key
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("ink" if chosen else "soft"))
        pad, metrics = theme.px(PAD), painter.fontMetrics()
        inner = rect.adjusted(pad, 0, -pad, 0)
        words = metrics.elidedText(render(column.head), Qt.TextElideMode.ElideRight, inner.width() + theme.px(6))
        if column.right:
            inner.setLeft(rect.left())
        painter.drawText(inner, RIGHT if column.right else LEFT, words)
        if chosen:
            wide = metrics.horizontalAdvance(words)
            x = inner.right() - wide - theme.px(8) if column.right else inner.left() + wide + theme.px(8)
            self._paint_arrow(painter, QPointF(x, rect.center().y() + 1), down=model.descending)

    @staticmethod
    def _paint_arrow(painter: QPainter, middle: QPointF, *, down: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink"))
        x, y, up = middle.x(), middle.y(), 3.0 if down else -3.0
        painter.drawPolygon(QPolygonF([QPointF(x - 3.5, y - up), QPointF(x + 3.5, y - up), QPointF(x, y + up)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class RowTable(QTableView, Generic[R]):
    """The table: arrows go through the rows, Enter or a double click opens one, a click on a head sorts."""

    opened = Signal(str)
    chosen = Signal(str)
    sort_asked = Signal(str)

    def __init__(
        self,
        columns: tuple[Column, ...],
        key: Callable[[R], str],
        text: Callable[[R, str], str],
        delegate: RowDelegate[R] | None = None,
        *,
        row_height: int = 34,
    ) -> None:
        super().__init__()
        self.rows: Rows[R] = Rows(columns, key, text, self)
        self._row_height = row_height
        self.setModel(self.rows)
        self.look: RowDelegate[R] = delegate if delegate is not None else RowDelegate()
        self.look.setParent(self)
        self.setItemDelegate(self.look)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = Heads(self, columns)
        self.setHorizontalHeader(heads)
        heads.sectionClicked.connect(self._sort)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows.key(self.rows.rows[index.row()])))
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self._choose(now))
        self._hand = self._said = ""
        self._scrolled = 0
        self.rows.modelAboutToBeReset.connect(self._keep_place)
        self.rows.rearranged.connect(self._find_place)
        self.measure()

    def mark_sorted(self, column: str, *, descending: bool) -> None:
        """Show by which column the rows stand in order, "" for none, and which way."""
        self.rows.sorted_by, self.rows.descending = column, descending
        self.horizontalHeader().viewport().update()

    def mute(self, *, muted: bool) -> None:
        """Draw old figures dim."""
        if muted != self.look.muted:
            self.look.muted = muted
            self.viewport().update()

    def current_key(self) -> str:
        """Return the key of the row at hand, empty for none."""
        place = self.currentIndex().row()
        return self.rows.key(self.rows.rows[place]) if 0 <= place < len(self.rows.rows) else ""

    def choose(self, key: str) -> bool:
        """Take a row in hand and scroll to it; return whether it is here."""
        place = self.rows.place_of(key)
        if place < 0:
            return False
        index = self.rows.index(place, 0)
        self._hand = key
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        return True

    def measure(self) -> None:
        """Take the letters in force."""
        self.verticalHeader().setDefaultSectionSize(theme.px(self._row_height))
        self.horizontalHeader().setFixedHeight(theme.px(HEAD_HEIGHT))
        self.fit()

    def fit(self) -> None:
        """Give each column its width; those that give way go where the rest finds no room."""
        columns, room = self.rows.columns, self.viewport().width()
        metrics, pad = QFontMetrics(theme.font(Type.BODY)), theme.px(2 * PAD)
        wide = {
            n: max(
                theme.px(column.wide),
                0 if column.head is None else metrics.horizontalAdvance(render(column.head)) + pad,
            )
            for n, column in enumerate(columns)
        }
        hidden: set[int] = set()
        for n in sorted((n for n, c in enumerate(columns) if c.gives_way), key=lambda n: columns[n].gives_way):
            if sum(wide[m] for m in wide if m not in hidden) <= room:
                break
            hidden.add(n)
        shown = [n for n in wide if n not in hidden]
        spare = max(0, room - sum(wide[n] for n in shown))
        shares = sum(columns[n].share for n in shown)
        for n in shown:
            if shares and columns[n].share:
                wide[n] += spare * columns[n].share // shares
        if shown and shares:
            widest = max(shown, key=lambda n: columns[n].share)
            wide[widest] += max(0, room - sum(wide[n] for n in shown))
        for n, width in wide.items():
            self.setColumnHidden(n, n in hidden)
            self.setColumnWidth(n, width)

    def _keep_place(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def _find_place(self) -> None:
        """Take the row in hand again that was, also one that a search had left out meanwhile; else its neighbour."""
        if self._hand and self.current_key() != self._hand:
            place = self.rows.place_of(self._hand)
            if place >= 0:
                self.setCurrentIndex(self.rows.index(place, 0))
                if self._scrolled:
                    self.verticalScrollBar().setValue(self._scrolled)
        self._scrolled = 0
        self._tell_chosen(self.current_key())

    def _tell_chosen(self, key: str) -> None:
        if key and key != self._said:
            self._said = key
            self.chosen.emit(key)

    def _sort(self, section: int) -> None:
        column = self.rows.columns[section]
        if column.sorts:
            self.sort_asked.emit(column.key)

    def _choose(self, index: Index) -> None:
        if index.isValid() and not self.rows.moving:
            self._hand = self.rows.key(self.rows.rows[index.row()])
            self._tell_chosen(self._hand)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter opens the row at hand; Home and End go to the first and last row."""
        key = self.current_key()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and key:
            self._hand = key
            self.opened.emit(key)
        elif event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and self.rows.rows:
            place = 0 if event.key() == Qt.Key.Key_Home else len(self.rows.rows) - 1
            self.setCurrentIndex(self.rows.index(place, 0))
        elif event.key() in _OF_THE_PAGE or (event.text().isprintable() and event.text()):
            # Letters belong to the page's search: the table's own would look through the first column only. A row is
            # taken as a whole, so left and right are the page's too.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure again with other letters or words."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.LanguageChange, QEvent.Type.StyleChange}:
            self.measure()
            self.viewport().update()
        super().changeEvent(event)
