"""The agent table: everybody on the floor, found by a few letters, by group or by state."""

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from console.core.floor.model import AgentStatus
from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import tr
from console.ui.lending import Lending
from console.ui.pages import Page
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.agent_detail import AgentDetail
from console.ui.widgets.agent_table import agent_table
from console.ui.widgets.chips import StatusChips
from console.ui.widgets.form import Choice
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage, Strip
from console.ui.widgets.panel import Panel
from console.ui.widgets.trust import show_nothing_yet, show_trust
from console.views.agents import AgentRow, Roster, Wanted, fits, retallied, roster, sorted_rows, tally, terms_of
from console.views.link import Trust, standing
from console.views.scope import groups_of

ORDER_AGAIN_MS = 1000
"""While states change, rows change places at most this often: the eye can follow, and a click hits what it meant."""

COUNT_AGAIN_MS = 200


class AgentsPage(Page):
    """Search, choices, the table, and the details of the row at hand."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._view: FloorView | None = None
        self._roster = Roster()
        self._places: dict[str, int] = {}
        self._wanted = Wanted()
        self._counts: dict[AgentStatus, int] = {}
        column, _, direction = shell.place("agents.sort").partition(" ")
        self._sort, self._descending = column or "number", direction == "down"
        self._choices: tuple[tuple[str, str], ...] = ()
        self._build()
        self._reorder = QTimer(self)
        self._reorder.setSingleShot(True)
        self._reorder.setInterval(ORDER_AGAIN_MS)
        self._reorder.timeout.connect(self.arrange)
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.setInterval(COUNT_AGAIN_MS)
        self._recount.timeout.connect(lambda: self.chips.show_counts(self._counts))
        self.table.mark_sorted(self._sort, descending=self._descending)

    def _build(self) -> None:
        self.title = Line(Type.HEADLINE)
        self.count = Line(Type.BODY, "soft", reserve="8888 / 8888")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(240))
        self.search.textChanged.connect(lambda _text: self._refilter())
        self.search.installEventFilter(self)
        self.groups = Choice()
        self.groups.setMinimumWidth(theme.px(150))
        self.groups.setMaximumWidth(theme.px(240))
        self.groups.activated.connect(lambda _place: self._refilter())
        self.chips = StatusChips()
        self.chips.changed.connect(self._refilter)
        self.table = agent_table(self.shell.now)
        self.table.opened.connect(self._open_details)
        self.table.chosen.connect(lambda _key: self._show_details())
        self.table.sort_asked.connect(self.sort_by)
        self.nothing = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self.detail = AgentDetail()
        self.detail.closed.connect(self._close_details)
        self.lending = Lending(self.shell, self)
        self.detail.lend_button.clicked.connect(self._lend)
        self.strip = Strip()
        self.empty = EmptyPage("agents")
        self.empty.button.clicked.connect(lambda: self.shell.go("settings", "floors"))
        self._lay_out()
        self.setFocusProxy(self.table)
        lend = QShortcut(QKeySequence("Ctrl+J"), self)
        lend.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        lend.activated.connect(self._lend)
        for sequence in ("Ctrl+F", "/"):
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._to_search)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.groups)
        head.addWidget(self.search)
        states = QHBoxLayout()
        states.addWidget(self.chips)
        states.addStretch(1)
        holder = Panel()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(1, 1, 1, theme.px(6))
        inner.setSpacing(0)
        inner.addWidget(self.table, 1)
        inner.addWidget(self.nothing)
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(12))
        for part in (head, states):
            column.addLayout(part)
        column.addWidget(self.strip)
        column.addWidget(holder, 1)
        column.addWidget(self.detail)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._full)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def show_view(self, view: FloorView) -> None:
        """Draw what changed."""
        now = standing(view, self.shell.now())
        if not view.agents:
            self._view = None
            self._stack.setCurrentWidget(self.empty)
            show_nothing_yet(self.empty, view, now, icon="agents")
            return
        self._stack.setCurrentWidget(self._full)
        show_trust(self.strip, view, now)
        self.table.mute(muted=now.trust is Trust.OLD)
        before = self._roster
        if self._view is not None and self._view.past != view.past:
            self._view = None
        self._roster = roster(view, self._view, before)
        self._view = view
        if self._roster.whole:
            self._offer_groups(view)
            self.arrange()
        elif self._roster.changed:
            self._take_changes(before)
        self._show_details()

    def tick(self) -> None:
        """Let the lengths grow."""
        now = standing(self.shell.view, self.shell.now())
        if self._stack.currentWidget() is self.empty:
            show_nothing_yet(self.empty, self.shell.view, now, icon="agents")
            return
        show_trust(self.strip, self.shell.view, now)
        self.table.mute(muted=now.trust is Trust.OLD)
        self.table.viewport().update()
        self._show_details()

    def open_at(self, subject: str) -> None:
        """Go to an agent, or show one group or queue only."""
        kind, _, name = subject.partition(":")
        if kind == "agent":
            self.show_view(self.shell.view)
            self._find(name)
        elif kind in {"group", "queue"}:
            self.show_view(self.shell.view)
            place = self.groups.findData(subject)
            self.groups.setCurrentIndex(max(0, place))
            self._refilter()

    def _find(self, interface: str) -> None:
        if interface not in self._roster.rows:
            return
        if interface not in self._places:
            self.search.clear()
            self.groups.setCurrentIndex(0)
            self.chips.take(frozenset())
            self._refilter()
        self.table.choose(interface)
        self._open_details(interface)

    def _take_changes(self, before: Roster) -> None:
        after = self._roster
        put: dict[int, AgentRow] = {}
        moved = False
        for each in after.changed:
            row, old, place = after.rows[each], before.rows[each], self._places.get(each)
            if place is not None:
                put[place] = row
            moved = moved or self._moves(old, row, shown=place is not None)
        self.table.rows.put(put)
        self._counts = retallied(
            self._counts, self._wanted, [(before.rows[each], after.rows[each]) for each in after.changed]
        )
        if not self._recount.isActive():
            self._recount.start()
        if moved and not self._reorder.isActive():
            self._reorder.start()

    def _moves(self, old: AgentRow, row: AgentRow, *, shown: bool) -> bool:
        if not self._wanted.everything and fits(row, self._wanted) is not shown:
            return True
        if self._sort in {"number", "name", "groups"}:
            return False
        if self._sort == "call":
            return row.call_since != old.call_since
        return bool(getattr(row, self._sort) != getattr(old, self._sort))

    # -- what is shown ------------------------------------------------------------------------------------------------

    def sort_by(self, column: str) -> None:
        """Sort by a column; by the same one again, the other way."""
        self._descending = column == self._sort and not self._descending
        self._sort = column
        self.table.mark_sorted(column, descending=self._descending)
        self.shell.keep_place("agents.sort", f"{column} {'down' if self._descending else 'up'}")
        self.arrange()

    def _refilter(self) -> None:
        subject = str(self.groups.currentData() or "")
        kind, _, name = subject.partition(":")
        self._wanted = Wanted(
            terms=terms_of(self.search.text()),
            group=name if kind == "group" else "",
            queue=name if kind == "queue" else "",
            statuses=self.chips.chosen(),
        )
        self.arrange()

    def arrange(self) -> None:
        """Put the rows that fit in order."""
        rows, wanted = self._roster.rows, self._wanted
        fitting = list(rows.values()) if wanted.everything else [row for row in rows.values() if fits(row, wanted)]
        ordered = sorted_rows(fitting, self._sort, descending=self._descending)
        self._places = {row.interface: place for place, row in enumerate(ordered)}
        self.table.rows.show_rows(ordered)
        self._counts = tally(rows.values(), wanted)
        self.chips.show_counts(self._counts)
        self._say_count()
        self._show_details()

    def _say_count(self) -> None:
        shown, whole = len(self._places), len(self._roster.rows)
        self.count.say(str(whole) if shown == whole else tr("{shown} of {whole}", shown=shown, whole=whole))
        self.nothing.setVisible(not shown)
        self.nothing.say(tr("Nobody fits this choice; Esc shows everybody again"))

    def _offer_groups(self, view: FloorView) -> None:
        choices = [("", tr("All skill groups"))]
        for group in groups_of(view):
            choices.append((f"group:{group.id}", group.name))
            if len(group.queues) > 1:
                choices += [(f"queue:{queue}", f"   {queue}") for queue in group.queues]
        if tuple(choices) == self._choices:
            return
        self._choices = tuple(choices)
        kept = self.groups.currentData()
        self.groups.clear()
        for key, words in choices:
            self.groups.addItem(words, key)
        self.groups.setCurrentIndex(max(0, self.groups.findData(kept)))

    # -- details ------------------------------------------------------------------------------------------------------

    def _open_details(self, interface: str) -> None:
        if self.detail.isVisibleTo(self._full) and self.detail.interface == interface:
            self._close_details()
            return
        self.detail.show()
        self._show_details()

    def _close_details(self) -> None:
        self.detail.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lend(self) -> None:
        """Lend the seat of the row at hand, or take it back."""
        interface = self.table.current_key()
        if interface:
            self.lending.ask(interface)

    def _show_details(self) -> None:
        row = self._roster.rows.get(self.table.current_key())
        if row is not None and self._view is not None and self.detail.isVisibleTo(self._full):
            self.detail.show_agent(self._view, row, self.shell.now())
            self.lending.show_on(self.detail.lend_button, row.interface)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Letters begin a search; Escape closes details, then lets go of the choice."""
        text = event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Escape and self.detail.isVisibleTo(self._full):
            self._close_details()
        elif event.key() == Qt.Key.Key_Escape and not self._wanted.everything:
            self._show_everybody()
        elif plain and text.strip() and text.isprintable() and text != "?":
            self.search.setText(text)
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _show_everybody(self) -> None:
        self.search.clear()
        self.groups.setCurrentIndex(0)
        self.chips.take(frozenset())
        self._refilter()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: object) -> bool:  # noqa: N802  Qt's name
        """From the search, arrows and Enter lead into the table."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.table.rows.rows:
                self.table.choose(self.table.current_key() or self.table.rows.key(self.table.rows.rows[0]))
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._show_everybody()
                return True
        return False

    def retranslate(self) -> None:
        """Set every text again."""
        self.title.say(tr("Agents"))
        self.search.setPlaceholderText(tr("Name, number, extension, group (Ctrl+F)"))
        self.search.setAccessibleName(tr("Search agents"))
        self.groups.setAccessibleName(tr("Skill group or queue"))
        self.table.setAccessibleName(tr("Agents"))
        self.chips.retranslate()
        self.detail.retranslate()
        self._choices = ()
        self._view = None
        self.show_view(self.shell.view)

    def chosen_states(self) -> frozenset[AgentStatus]:
        """Return the states shown; none means all."""
        return self._wanted.statuses
