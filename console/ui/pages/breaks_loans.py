"""Seats that are lent 借调, on the breaks page: who helps where until when; lent longer, or taken back, by key."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from console.core.floor.model import Instant
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.panel import Panel
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.lending import LoanRow, loan_rows
from console.views.typed_time import read_moment
from console.views.words import DASH, clock

COLUMNS = (
    Column(key="name", head=say("Name"), wide=130, share=2, strong=True, sorts=False),
    Column(key="group", head=say("Skill group"), wide=110, share=1, sorts=False, gives_way=3),
    Column(key="to", head=say("Helps in"), wide=140, share=2, sorts=False),
    Column(key="left", head=say("Leaves meanwhile"), wide=130, share=2, sorts=False, gives_way=2),
    Column(key="since", head=say("Since"), wide=64, right=True, sorts=False),
    Column(key="until", head=say("Until"), wide=64, right=True, sorts=False),
    Column(key="rest", head=say("Time left"), wide=96, right=True, sorts=False),
    Column(key="by", head=say("Lent by"), wide=90, share=1, sorts=False, gives_way=1),
    Column(key="trouble", head=say("Refused"), wide=80, share=2, sorts=False),
)


class LoanDelegate(RowDelegate[LoanRow]):
    """Draws what is over its time, or refused by the ACD, with its mark."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: LoanRow, column: Column, text: str) -> None:
        """Draw a cell."""
        told = (column.key == "rest" and row.tone is Tone.WARN) or (column.key == "trouble" and row.trouble)
        if told:
            wide = painter.fontMetrics().horizontalAdvance(text) if column.right else inner.width() - theme.px(14)
            x = max(float(inner.left()), inner.right() - wide - theme.px(10))
            paint_tone_mark(painter, QPointF(x, inner.center().y() + 0.5), theme.px(4), row.tone)
            rest = inner.adjusted(theme.px(14), 0, 0, 0)
            paint_text(painter, rest, text, role=theme.tone_role(row.tone), kind=Type.STRONG, right=column.right)
        elif column.strong:
            paint_text(painter, inner, text, kind=Type.STRONG)
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


class LoanList(Panel):
    """The list; E asks until when, X takes back, Enter opens the agent."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._asking = ""
        self.count = Line(Type.BODY, "soft")
        self.extend_button, self.back_button = KeyButton(key="E"), KeyButton(key="X")
        self.extend_button.clicked.connect(self.ask_until)
        self.back_button.clicked.connect(self.take_back)
        self.table: RowTable[LoanRow] = RowTable(COLUMNS, lambda row: row.id, self._text, LoanDelegate())
        self.table.opened.connect(self._to_agent)
        self.table.chosen.connect(lambda _loan: self._close())
        self.until = QLineEdit()
        self.until.setMaximumWidth(theme.px(320))
        self.until.returnPressed.connect(self._extend)
        self.until.textEdited.connect(lambda _typed: self._say_problem(""))
        self.problem = QLabel()
        self.problem.setProperty("role", "alarm")
        self.problem.setWordWrap(True)
        self.nothing = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self._close()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, theme.px(10), 1, theme.px(6))
        column.setSpacing(theme.px(8))
        head, beneath = QHBoxLayout(), QHBoxLayout()
        for row in (head, beneath):
            row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
            row.setSpacing(theme.px(12))
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.extend_button)
        head.addWidget(self.back_button)
        beneath.addWidget(self.until, 1)
        beneath.addWidget(self.problem, 1)
        column.addLayout(head)
        column.addLayout(beneath)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignHCenter)

    def _text(self, row: LoanRow, key: str) -> str:
        shell = self._shell
        if key in {"since", "until"}:
            return local(row.lent_at if key == "since" else row.until, shell.live.policy).strftime("%H:%M")
        if key == "rest":
            rest = row.until - shell.live_now()
            return clock(rest) if rest >= 0 else f"+{clock(-rest)}"
        return str(getattr(row, key)) or (DASH if key == "left" else "")

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show who is lent as it stands."""
        rows = loan_rows(view, book, at, mine)
        self.table.rows.show_rows(rows)
        self.count.say(tr("{count} lent", count=len(rows)))
        self.nothing.setVisible(not rows)
        for button in (self.extend_button, self.back_button):
            button.setEnabled(bool(rows))
        if self._asking and self._asking not in {row.id for row in rows}:
            self._close()
        self.table.viewport().update()

    def _row(self) -> LoanRow | None:
        key = self.table.current_key()
        if not key and self.table.rows.rows:
            key = self.table.rows.rows[0].id
            self.table.choose(key)
        return next((row for row in self.table.rows.rows if row.id == key), None)

    def take_back(self) -> None:
        """Take the seat at hand back now."""
        row = self._row()
        if row is not None:
            self._shell.doors.end_loan(row.id)

    def ask_until(self) -> None:
        """Ask until when the seat at hand shall be lent."""
        row = self._row()
        if row is None:
            return
        self._asking = row.id
        self.until.setPlaceholderText(
            tr("{name} until: 15:30, or minutes from now; Enter sends, Esc closes", name=row.name)
        )
        self.until.setAccessibleName(self.until.placeholderText())
        self.until.clear()
        self._say_problem("")
        self.until.show()
        self.until.setFocus(Qt.FocusReason.OtherFocusReason)

    def _extend(self) -> None:
        loan, typed = self._asking, self.until.text()
        if not loan or not typed.strip():
            return
        until = read_moment(typed, self._shell.live.policy, self._shell.live_now())
        if isinstance(until, Said):
            self._say_problem(render(until))
            return
        self._shell.doors.extend_loan(loan, until, lambda refusal: self._answered(loan, refusal))

    def _answered(self, loan: str, refusal: Said | None) -> None:
        if loan != self._asking:
            return
        if refusal is None:
            self._close()
        else:
            self._say_problem(render(refusal))

    def _say_problem(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.until.setAccessibleDescription(words)

    def _close(self) -> None:
        inside = self.until.hasFocus()
        self._asking = ""
        self.until.hide()
        self._say_problem("")
        if inside:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_agent(self, loan: str) -> None:
        row = next((row for row in self.table.rows.rows if row.id == loan), None)
        if row is not None:
            self._shell.go("agents", f"agent:{row.interface}")

    def key(self, event: QKeyEvent) -> bool:
        """Carry out what a key stands for here; return whether it does."""
        if event.key() == Qt.Key.Key_Escape and self._asking:
            self._close()
        elif event.modifiers() or self.until.hasFocus():
            return False
        elif event.key() == Qt.Key.Key_E:
            self.ask_until()
        elif event.key() == Qt.Key.Key_X:
            self.take_back()
        else:
            return False
        return True

    def retranslate(self) -> None:
        """Set every text again."""
        self.table.setAccessibleName(tr("Seats that are lent"))
        for button, words in ((self.extend_button, tr("Until…")), (self.back_button, tr("Take the seat back"))):
            button.setText(words)
            button.updateGeometry()
        self.nothing.say(tr("Nobody is lent. A seat is lent from the agent table, with Ctrl+J."))
