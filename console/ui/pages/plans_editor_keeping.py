"""How a plan being written comes into force and into files, and what happens where somebody else was quicker."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from console.core.floor.policy import Tone
from console.core.words import Said, say
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import Plan
from console.ui.i18n import tr
from console.ui.widgets.plan_strip import Way
from console.views.plan_draft import Draft, draft_of, draft_of_text, new_draft, with_id

if TYPE_CHECKING:
    from console.ui.pages.plans_editor import PlanEditor


class Keeping:
    """The plan as it stands in the book: which one, which version was read, what was sent and not yet answered.

    `first` is what the draft began as; `theirs` what somebody else kept since.
    """

    def __init__(self, editor: "PlanEditor") -> None:
        self._editor = editor
        self._shell = editor.shell
        self.plan: Plan | None = None
        self.version = 0
        self.first = new_draft(())
        self.theirs: Plan | None = None
        self._sent: PlanBody | None = None

    def open(self, plan: Plan | None) -> Draft:
        """Begin with a plan, None: a new one; return the draft, another than the plan in force where one was read."""
        in_book = None if plan is None else self._shell.book.get(Plan, plan.id)
        was_read = plan is not None and plan.version == (0 if in_book is None else in_book.version)
        self.plan, self.theirs, self._sent = in_book if was_read else plan, None, None
        self.version = 0 if plan is None else plan.version
        self.first = new_draft(self._shell.book.every(Plan)) if self.plan is None else draft_of(self.plan)
        return self.first if plan is None else draft_of(plan)

    @property
    def id(self) -> str:
        """Return the id of the plan kept, "" for a new one."""
        return "" if self.plan is None else self.plan.id

    @property
    def taken(self) -> dict[str, bool]:
        """Return the short names of the other plans, and whether each is in force."""
        plans = self._shell.book.every(Plan).values()
        return {plan.id: plan.withdrawn_at is None for plan in plans if plan.id != self.id}

    # -- into force ---------------------------------------------------------------------------------------------------

    def keep(self, name: str, body: PlanBody, draft: Draft) -> None:
        """Put a draft in force."""
        self._sent = body
        self._shell.doors.keep_plan(name, body, self.version, lambda why: self._was_kept(draft, why))

    def _was_kept(self, draft: Draft, why: Said | None) -> None:
        editor = self._editor
        if why is not None:
            self._sent = None
            self.follow_book()
            if self.theirs is None:
                editor.strip.ask(why, (editor.all_right(),), take_keys=True)
            else:
                self._ask_whose(self.theirs, take_keys=True)
            return
        self.first = draft
        editor.strip.quiet()
        self.follow_book()
        if self.plan is None:
            self.plan = self._shell.book.get(Plan, draft.id)
        editor.judge()
        self._shell.tell(say("The plan {plan} is in force.", plan=draft.name))
        editor.kept.emit()

    def follow_book(self) -> None:
        """See whether what was sent is in force, or somebody else has edited the plan meanwhile."""
        editor = self._editor
        name = self.id or (editor.draft.id if self._sent is not None else "")
        newest = self._shell.book.get(Plan, name) if name else None
        if newest is None or newest.version == self.version:
            return
        if self._sent is not None and newest.body == self._sent:
            self.plan, self.version, self._sent, self.theirs = newest, newest.version, None, None
            editor.judge()
        elif self.plan is not None and not editor.changed:
            editor.open_plan(newest)
        elif self.plan is not None and newest != self.theirs:
            self.theirs = newest
            self._ask_whose(newest)

    def _ask_whose(self, newest: Plan, *, take_keys: bool = False) -> None:
        ways = (
            Way(said=say("Look at the new text"), key="L", does=self.show_theirs),
            Way(said=say("Keep mine over it"), key="M", does=self.keep_over, kind="danger"),
            Way(said=say("Take the new text"), key="T", does=self.take_theirs),
        )
        said = say("{name} has edited this plan meanwhile.", name=newest.edited_by)
        self._editor.strip.ask(said, ways, take_keys=take_keys)

    def show_theirs(self) -> None:
        """Show what somebody else kept beside one's own text."""
        if self.theirs is not None:
            words = tr("As {name} kept it, version {version}", name=self.theirs.edited_by, version=self.theirs.version)
            self._editor.text.show_theirs(draft_of(self.theirs).text, words)
            self._editor.show_side("text")

    def keep_over(self) -> None:
        """Keep one's own text over that of somebody else."""
        if self._take_version():
            self._editor.keep()

    def take_theirs(self) -> None:
        """Go on from what somebody else kept; one's own text comes back with Ctrl+Z."""
        if self._take_version():
            self._editor.take(self.first)

    def _take_version(self) -> bool:
        if self.theirs is None:
            return False
        self.version, self.plan = self.theirs.version, self.theirs
        self.first, self.theirs = draft_of(self.theirs), None
        self._editor.text.show_theirs("", "")
        self._editor.strip.quiet()
        return True

    # -- files --------------------------------------------------------------------------------------------------------

    def ask_import(self) -> None:
        """Ask which file to read."""
        self._dialog(tr("Import a plan"), save=False, then=self.import_file)

    def ask_export(self) -> None:
        """Ask where to write."""
        self._dialog(tr("Export the plan"), save=True, then=self.export_file)

    def _dialog(self, title: str, *, save: bool, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._editor, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([tr("Plan (*.toml)")])
        if save:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("toml")
            dialog.selectFile(f"{self._editor.draft.id or 'plan'}.toml")
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.open()

    def import_file(self, path: Path) -> None:
        """Put the text of a file in the place of the draft; Ctrl+Z brings the draft back."""
        editor = self._editor

        def told(text: str | Said) -> None:
            if isinstance(text, Said):
                editor.strip.ask(text, (editor.all_right(),), take_keys=True)
                return
            read = draft_of_text(text, editor.draft)
            if self.plan is not None and read.broken is None and read.id != self.plan.id:
                read = with_id(read, self.plan.id)
            editor.take(read)
            editor.show_side("text")
            said = say("Read from {file}. Ctrl+Z brings back what stood here.", file=path.name)
            editor.strip.ask(said, (editor.all_right(),), tone=Tone.CALM)

        self._shell.doors.read_plan_text(path, told)

    def export_file(self, path: Path) -> None:
        """Write the draft as it stands to a file."""
        editor = self._editor

        def told(why: Said | None) -> None:
            if why is None:
                self._shell.tell(say("Written: {path}", path=str(path)))
            else:
                editor.strip.ask(why, (editor.all_right(),), take_keys=True)

        self._shell.doors.write_plan_text(path, editor.draft.text, told)
