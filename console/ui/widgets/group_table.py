"""One row a skill group: a table whose cells are drawn, so that a row is read in one glance."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from console.core.floor.policy import Tone
from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import clear_port
from console.views.board import Row
from console.views.words import STATUS

LOW_ROW = 34

Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

NAME, WAITING, MEAN, LONGEST, SERVICE, BAR, RATIO, AWAY, SPARK = range(9)
HEADS: tuple[tuple[Said, Qt.AlignmentFlag], ...] = (
    (say("Skill group"), _LEFT),
    (say("Waiting"), _RIGHT),
    (say("Average"), _RIGHT),
    (say("Longest"), _RIGHT),
    (say("Service level"), _RIGHT),
    (say("Seats by state"), _LEFT),
    (say("On-line ratio"), _RIGHT),
    (say("Away"), _RIGHT),
    (say("Last 30 min"), _LEFT),
)
# Which columns give way first where room is short.
GIVE_WAY = (SPARK, MEAN, AWAY, LONGEST)


def cell_text(row: Row, column: int) -> str:
    """Return a cell in words: what the drawing says, for screen readers and tool tips."""
    if column == WAITING:
        return str(row.waiting)
    if column == BAR:
        return ", ".join(f"{render(STATUS[status])} {count}" for status, count in row.bar)
    if column == RATIO:
        return dotted(f"{row.on_line}/{row.on_shift}", row.ratio) if row.on_shift else row.ratio
    if column == AWAY:
        return tr("Away {away} / limit {limit}", away=row.away, limit=row.away_limit) if row.on_shift else row.ratio
    return {NAME: row.name, MEAN: row.mean, LONGEST: row.longest, SERVICE: row.service}.get(column, "")


class GroupModel(QAbstractTableModel):
    """Rows of the board; a new board tells only of the rows that are another."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self.muted = False

    def show_rows(self, rows: tuple[Row, ...], *, muted: bool) -> None:
        """Take the rows of a new board."""
        same_places = len(rows) == len(self.rows) and all(
            new.id == old.id for new, old in zip(rows, self.rows, strict=True)
        )
        if not same_places:
            self.beginResetModel()
            self.rows, self.muted = rows, muted
            self.endResetModel()
            return
        before, repaint_all = self.rows, muted != self.muted
        self.rows, self.muted = rows, muted
        for first, last in _runs(
            [repaint_all or (new is not old and new != old) for new, old in zip(rows, before, strict=True)]
        ):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(HEADS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return the number of groups."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  Qt's type
        """Return a cell in words; its look is the delegate's."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell_text(self.rows[index.row()], index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (BAR, NAME):
            return cell_text(self.rows[index.row()], index.column())
        return None

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401  Qt's type
        """Return the words over a column."""
        if orientation is Qt.Orientation.Vertical:
            return None
        said, align = HEADS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return render(said)
        return int(align) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place, flag in enumerate(flags):
        if flag and runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        elif flag:
            runs.append((place, place))
    return runs


class GroupDelegate(QStyledItemDelegate):
    """Draws a cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, cell and the hair line beneath the row."""
        model = index.model()
        assert isinstance(model, GroupModel)
        row, column = model.rows[index.row()], index.column()
        cell = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.colour("chosen"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(cell, theme.colour("hover"))
        if index.row() < model.rowCount() - 1:
            painter.setPen(theme.colour("line"))
            painter.drawLine(QPointF(cell.left(), cell.bottom() - 0.5), QPointF(cell.right(), cell.bottom() - 0.5))
        if model.muted:
            painter.setOpacity(0.5)
        inner = cell.adjusted(theme.px(10), 0, -theme.px(10), 0)
        if column == NAME:
            self._paint_name(painter, inner, row, muted=model.muted)
        elif column == BAR:
            paint_bar(painter, inner, row)
        elif column == SPARK:
            paint_spark(painter, inner, row, muted=model.muted)
        else:
            self._paint_text(painter, inner, row, column, muted=model.muted)
        painter.restore()

    def _paint_name(self, painter: QPainter, inner: QRectF, row: Row, *, muted: bool) -> None:
        middle = QPointF(inner.left() + theme.px(5), inner.center().y())
        paint_tone_mark(painter, middle, theme.px(9) / 2, row.tone, "faint" if muted else None)
        painter.setFont(theme.font(Type.ROW_STRONG))
        painter.setPen(theme.colour("ink"))
        words = inner.adjusted(theme.px(18), 0, 0, 0)
        text = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, _LEFT, text)

    def _paint_text(self, painter: QPainter, inner: QRectF, row: Row, column: int, *, muted: bool) -> None:
        kind, role, tone = Type.ROW, "ink", Tone.CALM
        if column == WAITING:
            kind, tone = Type.COUNT, row.waiting_tone
        elif column == SERVICE:
            tone = row.service_tone
        elif column == LONGEST:
            tone = row.longest_tone
        elif column == MEAN:
            tone = row.mean_tone if row.mean_tone is Tone.ALARM else Tone.CALM
        elif column == RATIO:
            role, tone = "soft", row.ratio_tone
        elif column == AWAY:
            role, tone = "soft", row.away_tone
        painter.setFont(theme.font(kind))
        painter.setPen(theme.colour(role if muted else theme.tone_role(tone, calm=role)))
        painter.drawText(inner, _RIGHT, cell_text(row, column))


def paint_bar(painter: QPainter, where: QRectF, row: Row) -> None:
    """Draw the seats of a group by state, each state's width its share of the people."""
    whole = sum(count for _, count in row.bar)
    if not whole:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    height, gap = theme.px(9), 1.5
    room = min(where.width(), theme.px(260)) - gap * (len(row.bar) - 1)
    x, y = where.left(), where.center().y() - height / 2
    for status, count in row.bar:
        width = room * count / whole
        painter.setBrush(theme.colour(theme.status_role(status)))
        painter.drawRoundedRect(QRectF(x, y, max(1.5, width), height), 2, 2)
        x += width + gap


def paint_spark(painter: QPainter, where: QRectF, row: Row, *, muted: bool = False) -> None:
    """Draw the people waiting over the last half hour, gaps left open."""
    points = row.spark
    if len(points) < 2:
        return
    top = max((point.waiting for point in points if point.waiting is not None), default=0)
    high = theme.px(20)
    low = where.center().y() + high / 2
    begin, span = points[0].at, max(60.0, points[-1].at - points[0].at)
    role = "faint" if muted else theme.tone_role(row.tone, calm="accent")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(role), 1.4))
    line: list[QPointF] = []
    for point in points:
        if point.waiting is None:
            if len(line) > 1:
                painter.drawPolyline(line)
            line = []
            continue
        x = where.left() + where.width() * (point.at - begin) / span
        line.append(QPointF(x, low - high * point.waiting / max(5, top)))
    if len(line) > 1:
        painter.drawPolyline(line)


