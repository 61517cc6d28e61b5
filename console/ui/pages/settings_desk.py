"""This desk: who sits here, language, look, sound and quiet, the wall."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from console.core.floor.view import FloorView
from console.core.preferences import actor_of
from console.core.roles import Role
from console.core.words import say
from console.ui import theme
from console.ui.i18n import LANGUAGES, render, tr
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.widgets.form import Choice, Columns, Entry, FormCard, number, plain, text, whole
from console.views.scope import group_names
from console.views.words import ROLE


class GroupBoxes(QWidget):
    """A box to tick for each skill group; `chosen` carries the ids ticked after a click, in the order ticked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self._ticked: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.px(5), 0, 0)
        self._column.setSpacing(theme.px(6))

    def show_groups(self, names: dict[str, str], ticked: tuple[str, ...]) -> None:
        """Show the groups by id, and which are ticked."""
        self._ticked = ticked
        if list(self.boxes) != list(names):
            for box in self.boxes.values():
                self._column.removeWidget(box)
                box.deleteLater()
            self.boxes = {}
            for group in names:
                box = QCheckBox()
                box.clicked.connect(lambda _on, group=group: self._toggle(group))
                self._column.addWidget(box)
                self.boxes[group] = box
        for group, box in self.boxes.items():
            box.setText(names[group])
            box.setChecked(group in ticked)

    def _toggle(self, group: str) -> None:
        was = self._ticked
        self.chosen.emit(tuple(each for each in was if each != group) if group in was else (*was, group))


class DeskSection(Section):
    """Preferences: in force at once, kept in a file of this desk."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._build_person()
        self._build_look()
        self._build_notices()
        self._build_wall()
        self.column.addWidget(Columns((self.look, self.notices), (self.person, self.wall)))
        self.column.addStretch(1)
        shell.preferences_changed.connect(lambda: self.refresh(shell.live))

    def _build_person(self) -> None:
        self.person = FormCard(self.texts, say("Who sits here"), label_wide=130)
        self.operator = Entry(text, wide=180)
        self.operator.committed.connect(lambda value: self.shell.change(operator=value))
        self.role = Choice()
        self.role.picked.connect(lambda role: self.shell.change(role=role))
        self.person.row(
            say("Your name"), self.operator, say("Stands in the journal. Empty: the name of the system's user.")
        )
        self.person.row(say("Role"), self.role)
        self.answers_for = GroupBoxes()
        self.answers_for.chosen.connect(lambda groups: self.shell.change(answers_for=groups))
        self.person.row(
            say("Answers for"),
            self.answers_for,
            say(
                "A supervisor decides about the plans of these groups; none ticked: of all."
                " Duty manager and administrator decide about every plan."
            ),
        )

    def _build_look(self) -> None:
        self.look = FormCard(self.texts, say("Language and look"), label_wide=130)
        self.language = Choice()
        self.language.picked.connect(lambda key: self.shell.change(language=key))
        self.theme = Choice()
        self.theme.picked.connect(lambda key: self.shell.change(theme=key))
        self.letters = Entry(whole(80, 160), wide=84)
        self.letters.unit.setText("%")
        self.letters.committed.connect(lambda value: self.shell.change(text_scale=int(value) / 100))
        self.look.row(say("Language"), self.language, say("Ctrl+Shift+L changes it anywhere."))
        self.look.row(say("Colours"), self.theme, say("Ctrl+L changes between dark and light."))
        self.look.row(say("Size of letters"), self.letters, say("Ctrl++ and Ctrl+- anywhere."))

    def _build_notices(self) -> None:
        self.notices = FormCard(self.texts, say("Sound and notices"), label_wide=130)
        self.sound = self.texts.check(say("When something new needs you"))
        self.sound.clicked.connect(lambda on: self.shell.change(sound=on))
        self.tray = self.texts.check(say("When the window is not in front"))
        self.tray.clicked.connect(lambda on: self.shell.change(tray=on))
        self.quiet = self.texts.check(say("Neither sound nor notices (Ctrl+M)"))
        self.quiet.clicked.connect(lambda on: self.shell.change(quiet=on))
        self.notices.row(say("Sound"), self.sound)
        self.notices.row(say("Notice"), self.tray)
        self.notices.row(say("Quiet mode"), self.quiet)

    def _build_wall(self) -> None:
        self.wall = FormCard(self.texts, say("Wall mode (F11)"), label_wide=130)
        self.screen_choice = Choice()
        self.screen_choice.picked.connect(lambda name: self.shell.change(wall_screen=name))
        self.rotate = Entry(number(0, 3600), plain, wide=84)
        self.texts.put(self.rotate.unit.setText, say("s"))
        self.rotate.committed.connect(lambda value: self.shell.change(wall_rotate_s=float(value)))
        self.wall.row(say("Screen"), self.screen_choice)
        self.wall.row(say("Next page every"), self.rotate, say("0: the pages do not turn by themselves."))
        self.wall_groups = GroupBoxes()
        self.wall_groups.chosen.connect(lambda groups: self.shell.change(wall_groups=groups))
        self.wall.row(say("Skill groups shown"), self.wall_groups, say("None ticked: all of them."))

    # -- what is shown ------------------------------------------------------------------------------------------------

    def rests_on(self, view: FloorView) -> object:
        """Return the preferences and the names of the groups."""
        return self.shell.preferences, view.policy

    def refresh(self, view: FloorView) -> None:
        """Show what is in force."""
        preferences = self.shell.preferences
        self.operator.show_value(preferences.operator)
        self.role.offer(tuple((key, render(said)) for key, said in ROLE.items()), preferences.role)
        self.language.offer((("", tr("As the system")), *LANGUAGES), preferences.language)
        self.theme.offer(
            (("dark", tr("Dark")), ("light", tr("Light")), ("system", tr("As the system"))), preferences.theme
        )
        self.letters.show_value(round(preferences.text_scale * 100))
        for box, on in (
            (self.sound, preferences.sound),
            (self.tray, preferences.tray),
            (self.quiet, preferences.quiet),
        ):
            box.setChecked(on)
        self.sound.setEnabled(not preferences.quiet)
        self.tray.setEnabled(not preferences.quiet)
        screens = tuple((screen.name(), screen.name()) for screen in QGuiApplication.screens())
        self.screen_choice.offer((("", tr("Another than this window's")), *screens), preferences.wall_screen)
        self.rotate.show_value(preferences.wall_rotate_s)
        names = group_names(view)
        self.wall_groups.show_groups(names, preferences.wall_groups)
        # A group this floor does not have still bounds what its supervisor decides: it can be seen and unticked.
        gone = [group for group in preferences.answers_for if group not in names]
        answered = {**names, **{group: tr("{group} (not on this floor)", group=group) for group in gone}}
        self.answers_for.show_groups(answered, preferences.answers_for)
        self.answers_for.setEnabled(actor_of(preferences, "").role is Role.SUPERVISOR)

    def retranslate(self) -> None:
        """Set every text again."""
        super().retranslate()
        self.refresh(self.shell.live)
