"""待办: the column on the right. Its order never changes under the hand."""

import contextlib
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from console.core.floor.view import FloorView
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import dotted, tr
from console.ui.icons import paint_icon
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.turns import LAST
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Plain, clear_port
from console.ui.widgets.todo_card import TodoCard
from console.views.todo import SNOOZE_S, Card, Slot, arranged, cards_of, fresh_count, neighbour, snooze_key

if TYPE_CHECKING:
    from console.core.floor.model import Instant

# More cards than a person can look through are counted, not drawn.
MOST_CARDS = 60
AT_ONCE = 10


class Nobody(QWidget):
    """What the list shows when nothing waits."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(theme.px(220))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw a tick and the good news."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, middle = theme.px(44), QPointF(self.width() / 2, theme.px(88))
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("ground"))
        painter.drawEllipse(middle, side / 2 + theme.px(9), side / 2 + theme.px(9))
        inner = QRectF(middle.x() - side / 3.4, middle.y() - side / 3.4, side / 1.7, side / 1.7)
        paint_icon(painter, "check", inner, theme.colour("calm"))
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(Type.TITLE))
        top = round(middle.y()) + theme.px(42)
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(0, top, self.width(), theme.px(24)), center, tr("Nobody needs you"))
        painter.setPen(theme.colour("soft"))
        painter.setFont(theme.font(Type.BODY))
        more = QRectF(theme.px(20), top + theme.px(27), self.width() - theme.px(40), theme.px(60))
        wrap = center | Qt.TextFlag.TextWordWrap
        painter.drawText(more, wrap, tr("What asks for a person appears here, most urgent first."))


class CardScroll(QScrollArea):
    """Scrolls by wheel and page keys; the arrows belong to the cards."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Let the arrows through to the list."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()


