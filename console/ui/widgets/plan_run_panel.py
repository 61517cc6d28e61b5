"""One run of a plan: what it asks and the answers, the figures since it fired, its steps on their rail."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.answer_row import AnswerRow
from console.ui.widgets.button import KeyButton
from console.ui.widgets.day_curve import Curve, CurveDrawing
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel, paint_card
from console.ui.widgets.plan_figures import PlanFigures
from console.ui.widgets.plan_rail import StepRail
from console.views.plan_run import RunSheet

_EDGE = {Tone.CALM: "line", Tone.WARN: "warn_line", Tone.ALARM: "alarm_line"}
NARROW = 700


class _Box(QWidget):
    """What the run asks, on a ground of its own."""

    tone = Tone.CALM

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the card in its tone."""
        paint_card(QPainter(self), QRectF(self.rect()), ground="ground", line=_EDGE[self.tone])


class RunPanel(Panel):
    """The run in hand; `answered` carries the word of `ui.plan_doors` and what was typed with it."""

    answered = Signal(str, str)
    report_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sheet: RunSheet | None = None
        self._order: tuple[QWidget, ...] = ()
        self.title = Line(Type.HEADLINE, shrinks=True)
        self.state = Line(Type.STRONG)
        self.head = Line(Type.BODY, "soft", shrinks=True)
        self.report = KeyButton(key="R")
        self.report.clicked.connect(self.report_asked)
        self.asks, self.note = _label(), Line(Type.BODY, "soft", shrinks=True)
        self.refusal = Line(Type.BODY, "warn", shrinks=True)
        self.refusal.hide()
        self.answers = AnswerRow()
        self.answers.answered.connect(self.answered)
        self.figures_title, self.steps_title = Line(Type.TITLE), Line(Type.TITLE)
        self.people_words, self.wait_words = Line(Type.SMALL, "accent"), Line(Type.SMALL, "warn")
        self.without_words, self.trouble = Line(Type.SMALL, "soft"), Line(Type.SMALL, "soft", shrinks=True)
        self.figures = PlanFigures()
        self.drawing = CurveDrawing()
        self.drawing.setMinimumHeight(theme.px(150))
        self.steps = StepRail()
        self.steps.answered.connect(self.answered)
        self.steps.took_focus.connect(self._into_sight)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(14))
        top.addWidget(self.title, 1)
        top.addWidget(self.state)
        top.addWidget(self.report)
        self._box = _Box()
        box = QVBoxLayout(self._box)
        box.setContentsMargins(theme.px(12), theme.px(9), theme.px(12), theme.px(10))
        box.setSpacing(theme.px(7))
        for part in (self.asks, self.note, self.answers, self.refusal):
            box.addWidget(part)
        self._left, self._right = QWidget(), QWidget()
        left, right = QVBoxLayout(self._left), QVBoxLayout(self._right)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.px(6))
        left.addWidget(self.steps_title)
        left.addWidget(self.steps)
        left.addStretch(1)
        right.addWidget(self.figures_title)
        right.addWidget(self.figures)
        right.addWidget(self.trouble)
        right.addSpacing(theme.px(8))
        legend = QHBoxLayout()
        legend.setSpacing(theme.px(12))
        legend.addWidget(self.people_words)
        legend.addWidget(self.wait_words)
        legend.addWidget(self.without_words)
        legend.addStretch(1)
        right.addLayout(legend)
        right.addWidget(self.drawing, 1)
        body = QWidget()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        self._body.setContentsMargins(0, 0, theme.px(6), 0)
        self._body.setSpacing(theme.px(22))
        self._body.addWidget(self._left, 11)
        self._body.addWidget(self._right, 10)
        self.room = QScrollArea()
        self.room.setWidget(body)
        self.room.setWidgetResizable(True)
        self.room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.room.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(15), theme.px(12), theme.px(9), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.head)
        column.addWidget(self._box)
        column.addSpacing(theme.px(2))
        column.addWidget(self.room, 1)

    def show_sheet(self, sheet: RunSheet, curve: Curve, trouble: Said | None = None) -> None:
        """Show the run as it stands, and the curve of whom it is about; `trouble`: why nobody can tell what else."""
        another = self.sheet is None or self.sheet.id != sheet.id
        self.sheet = sheet
        self.title.say(dotted(sheet.name, render(sheet.subject)))
        self.state.say(render(sheet.words), theme.tone_role(sheet.tone, calm="calm"))
        self.head.say(dotted(*(render(each) for each in sheet.head)))
        asks = sheet.asks if sheet.not_mine is None else sheet.not_mine
        self.asks.setText("" if asks is None else render(asks))
        self.asks.setVisible(asks is not None)
        self.note.say("" if sheet.note is None else render(sheet.note))
        self.note.setVisible(sheet.note is not None)
        self.answers.offer(sheet.answers)
        self._box.setVisible(bool(asks or sheet.note or sheet.answers))
        if self._box.tone is not sheet.tone:
            self._box.tone = sheet.tone
            self._box.update()
        self.figures_title.say(tr("What it does to the wait"))
        self.steps_title.say(tr("Steps {done} of {all}", done=sheet.done, all=len(sheet.steps)))
        self.figures.show_figures(sheet.figures)
        self.steps.show_steps(sheet.steps)
        self.drawing.show_curve(curve)
        self.without_words.setVisible(bool(curve.expected))
        self.trouble.say("" if trouble is None else tr("Without the plan: {why}", why=trouble))
        self.trouble.setVisible(trouble is not None)
        self.setAccessibleName(self.title.text())
        self._line_up()
        if another:
            self.refuse(None)
            self.answers.close_words()
            self.room.verticalScrollBar().setValue(0)

    def _line_up(self) -> None:
        """Let Tab go through answers and steps in the order seen, whenever there are other ones."""
        rows = (self.answers, *(row for item in self.steps.items for row in item.rows()))
        buttons = tuple(button for row in rows for button in row.buttons)
        order = (*self.steps.items, *buttons)
        if order == self._order:
            return
        self._order = order
        after: QWidget = self.report
        for button in self.answers.buttons:
            QWidget.setTabOrder(after, button)
            after = button
        self.steps.line_up(after)

    def refuse(self, said: Said | None) -> None:
        """Say why the last answer was not taken, until the next one; None: it was."""
        self.refusal.say("" if said is None else render(said))
        self.refusal.setVisible(said is not None)

    def by_key(self, event: QKeyEvent) -> bool:
        """Give the answer a key stands for: of the step in hand, of the run, of a step that waits."""
        at_hand = self.steps.in_hand()
        rows = list(at_hand.rows()) if at_hand is not None else []
        rows.append(self.answers)
        rows.extend(row for item in self.steps.items for row in item.rows())
        return any(row.by_key(event) for row in rows)

    def main_widget(self) -> QWidget:
        """Return where the keys go first: the likeliest answer, else the first step."""
        if self.answers.buttons and not self.answers.isHidden():
            return self.answers.buttons[0]
        return self.steps.items[0] if self.steps.items else self.report

    def _into_sight(self, n: int) -> None:
        self._line_up()
        self.room.ensureWidgetVisible(self.steps.items[n], 0, theme.px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Put the figures beneath the steps where there is no room beside them."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() != wanted:
            self._body.setDirection(wanted)

    def retranslate(self) -> None:
        """Set every text again."""
        self.report.setText(tr("Report"))
        self.report.updateGeometry()
        self.people_words.say("━ " + tr("people waiting"))
        self.wait_words.say("─ " + tr("average wait (s)"))
        self.without_words.say("╌ " + tr("without the plan"))
        self.steps.retranslate()
        self.figures.retranslate()
        self.drawing.redraw()


def _label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.font(Type.STRONG))
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
