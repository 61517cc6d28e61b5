"""Beginning a plan by hand: which, for whom, why, and before it what exactly would be set on which object."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from console.core.preferences import actor_of
from console.core.words import Said, say
from console.core.work.plan_records import Plan
from console.core.work.plan_rehearsal import RehearsedStep
from console.core.work.plan_rights import why_not
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.form import Choice
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.rehearsal import RehearsalTable
from console.views.plan_words import held_words
from console.views.plans import subjects_for

AGAIN_S = 10.0


class StartForm(Panel):
    """Plan, subject and reason; the rehearsal follows them, and the button begins it."""

    closed = Signal()
    begun = Signal(str, str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._steps: tuple[RehearsedStep, ...] | Said | None = None
        self._refusal: Said | None = None
        self._asked = 0
        self._rehearsed_at = 0.0
        self._waits = False
        self.title = Line(Type.TITLE)
        self.plans, self.subjects = Choice(), Choice()
        self.plans.picked.connect(lambda _plan: self._choose_plan())
        self.subjects.picked.connect(lambda _subject: self._rehearse())
        self.why = QLineEdit()
        self.why.returnPressed.connect(self.begin)
        self.said = Line(Type.STRONG, "warn", shrinks=True)
        self.table = RehearsalTable()
        self.start = KeyButton(key="Ctrl+↵", kind="danger")
        self.start.clicked.connect(self.begin)
        self.close_button = KeyButton(key="Esc")
        self.close_button.clicked.connect(self.closed)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        row.addWidget(self.title)
        row.addWidget(self.plans)
        row.addWidget(self.subjects)
        row.addWidget(self.why, 1)
        row.addWidget(self.start)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, theme.px(10), 1, theme.px(8))
        column.setSpacing(theme.px(8))
        for layout in (row,):
            layout.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
            column.addLayout(layout)
        told = QHBoxLayout()
        told.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        told.addWidget(self.said, 1)
        column.addLayout(told)
        column.addWidget(self.table, 1)

    # -- which, for whom ----------------------------------------------------------------------------------------------

    def open_for(self, plan: str = "", subject: str = "") -> None:
        """Open with a plan chosen; the subject in the worst state comes first."""
        plans = self._in_force()
        self.plans.offer(tuple((each.id, each.body.name) for each in plans), plan or (plans[0].id if plans else ""))
        self.why.clear()
        self._choose_plan(subject)
        self.show()
        self.plans.setFocus(Qt.FocusReason.OtherFocusReason)

    def _in_force(self) -> list[Plan]:
        plans = [plan for plan in self._shell.book.every(Plan).values() if plan.withdrawn_at is None]
        return sorted(plans, key=lambda plan: (plan.body.name, plan.id))

    @property
    def plan(self) -> Plan | None:
        """Return the plan chosen, as it stands in the book."""
        return self._shell.book.get(Plan, str(self.plans.currentData() or ""))

    @property
    def subject(self) -> str:
        """Return for whom."""
        return str(self.subjects.currentData() or "")

    def _choose_plan(self, subject: str = "") -> None:
        plan = self.plan
        found = () if plan is None else subjects_for(self._shell.live, plan)
        first = found[0][0] if found else ""
        wanted = subject if subject in dict(found) else first
        self.subjects.clear()
        self.subjects.offer(tuple((key, render(words)) for key, words in found), wanted)
        self.subjects.setEnabled(len(found) > 1)
        self._rehearse()

    # -- what it would set --------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Look again at what stands there now, while it is open."""
        if self.isVisible() and not self._waits and self._shell.live_now() - self._rehearsed_at >= AGAIN_S:
            self._ask()

    def _rehearse(self) -> None:
        self._steps, self._refusal = None, None
        self.table.show_steps(None)
        self._ask()
        self._say()

    def _ask(self) -> None:
        plan, subject = self.plan, self.subject
        if plan is None or not subject:
            self._steps = say("This floor has nobody this plan stands for.")
            self.table.show_steps(self._steps)
            return
        self._asked += 1
        number = self._asked
        self._waits = True

        def told(steps: tuple[RehearsedStep, ...] | Said) -> None:
            if number == self._asked:
                self._waits = False
                self._rehearsed_at = self._shell.live_now()
                self._steps = steps
                self.table.show_steps(steps, self._shell.book, self._shell.live)
                self._say()

        self._shell.doors.rehearse(plan, subject, told)

    def _held(self) -> Said | None:
        steps = self._steps if isinstance(self._steps, tuple) else ()
        held = [(each.lever, holder) for step in steps for each in step.sets for holder in each.holders]
        return held_words(tuple(held), self._shell.book) if held else None

    def _may_not(self) -> Said | None:
        plan = self.plan
        if plan is None or not self.subject:
            return None
        by = actor_of(self._shell.preferences, tr("You"))
        return why_not(by, plan.body.decide, self._shell.live, self.subject)

    def _say(self) -> None:
        may_not, held = self._may_not(), self._held()
        told = may_not or self._refusal or held
        self.said.say("" if told is None else render(told))
        self.said.setVisible(told is not None)
        anyway = held is not None or _names_a_holder(self._refusal)
        self.start.setText(tr("Begin anyway") if anyway else tr("Begin"))
        self.start.setEnabled(may_not is None and self.plan is not None and bool(self.subject))
        self.start.updateGeometry()

    # -- beginning ----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin it; over somebody else's hold where the form has said so."""
        plan, subject = self.plan, self.subject
        if plan is None or not subject or not self.start.isEnabled():
            return
        anyway = self._held() is not None or _names_a_holder(self._refusal)

        def told(refusal: Said | None) -> None:
            if refusal is None:
                self.begun.emit(plan.id, subject)
                return
            self._refusal = refusal
            self._say()

        self._shell.doors.start_plan(plan.id, subject, told, anyway=anyway, why=self.why.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Ctrl+Enter begins, Escape closes."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.begin()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif self.why.hasFocus():
            event.accept()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Set every text again."""
        self.title.say(tr("Begin by hand"))
        self.plans.setAccessibleName(tr("Plan"))
        self.subjects.setAccessibleName(tr("For whom"))
        for setter in (self.why.setPlaceholderText, self.why.setAccessibleName):
            setter(tr("Reason (goes into the report)"))
        self.close_button.setText(tr("Close"))
        self.close_button.updateGeometry()
        self.table.retranslate()
        if self.isVisible():
            current = self.subject
            self._choose_plan(current)
        self._say()


def _names_a_holder(refusal: Said | None) -> bool:
    return refusal is not None and "holder" in refusal.values
