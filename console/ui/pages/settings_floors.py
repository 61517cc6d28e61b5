"""Connections: the floors this desk can open, each tried before it is used; secrets only in the system keyring."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from console.core.floor.model import LinkStatus
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.preferences import DEMO
from console.core.profiles import FEED_SECRET, STEWARD_SECRET, WEBHOOK_SECRET, FloorKind, Profile
from console.core.words import Said, say
from console.ui import theme
from console.ui.doors import CheckLine
from console.ui.i18n import render, tr
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.widgets.form import Choice, Entry, FormCard, number, plain, some_text, text, whole
from console.ui.widgets.panel import Panel
from console.ui.widgets.profile_list import KINDS, CheckLines, ProfileRow, name_of, profile_table
from console.views.settings import all_profiles, host_read, new_profile, with_profile, without_profile

HOW = (
    say("1. Give Asterisk a manager user of its own, as resources/asterisk/manager.conf shows: it reads the queues."),
    say("2. Type host, port, user and secret here. The secret goes into the system keyring, never into a file."),
    say("3. Test the connection: each line says what stands and what does not. Then open the floor."),
    say("A second user who acts is needed only where this desk grants breaks or starts emergency plans."),
)


class FloorsSection(Section):
    """The list, and the form of the one chosen."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._chosen = shell.preferences.floor
        self._typed: dict[str, str] = {}
        self._check_of = ""
        self._build_list()
        self._build_form()
        row = QHBoxLayout()
        row.setSpacing(theme.px(14))
        row.addWidget(self._list_panel, 2)
        row.addWidget(self._form_holder, 5)
        self.column.addLayout(row, 1)
        shell.preferences_changed.connect(lambda: self.refresh(shell.live))

    def _build_list(self) -> None:
        self.table = profile_table()
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _key: self.name.setFocus(Qt.FocusReason.OtherFocusReason))
        self.texts.put(self.table.setAccessibleName, say("Connections"))
        self.add_button = self.texts.button(say("New connection"))
        self.add_button.clicked.connect(self.add)
        self._list_panel = Panel()
        self._list_panel.setMinimumWidth(theme.px(180))
        self._list_panel.setMaximumWidth(theme.px(280))
        column = QVBoxLayout(self._list_panel)
        column.setContentsMargins(1, theme.px(6), 1, theme.px(12))
        column.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        column.addLayout(foot)

    def _build_form(self) -> None:
        self._build_fields()
        self._build_buttons()

    def _build_fields(self) -> None:
        self.form = FormCard(self.texts, say("Connection"), label_wide=120)
        self.name = Entry(some_text)
        self.kind = Choice()
        self.host = Entry(host_read)
        self.port = Entry(whole(1, 65535), wide=90)
        self.tls = self.texts.check(say("TLS, certificate checked"))
        self.ca_file = Entry(text, wide=360)
        self.user = Entry(text)
        self.secret = Entry(text, secret=True, eager=False)
        self.steward_user = Entry(text)
        self.steward_secret = Entry(text, secret=True, eager=False)
        self.webhook_secret = Entry(text, secret=True, eager=False)
        self.path = Entry(text, wide=360)
        self.rate = Entry(number(0, 1000), plain, wide=90)
        self._rows: dict[str, tuple[QWidget, ...]] = {}

        def row(key: str, said: Said, field: QWidget, hint: Said | None = None) -> None:
            before = self.form.grid.count()
            self.form.row(said, field, hint)
            items = [self.form.grid.itemAt(n) for n in range(before, self.form.grid.count())]
            self._rows[key] = tuple(widget for item in items if item is not None and (widget := item.widget()))

        row("name", say("Connection name"), self.name)
        row("kind", say("Kind"), self.kind)
        row("host", say("Host"), self.host)
        row("port", say("Port"), self.port)
        row("tls", say("Encryption"), self.tls)
        row("ca_file", say("CA file"), self.ca_file, say("Empty: the certificates this system trusts."))
        row("user", say("User who reads"), self.user)
        row("secret", say("Secret of this user"), self.secret)
        row(
            "steward_user",
            say("User who acts"),
            self.steward_user,
            say("Pauses seats and changes routing; only where this desk may act. Empty: this desk only reads."),
        )
        row("steward_secret", say("Secret of this user"), self.steward_secret)
        row(
            "webhook_secret",
            say("Secret of web hooks"),
            self.webhook_secret,
            say("Signs what emergency plans post; the receiver keeps the same."),
        )
        row("path", say("File"), self.path, say("A recorded AMI stream: .ami, .ami.gz or .ami.xz."))
        row("rate", say("Pace"), self.rate, say("1 as it happened, 0 as fast as it goes."))
        self._wire()

    def _build_buttons(self) -> None:
        self.keyring = self.texts.label(say("Secrets are kept in the system keyring, never in a file."), "faint")
        self.form.add(self.keyring)
        self.open_button = self.texts.button(say("Open this floor"), kind="strong")
        self.open_button.clicked.connect(self.open_floor)
        self.check_button = self.texts.button(say("Test the connection"))
        self.check_button.clicked.connect(self.try_connection)
        self.browse = self.texts.button(say("Choose a file…"))
        self.browse.clicked.connect(self._choose_file)
        self.drop_button = self.texts.button(say("Delete"))
        self.drop_button.clicked.connect(self.drop)
        self.form.buttons(self.open_button, self.check_button, self.browse, self.drop_button)
        self.lines = CheckLines()
        self.lines.hide()
        self.form.add(self.lines)
        self._form_holder = QWidget()
        column = QVBoxLayout(self._form_holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(14))
        column.addWidget(self.form)
        column.addWidget(self._how_card())
        column.addStretch(1)

    def _how_card(self) -> FormCard:
        self.how = FormCard(self.texts, say("Connect a real floor"))
        for step in HOW:
            self.how.add(self.texts.label(step, "soft"))
        self.begin_button = self.texts.button(say("New connection"), kind="strong")
        self.begin_button.clicked.connect(self.add)
        self.how.buttons(self.begin_button)
        return self.how

    def _wire(self) -> None:
        for field in ("name", "host", "port", "ca_file", "user", "steward_user", "path", "rate"):
            entry: Entry = getattr(self, field)
            entry.committed.connect(lambda value, field=field: self._change(**{field: value}))
        self.kind.picked.connect(lambda kind: self._change(kind=FloorKind(kind)))
        self.tls.clicked.connect(self._switch_tls)
        self.secret.committed.connect(lambda value: self._keep_secret(FEED_SECRET, str(value)))
        self.steward_secret.committed.connect(lambda value: self._keep_secret(STEWARD_SECRET, str(value)))
        self.webhook_secret.committed.connect(lambda value: self._keep_secret(WEBHOOK_SECRET, str(value)))

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def profile(self) -> Profile:
        """Return the connection in the form."""
        every = all_profiles(self.shell.preferences)
        return next((each for each in every if each.id == self._chosen), every[0])

    def rests_on(self, view: FloorView) -> object:
        """Return the connections and how the open one stands."""
        preferences = self.shell.preferences
        return preferences.profiles, preferences.floor, self._chosen, view.link.status

    def open_at(self, what: str) -> None:
        """Take a connection in hand; `new`: the first real one, begun where there is none yet."""
        real = [each for each in self.shell.preferences.profiles if each.kind is FloorKind.ASTERISK]
        if what == "new" and not real:
            self.add()
            return
        self.table.choose(real[0].id if what == "new" else what)
        self.host.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, view: FloorView) -> None:
        """Show the list and the chosen one."""
        preferences = self.shell.preferences
        tone = {LinkStatus.LIVE: Tone.CALM, LinkStatus.LOST: Tone.ALARM, LinkStatus.REFUSED: Tone.ALARM}.get(
            view.link.status, Tone.WARN
        )
        rows = [
            ProfileRow(profile=each, open=each.id == preferences.floor, tone=tone) for each in all_profiles(preferences)
        ]
        self.table.rows.show_rows(rows)
        if self.table.current_key() != self.profile.id:
            self.table.choose(self.profile.id)
        self._show_profile(self.profile)

    def _show_profile(self, profile: Profile) -> None:
        asterisk, replay = profile.kind is FloorKind.ASTERISK, profile.kind is FloorKind.REPLAY
        builtin = profile.id == DEMO.id
        shown = {
            "host": asterisk,
            "port": asterisk,
            "tls": asterisk,
            "ca_file": asterisk and profile.tls,
            "user": asterisk,
            "secret": asterisk,
            "steward_user": asterisk,
            "steward_secret": asterisk and bool(profile.steward_user),
            "webhook_secret": asterisk and bool(profile.steward_user),
            "path": replay,
            "rate": replay,
            "kind": not builtin,
        }
        for key, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(shown.get(key, True))
        kinds = tuple((kind.value, render(said)) for kind, said in KINDS.items() if kind is not FloorKind.DEMO)
        self.kind.offer(kinds, profile.kind.value)
        for field in ("name", "host", "port", "ca_file", "user", "steward_user", "path", "rate"):
            entry: Entry = getattr(self, field)
            entry.show_value(name_of(profile) if field == "name" else getattr(profile, field))
        self.name.setEnabled(not builtin)
        self.rate.setEnabled(not builtin)
        self.tls.setChecked(profile.tls)
        self.keyring.setVisible(asterisk)
        self.how.setVisible(builtin)
        self.check_button.setVisible(asterisk)
        self.browse.setVisible(replay)
        self.drop_button.setVisible(not builtin)
        self.open_button.setEnabled(profile.id != self.shell.preferences.floor or not builtin)
        kept = tr("as kept in the keyring; type to replace it")
        for line in (self.secret.line, self.steward_secret.line, self.webhook_secret.line):
            line.setPlaceholderText(kept)

    # -- what is done -------------------------------------------------------------------------------------------------

    def _choose(self, key: str) -> None:
        if key == self._chosen:
            return
        self._chosen = key
        self._typed.clear()
        for entry in (self.secret, self.steward_secret, self.webhook_secret):
            entry.line.clear()
        self.lines.show_lines(())
        self._show_profile(self.profile)

    def add(self) -> None:
        """Begin a new connection."""
        profile = new_profile(self.shell.preferences, tr("New Asterisk"))
        self._chosen = profile.id
        self.shell.change(profiles=with_profile(self.shell.preferences, profile))
        self.lines.show_lines(())
        self.refresh(self.shell.live)
        self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.line.selectAll()

    def drop(self) -> None:
        """Delete the chosen connection and its secrets; the open one gives way to the demo."""
        profile = self.profile
        if profile.id == DEMO.id:
            return
        was_open = self.shell.preferences.floor == profile.id
        self._chosen = DEMO.id
        floor = DEMO.id if was_open else self.shell.preferences.floor
        self.shell.change(profiles=without_profile(self.shell.preferences, profile.id), floor=floor)
        secrets = self.shell.doors.secrets()
        if secrets is not None:
            self.shell.doors.later(
                lambda: [secrets.drop(profile.id, name) for name in (FEED_SECRET, STEWARD_SECRET, WEBHOOK_SECRET)],
                lambda _done: None,
            )
        if was_open:
            self.shell.doors.open_floor(DEMO)
        self.shell.tell(say("{name} was deleted.", name=profile.name))
        self.refresh(self.shell.live)

    def _change(self, **fields: object) -> None:
        profile = self.profile
        if profile.id == DEMO.id:
            return
        changed = msgspec.structs.replace(profile, **fields)
        self.shell.change(profiles=with_profile(self.shell.preferences, changed))
        self._show_profile(changed)

    def _switch_tls(self) -> None:
        on, port = self.tls.isChecked(), self.profile.port
        other = {(True, 5038): 5039, (False, 5039): 5038}.get((on, port), port)
        self._change(tls=on, port=other)

    def _keep_secret(self, name: str, secret: str) -> None:
        profile, keyring = self.profile, self.shell.doors.secrets()
        self._typed[name] = secret
        if keyring is None or not secret:
            return
        self.shell.doors.later(lambda: keyring.put(profile.id, name, secret), self._kept, self._kept)

    def _kept(self, why_not: object) -> None:
        said = why_not if isinstance(why_not, Said) else say("The secret is kept in the system keyring.")
        self.keyring.setText(render(said))
        self.keyring.setProperty("role", "alarm" if isinstance(why_not, Said) else "faint")
        self.keyring.style().polish(self.keyring)

    def try_connection(self) -> None:
        """Try the connection as it stands in the form; what was found comes line by line."""
        profile = self.profile
        for entry in (
            self.host,
            self.port,
            self.user,
            self.secret,
            self.steward_user,
            self.steward_secret,
            self.webhook_secret,
        ):
            entry.commit()
        typed = {
            name: entry.line.text()
            for name, entry in ((FEED_SECRET, self.secret), (STEWARD_SECRET, self.steward_secret))
            if entry.line.text()
        }
        self._check_of = profile.id
        self.lines.show_lines((), busy=True)
        self.check_button.setEnabled(False)
        self.shell.doors.check(self.profile, typed, lambda lines: self._checked(profile.id, lines))

    def _checked(self, profile_id: str, lines: Sequence[CheckLine]) -> None:
        self.check_button.setEnabled(True)
        if profile_id == self._chosen:
            self.lines.show_lines(lines)

    def open_floor(self) -> None:
        """Leave the floor on screen and open the chosen one."""
        profile = self.profile
        self.shell.change(floor=profile.id)
        self.shell.show_past(None)
        self.shell.doors.open_floor(profile)
        self.shell.go("board")

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("A recorded stream"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._change(path=path))
        dialog.open()
