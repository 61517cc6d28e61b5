"""The wall board: figures, groups, the curve of the day, every seat."""

from datetime import UTC

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from console.core.floor.figures import channel_subject
from console.core.floor.policy import Channel, Tone
from console.core.floor.view import FloorView
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.pages import Page
from console.ui.shell import Shell
from console.ui.when import local
from console.ui.widgets.button import IconButton
from console.ui.widgets.day_curve import Curve, DayCurve
from console.ui.widgets.figure_card import FigureCard
from console.ui.widgets.group_table import GroupTable
from console.ui.widgets.notice import EmptyPage, Strip
from console.ui.widgets.panel import Panel, clear_port
from console.ui.widgets.seat_map import SeatMap
from console.views.board import Board, board
from console.views.link import Standing, Trust, standing
from console.views.scope import has_channel, shown_groups
from console.views.words import CHANNEL

TWO_HOURS_S = 7200.0
LEAST_CURVE = 150
LOW = 800


class BoardPage(Page):
    """The state of every group at a glance."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.board = Board()
        self._channel = Channel.PHONE
        self._span = shell.place("board.span") or "hours"
        self._trust = Trust.NOTHING_YET
        self.empty = EmptyPage()
        self.empty.button.clicked.connect(lambda: shell.go("settings", "floors"))
        self.strip = Strip()
        self.cards_row = QHBoxLayout()
        self.cards_row.setSpacing(theme.px(13))
        self.cards: list[FigureCard] = []
        self.table = GroupTable()
        self.table.opened.connect(lambda group: shell.go("queue", f"group:{group}"))
        self.table.verticalScrollBar().valueChanged.connect(lambda _to: self._scrolled())
        self.curve = DayCurve()
        self.curve.channels.chosen.connect(self._choose_channel)
        self.curve.spans.chosen.connect(self._choose_span)
        self.look_back = IconButton("past", 26)
        self.look_back.clicked.connect(shell.replay_asked)
        self.curve.corner.addWidget(self.look_back)
        self.seats = SeatMap()
        self.seats.field.opened.connect(lambda seat: shell.go("agents", f"agent:{seat}"))

        holder = Panel()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        self._holder = holder
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(14))
        column.addWidget(self.strip)
        column.addLayout(self.cards_row)
        column.addWidget(holder)
        column.addWidget(self.curve, 1)
        column.addWidget(self.seats)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._scroll = QScrollArea()
        clear_port(self._scroll)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._full)
        self._full.setAutoFillBackground(False)
        self._stack.addWidget(self._scroll)
        self.setFocusProxy(self.table)
        shell.preferences_changed.connect(lambda: self.show_view(shell.view))

    def show_view(self, view: FloorView) -> None:
        """Draw what changed."""
        now = standing(view, self.shell.now())
        self._trust = now.trust
        if not view.queues and not view.agents:
            self._show_empty(view, now)
            return
        self._stack.setCurrentWidget(self._scroll)
        self._show_strip(view, now)
        mine = self.shell.preferences.my_groups
        muted = now.trust is Trust.OLD
        self.board = board(view, mine, self.board, self.table.seen())
        self._show_cards(muted=muted)
        self.table.show_rows(self.board.rows, muted=muted)
        self._show_curve(view, mine, muted=muted)
        self.seats.show_view(view, mine, muted=muted)
        self._share_height()

    def tick(self) -> None:
        """Let the age of the data and the line of now go on, also while nothing comes."""
        view = self.shell.view
        now = standing(view, self.shell.now())
        if now.trust is not self._trust:
            self.show_view(view)
            return
        if self._stack.currentWidget() is self.empty:
            self._show_empty(view, now)
            return
        self._show_strip(view, now)
        self._show_curve(view, self.shell.preferences.my_groups, muted=now.trust is Trust.OLD)

    def retranslate(self) -> None:
        """Set every text again."""
        for card in self.cards:
            card.name_aloud()
            card.update()
        self.table.measure()
        self.table.viewport().update()
        self.table.setAccessibleName(tr("Skill groups"))
        self.seats.retranslate()
        self.look_back.name(tr("Look back at the day (Ctrl+R)"))
        self._head_of_curve(self.shell.view)
        self.show_view(self.shell.view)

    def _scrolled(self) -> None:
        view = self.shell.view
        self.board = board(view, self.shell.preferences.my_groups, self.board, self.table.seen())
        self.table.show_rows(self.board.rows, muted=self._trust is Trust.OLD)

    def _show_cards(self, *, muted: bool) -> None:
        while len(self.cards) < len(self.board.cards):
            card = FigureCard()
            self.cards.append(card)
            self.cards_row.addWidget(card)
        for number, card in enumerate(self.cards):
            card.setVisible(number < len(self.board.cards))
            if number < len(self.board.cards):
                card.show_card(self.board.cards[number], muted=muted)

    def _show_curve(self, view: FloorView, mine: tuple[str, ...], *, muted: bool) -> None:
        groups = shown_groups(view, mine)
        if not has_channel(groups, self._channel):
            self._channel = Channel.WEB if self._channel is Channel.PHONE else Channel.PHONE
        self._head_of_curve(view)
        now = view.at if muted and view.at is not None else self.shell.now()
        points = view.figures.curves.get(channel_subject(self._channel), ())
        begin = now - TWO_HOURS_S
        if self._span == "day":
            begin = min(points[0].at if points else begin, now - TWO_HOURS_S)
        limit = view.policy.emergency_waiting if self._channel is Channel.PHONE else None
        self.curve.drawing.show_curve(
            Curve(
                points=points,
                limit=limit,
                begin=begin,
                now=now,
                zone=local(now, view.policy).tzinfo or UTC,
                muted=muted,
            )
        )

    def _head_of_curve(self, view: FloorView) -> None:
        groups = shown_groups(view, self.shell.preferences.my_groups)
        offered = tuple(
            (channel.value, render(CHANNEL[channel])) for channel in Channel if has_channel(groups, channel)
        )
        self.curve.channels.offer(offered, self._channel.value)
        self.curve.spans.offer((("hours", tr("2 hours")), ("day", tr("Today"))), self._span)
        self.curve.retranslate(render(CHANNEL[self._channel]))

    def _choose_channel(self, key: str) -> None:
        self._channel = Channel(key)
        self._show_curve(self.shell.view, self.shell.preferences.my_groups, muted=self._trust is Trust.OLD)

    def _choose_span(self, key: str) -> None:
        self._span = key
        self.shell.keep_place("board.span", key)
        self._show_curve(self.shell.view, self.shell.preferences.my_groups, muted=self._trust is Trust.OLD)

    def _show_strip(self, view: FloorView, now: Standing) -> None:
        if now.trust is Trust.OLD:
            stopped = tr("What stands here is old and not live")
            more = dotted(render(now.said), render(now.reason) if now.reason is not None else "", view.link.detail)
            tone = Tone.WARN if now.connecting else now.tone
            self.strip.show_words(stopped, more, tone=tone)
        else:
            self.strip.hide()

    def _show_empty(self, view: FloorView, now: Standing) -> None:
        self._stack.setCurrentWidget(self.empty)
        if now.trust is Trust.LIVE:
            self.empty.show_words(
                tr("The floor is connected, but has no queues yet"),
                tr("As soon as the ACD has a queue or an agent signs in, they appear here by themselves."),
                icon="board",
            )
            return
        detail = view.link.detail
        reason = render(now.reason) if now.reason is not None else tr("The first picture of the floor is on its way.")
        self.empty.show_words(
            render(now.said),
            f"{reason}\n{detail}" if detail and now.reason is not None else reason,
            tone=now.tone,
            button="" if now.connecting and now.reason is None else tr("Check the connection"),
        )

    def _share_height(self) -> None:
        # Rows and cards draw together on a low screen; the curve takes what is left; groups, then seats, scroll, and
        # where even that is not enough the whole page does.
        low = self.height() < theme.px(LOW)
        self.table.draw_together(low)
        card = theme.px(112 if low else 122)
        for figure in self.cards:
            if figure.height() != card:
                figure.setFixedHeight(card)
        spare = self.height() - 2 * theme.px(16) - card - 3 * theme.px(14)
        if self.strip.isVisibleTo(self._full):
            spare -= self.strip.height() + theme.px(14)
        wanted_table, wanted_seats = self.table.natural_height() + 2, self.seats.natural_height()
        least = theme.px(LEAST_CURVE)
        floor = max(theme.px(84), round(spare * 0.22))
        seats = min(wanted_seats, max(floor, spare - least - wanted_table))
        table = min(wanted_table, max(theme.px(33) + 3 * theme.px(theme.ROW_HEIGHT), spare - least - seats))
        if (self._holder.height(), self.seats.height()) != (table, seats):
            self._holder.setFixedHeight(table)
            self.seats.setFixedHeight(seats)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Share the new height."""
        super().resizeEvent(event)
        self._share_height()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure again with other letters."""
        if event.type() == QEvent.Type.FontChange:
            self.table.measure()
        super().changeEvent(event)
