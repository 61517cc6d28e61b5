"""The steps of a run on a rail: how each stands, when, on which levers, and who was asked for it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.work.plan_records import StepState
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.answer_row import AnswerRow
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.views.plan_run_steps import AskedLine, LeverLine, StepLine

LEFT = 38
RAIL = 22
TOP = 9

_ROLE = {
    StepState.PENDING: "faint",
    StepState.DOING: "accent",
    StepState.STANDING: "calm",
    StepState.FAILED: "alarm",
    StepState.SKIPPED: "faint",
    StepState.RELEASING: "accent",
    StepState.RELEASED: "soft",
}


class _Words(QLabel):
    """Words that wrap."""

    def __init__(self, role: str, kind: Type = Type.BODY) -> None:
        super().__init__()
        self._kind = kind
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setFont(theme.font(kind))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def say(self, text: str) -> None:
        """Put another text; none takes no room."""
        if text != self.text():
            self.setText(text)
        if self.font() != theme.font(self._kind):
            self.setFont(theme.font(self._kind))
        self.setVisible(bool(text))


class StepItem(QWidget):
    """One step; it takes the focus as a whole, its buttons with Tab."""

    answered = Signal(str, str)
    took_focus = Signal(int)

    def __init__(self, line: StepLine) -> None:
        super().__init__()
        self.line = line
        self.last = False
        self._asked: list[tuple[Line, AnswerRow]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = _Words("", Type.STRONG)
        self.state = Line(Type.STRONG)
        self.times = _Words("soft", Type.SMALL)
        self.trouble, self.levers = _Words("warn"), _Words("soft")
        self.answers = AnswerRow()
        self.answers.answered.connect(self.answered)
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.title, 1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        self._people = QVBoxLayout()
        self._people.setSpacing(theme.px(4))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(LEFT), theme.px(TOP), theme.px(10), theme.px(TOP))
        column.setSpacing(theme.px(3))
        column.addLayout(head)
        column.addWidget(self.times)
        column.addWidget(self.trouble)
        column.addWidget(self.levers)
        column.addLayout(self._people)
        column.addWidget(self.answers)
        self.show_line(line)

    def show_line(self, line: StepLine) -> None:
        """Show the step as it now stands."""
        self.line = line
        title = f"{line.n + 1}  {render(line.said)}"
        self.title.say(title)
        self.state.say(render(line.words), _ROLE[line.state])
        noticed = tr("customers notice it") if line.visible else ""
        freed = render(line.freed) if line.freed is not None else ""
        times = dotted(noticed, *(render(each) for each in line.told), freed)
        self.times.say(times)
        self.trouble.say("" if line.trouble is None else render(line.trouble))
        self.levers.say("\n".join(lever_text(each) for each in line.levers))
        self._show_asked(line.asked)
        self.offer_answers()
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{render(line.words)} {times} {self.trouble.text()}")
        self.update()

    def offer_answers(self) -> None:
        """Show what may be said about this step while it is in hand, or where it failed."""
        shown = self.in_hand or self.line.state is StepState.FAILED
        self.answers.offer(self.line.answers if shown else ())

    @property
    def in_hand(self) -> bool:
        """Return whether the focus is here, on a button of it included."""
        at_hand = QApplication.focusWidget()
        return at_hand is not None and (at_hand is self or self.isAncestorOf(at_hand))

    def _show_asked(self, asked: tuple[AskedLine, ...]) -> None:
        while len(self._asked) > len(asked):
            for part in self._asked.pop():
                part.hide()
                part.deleteLater()
        while len(self._asked) < len(asked):
            words, row = Line(Type.BODY, "soft", shrinks=True), AnswerRow()
            row.answered.connect(self.answered)
            both = QHBoxLayout()
            both.setSpacing(theme.px(10))
            both.addWidget(words)
            both.addWidget(row, 1)
            self._people.addLayout(both)
            self._asked.append((words, row))
        for (words, row), person in zip(self._asked, asked, strict=True):
            words.say(dotted(person.name, render(person.word)), "ink" if person.answers else "soft")
            row.offer(person.answers)

    def rows(self) -> tuple[AnswerRow, ...]:
        """Return every row of answers of this step."""
        return (self.answers, *(row for _, row in self._asked))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Stand in the frame."""
        self.took_focus.emit(self.line.n)
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Leave the frame."""
        self.update()
        super().focusOutEvent(event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take the step in hand."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw ground, rail, the sign of the state, and the mark of what customers notice."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.line.at_hand:
            painter.setPen(QPen(theme.colour("accent"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("chosen"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        middle = QPointF(theme.px(RAIL), theme.px(TOP) + self.title.fontMetrics().height() / 2)
        radius = float(theme.px(6))
        painter.setPen(QPen(theme.colour("line"), 2))
        if self.line.n:
            painter.drawLine(QPointF(middle.x(), 0), QPointF(middle.x(), middle.y() - radius - 2))
        if not self.last:
            painter.drawLine(QPointF(middle.x(), middle.y() + radius + 2), QPointF(middle.x(), self.height()))
        paint_step(painter, middle, radius, self.line.state)
        if self.line.visible and self.line.state not in {StepState.RELEASED, StepState.SKIPPED}:
            paint_tone_mark(painter, QPointF(theme.px(7), middle.y()), theme.px(3), Tone.WARN)


def paint_step(painter: QPainter, middle: QPointF, radius: float, state: StepState) -> None:
    """Draw a state as shape and colour: to come hollow, at work half, standing a tick, failed a cross."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = theme.colour(_ROLE[state])
    x, y, r = middle.x(), middle.y(), radius
    full = state in {StepState.STANDING, StepState.FAILED}
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(colour if full else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(middle, r, r)
    around = QRectF(x - r, y - r, 2 * r, 2 * r)
    painter.setPen(QPen(theme.colour("sign" if full else _ROLE[state]), 1.6))
    if state in {StepState.STANDING, StepState.RELEASED}:
        tick = [QPointF(x - r * 0.45, y), QPointF(x - r * 0.1, y + r * 0.38), QPointF(x + r * 0.48, y - r * 0.36)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(tick))
    elif state is StepState.FAILED:
        reach = r * 0.38
        painter.drawLine(QPointF(x - reach, y - reach), QPointF(x + reach, y + reach))
        painter.drawLine(QPointF(x - reach, y + reach), QPointF(x + reach, y - reach))
    elif state is StepState.SKIPPED:
        painter.drawLine(QPointF(x - r * 0.45, y), QPointF(x + r * 0.45, y))
    elif state in {StepState.DOING, StepState.RELEASING}:
        painter.setBrush(colour)
        painter.drawPie(around, (90 if state is StepState.DOING else 270) * 16, -180 * 16)


def lever_text(lever: LeverLine) -> str:
    """Return a lever in words: what, found and wanted, how it stands."""
    wanted = render(lever.wanted)
    found = None if lever.found is None else render(lever.found)
    change = wanted if found in (None, wanted) else f"{found} → {wanted}"
    return f"{render(lever.on)}:  {dotted(change, render(lever.state))}"


class StepRail(QWidget):
    """All steps of a run, one under the other; arrows go from one to the next."""

    answered = Signal(str, str)
    took_focus = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.items: list[StepItem] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_steps(self, steps: tuple[StepLine, ...]) -> None:
        """Show the steps as they stand; one that did not change is not touched."""
        while len(self.items) > len(steps):
            item = self.items.pop()
            item.hide()
            item.deleteLater()
        for n, line in enumerate(steps):
            if n == len(self.items):
                item = StepItem(line)
                item.answered.connect(self.answered)
                item.took_focus.connect(self._took)
                self._column.addWidget(item)
                self.items.append(item)
            elif line != self.items[n].line:
                self.items[n].show_line(line)
            self.items[n].last = n == len(steps) - 1

    def line_up(self, after: QWidget) -> None:
        """Let Tab go from a widget before to every step and its buttons; widgets made later know no place of theirs."""
        for item in self.items:
            for widget in (item, *(button for row in item.rows() for button in row.buttons)):
                QWidget.setTabOrder(after, widget)
                after = widget

    def _took(self, n: int) -> None:
        for item in self.items:
            item.offer_answers()
        self.took_focus.emit(n)

    def in_hand(self) -> StepItem | None:
        """Return the step with the focus, its buttons included."""
        return next((item for item in self.items if item.in_hand), None)

    def retranslate(self) -> None:
        """Set every text again."""
        for item in self.items:
            item.show_line(item.line)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go up and down."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        at_hand = self.in_hand()
        if step is None or at_hand is None:
            super().keyPressEvent(event)
            return
        place = min(max(self.items.index(at_hand) + step, 0), len(self.items) - 1)
        self.items[place].setFocus(Qt.FocusReason.TabFocusReason)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of all steps at this width."""
        layout = self.layout()
        assert layout is not None
        return QSize(theme.px(360), layout.totalHeightForWidth(self.width() or theme.px(360)))
