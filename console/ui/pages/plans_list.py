"""The plans page, plans: every plan and how it stands; begun by hand, edited, taken out, in and out of files."""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from console.core.floor.model import Instant
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.preferences import actor_of
from console.core.words import Said, say
from console.core.work.plan_records import Plan, PlanRun
from console.core.work.plan_text import known_of, read_plan, write_plan
from console.core.work.policies import why_not_edit
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages.plans_start import StartForm
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.answer_row import AnswerRow
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage
from console.ui.widgets.panel import Panel
from console.ui.widgets.plan_tables import plan_table
from console.views.plans import plan_rows
from console.views.todo import Action

BEGIN = Action(key="begin", label=say("Begin by hand"), shortcut="B", kind="danger")
REHEARSE = Action(key="rehearse", label=say("Rehearse"), shortcut="R")
EDIT = Action(key="edit", label=say("Edit"), shortcut="E")
NEW = Action(key="new", label=say("New plan"), shortcut="N")
WITHDRAW = Action(key="withdraw", label=say("Take out of force"), shortcut="W")
IMPORT = Action(key="import", label=say("Import…"), shortcut="I")
EXPORT = Action(key="export", label=say("Export…"), shortcut="X")
EDITING = frozenset({EDIT.key, NEW.key, WITHDRAW.key, IMPORT.key})
"""What changes plans: for who may not it is shown, and said who may."""
SURE = (
    Action(key="yes", label=say("Take it out of force"), shortcut="Y", kind="danger"),
    Action(key="no", label=say("Keep it"), shortcut="N"),
)


