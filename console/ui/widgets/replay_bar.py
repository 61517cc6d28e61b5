"""The bar of the past: the day as a line with its gaps, the moment on screen, the pace, and the way back to now."""

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from console.core.floor.model import Instant
from console.core.floor.tape import Span
from console.ui import theme
from console.ui.i18n import tr
from console.ui.replay import RATES, Replay
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import clock_time, local
from console.ui.widgets.button import IconButton, KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Plain
from console.ui.widgets.segments import Segments
from console.views.curve import time_marks

STEP_S, LEAP_S = 60.0, 600.0


class MomentSlider(QWidget):
    """The day from left to right; what nobody recorded is hatched, the moment on screen is the handle."""

    sought = Signal(float)
    stepped = Signal(float)
    to_begin = Signal()
    to_now = Signal()
    toggled = Signal()
    paced = Signal(int)
    other_day = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.begin: Instant = 0.0
        self.end: Instant = 1.0
        self.at: Instant = 1.0
        self.gaps: tuple[Span, ...] = ()
        self.empty = False
        self.past = False
        self._zone: tzinfo = UTC
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_day(
        self,
        begin: Instant,
        end: Instant,
        at: Instant,
        gaps: tuple[Span, ...],
        *,
        empty: bool,
        past: bool,
        zone: tzinfo,
    ) -> None:
        """Show a stretch of time with a moment in it; `empty`: nothing is kept of it."""
        self.begin, self.end = begin, max(end, begin + 1.0)
        self.at, self.gaps, self.empty, self.past, self._zone = at, gaps, empty, past, zone
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return a long line with times beneath."""
        return QSize(theme.px(320), theme.px(54))

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(theme.px(9), theme.px(18), -theme.px(9), -theme.px(18))

    def x_of(self, at: Instant) -> float:
        """Return where a moment lies."""
        room = self._room()
        share = (at - self.begin) / (self.end - self.begin)
        return room.left() + room.width() * min(1.0, max(0.0, share))

    def at_x(self, x: float) -> Instant:
        """Return the moment at a place."""
        room = self._room()
        share = min(1.0, max(0.0, (x - room.left()) / max(1.0, room.width())))
        return self.begin + share * (self.end - self.begin)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw line, gaps, times and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self._room()
        high = theme.px(5)
        bar = QRectF(room.left(), room.center().y() - high / 2, room.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(bar, 2, 2)
        x = self.x_of(self.at)
        role = "past" if self.past else "accent"
        if not self.empty:
            painter.setBrush(theme.colour(role))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(2.0, x - bar.left()), high), 2, 2)
        for gap in (Span(begin=self.begin, end=self.end),) if self.empty else self.gaps:
            left, right = self.x_of(gap.begin), self.x_of(gap.end)
            if right - left >= 1:
                self._paint_gap(painter, QRectF(left, bar.top() - 1, right - left, high + 2))
        self._paint_times(painter, room)
        if self.empty:
            return
        radius = theme.px(7)
        painter.setPen(QPen(theme.colour("ink" if self.hasFocus() else role), 2))
        painter.setBrush(theme.colour("panel"))
        painter.drawEllipse(QPointF(x, bar.center().y()), radius, radius)

    def _paint_gap(self, painter: QPainter, where: QRectF) -> None:
        painter.fillRect(where, theme.colour("panel"))
        painter.setPen(QPen(theme.colour("warn"), 1))
        painter.save()
        painter.setClipRect(where)
        step = theme.px(5)
        for n in range(int(where.width() / step) + 2):
            x = where.left() + n * step
            painter.drawLine(QPointF(x - where.height(), where.bottom()), QPointF(x, where.top()))
        painter.restore()

    def _paint_times(self, painter: QPainter, room: QRectF) -> None:
        painter.setFont(theme.font(Type.SMALL))
        painter.setPen(theme.colour("faint"))
        zone = self._zone
        offset = datetime.fromtimestamp(self.end, zone).utcoffset()
        low = self.height() - theme.px(4)
        for mark in time_marks(self.begin, self.end, room.width(), offset.total_seconds() if offset else 0.0, 90.0):
            words = datetime.fromtimestamp(mark, zone).strftime("%H:%M")
            wide = painter.fontMetrics().horizontalAdvance(words)
            x = min(max(self.x_of(mark) - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QPointF(x, low), words)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Go where the hand points."""
        if event.button() == Qt.MouseButton.LeftButton and not self.empty:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Follow the hand; of many moments only the last one is shown."""
        if event.buttons() & Qt.MouseButton.LeftButton and not self.empty:
            self._seek(event.position().x())

    def _seek(self, x: float) -> None:
        self.at = self.at_x(x)
        self.update()
        self.sought.emit(self.at)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Left and right a minute, with Ctrl ten; Space plays; Home and End; up and down the pace; pages the day."""
        leap = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = LEAP_S if leap else STEP_S
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.stepped.emit(-step if key == Qt.Key.Key_Left else step)
        elif key == Qt.Key.Key_Home:
            self.to_begin.emit()
        elif key == Qt.Key.Key_End:
            self.to_now.emit()
        elif key == Qt.Key.Key_Space:
            self.toggled.emit()
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.paced.emit(1 if key == Qt.Key.Key_Up else -1)
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.other_day.emit(-1 if key == Qt.Key.Key_PageUp else 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hide the focus."""
        self.update()
        super().focusOutEvent(event)


class PlayButton(IconButton):
    """A triangle to let time run, two bars to let it stand."""

    def __init__(self) -> None:
        super().__init__("past", 32)
        self.playing = False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("accent" if self.hasFocus() else "line"))
        painter.setBrush(theme.colour("chosen" if self.underMouse() else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink" if self.isEnabled() else "faint"))
        x, y, r = self.width() / 2, self.height() / 2, theme.px(6)
        if self.playing:
            for left in (x - r * 0.8, x + r * 0.2):
                painter.drawRect(QRectF(left, y - r, r * 0.6, 2 * r))
        else:
            painter.drawPolygon(
                QPolygonF([QPointF(x - r * 0.7, y - r), QPointF(x + r, y), QPointF(x - r * 0.7, y + r)])
            )


class ReplayBar(Plain):
    """Under the top bar on every page while somebody looks back; closing it comes back to now."""

    def __init__(self, shell: Shell) -> None:
        super().__init__("panel", ("bottom",))
        self._shell = shell
        self.replay = replay = Replay(shell)
        self.setFixedHeight(theme.px(56))
        self.words = Line(Type.STRONG, "past")
        self.date = Line(Type.BODY, "soft", reserve="8888-88-88")
        self.before, self.after = KeyButton("‹"), KeyButton("›")
        self.before.clicked.connect(lambda: replay.other_day(-1))
        self.after.clicked.connect(lambda: replay.other_day(1))
        self.play = PlayButton()
        self.play.clicked.connect(replay.toggle)
        self.pace = Segments()
        self.pace.chosen.connect(lambda key: replay.choose_rate(float(key)))
        self.slider = MomentSlider()
        self.time = Line(Type.TITLE, "past", reserve="88:88:88")
        self.back = KeyButton(key="End")
        self.back.clicked.connect(replay.to_now)
        self.close_button = IconButton("close", 26)
        self.close_button.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(18), 0, theme.px(12), 0)
        row.setSpacing(theme.px(10))
        for part in (self.words, self.before, self.date, self.after, self.play, self.pace):
            row.addWidget(part)
        row.addWidget(self.slider, 1)
        row.addWidget(self.time)
        row.addWidget(self.back)
        row.addWidget(self.close_button)
        self._wire()
        self.hide()
        self.retranslate()

    def _wire(self) -> None:
        slider, replay = self.slider, self.replay
        slider.sought.connect(replay.seek)
        slider.stepped.connect(replay.step)
        slider.to_begin.connect(lambda: replay.seek(replay.begin))
        slider.to_now.connect(replay.to_now)
        slider.toggled.connect(replay.toggle)
        slider.paced.connect(replay.faster)
        slider.other_day.connect(replay.other_day)
        replay.changed.connect(self.show_state)
        replay.moved.connect(self.show_state)
        self._shell.ticked.connect(self._tick)
        self._shell.replay_asked.connect(self.start)

    def start(self) -> None:
        """Come up and take the keys."""
        self.replay.look()
        self.show()
        self.show_state()
        self.slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Come back to now and go away."""
        if self.replay.past:
            self.replay.to_now()
        self.hide()

    def show_state(self) -> None:
        """Draw the moment, the day, and whether time runs."""
        replay, policy = self.replay, self._shell.live.policy
        past = replay.past
        if past and not self.isVisible():
            self.show()
        moment = replay.moment
        self.words.say(tr("Past, not live") if past else tr("Now"), "past" if past else "calm")
        self.date.say(local(moment, policy).strftime("%Y-%m-%d"))
        self.time.say(clock_time(moment, policy), "past" if past else "ink")
        self.play.playing = replay.playing
        self.play.setEnabled(replay.at is not None)
        self.play.name(tr("Stand still (Space)") if replay.playing else tr("Let time run (Space)"))
        self.play.update()
        self.pace.offer(tuple((f"{rate:g}", f"{rate:g}×") for rate in RATES), f"{replay.rate:g}")
        self.back.setEnabled(past)
        self.after.setEnabled(not replay.today)
        self.slider.show_day(
            replay.begin,
            replay.end,
            moment,
            replay.gaps,
            empty=replay.known and replay.span is None,
            past=past,
            zone=local(moment, policy).tzinfo or UTC,
        )
        self.slider.setAccessibleName(clock_time(moment, policy))
        self.slider.setToolTip(tr("Hatched: nobody recorded") if replay.gaps else "")

    def _tick(self) -> None:
        if self.isVisible():
            self.show_state()

    def retranslate(self) -> None:
        """Set the words again."""
        self.back.setText(tr("Back to now"))
        self.back.updateGeometry()
        self.close_button.name(tr("Close"))
        self.before.setAccessibleName(tr("The day before (PageUp)"))
        self.before.setToolTip(tr("The day before (PageUp)"))
        self.after.setAccessibleName(tr("The day after (PageDown)"))
        self.after.setToolTip(tr("The day after (PageDown)"))
        if self.isVisible():
            self.show_state()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Frame the past in its colour."""
        super().paintEvent(event)
        if self.replay.past:
            painter = QPainter(self)
            painter.fillRect(QRectF(0, 0, self.width(), theme.px(3)), theme.colour("past"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Escape comes back to now, then goes away."""
        if event.key() == Qt.Key.Key_Escape:
            if self.replay.past:
                self.replay.to_now()
            else:
                self.leave()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
