"""What every section of the settings has: its words, the floor as it is now, and the policy being edited."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.work.policies import FLOOR, Policy, policy_in_force
from console.ui import theme
from console.ui.editing import Answer, Editing
from console.ui.shell import Shell
from console.ui.widgets.form import Entry, Texts


class Section(QWidget):
    """One section; `show_live` comes with every newest view of the floor while it is on screen."""

    wide = 860

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.texts = Texts()
        self._editing: Editing[FloorPolicy] = Editing(
            self, shell, FLOOR, _in_force, self._keep_policy, lambda: self.refresh(self.shell.live)
        )
        self._seen: FloorPolicy | None = None
        self._shown: object = None
        self.column = QVBoxLayout(self)
        margin = theme.px(16)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(theme.px(14))

    @property
    def policy(self) -> FloorPolicy:
        """Return the policy as edited here: what was sent stands until the floor has taken it, or taken another."""
        return self._editing.text(self.shell.live.policy)

    def _keep_policy(self, policy: FloorPolicy, version: int, answered: Answer) -> None:
        self.shell.doors.keep_policy(policy, version, answered)

    def change_policy(self, policy: FloorPolicy) -> None:
        """Put a changed policy in force."""
        if policy == self.policy:
            return
        self._seen = self.shell.live.policy
        self._editing.change(policy)
        self.show_live(self.shell.live)

    def show_live(self, view: FloorView) -> None:
        """Follow the floor; override `refresh` for what is shown."""
        if self._editing.wanted is not None and view.policy is not self._seen:
            self._editing.taken()
        self._editing.shown()
        shown = self.rests_on(view)
        if shown is None or shown != self._shown:
            self._shown = shown
            self.refresh(view)

    def rests_on(self, view: FloorView) -> object:  # noqa: ARG002  sections that know name what they show
        """Return what the section shows, so that views that change nothing of it cost nothing; None: anything."""
        return None

    def refresh(self, view: FloorView) -> None:
        """Show what is in force."""

    def open_at(self, what: str) -> None:
        """Go to something in this section."""

    def let_edit(self, *, may: bool) -> None:
        """Let what is in force be changed, or only be read."""
        self.setEnabled(may)

    def retranslate(self) -> None:
        """Set every text again."""
        self.texts.retranslate()
        for entry in self.findChildren(Entry):
            entry.retranslate()


def _in_force(book: Book) -> FloorPolicy | None:
    """Return the edited policy, None where it was never edited."""
    return None if book.get(Policy, FLOOR) is None else policy_in_force(book, FLOOR, FloorPolicy, FloorPolicy())