class Head(QHeaderView):
    """The words over the columns, in line with what stands below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(20)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802  Qt's name
        """Draw the words and the line beneath."""
        said, align = HEADS[section]
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("soft"))
        inner = rect.adjusted(theme.px(10), 0, -theme.px(10), 0)
        text = painter.fontMetrics().elidedText(render(said), Qt.TextElideMode.ElideRight, inner.width() + theme.px(6))
        painter.drawText(inner.adjusted(-theme.px(6) if align == _RIGHT else 0, 0, 0, 0), align, text)


class GroupTable(QTableView):
    """The rows; Enter or a click opens a group."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        clear_port(self)
        self.groups = GroupModel(self)
        self.setModel(self.groups)
        self.setItemDelegate(GroupDelegate(self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalHeader(Head(self))
        self.doubleClicked.connect(lambda index: self.opened.emit(self.groups.rows[index.row()].id))
        self.measure()

    def show_rows(self, rows: tuple[Row, ...], *, muted: bool) -> None:
        """Show the rows of a board."""
        fresh = {row.name for row in rows} != {row.name for row in self.groups.rows}
        self.groups.show_rows(rows, muted=muted)
        if fresh:
            self.fit()

    def seen(self) -> set[str]:
        """Return the groups on screen, one more on either side."""
        first = self.rowAt(0)
        if first < 0:
            return {row.id for row in self.groups.rows}
        last = self.rowAt(self.viewport().height() - 1)
        rows = self.groups.rows
        return {row.id for row in rows[max(0, first - 1) : len(rows) if last < 0 else last + 2]}

    def natural_height(self) -> int:
        """Return the height that needs no scrolling."""
        return theme.px(33) + len(self.groups.rows) * self.verticalHeader().defaultSectionSize()

    def draw_together(self, low: bool) -> None:  # noqa: FBT001  one switch, named by its verb
        """Take less height a row on a low screen."""
        high = theme.px(LOW_ROW if low else theme.ROW_HEIGHT)
        if self.verticalHeader().defaultSectionSize() != high:
            self.verticalHeader().setDefaultSectionSize(high)

    def measure(self) -> None:
        """Take the letters in force."""
        self.horizontalHeader().setFixedHeight(theme.px(33))
        self.fit()

    def fit(self) -> None:
        """Give each column its width: figures what they need, the bar what is left, the last ones none if need be."""
        room = self.viewport().width()
        plain, small = QFontMetrics(theme.font(Type.ROW)), QFontMetrics(theme.font(Type.BODY))
        pad = theme.px(20)
        names = QFontMetrics(theme.font(Type.ROW_STRONG))
        longest = max((names.horizontalAdvance(row.name) for row in self.groups.rows[:80]), default=0)
        wide = {
            NAME: min(longest + theme.px(18) + pad + 2, max(theme.px(150), room // 4)),
            WAITING: plain.horizontalAdvance("8888") + pad,
            MEAN: plain.horizontalAdvance("88:88") + pad,
            LONGEST: plain.horizontalAdvance("88:88") + pad,
            SERVICE: plain.horizontalAdvance("100%") + pad,
            RATIO: plain.horizontalAdvance(dotted("88/88", "100%")) + pad,
            AWAY: plain.horizontalAdvance(tr("Away {away} / limit {limit}", away=88, limit=8)) + pad,
            SPARK: theme.px(150),
        }
        for column in (WAITING, MEAN, LONGEST, SERVICE, RATIO, AWAY):
            wide[column] = max(wide[column], small.horizontalAdvance(render(HEADS[column][0])) + pad + 4)
        hidden: set[int] = set()
        left = room - sum(wide.values())
        if left < theme.px(150):
            left += wide[SPARK] - theme.px(96)
            wide[SPARK] = theme.px(96)
        for column in GIVE_WAY:
            if left >= theme.px(110):
                break
            hidden.add(column)
            left += wide[column]
        bar = max(theme.px(110), min(left, theme.px(300)))
        spare = max(0, left - bar)
        wide[BAR] = bar
        wide[RATIO] += spare // 3
        wide[AWAY] += spare // 3
        wide[NAME] += spare - 2 * (spare // 3)
        for column in range(len(HEADS)):
            self.setColumnHidden(column, column in hidden)
            self.setColumnWidth(column, wide[column])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter opens the row at hand."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.opened.emit(self.groups.rows[index.row()].id)
            return
        super().keyPressEvent(event)
