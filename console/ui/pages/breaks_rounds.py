"""Meal rounds on the breaks page: proposed for a group and a window, changed by hand, published, taken back."""

from datetime import UTC

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.work.meal_records import PlanState
from console.ui import theme
from console.ui.i18n import joined, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.ask_reason import AskReason
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage
from console.ui.widgets.panel import Panel
from console.ui.widgets.rounds import Rounds
from console.ui.widgets.segments import Segments
from console.views.meal_rounds import RoundsBoard, next_window, rounds_board, standing_words, windows_of
from console.views.scope import shown_groups


class RoundsSide(Panel):
    """The group and window chosen, its plan, and what can be done with it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._group = shell.place("breaks.rounds")
        self._window = ""
        self._board = RoundsBoard()
        self._choices: tuple[tuple[str, str], ...] = ()
        self._reason: AskReason | None = None
        self.groups = QComboBox()
        self.groups.setMinimumWidth(theme.px(150))
        self.groups.activated.connect(self._choose_group)
        self.windows = Segments()
        self.windows.chosen.connect(self._choose_window)
        self.standing = Line(Type.BODY, "soft", shrinks=True)
        self.propose_button = KeyButton(key="P")
        self.propose_button.clicked.connect(self.propose)
        self.publish_button = KeyButton(kind="strong", key="Ctrl+↵")
        self.publish_button.clicked.connect(self.publish)
        self.withdraw_button = KeyButton()
        self.withdraw_button.clicked.connect(self.withdraw)
        self.rounds = Rounds()
        self.rounds.moved.connect(self._move)
        self.rounds.swapped.connect(self._swap)
        self.hint = QLabel()
        self.hint.setProperty("role", "faint")
        self.empty = EmptyPage("breaks")
        self.empty.button.clicked.connect(self.propose)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        for part in (self.groups, self.windows):
            head.addWidget(part)
        head.addWidget(self.standing, 1)
        for button in (self.withdraw_button, self.propose_button, self.publish_button):
            head.addWidget(button)
        scroll = QScrollArea()
        scroll.setWidget(self.rounds)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        self.rounds.setAutoFillBackground(False)
        self.rounds.went_to.connect(lambda x, y: scroll.ensureVisible(x, y, theme.px(100), theme.px(60)))
        board = QWidget()
        inner = QVBoxLayout(board)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(scroll, 1)
        inner.addWidget(self.hint)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(board)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(10))
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show the chosen group's plan as it stands."""
        groups = shown_groups(view, mine)
        choices = tuple((group.id, group.name) for group in groups)
        if self._group not in dict(choices) and choices:
            self._group = choices[0][0]
        if choices != self._choices:
            self._choices = choices
            self.groups.clear()
            for group, name in choices:
                self.groups.addItem(name, group)
            self.groups.setCurrentIndex(max(0, self.groups.findData(self._group)))
        windows = windows_of(book, self._group)
        if self._window not in dict(windows):
            self._window = next_window(view, book, self._group, at)
        self.windows.offer(windows, self._window)
        self._board = rounds_board(view, book, self._group, at)
        self.standing.say(joined(standing_words(self._board)))
        self.rounds.show_board(self._board, local(at, view.policy).tzinfo or UTC)
        self._turn(1 if self._board.plan else 0)
        self._show_buttons(has_windows=bool(windows))

    def _turn(self, side: int) -> None:
        """Show the board or the empty page; the keys go along."""
        if self._stack.currentIndex() == side:
            return
        at_hand = QApplication.focusWidget()
        inside = at_hand is not None and self.isAncestorOf(at_hand)
        self._stack.setCurrentIndex(side)
        if inside:
            (self.rounds if side else self.empty.button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_buttons(self, *, has_windows: bool) -> None:
        state = self._board.state
        self.propose_button.setVisible(bool(self._board.plan) and state is not PlanState.PUBLISHED)
        self.propose_button.setEnabled(has_windows)
        self.empty.button.setVisible(has_windows)
        self.publish_button.setVisible(state is PlanState.PROPOSED)
        self.withdraw_button.setVisible(self._board.editable)

    def _choose_group(self, place: int) -> None:
        self._group = self._choices[place][0]
        self._shell.keep_place("breaks.rounds", self._group)
        self._again()

    def _choose_window(self, window: str) -> None:
        self._window = window

    def _again(self) -> None:
        shell = self._shell
        preferences = shell.preferences
        mine = preferences.my_groups if preferences.only_mine else ()
        self.show_rows(shell.live, shell.book, shell.live_now(), mine)

    # -- what can be done ---------------------------------------------------------------------------------------------

    def propose(self) -> None:
        """Have rounds proposed; a plan not yet published is replaced."""
        if self._window and self._board.state is not PlanState.PUBLISHED:
            plan = self._board.plan if self._board.state is PlanState.PROPOSED else ""
            self._shell.doors.propose_meals(self._group, int(self._window), plan)

    def publish(self) -> None:
        """Tell everybody their round."""
        if self._board.state is PlanState.PROPOSED:
            self._shell.doors.publish_meals(self._board.plan)

    def withdraw(self) -> None:
        """Take the plan back."""
        if self._board.editable:
            self._shell.doors.withdraw_meals(self._board.plan)

    def _move(self, person: str, number: int) -> None:
        column = self._board.columns[number]
        if not column.full:
            self._shell.doors.move_to_round(self._board.plan, person, number)
            return
        if self._reason is None:
            self._reason = AskReason(self.window())
        plan = self._board.plan
        self._reason.ask(
            tr("This round is full"),
            tr("{most} may be away in it. One more needs a reason, which is journalled.", most=column.most),
            tr("Put in anyway"),
            lambda why: self._shell.doors.move_to_round(plan, person, number, why=why),
        )

    def _swap(self, person: str, other: str, number: int) -> None:
        self._shell.doors.move_to_round(self._board.plan, person, number, swap_with=other)

    @property
    def has_plan(self) -> bool:
        """Return whether there is a board to go about on."""
        return bool(self._board.plan)

    def key(self, event: QKeyEvent) -> bool:
        """Carry out what a key stands for here; return whether it does."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_P and not event.modifiers():
            self.propose()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and control:
            self.publish()
        else:
            return False
        return True

    def retranslate(self) -> None:
        """Set every text again."""
        self.groups.setAccessibleName(tr("Skill group"))
        self.rounds.setAccessibleName(tr("Meal rounds"))
        proposed = tr("Propose rounds")
        for button, words in (
            (self.propose_button, tr("Propose anew")),
            (self.publish_button, tr("Publish")),
            (self.withdraw_button, tr("Take back")),
        ):
            button.setText(words)
            button.updateGeometry()
        self.hint.setText(
            tr("Drag somebody into another round, or onto somebody to exchange them. Keys: arrows, Space, Shift+arrow.")
        )
        self.empty.show_words(
            tr("No meal rounds yet"),
            tr("Who eats when, for a whole group at once: proposed by the console, changed and published by you."),
            icon="breaks",
            button=f"{proposed}  P",
        )
        self._choices = ()
        self.rounds.update()
