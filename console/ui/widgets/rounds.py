"""The rounds as columns of people: dragged by hand or carried with keys, dropped on somebody they are exchanged."""

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.core.floor.policy import Tone
from console.core.work.meal_records import SeatState
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.views.meal_rounds import Eating, RoundColumn, RoundsBoard

HEAD, CHIP, GAP = 56, 30, 6
LEAST_WIDE, MOST_WIDE = 118, 210
Place = tuple[int, int]
"""A place on the board: column (the last one are those without a round) and row; the row after the last is free."""


class Rounds(QWidget):
    """The board. `moved` says (person, round), `swapped` (person, the other, the other's round).

    `went_to` says where the keys are, to be kept in sight.
    """

    moved = Signal(str, int)
    swapped = Signal(str, str, int)
    went_to = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._board = RoundsBoard()
        self._zone: tzinfo = UTC
        self._cursor: Place = (0, 0)
        self._lifted = ""
        self._mouse: QPointF | None = None
        self._pressed: Place | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_board(self, board: RoundsBoard, zone: tzinfo) -> None:
        """Show another state; whoever is in hand stays in hand while they can be moved."""
        if (board, zone) == (self._board, self._zone):
            return
        here = self._at(self._cursor)
        self._board, self._zone = board, zone
        if here is not None:
            self._cursor = self._place_of(here.person) or self._bounded(self._cursor)
        if self._lifted and self._place_of(self._lifted) is None:
            self._lifted = ""
        rows = max((len(people) for people in self._columns()), default=0)
        wide = len(self._columns()) * theme.px(LEAST_WIDE)
        self.setMinimumSize(wide, theme.px(HEAD) + (rows + 1) * theme.px(CHIP + GAP) + theme.px(GAP))
        self.update()

    @property
    def current(self) -> str:
        """Return the person under the cursor, empty for none."""
        here = self._at(self._cursor)
        return "" if here is None else here.person

    @property
    def lifted(self) -> str:
        """Return the person in hand, empty for none."""
        return self._lifted

    # -- places -------------------------------------------------------------------------------------------------------

    def _columns(self) -> list[tuple[Eating, ...]]:
        board = self._board
        columns = [column.people for column in board.columns]
        return [*columns, board.left_out] if board.left_out else columns

    def _at(self, place: Place) -> Eating | None:
        columns = self._columns()
        column, row = place
        if 0 <= column < len(columns) and 0 <= row < len(columns[column]):
            return columns[column][row]
        return None

    def _place_of(self, person: str) -> Place | None:
        for column, people in enumerate(self._columns()):
            for row, each in enumerate(people):
                if each.person == person:
                    return column, row
        return None

    def _bounded(self, place: Place) -> Place:
        columns = self._columns()
        if not columns:
            return 0, 0
        column = max(0, min(len(columns) - 1, place[0]))
        last = len(columns[column]) - (0 if self._lifted else 1)
        return column, max(0, min(last, place[1]))

    def _wide(self) -> float:
        count = max(1, len(self._columns()))
        return min(float(theme.px(MOST_WIDE)), self.width() / count)

    def _column_rect(self, column: int) -> QRectF:
        wide = self._wide()
        return QRectF(column * wide, 0, wide, self.height()).adjusted(theme.px(4), 0, -theme.px(4), 0)

    def _chip_rect(self, place: Place) -> QRectF:
        column, row = place
        room = self._column_rect(column)
        top = theme.px(HEAD) + row * theme.px(CHIP + GAP)
        return QRectF(room.left() + theme.px(7), top, room.width() - theme.px(14), theme.px(CHIP))

    def _under(self, point: QPointF) -> Place | None:
        columns = self._columns()
        column = int(point.x() // self._wide())
        if not 0 <= column < len(columns):
            return None
        row = int((point.y() - theme.px(HEAD)) // theme.px(CHIP + GAP))
        return column, max(0, min(len(columns[column]), row))

    # -- moving -------------------------------------------------------------------------------------------------------

    def _lift(self, place: Place) -> None:
        here = self._at(place)
        if here is not None and here.movable and self._board.editable:
            self._lifted = here.person
            self._cursor = place
            self.update()

    def _drop(self, place: Place | None) -> None:
        person, self._lifted = self._lifted, ""
        self.update()
        before = self._place_of(person)
        if place is None or before is None or not person or place[0] >= len(self._board.columns):
            return
        column, _ = place
        other = self._at(place)
        if other is not None and other.person != person and other.movable and before[0] < len(self._board.columns):
            if before[0] != column:
                self.swapped.emit(person, other.person, column)
        elif column != before[0]:
            self.moved.emit(person, column)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take somebody in hand."""
        place = self._under(event.position())
        self._pressed = place if place is not None and self._at(place) is not None else None
        if self._pressed is not None:
            self._cursor = self._pressed
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Carry them."""
        if self._pressed is None:
            return
        if not self._lifted:
            self._lift(self._pressed)
        self._mouse = event.position()
        place = self._under(event.position())
        if place is not None:
            self._cursor = place
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Put them down."""
        carried = self._pressed is not None and bool(self._lifted)
        self._pressed = self._mouse = None
        if carried:
            self._drop(self._under(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Arrows go, Space lifts and puts down, Shift with an arrow puts into the next round, Escape lets go."""
        step = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }.get(Qt.Key(event.key()))
        if step is not None:
            self._go(step, carry=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Space and self._columns():
            if self._lifted:
                self._drop(self._cursor)
            else:
                self._lift(self._cursor)
        elif event.key() == Qt.Key.Key_Escape and self._lifted:
            self._cursor = self._place_of(self._lifted) or self._cursor
            self._lifted = ""
        else:
            super().keyPressEvent(event)
            return
        here = self._at(self._cursor)
        middle = self._chip_rect(self._cursor).center().toPoint()
        self.went_to.emit(middle.x(), middle.y())
        self.setAccessibleDescription("" if here is None else here.name)
        self.update()

    def _go(self, step: tuple[int, int], *, carry: bool) -> None:
        column, row = self._cursor
        here = self._at(self._cursor)
        if carry and step[0] and here is not None and here.movable and not self._lifted:
            target = column + step[0]
            if 0 <= target < len(self._board.columns) and self._board.columns[target].open:
                self.moved.emit(here.person, target)
            return
        self._cursor = self._bounded((column + step[0], row + step[1]))

    # -- drawing ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw columns, people, and the one in hand."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, people in enumerate(self._columns()):
            column = self._board.columns[number] if number < len(self._board.columns) else None
            self._paint_column(painter, number, column)
            for row, each in enumerate(people):
                self._paint_chip(painter, self._chip_rect((number, row)), each, (number, row))
        if self._lifted and self._at(self._cursor) is None:
            painter.setPen(QPen(theme.colour("accent"), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._chip_rect(self._cursor), 6, 6)
        if self._lifted and self._mouse is not None:
            self._paint_carried(painter)

    def _paint_column(self, painter: QPainter, number: int, column: RoundColumn | None) -> None:
        room = self._column_rect(number)
        target = bool(self._lifted) and self._cursor[0] == number and column is not None
        painter.setPen(QPen(theme.colour("accent" if target else "line"), 1.4 if target else 1.0))
        painter.setBrush(theme.colour("ground"))
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        inner = room.adjusted(theme.px(10), theme.px(8), -theme.px(10), 0)
        painter.setFont(theme.font(Type.STRONG))
        painter.setPen(theme.colour("ink" if column is None or column.open else "faint"))
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if column is None:
            painter.drawText(inner, top, tr("Without a round"))
            return
        span = f"{self._time(column.begin)}–{self._time(column.end)}"
        painter.drawText(inner, top, span)
        painter.setFont(theme.font(Type.SMALL))
        over = column.taken > column.most
        words = tr("{taken} of {most} away", taken=column.taken, most=column.most)
        if column.running:
            words = dotted(words, tr("now"))
        elif column.basis is not None:
            longer = dotted(words, render(column.basis))
            # The line over the board says it, too: here only where it is read whole.
            room_for = inner.width() - (theme.px(12) if over else 0)
            words = longer if painter.fontMetrics().horizontalAdvance(longer) <= room_for else words
        under = inner.adjusted(theme.px(12) if over else 0, theme.px(21), 0, 0)
        if over:
            middle = QPointF(inner.left() + theme.px(4), under.top() + painter.fontMetrics().height() / 2)
            paint_tone_mark(painter, middle, theme.px(4), Tone.WARN)
        painter.setPen(theme.colour("warn" if over else "calm" if column.running else "soft"))
        painter.drawText(under, top, words)

    def _paint_chip(self, painter: QPainter, where: QRectF, each: Eating, place: Place) -> None:
        in_hand = each.person == self._lifted
        here = place == self._cursor and self.hasFocus()
        eating = each.state is SeatState.EATING
        painter.setOpacity(0.45 if in_hand else 1.0)
        edge = "accent" if here else "calm" if eating else "line"
        painter.setPen(QPen(theme.colour(edge), 1.5 if here else 1.0))
        painter.setBrush(theme.colour("chosen" if here else "panel"))
        painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        inner = where.adjusted(theme.px(9), 0, -theme.px(8), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(Type.SMALL))
        words = render(each.words) if each.words is not None else tr("moved") if each.moved else ""
        wide = painter.fontMetrics().horizontalAdvance(words)
        if words:
            painter.setPen(theme.colour(theme.tone_role(each.tone, calm="calm" if eating else "faint")))
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, words)
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("ink" if each.movable or eating else "soft"))
        room = int(inner.width() - wide - (theme.px(6) if words else 0))
        name = painter.fontMetrics().elidedText(each.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, name)
        painter.setOpacity(1.0)

    def _paint_carried(self, painter: QPainter) -> None:
        place = self._place_of(self._lifted)
        each = self._at(place) if place is not None else None
        if each is None or self._mouse is None:
            return
        size = self._chip_rect((0, 0)).size()
        where = QRectF(
            self._mouse.x() - size.width() / 2, self._mouse.y() - size.height() / 2, size.width(), size.height()
        )
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.setBrush(theme.colour("chosen"))
        painter.drawRoundedRect(where, 6, 6)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(Type.BODY))
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, each.name)

    def _time(self, at: float) -> str:
        return datetime.fromtimestamp(at, self._zone).strftime("%H:%M")

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of all columns."""
        return QSize(len(self._columns()) * theme.px(150), self.minimumHeight())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the cursor."""
        self._cursor = self._bounded(self._cursor)
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the cursor."""
        self.update()
        super().focusOutEvent(event)
