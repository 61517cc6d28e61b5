"""The breaks page, now: the day under its limits, who is away, who waits, and the card of the one in hand."""

from datetime import UTC
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from console.core.floor.day import day_of
from console.core.floor.model import Instant, LinkStatus
from console.core.floor.policy import FloorPolicy
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.words import Said
from console.core.work.break_cases import rules_of
from console.core.work.break_records import Break
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.break_tables import away_table, line_table
from console.ui.widgets.gantt import Gantt, GanttView
from console.ui.widgets.kind_legend import KindLegend
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.segments import Segments
from console.ui.widgets.todo_card import TodoCard, action_of
from console.views.break_cards import card_of
from console.views.break_timeline import timeline
from console.views.break_words import kind_words
from console.views.breaks import away_rows, line_rows
from console.views.link import Trust, standing
from console.views.scope import shown_groups
from console.views.sight import sight
from console.views.todo import Slot

BEFORE_S, AHEAD_S = 2.5 * 3600.0, 1.0 * 3600.0
DAY_AHEAD_S = 2.0 * 3600.0


class NowSide(QSplitter):
    """The timeline above, two tables below, and beside them the card of whoever is in hand."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._shell = shell
        self._zoom = shell.place("breaks.zoom") or "near"
        self._group = shell.place("breaks.group")
        self._choices: tuple[tuple[str, str], ...] = ()
        self._mine: tuple[str, ...] = ()
        self._current = ""
        self.card: TodoCard | None = None
        self._typed = ("", "", "")
        self._build()
        self._lay_out()
        shell.refused.connect(self._give_back)

    def _build(self) -> None:
        self.gantt = Gantt()
        self.gantt.chosen.connect(self.choose)
        self.gantt.opened.connect(self._to_agent)
        self.legend = KindLegend()
        self.groups = QComboBox()
        self.groups.setMinimumWidth(theme.px(130))
        self.groups.setMaximumWidth(theme.px(220))
        self.groups.activated.connect(self._choose_group)
        self.zoom = Segments()
        self.zoom.chosen.connect(self._choose_zoom)
        self.title, self.away_title, self.line_title = Line(Type.TITLE), Line(Type.TITLE), Line(Type.TITLE)
        policy = partial(_policy_of, self._shell)
        self.away = away_table(self._shell.live_now, policy)
        self.line = line_table(self._shell.live_now, policy)
        for table in (self.away, self.line):
            table.chosen.connect(self.choose)
            table.opened.connect(self._into_card)
        self.nobody_away = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self.nobody_waits = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)

    def _lay_out(self) -> None:
        day = Panel()
        inner = QVBoxLayout(day)
        inner.setContentsMargins(theme.px(15), theme.px(10), theme.px(10), theme.px(10))
        inner.setSpacing(theme.px(6))
        top = QHBoxLayout()
        top.setSpacing(theme.px(14))
        top.addWidget(self.title)
        top.addWidget(self.legend, 1)
        top.addWidget(self.groups)
        top.addWidget(self.zoom)
        inner.addLayout(top)
        scroll = QScrollArea()
        scroll.setWidget(self.gantt)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        self.gantt.setAutoFillBackground(False)
        self.gantt.went_to.connect(lambda x, y: scroll.ensureVisible(x, y, 0, theme.px(40)))
        inner.addWidget(scroll, 1)
        self._beside = QWidget()
        self._beside.setFixedWidth(theme.px(330))
        self._card_room = QVBoxLayout(self._beside)
        self._card_room.setContentsMargins(0, 0, 0, 0)
        self._card_room.addStretch(1)
        self._beside.hide()
        below = QWidget()
        tables = QHBoxLayout(below)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(theme.px(12))
        tables.addWidget(_panel(self.away_title, self.away, self.nobody_away), 5)
        tables.addWidget(_panel(self.line_title, self.line, self.nobody_waits), 5)
        tables.addWidget(self._beside)
        self.setHandleWidth(theme.px(12))
        self.setChildrenCollapsible(False)
        self.addWidget(day)
        self.addWidget(below)
        self.setStretchFactor(0, 5)
        self.setStretchFactor(1, 3)
        self.setSizes([560, 270])

    # -- what is shown ------------------------------------------------------------------------------------------------

    def show_rows(self, view: FloorView, book: Book, at: Instant, mine: tuple[str, ...]) -> None:
        """Show floor and book as they stand."""
        self._mine = mine
        self._offer_groups(view)
        span = self._span(book, at)
        bands = timeline(view, book, at, span, (self._group,) if self._group else mine)
        muted = standing(view, at).trust is Trust.OLD and view.link.status is not LinkStatus.ENDED
        zone = local(at, view.policy).tzinfo or UTC
        self.gantt.show_view(GanttView(bands=bands, begin=span[0], end=span[1], now=at, zone=zone, muted=muted))
        kinds = rules_of(book).everywhere.kinds
        self.legend.show_kinds(tuple(render(kind_words(kind)) for kind in kinds))
        away = away_rows(view, book, at, mine)
        self.away.rows.show_rows(away)
        self.away_title.say(tr("Away {count}", count=len(away)))
        self.nobody_away.setVisible(not away)
        self.show_card()
        self._shell.turns.ask(self, "line", self._show_line)

    def _show_line(self) -> None:
        """Show who waits; two hundred are a turn of their own."""
        shell = self._shell
        line = line_rows(shell.live, shell.book, shell.live_now(), self._mine)
        self.line.rows.show_rows(line)
        self.line_title.say(tr("In line {count}", count=len(line)))
        self.nobody_waits.setVisible(not line)

    def tick(self) -> None:
        """Let the lengths grow."""
        for table in (self.away, self.line):
            table.viewport().update()

    def _offer_groups(self, view: FloorView) -> None:
        choices = (("", tr("All groups")), *((group.id, group.name) for group in shown_groups(view, self._mine)))
        if self._group not in dict(choices):
            self._group = ""
        if choices == self._choices:
            return
        self._choices = choices
        self.groups.clear()
        for group, name in choices:
            self.groups.addItem(name, group)
        self.groups.setCurrentIndex([group for group, _ in choices].index(self._group))

    def _span(self, book: Book, at: Instant) -> tuple[Instant, Instant]:
        if self._zoom == "near":
            return at - BEFORE_S, at + AHEAD_S
        begin, _ = day_of(at, self._shell.live.policy)
        left = [each.departed_at for each in book.every(Break).values() if each.departed_at is not None]
        first = min((when for when in left if when >= begin), default=at - BEFORE_S)
        return min(first - 600, at - BEFORE_S), at + DAY_AHEAD_S

    def _again(self) -> None:
        self.show_rows(self._shell.live, self._shell.book, self._shell.live_now(), self._mine)

    def _choose_group(self, place: int) -> None:
        self._group = self._choices[place][0]
        self._shell.keep_place("breaks.group", self._group)
        self._again()

    def _choose_zoom(self, zoom: str) -> None:
        self._zoom = zoom
        self._shell.keep_place("breaks.zoom", zoom)
        self._again()

    # -- the one in hand ----------------------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """Return the break in hand, empty for none."""
        return self._current

    def choose(self, break_id: str) -> None:
        """Take a break in hand: its bar, its row and its card."""
        if break_id == self._current:
            return
        self._current = break_id
        self.gantt.choose(break_id)
        for table in (self.away, self.line):
            if table.current_key() != break_id and not table.choose(break_id):
                table.clearSelection()
        self.show_card()

    def show_card(self) -> None:
        """Show the card of the one in hand as it stands."""
        shell = self._shell
        each = shell.book.get(Break, self._current) if self._current else None
        self._beside.setVisible(each is not None)
        if each is None:
            return
        slot = Slot(card=card_of(sight(shell.live, shell.book, shell.live_now(), shell.forecasts), each))
        if self.card is None:
            self.card = TodoCard(slot)
            self.card.answered.connect(self._answer)
            self._card_room.insertWidget(0, self.card)
        self.card.show_slot(slot)

    def answer_by(self, event: QKeyEvent) -> bool:
        """Give the answer a key stands for on the card in hand; return whether there was one."""
        if self.card is None or not self._beside.isVisible():
            return False
        action = action_of(self.card.slot.card.actions, event)
        if action is not None:
            self.card.give(action.key)
        return action is not None

    def _answer(self, _card: str, action: str, why: str) -> None:
        if self.card is not None:
            self._typed = (self.card.slot.card.id, action, why)
            self._shell.answer(self.card.slot.card, action, why)

    def _give_back(self, identity: str, action: str, why: str, said: Said, taken: list[bool]) -> None:
        """Take back what was typed here; what was typed on the list is the list's."""
        card = self.card
        here = card is not None and card.slot.card.id == identity and (identity, action, why) == self._typed
        if here and card is not None and card.give_back(action, why, said):
            taken.append(True)
        self._typed = ("", "", "")

    def _into_card(self, _break_id: str) -> None:
        if self.card is not None and self._beside.isVisible():
            self.card.setFocus(Qt.FocusReason.TabFocusReason)

    def _to_agent(self, break_id: str) -> None:
        each = self._shell.book.get(Break, break_id)
        if each is not None:
            self._shell.go("agents", f"agent:{each.interface}")

    def retranslate(self) -> None:
        """Set every text again."""
        self.title.say(tr("Today"))
        self.zoom.offer((("near", tr("Around now")), ("day", tr("The whole day"))), self._zoom)
        self.groups.setAccessibleName(tr("Skill group"))
        self.gantt.setAccessibleName(tr("Today"))
        self.away.setAccessibleName(tr("Who is away"))
        self.line.setAccessibleName(tr("Who waits in line"))
        self._choices = ()
        self.nobody_away.say(tr("Nobody is away."))
        self.nobody_waits.say(tr("Nobody waits in line."))
        self.legend.retranslate()
        self.gantt.update()


def _policy_of(shell: Shell) -> FloorPolicy:
    return shell.live.policy


def _panel(title: Line, table: QWidget, beneath: QWidget) -> Panel:
    panel = Panel()
    column = QVBoxLayout(panel)
    column.setContentsMargins(1, theme.px(9), 1, theme.px(6))
    column.setSpacing(theme.px(4))
    head = QHBoxLayout()
    head.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
    head.addWidget(title)
    head.addStretch(1)
    column.addLayout(head)
    column.addWidget(table, 1)
    column.addWidget(beneath, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(theme.px(6))
    return panel