class TodoColumn(Plain):
    """The list; cards come from the view and from whoever calls `shell.show_cards`."""

    counted = Signal(object)

    def __init__(self, shell: Shell) -> None:
        super().__init__("panel", ("left",))
        self._shell = shell
        self._slots: tuple[Slot, ...] = ()
        self._cards: dict[str, TodoCard] = {}
        # Cards out of sight follow after the frame: what a person looks at is not held up by what they do not.
        self._behind: dict[str, Slot] = {}
        self._snoozed: dict[str, Instant] = {}
        self._current = ""
        self._typed = ("", "", "")
        self._told: object = None
        self.setMinimumWidth(theme.px(286))

        self.title = Line(Type.TITLE)
        self.order = QToolButton()
        self.order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.order.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fresh = KeyButton(kind="plain", key="R")
        self.fresh.clicked.connect(self.sort_in)
        self.fresh.hide()
        self.nobody = Nobody()
        self.beyond = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()

        # The hand may rest in the list without moving: ask where it is once the focus has settled.
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(0)
        self._let_go.timeout.connect(self.refresh)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)
        shell.live_changed.connect(self._follow)
        shell.ticked.connect(self.refresh)
        shell.preferences_changed.connect(self.refresh)
        shell.cards_changed.connect(self.refresh)
        shell.refused.connect(self._give_back)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(16), theme.px(12), theme.px(10), 0)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.order)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(theme.px(15), theme.px(3), theme.px(15), theme.px(15))
        self._column.setSpacing(theme.px(9))
        self._column.addWidget(self.nobody)
        self._column.addWidget(self.beyond)
        self._column.addStretch(1)
        self._scroll = CardScroll()
        clear_port(self._scroll)
        self._scroll.setWidget(self._list)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.setSpacing(theme.px(6))
        whole.addLayout(head)
        fresh_row = QHBoxLayout()
        fresh_row.setContentsMargins(theme.px(15), 0, theme.px(15), 0)
        fresh_row.addWidget(self.fresh)
        fresh_row.addStretch(1)
        whole.addLayout(fresh_row)
        whole.addWidget(self._scroll, 1)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Return the cards in the order shown."""
        return self._slots

    @property
    def held(self) -> bool:
        """Return whether a hand or the focus is in the list."""
        inside = QApplication.focusWidget()
        return self._list.underMouse() or (inside is not None and self._list.isAncestorOf(inside))

    def card(self, identity: str) -> TodoCard | None:
        """Return the widget of a card."""
        return self._cards.get(identity)

    def in_sight(self) -> list[str]:
        """Return the ids of the cards somebody can see, and of those that come up when one of them leaves."""
        top = self._scroll.verticalScrollBar().value()
        foot = top + 2 * self._scroll.viewport().height()
        cards = ((slot.card.id, self._cards[slot.card.id]) for slot in self._slots)
        return [identity for identity, card in cards if card.y() + card.height() > top and card.y() < foot]

    def refresh(self) -> None:
        """Show what waits now; nothing moves while a hand is here."""
        cards = self._cards_now()
        self._show(arranged(self._slots, cards[:MOST_CARDS], held=self.held), len(cards))

    def _follow(self, view: FloorView) -> None:
        """Refresh at once for what is new; ages wait for the next tick."""
        told = (view.alarms, view.link.status, view.link.trouble)
        if told != self._told:
            self._told = told
            self.refresh()

    def sort_in(self) -> None:
        """Sort the cards that came while the hand was here; the card at hand keeps the focus."""
        if self.fresh.hasFocus() and self._current in self._cards:
            self._cards[self._current].setFocus()
        cards = self._cards_now()
        self._show(arranged((), cards[:MOST_CARDS], held=False), len(cards))

    def _cards_now(self) -> tuple[Card, ...]:
        shell = self._shell
        now, preferences = shell.live_now(), shell.preferences
        self._snoozed = {key: until for key, until in self._snoozed.items() if until > now}
        return cards_of(
            shell.live,
            now,
            mine=preferences.my_groups if preferences.only_mine else (),
            snoozed=self._snoozed,
            more=shell.cards,
        )

    def focus_first(self) -> None:
        """Take the most urgent card in hand, or the one that was."""
        target = self._cards.get(self._current) or next((self._cards[s.card.id] for s in self._slots), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._scroll.ensureWidgetVisible(target)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        was = old is not None and self._list.isAncestorOf(old)
        if was and not (new is not None and self._list.isAncestorOf(new)):
            self._let_go.start()

    def _show(self, slots: tuple[Slot, ...], count: int) -> None:
        old_ids = [slot.card.id for slot in self._slots]
        new_ids = [slot.card.id for slot in slots]
        had_focus = self._focused_card()
        gone_at = old_ids.index(self._current) if self._current in old_ids else 0
        self._slots = slots
        staying = set(new_ids)
        for identity in [known for known in self._cards if known not in staying]:
            gone = self._cards.pop(identity)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, slot in enumerate(slots):
            card = self._cards.get(slot.card.id)
            if card is None:
                card = self._cards[slot.card.id] = TodoCard(slot)
                card.answered.connect(self.answer)
                card.took_focus.connect(self._took_focus)
                # Later: the card has its new height only once the layout has run.
                card.opened.connect(self._took_focus, Qt.ConnectionType.QueuedConnection)
                self._column.insertWidget(place, card)
                card.show()
            else:
                if card.slot.card is slot.card and card.slot.settled == slot.settled:
                    self._behind.pop(slot.card.id, None)
                    card.slot = slot
                elif len(slots) <= AT_ONCE or not card.visibleRegion().isEmpty():
                    self._behind.pop(slot.card.id, None)
                    card.show_slot(slot)
                else:
                    self._behind[slot.card.id] = slot
                if self._column.indexOf(card) != place:
                    self._column.removeWidget(card)
                    self._column.insertWidget(place, card)
        if self._behind:
            self._shell.turns.ask(self, "behind", self._show_behind, LAST)
        self._current = neighbour(slots, self._current, gone_at) if self._current else ""
        if had_focus and had_focus not in self._cards and self._current in self._cards:
            self._cards[self._current].setFocus()
        self.nobody.setVisible(not slots)
        self.beyond.setVisible(count > len(slots))
        self.beyond.say(tr("and {count} more", count=max(0, count - len(slots))))
        self._say_counts(slots, count)
        if new_ids != old_ids:
            self._wire_tabs()
            self.counted.emit(slots)

    def _show_behind(self) -> None:
        """Bring some of the cards nobody can see just now up to date."""
        for identity in list(self._behind)[:AT_ONCE]:
            slot = self._behind.pop(identity)
            if identity in self._cards:
                self._cards[identity].show_slot(slot)
        if self._behind:
            self._shell.turns.ask(self, "behind", self._show_behind, LAST)

    def _focused_card(self) -> str:
        inside = QApplication.focusWidget()
        if inside is None:
            return ""
        return next((key for key, card in self._cards.items() if card is inside or card.isAncestorOf(inside)), "")

    def _wire_tabs(self) -> None:
        cards = [self._cards[slot.card.id] for slot in self._slots]
        for one, other in pairwise(cards):
            QWidget.setTabOrder(one.buttons[-1] if one.buttons else one, other)

    def _say_counts(self, slots: tuple[Slot, ...], count: int) -> None:
        waiting = max(count, sum(not slot.settled for slot in slots))
        self.title.say(dotted(tr("For you"), str(waiting)) if waiting else tr("For you"))
        fresh, settled = fresh_count(slots), sum(slot.settled for slot in slots)
        self.fresh.setVisible(fresh > 0 or settled > 0)
        if fresh:
            self.fresh.setText(tr("{count} new below, sort in", count=fresh))
        elif settled:
            self.fresh.setText(tr("{count} settled, tidy up", count=settled))
        self.fresh.updateGeometry()

    def _took_focus(self, identity: str) -> None:
        self._current = identity
        card = self._cards.get(identity)
        if card is not None:
            self._scroll.ensureWidgetVisible(card, 0, theme.px(9))

    def answer(self, identity: str, action: str, why: str = "") -> None:
        """Carry an answer out: snoozing here, ways to pages by the shell, everything else by whoever asked."""
        card = next((slot.card for slot in self._slots if slot.card.id == identity and not slot.settled), None)
        if card is None:
            return
        if action == "snooze":
            self._snoozed[snooze_key(card)] = self._shell.live_now() + SNOOZE_S
            self.refresh()
            return
        self._typed = (identity, action, why)
        self._shell.answer(card, action, why)

    def _give_back(self, identity: str, action: str, why: str, said: Said, taken: list[bool]) -> None:
        card = self._cards.get(identity)
        if card is not None and (identity, action, why) == self._typed and card.give_back(action, why, said):
            taken.append(True)
            self._typed = ("", "", "")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go from card to card with the arrows; R sorts the new ones in."""
        ids = [slot.card.id for slot in self._slots]
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()))
        if step is not None and ids:
            place = ids.index(self._current) + step if self._current in ids else 0
            self._cards[ids[max(0, min(len(ids) - 1, place))]].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() == Qt.Key.Key_R and self.fresh.isVisibleTo(self):
            self.sort_in()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Set every text again."""
        mine = self._shell.preferences.only_mine
        self.order.setText(dotted(tr("My groups") if mine else tr("All groups"), tr("by urgency")) + "  ▾")
        self.order.setToolTip(tr("Whose cards are shown"))
        old = self.order.menu()
        menu = QMenu(self.order)
        choices = QActionGroup(menu)
        for words, only in ((tr("My groups"), True), (tr("All groups"), False)):
            action = QAction(words, menu)
            action.setCheckable(True)
            action.setChecked(mine is only)
            action.triggered.connect(lambda _on=False, chosen=only: self._shell.change(only_mine=chosen))
            choices.addAction(action)
            menu.addAction(action)
        self.order.setMenu(menu)
        if old is not None:
            with contextlib.suppress(RuntimeError):
                old.deleteLater()
        self.nobody.update()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
