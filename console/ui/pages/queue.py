"""The drill-down: one skill group or queue, who waits in it and who serves it."""

from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from console.core.floor.figures import group_subject
from console.core.floor.policy import Channel
from console.core.floor.view import FloorView
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.pages import Page
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.when import local
from console.ui.widgets.ask_reason import AskReason
from console.ui.widgets.button import KeyButton
from console.ui.widgets.day_curve import Curve, CurveDrawing
from console.ui.widgets.figure_card import FigureCard
from console.ui.widgets.figure_lines import FigureLines
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage, Strip
from console.ui.widgets.panel import Panel
from console.ui.widgets.queue_tables import CallerDelegate, caller_table, member_table
from console.ui.widgets.segments import Segments
from console.ui.widgets.trust import show_nothing_yet, show_trust
from console.views.agents import Roster, roster
from console.views.link import Trust, standing
from console.views.queue import CallerRow, Scope, callers, cards, choices, figure_lines, members, scope_of
from console.views.words import CHANNEL

if TYPE_CHECKING:
    from console.views.board import Card

TWO_HOURS_S = 7200.0
UNMASKED_MS = 60_000
WHOLE = "·"


class QueuePage(Page):
    """Figures on top, the curve and the windows in the middle, callers and agents beneath; Escape leads back."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._subject = shell.place("queue.subject")
        self._scope: Scope | None = None
        self._cards: tuple[Card, ...] = ()
        self._callers: dict[str, CallerRow] = {}
        self._roster: Roster | None = None
        self._view: FloorView | None = None
        self._ask: AskReason | None = None
        self._build()
        self._lay_out()
        self.setFocusProxy(self.waiting)

    def _build(self) -> None:
        self.back = KeyButton(key="Esc")
        self.back.clicked.connect(lambda: self.shell.go("board"))
        self.title = Line(Type.HEADLINE, shrinks=True)
        self.channel = Line(Type.BODY, "soft")
        self.queues = Segments()
        self.queues.chosen.connect(self._choose_queue)
        self.limits = KeyButton()
        self.limits.clicked.connect(self._to_targets)
        self.strip = Strip()
        self.figures = [FigureCard() for _ in range(6)]
        self.curve_title = Line(Type.BODY, "soft")
        self.curve = CurveDrawing()
        self.lines = FigureLines()
        self.waiting_title = Line(Type.TITLE)
        self.waiting_hint = Line(Type.SMALL, "faint", shrinks=True, align=Qt.AlignmentFlag.AlignRight)
        self.waiting = caller_table(self.shell.now)
        self.waiting.opened.connect(self._unmask)
        self.nobody = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self.serving_title = Line(Type.TITLE)
        self.serving_count = Line(Type.SMALL, "faint", shrinks=True, align=Qt.AlignmentFlag.AlignRight)
        self.serving = member_table(self.shell.now)
        self.serving.opened.connect(lambda seat: self.shell.go("agents", f"agent:{seat}"))
        self.empty = EmptyPage("queue")
        self.empty.button.clicked.connect(lambda: self.shell.go("settings", "floors"))

    def _lay_out(self) -> None:
        gap = theme.px(14)
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        for part in (self.back, self.title, self.channel, self.queues):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.limits)
        figures = QHBoxLayout()
        figures.setSpacing(theme.px(13))
        for card in self.figures:
            card.setFixedHeight(theme.px(112))
            figures.addWidget(card)
        curve = Panel()
        inner = QVBoxLayout(curve)
        inner.setContentsMargins(theme.px(15), theme.px(9), theme.px(9), theme.px(9))
        inner.addWidget(self.curve_title)
        inner.addWidget(self.curve, 1)
        middle = QHBoxLayout()
        middle.setSpacing(gap)
        middle.addWidget(curve, 5)
        middle.addWidget(self.lines, 2)
        tables = QHBoxLayout()
        tables.setSpacing(gap)
        tables.addWidget(self._panel(self.waiting_title, self.waiting_hint, self.waiting, self.nobody), 4)
        tables.addWidget(self._panel(self.serving_title, self.serving_count, self.serving), 5)
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(gap)
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addLayout(figures)
        column.addLayout(middle, 4)
        column.addLayout(tables, 5)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._full)

    @staticmethod
    def _panel(title: Line, more: Line, table: QWidget, beneath: QWidget | None = None) -> Panel:
        panel = Panel()
        column = QVBoxLayout(panel)
        column.setContentsMargins(1, theme.px(9), 1, theme.px(6))
        column.setSpacing(theme.px(4))
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        head.addWidget(title)
        head.addWidget(more, 1)
        column.addLayout(head)
        column.addWidget(table, 1)
        if beneath is not None:
            column.addWidget(beneath)
            column.addSpacing(theme.px(8))
        return panel

    # -- what comes ---------------------------------------------------------------------------------------------------

    def open_at(self, subject: str) -> None:
        """Show a group or queue."""
        self._subject = subject
        self._cards, self._callers = (), {}
        self.shell.keep_place("queue.subject", subject)

    def show_view(self, view: FloorView) -> None:
        """Draw what changed."""
        now = standing(view, self.shell.now())
        scope = scope_of(view, self._subject, self.shell.preferences.my_groups)
        if scope is None:
            self._stack.setCurrentWidget(self.empty)
            show_nothing_yet(self.empty, view, now, icon="queue")
            return
        if not self._subject:
            self._subject = scope.subject
        self._stack.setCurrentWidget(self._full)
        show_trust(self.strip, view, now)
        self._roster = roster(view, self._view, self._roster)
        self._view, self._scope = view, scope
        muted = now.trust is Trust.OLD
        self._show_head(view, scope)
        self._cards = cards(view, scope, self._cards)
        for widget, card in zip(self.figures, self._cards, strict=True):
            widget.show_card(card, muted=muted)
        self.lines.show_lines(figure_lines(view, scope), muted=muted)
        self._show_curve(view, scope, muted=muted)
        self._show_tables(view, scope, muted=muted)

    def _show_head(self, view: FloorView, scope: Scope) -> None:
        self.title.say(scope.group.name)
        self.channel.say(render(CHANNEL[scope.group.channel]))
        some = choices(view, scope)
        self.queues.offer(((WHOLE, tr("All queues")), *some) if some else (), scope.queue or WHOLE)

    def _show_curve(self, view: FloorView, scope: Scope, *, muted: bool) -> None:
        now = view.at if muted and view.at is not None else self.shell.now()
        line = scope.group.emergency_waiting if scope.group.channel is Channel.PHONE else None
        self.curve.show_curve(
            Curve(
                points=view.figures.curves.get(group_subject(scope.group.id), ()),
                limit=line,
                begin=now - TWO_HOURS_S,
                now=now,
                zone=local(now, view.policy).tzinfo or UTC,
                muted=muted,
            )
        )

    def _show_tables(self, view: FloorView, scope: Scope, *, muted: bool) -> None:
        rows = callers(view, scope, self.shell.now(), self._callers)
        self._callers = {row.key: row for row in rows}
        self.waiting.rows.show_rows(rows)
        self.waiting.mute(muted=muted)
        self.waiting_title.say(tr("Waiting {count}", count=len(rows)))
        self.nobody.setVisible(not rows)
        serving = members(view, scope, self._roster.rows if self._roster is not None else {})
        self.serving.rows.show_rows(serving)
        self.serving.mute(muted=muted)
        self.serving_title.say(tr("Agents {count}", count=len(serving)))
        gone = self._signed_out(scope)
        self.serving_count.say(tr("{count} signed out", count=gone) if gone else "")

    def _signed_out(self, scope: Scope) -> int:
        wanted, view = set(scope.queues), self._view
        if view is None:
            return 0
        return sum(1 for state in view.agents.values() if not state.queues and wanted & set(state.last_seen_queues))

    def tick(self) -> None:
        """Let waits grow."""
        self.show_view(self.shell.view)
        self.waiting.viewport().update()
        self.serving.viewport().update()

    # -- what is asked ------------------------------------------------------------------------------------------------

    def _choose_queue(self, queue: str) -> None:
        if self._scope is not None:
            self.open_at(f"group:{self._scope.group.id}" if queue == WHOLE else f"queue:{queue}")
            self.show_view(self.shell.view)

    def _to_targets(self) -> None:
        if self._scope is not None:
            self.shell.go("settings", f"targets:{self._scope.group.id}")

    def _unmask(self, key: str) -> None:
        row = self._callers.get(key)
        if row is None or self.shell.view.past:
            return
        if self._ask is None:
            self._ask = AskReason(self.window())
        self._ask.ask(
            tr("Show the number {number}", number=row.number),
            tr("Who looked, at which caller and why is written into the journal."),
            tr("Show the number"),
            lambda why: self.shell.doors.unmask(row.queue, row.uid, why, lambda told: self._unmasked(key, told)),
        )

    def _unmasked(self, key: str, told: str | Said) -> None:
        if isinstance(told, Said):
            self.shell.tell(told)
            return
        look = self.waiting.look
        assert isinstance(look, CallerDelegate)
        look.shown[key] = told
        self.waiting.viewport().update()
        QTimer.singleShot(UNMASKED_MS, self, lambda: self._mask(key))

    def _mask(self, key: str) -> None:
        look = self.waiting.look
        assert isinstance(look, CallerDelegate)
        look.shown.pop(key, None)
        self.waiting.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Left and right go between the tables."""
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            target = self.waiting if event.key() == Qt.Key.Key_Left else self.serving
            target.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Set every text again."""
        for button, words in ((self.back, tr("Back")), (self.limits, tr("Targets and limits"))):
            button.setText(words)
            button.updateGeometry()
        self.curve_title.say(dotted(tr("Waiting and wait"), tr("2 hours")))
        self.waiting_hint.say(tr("Enter shows a number, with a reason"))
        self.nobody.say(tr("Nobody is waiting"))
        self.waiting.setAccessibleName(tr("Callers waiting"))
        self.serving.setAccessibleName(tr("Agents of this queue"))
        self.curve.redraw()
        for card in self.figures:
            card.name_aloud()
            card.update()
        self.show_view(self.shell.view)
