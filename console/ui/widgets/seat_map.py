"""Every seat of the floor as a small square: colour and sign say its state, the hand resting on it its name."""

from collections import Counter

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from console.core.floor.model import AgentStatus, Interface
from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import dotted, joined, render, tr
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_seat
from console.ui.widgets.panel import Panel, clear_port
from console.views.seats import SeatGroup, news, seat_groups, seat_lines, tally
from console.views.words import STATUS, STATUS_ORDER

SIDE = 14
PITCH = 16


class SeatField(QWidget):
    """The squares; only those whose state changed are painted again."""

    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._view = FloorView()
        self._groups: tuple[SeatGroup, ...] = ()
        self._mine: tuple[str, ...] = ()
        self.counts: Counter[AgentStatus] = Counter()
        self._places: dict[Interface, QRect] = {}
        self._labels: list[tuple[QRect, str]] = []
        self._rows: dict[int, list[tuple[int, Interface]]] = {}
        self._squares: dict[AgentStatus, QPixmap] = {}
        self._current: Interface = ""
        self._muted = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def groups(self) -> tuple[SeatGroup, ...]:
        """Return the groups shown."""
        return self._groups

    @property
    def current(self) -> Interface:
        """Return the seat at hand."""
        return self._current

    def show_view(self, view: FloorView, mine: tuple[str, ...], *, muted: bool) -> bool:
        """Follow a view; return whether any seat is another."""
        old, self._view = self._view, view
        seats = news(old, view)
        if mine != self._mine or seats is None:
            self._mine, self._muted = mine, muted
            self._groups = seat_groups(view, mine)
            self.counts = tally(view, self._groups)
            self.arrange()
            return True
        if muted != self._muted:
            self._muted = muted
            self.update()
        for seat in seats:
            place = self._places.get(seat)
            if place is not None:
                self.counts[old.agents[seat].status] -= 1
                self.counts[view.agents[seat].status] += 1
                self.update(place.adjusted(-2, -2, 2, 2))
        return bool(seats)

    def arrange(self) -> None:
        """Give every seat its place for the width there is."""
        self._squares.clear()
        self._places.clear()
        self._labels.clear()
        self._rows.clear()
        pitch, line = theme.px(PITCH), theme.px(PITCH) + theme.px(6)
        metrics = QFontMetrics(theme.font(Type.BODY))
        label = min(
            theme.px(150), max((metrics.horizontalAdvance(g.name) for g in self._groups), default=0)
        ) + theme.px(14)
        columns, per_line = self._columns(label, pitch)
        room = max(1, self.width()) // columns
        y = 0
        for first in range(0, len(self._groups), columns):
            tall = 1
            for column, group in enumerate(self._groups[first : first + columns]):
                x = column * room
                self._labels.append((QRect(x, y, label - theme.px(8), pitch), group.name or tr("No group")))
                for number, seat in enumerate(group.seats):
                    down, along = divmod(number, per_line)
                    place = QRect(x + label + along * pitch, y + down * pitch, theme.px(SIDE), theme.px(SIDE))
                    self._places[seat] = place
                    self._rows.setdefault(place.y(), []).append((place.x(), seat))
                tall = max(tall, -(-len(group.seats) // per_line))
            y += (tall - 1) * pitch + line
        self.setFixedHeight(max(theme.px(SIDE), y - theme.px(6)))
        self.update()

    def _columns(self, label: int, pitch: int) -> tuple[int, int]:
        """Return how many groups stand side by side, and seats a line, so that all read well in the least height."""
        width, best = max(1, self.width()), (1, 4)
        least = float("inf")
        for columns in range(1, min(4, len(self._groups)) + 1):
            per_line = (width // columns - label - theme.px(20)) // pitch
            if per_line < 8 and columns > 1:
                break
            lines = [-(-len(group.seats) // max(4, per_line)) for group in self._groups]
            high = sum(max(lines[first : first + columns]) + 0.35 for first in range(0, len(lines), columns))
            # A group on one line is read at a glance: what breaks one counts as half a line more.
            high += 0.5 * sum(line > 1 for line in lines)
            if high < least:
                least, best = high, (columns, max(4, per_line))
        return best

    def resizeEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        """Arrange for another width."""
        self.arrange()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room all seats take."""
        return QSize(theme.px(400), self.height())

    def _square(self, status: AgentStatus) -> QPixmap:
        made = self._squares.get(status)
        if made is None:
            ratio, side = self.devicePixelRatioF(), theme.px(SIDE)
            made = QPixmap(round(side * ratio), round(side * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            paint_seat(painter, QRectF(0, 0, side, side), status)
            painter.end()
            self._squares[status] = made
        return made

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the labels and squares within what is to be painted."""
        painter = QPainter(self)
        region, bounds = event.region(), event.rect()
        painter.setFont(theme.font(Type.BODY))
        painter.setPen(theme.colour("soft"))
        for room, name in self._labels:
            if room.intersects(bounds):
                text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if self._muted:
            painter.setOpacity(0.45)
        agents, few = self._view.agents, region.rectCount() > 1
        for y, row in self._rows.items():
            if y > bounds.bottom() or y + theme.px(SIDE) < bounds.top():
                continue
            for x, seat in row:
                place = self._places[seat]
                if (region.intersects(place) if few else place.intersects(bounds)) and seat in agents:
                    painter.drawPixmap(x, y, self._square(agents[seat].status))
        if self.hasFocus() and self._current in self._places:
            painter.setOpacity(1)
            painter.setPen(QPen(theme.colour("ink"), 1.4))
            painter.drawRect(self._places[self._current].adjusted(-2, -2, 1, 1))

    def seat_at(self, where: QPoint) -> Interface:
        """Return the seat under a point, empty for none."""
        for y, row in self._rows.items():
            if y <= where.y() < y + theme.px(PITCH):
                for x, seat in row:
                    if x <= where.x() < x + theme.px(PITCH):
                        return seat
        return ""

    def place_of(self, seat: Interface) -> QRect:
        """Return where a seat stands."""
        return self._places.get(seat, QRect())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Say who sits under the hand."""
        self.pointed.emit(self.seat_at(event.position().toPoint()))

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802  Qt's name
        """Say nothing more."""
        self.pointed.emit(self._current if self.hasFocus() else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take a seat in hand."""
        seat = self.seat_at(event.position().toPoint())
        if seat:
            self._take(seat)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Open a seat."""
        seat = self.seat_at(event.position().toPoint())
        if seat:
            self.opened.emit(seat)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go from seat to seat with the arrows; Enter opens."""
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            self.opened.emit(self._current)
        elif key in steps and self._places:
            self._take(self._next(*steps[key]))
        else:
            super().keyPressEvent(event)

    def _next(self, along: int, down: int) -> Interface:
        here = self._places.get(self._current)
        if here is None:
            return next(iter(self._places))
        lines = sorted(self._rows)
        line = lines.index(here.y())
        if down:
            line = max(0, min(len(lines) - 1, line + down))
            return min(self._rows[lines[line]], key=lambda found: abs(found[0] - here.x()))[1]
        seats = [seat for _, seat in sorted(self._rows[here.y()])]
        place = seats.index(self._current) + along
        if 0 <= place < len(seats):
            return seats[place]
        line = max(0, min(len(lines) - 1, line + along))
        row = sorted(self._rows[lines[line]])
        return (row[0] if along > 0 else row[-1])[1]

    def _take(self, seat: Interface) -> None:
        self._current = seat
        self.update()
        self.pointed.emit(seat)

    def focusInEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        """Show the seat at hand."""
        if not self._current and self._places:
            self._current = next(iter(self._places))
        self.update()
        self.pointed.emit(self._current)

    def focusOutEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        """Hide the frame."""
        self.update()
        self.pointed.emit("")

    def event(self, event: QEvent) -> bool:
        """Say who sits under a resting hand, and draw anew in other colours."""
        if isinstance(event, QHelpEvent):
            seat = self.seat_at(event.pos())
            if seat and seat in self._view.agents:
                name, lines = seat_lines(self._view, seat, self._view.at or 0.0)
                QToolTip.showText(event.globalPos(), f"{name}\n{joined(lines)}", self, self._places[seat])
            else:
                QToolTip.hideText()
            return True
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self.arrange()
        return super().event(event)


class Legend(QWidget):
    """What colours and signs mean, with how many seats are in each state."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[tuple[AgentStatus, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[AgentStatus, int]) -> None:
        """Show the states and their counts; a rare state nobody is in is left out."""
        rare = (AgentStatus.UNAVAILABLE,)
        parts = tuple(
            (status, f"{render(STATUS[status])} {counts.get(status, 0)}")
            for status in STATUS_ORDER
            if counts.get(status) or status not in rare
        )
        if parts != self._parts:
            self._parts = parts
            self.setAccessibleName(", ".join(text for _, text in parts))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of all states."""
        metrics = QFontMetrics(theme.font(Type.SMALL))
        width = sum(metrics.horizontalAdvance(text) + theme.px(30) for _, text in self._parts)
        return QSize(width, theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the states."""
        painter = QPainter(self)
        painter.setFont(theme.font(Type.SMALL))
        x, side = theme.px(12), theme.px(11)
        for status, text in self._parts:
            paint_seat(painter, QRectF(x, (self.height() - side) / 2, side, side), status)
            painter.setPen(theme.colour("soft"))
            x += side + theme.px(5)
            wide = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QRectF(x, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            x += wide + theme.px(14)


class SeatMap(Panel):
    """The panel: how many seats, who is at hand, the legend, and the squares."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Line(Type.BODY, "soft")
        self.who = Line(Type.BODY, "ink", shrinks=True)
        self.legend = Legend()
        self.field = SeatField()
        self.field.pointed.connect(self._point)
        self._view = FloorView()
        self._pointed: Interface = ""
        scroll = QScrollArea()
        clear_port(scroll)
        scroll.setWidget(self.field)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.setAutoFillBackground(False)
        self._scroll = scroll
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(14))
        row.addWidget(self.title)
        row.addWidget(self.who, 1)
        row.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(15), theme.px(11), theme.px(6), theme.px(11))
        column.setSpacing(theme.px(9))
        column.addWidget(head)
        column.addWidget(scroll, 1)

    def show_view(self, view: FloorView, mine: tuple[str, ...], *, muted: bool) -> None:
        """Follow a view."""
        self._view = view
        if self.field.show_view(view, mine, muted=muted):
            self.retranslate()
        self._say_who()

    def retranslate(self) -> None:
        """Set counts and words again."""
        counts = self.field.counts
        self.title.say(tr("Seats {count}", count=sum(counts.values())))
        self.legend.show_counts(dict(counts))

    def natural_height(self) -> int:
        """Return the height that needs no scrolling."""
        return self.field.height() + theme.px(22 + 9 + 20)

    def _point(self, seat: Interface) -> None:
        self._pointed = seat
        if seat and self.field.hasFocus():
            place = self.field.place_of(seat)
            self._scroll.ensureVisible(place.center().x(), place.center().y(), 10, theme.px(PITCH))
        self._say_who()

    def _say_who(self) -> None:
        if self._pointed in self._view.agents:
            name, lines = seat_lines(self._view, self._pointed, self._view.at or 0.0)
            self.who.say(dotted(name, joined(lines)))
            self.field.setAccessibleName(self.who.text())
        else:
            self.who.say("")
            self.field.setAccessibleName(self.title.text())
