"""Ask for a break on an agent's behalf: a few letters find the person, the kind stands beside; Enter asks."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from console.core.rules.break_policy import Minutes
from console.core.words import say
from console.ui import theme
from console.ui.finder import Hits
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.overlay import Overlay
from console.ui.widgets.segments import Segments
from console.views.finder import Found, find

LONGEST_MIN = 480


class AskFor(Overlay):
    """Who, which kind, how long; `then` gets the person's id, the kind's id and minutes (0: as usual)."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(560, 480))
        self._then: Callable[[str, str, Minutes], None] = lambda _person, _kind, _minutes: None
        self._among: Sequence[Found] = ()
        self._kind = ""
        self.title = Line(Type.TITLE)
        self.line = QLineEdit()
        self.line.setFont(theme.font(Type.ROW))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.kinds = Segments()
        self.kinds.chosen.connect(self._choose_kind)
        self.minutes = QLineEdit()
        self.minutes.setMaximumWidth(theme.px(120))
        self.minutes.returnPressed.connect(self._ask)
        self.minutes.textChanged.connect(lambda _typed: self._judge())
        self.problem = QLabel()
        self.problem.setProperty("role", "alarm")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.hits = Hits(hint=say("Who takes the break: a few letters of the name, or the number"))
        self.hits.taken.connect(self._take)
        self.go = KeyButton(key="↵", kind="strong")
        self.go.clicked.connect(self._ask)
        self.cancel = KeyButton(key="Esc")
        self.cancel.clicked.connect(self.close_card)
        how = QHBoxLayout()
        how.setSpacing(theme.px(10))
        how.addWidget(self.kinds)
        how.addWidget(self.minutes)
        how.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.go)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.line)
        self.column.addLayout(how)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.hits, 1)
        self.column.addLayout(buttons)

    def ask(
        self, people: Sequence[Found], kinds: tuple[tuple[str, str], ...], then: Callable[[str, str, Minutes], None]
    ) -> None:
        """Open with nobody found; a person's id is the `subject` of what was found."""
        self._then, self._among = then, people
        self._kind = self._kind if self._kind in dict(kinds) else kinds[0][0]
        self.kinds.offer(kinds, self._kind)
        self.title.say(tr("Ask for a break on somebody's behalf"))
        self.line.setPlaceholderText(tr("Name or number"))
        self.line.setAccessibleName(tr("Name or number"))
        self.minutes.setPlaceholderText(tr("usual minutes"))
        self.minutes.setAccessibleName(tr("Minutes"))
        self.minutes.clear()
        self.go.setText(tr("Ask"))
        self.cancel.setText(tr("Cancel"))
        for button in (self.go, self.cancel):
            button.updateGeometry()
        self.line.clear()
        self._search("")
        self.open(self.line)

    def _search(self, words: str) -> None:
        self.hits.show_found(list(find(words, self._among, 8)), searched=bool(words.strip()))
        self.go.setEnabled(bool(self.hits.found))

    def _choose_kind(self, kind: str) -> None:
        self._kind = kind

    def _take(self, place: int) -> None:
        if place < len(self.hits.found):
            self.hits.current = place
            self._ask()

    def _ask(self) -> None:
        minutes = self._judge()
        if minutes is None or not self.hits.found:
            (self.minutes if minutes is None else self.line).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        person = self.hits.found[self.hits.current].subject
        self.close_card()
        self._then(person, self._kind, minutes)

    def _judge(self) -> Minutes | None:
        """Return the minutes typed, 0 for none; None for what is no such number, said beneath."""
        typed = self.minutes.text().strip()
        minutes = int(typed) if typed.isdecimal() and len(typed) <= 4 else 0
        wrong = bool(typed) and not 0 < minutes <= LONGEST_MIN
        if wrong:
            self.problem.setText(
                tr("“{typed}” is no length: whole minutes from 1 to {most}.", typed=typed[:20], most=LONGEST_MIN)
            )
        self.problem.setVisible(wrong)
        if bool(self.minutes.property("wrong")) is not wrong:
            self.minutes.setProperty("wrong", wrong)
            self.minutes.style().polish(self.minutes)
        return None if wrong else minutes

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Arrows and Enter work from within the line."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.hits.step(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._ask()
                return True
        return super().eventFilter(watched, event)