class PlanList(QWidget):
    """The table above; the form that begins one, or the question before one is taken out of force, beneath."""

    edit_asked = Signal(object)
    begun = Signal(str, str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._doubtful: Plan | None = None
        self._dialog: QFileDialog | None = None
        self.actions_row = AnswerRow()
        self.actions_row.answered.connect(lambda key, _why: self.do(key))
        self.actions_row.barred.connect(self._told)
        self.who = Line(Type.BODY, "faint", shrinks=True)
        self.table = plan_table(lambda: shell.live.policy)
        self.table.opened.connect(lambda _plan: self.do("begin"))
        self.table.chosen.connect(lambda _plan: self._offer())
        self.doubt = Line(Type.STRONG, "warn", shrinks=True)
        self.sure = AnswerRow()
        self.sure.answered.connect(self._withdraw)
        self.form = StartForm(shell)
        self.form.hide()
        self.form.closed.connect(self.close_form)
        self.form.begun.connect(self._begun)
        self.empty = EmptyPage("plans")
        self.empty.button.clicked.connect(lambda: self.do("new"))
        self._lay_out()

    def _lay_out(self) -> None:
        panel = Panel()
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(1, theme.px(10), 1, theme.px(8))
        inner.setSpacing(theme.px(8))
        for part in (self.actions_row, self.who):
            row = QHBoxLayout()
            row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
            row.addWidget(part)
            inner.addLayout(row)
        inner.addWidget(self.table, 1)
        self._question = Panel()
        asked = QHBoxLayout(self._question)
        asked.setContentsMargins(theme.px(14), theme.px(8), theme.px(12), theme.px(8))
        asked.setSpacing(theme.px(14))
        asked.addWidget(self.doubt, 1)
        asked.addWidget(self.sure)
        self._question.hide()
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(panel, 4)
        column.addWidget(self._question)
        column.addWidget(self.form, 5)
        self._full = full
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def show_rows(self, view: FloorView, book: Book, at: Instant, past: tuple[PlanRun, ...]) -> None:
        """Show every plan as it stands."""
        rows = plan_rows(view, book, at, past)
        self._stack.setCurrentWidget(self._full if rows else self.empty)
        self.table.rows.show_rows(rows)
        if rows and not self.table.current_key():
            self.table.choose(rows[0].id)
        self._offer()

    def tick(self) -> None:
        """Let the open rehearsal follow the floor."""
        self.form.tick()

    def _offer(self) -> None:
        plan = self.chosen
        if plan is None:
            told: tuple[Action, ...] = (NEW, IMPORT)
        elif plan.withdrawn_at is not None:
            told = (EDIT, NEW, IMPORT, EXPORT)
        else:
            told = (BEGIN, REHEARSE, EDIT, NEW, WITHDRAW, IMPORT, EXPORT)
        refusal = self._why_not_edit()
        self.actions_row.offer(tuple(replace(each, why_not=refusal) if each.key in EDITING else each for each in told))
        self.who.say("" if refusal is None else render(refusal))
        self.who.setVisible(refusal is not None)
        self.empty.button.setEnabled(refusal is None)
        self.empty.button.setToolTip(self.who.text())

    def _why_not_edit(self) -> Said | None:
        return why_not_edit(actor_of(self._shell.preferences, "").role)

    @property
    def chosen(self) -> Plan | None:
        """Return the plan in hand."""
        return self._shell.book.get(Plan, self.table.current_key())

    # -- what is done -------------------------------------------------------------------------------------------------

    def do(self, what: str) -> None:
        """Do what a button or its key says with the plan in hand."""
        plan = self.chosen
        refusal = self._why_not_edit() if what in EDITING else None
        if refusal is not None:
            self._told(refusal)
        elif what == "new":
            self.edit_asked.emit(None)
        elif what == "import":
            self._ask_file(tr("Import a plan"), "")
        elif plan is None:
            return
        elif what == "edit":
            self.edit_asked.emit(plan)
        elif what == "export":
            self._ask_file(tr("Export a plan"), plan.id)
        elif what == "withdraw" and plan.withdrawn_at is None:
            self._ask_sure(plan)
        elif what in {"begin", "rehearse"} and plan.withdrawn_at is None:
            self.begin(plan.id)
            if what == "rehearse":
                self.form.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, plan: str = "", subject: str = "") -> None:
        """Open the form that begins a plan by hand, the one in hand where none is named."""
        self._close_question()
        chosen = self.chosen
        at_hand = chosen.id if chosen is not None and chosen.withdrawn_at is None else ""
        self.form.open_for(plan or at_hand, subject)

    def close_form(self) -> None:
        """Close the form that begins a plan."""
        self.form.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begun(self, plan: str, subject: str) -> None:
        self.close_form()
        self.begun.emit(plan, subject)

    def _ask_sure(self, plan: Plan) -> None:
        self._doubtful = plan
        self.form.hide()
        self._say_doubt()
        self._question.show()
        self.sure.buttons[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_doubt(self) -> None:
        if self._doubtful is not None:
            self.doubt.say(tr("Take {plan} out of force? A run of it goes on.", plan=self._doubtful.body.name))
            self.sure.offer(SURE)

    def _withdraw(self, answer: str, _why: str) -> None:
        plan = self._doubtful
        self._close_question()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if plan is not None and answer == "yes":
            self._shell.doors.withdraw_plan(plan.id, plan.version, self._told)

    def _close_question(self) -> None:
        self._doubtful = None
        self._question.hide()

    def _told(self, refusal: Said | None) -> None:
        if refusal is not None:
            self._shell.tell(refusal, Tone.WARN)

    # -- files --------------------------------------------------------------------------------------------------------

    def _ask_file(self, title: str, plan: str) -> None:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([tr("Plan (*.toml)")])
        if plan:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("toml")
            dialog.selectFile(f"{plan}.toml")
            dialog.fileSelected.connect(lambda path: self.export(plan, Path(path)))
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.fileSelected.connect(lambda path: self.read(Path(path)))
        self._dialog = dialog
        dialog.open()

    def export(self, plan_id: str, path: Path) -> None:
        """Write a plan's text to a file and say what came of it."""
        plan = self._shell.book.get(Plan, plan_id)
        if plan is None:
            return

        def told(trouble: Said | None) -> None:
            if trouble is None:
                self._shell.tell(say("Written: {path}", path=str(path)))
            else:
                self._shell.tell(trouble, Tone.WARN)

        self._shell.doors.write_plan_text(path, write_plan(plan.id, plan.body), told)

    def read(self, path: Path) -> None:
        """Read a plan's file into the editor, where it is kept or thrown away; one that cannot be read is said."""

        def told(text: str | Said) -> None:
            if isinstance(text, Said):
                self._shell.tell(text, Tone.WARN)
                return
            view = self._shell.live
            reading = read_plan(text, known_of(view.policy, frozenset(view.queues)))
            if reading.body is None:
                fault = reading.faults[0]
                said = say("{file}, line {line}: {why}", file=path.name, line=fault.line, why=fault.said)
                self._shell.tell(said, Tone.WARN)
                return
            before = self._shell.book.get(Plan, reading.id)
            version = 0 if before is None else before.version
            self.edit_asked.emit(Plan(id=reading.id, version=version, body=reading.body, edited_at=0.0, edited_by=""))

        self._shell.doors.read_plan_text(path, told)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key says; return whether it says anything here."""
        if self._doubtful is not None:
            if event.key() == Qt.Key.Key_Escape:
                self._withdraw("no", "")
                return True
            return self.sure.by_key(event)
        if event.key() == Qt.Key.Key_Escape and self.form.isVisible():
            self.close_form()
            return True
        return not event.modifiers() and self.actions_row.by_key(event)

    def main_widget(self) -> QWidget:
        """Return where the keys go first."""
        return self.table if self.table.rows.rows else self.empty.button

    def retranslate(self) -> None:
        """Set every text again."""
        self.empty.show_words(
            tr("There is no plan yet"),
            tr("A plan says what is done at once when too many wait: write one, or import one from a file."),
            icon="plans",
            button=tr("New plan"),
        )
        self.table.setAccessibleName(tr("Plans"))
        self.table.measure()
        self._offer()
        self._say_doubt()
        self.form.retranslate()
