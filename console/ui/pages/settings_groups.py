"""Skill groups: which queues they serve, in which order they stand, their channel and wrap-up; by mouse or by keys."""

import msgspec
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.core.floor.policy import Channel, FloorPolicy, SkillGroup
from console.core.floor.view import FloorView
from console.core.words import say
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.icons import paint_icon
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.form import Choice, Columns, Entry, FormCard, some_text, whole
from console.ui.widgets.panel import Panel
from console.ui.widgets.table import paint_text
from console.views.settings import (
    group_named,
    loose_queues,
    moved_group,
    moved_queue,
    new_group,
    with_group,
    without_group,
)
from console.views.words import CHANNEL

KEY = Qt.ItemDataRole.UserRole
MORE = Qt.ItemDataRole.UserRole + 1
LOOSE = "loose"


class TreeDelegate(QStyledItemDelegate):
    """Draws a group as a headline with what it is at its right, a queue with its drawing."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802  Qt's name
        """Return a row's height."""
        return QSize(200, theme.px(34 if index.parent().isValid() else 40))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a row."""
        rect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("chosen"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        inner = rect.adjusted(theme.px(6), 0, -theme.px(12), 0)
        queue = index.parent().isValid()
        if queue:
            side = theme.px(15)
            where = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
            paint_icon(painter, "queue", where, theme.colour("soft"))
            inner.setLeft(inner.left() + side + theme.px(8))
        text, more = str(index.data(Qt.ItemDataRole.DisplayRole)), str(index.data(MORE) or "")
        paint_text(painter, inner, more, role="faint", right=True)
        used = painter.fontMetrics().horizontalAdvance(more) + theme.px(10)
        loose = index.data(KEY) == f"group:{LOOSE}"
        kind = Type.BODY if queue else Type.STRONG
        paint_text(painter, inner.adjusted(0, 0, -used, 0), text, role="warn" if loose else "ink", kind=kind)


class GroupTree(QTreeWidget):
    """Groups and their queues; drag a queue onto a group, a group between groups, or move them with Alt and arrows."""

    queue_moved = Signal(str, str)
    group_moved = Signal(str, int)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setItemDelegate(TreeDelegate(self))
        self.setMouseTracking(True)
        self.setIndentation(theme.px(20))
        self.setExpandsOnDoubleClick(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.currentItemChanged.connect(lambda item, _old: self.chosen.emit(item.data(0, KEY) if item else ""))

    def show_policy(self, policy: FloorPolicy, loose: tuple[str, ...], current: str) -> None:
        """Show groups and queues, the current one in hand."""
        self.blockSignals(True)
        self.clear()
        found: QTreeWidgetItem | None = None
        parts = [(f"group:{g.id}", g.name, _about(g), g.queues) for g in policy.groups]
        if loose:
            parts.append((f"group:{LOOSE}", tr("Queues without a group"), "", loose))
        for key, name, more, queues in parts:
            top = QTreeWidgetItem([name])
            top.setData(0, KEY, key)
            top.setData(0, MORE, more)
            self.addTopLevelItem(top)
            for queue in queues:
                leaf = QTreeWidgetItem([queue])
                leaf.setData(0, KEY, f"queue:{queue}")
                leaf.setFlags(leaf.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
                top.addChild(leaf)
                if leaf.data(0, KEY) == current:
                    found = leaf
            if key == current:
                found = top
        self.expandAll()
        self.blockSignals(False)
        if found is not None:
            self.blockSignals(True)
            self.setCurrentItem(found)
            self.blockSignals(False)
            self.scrollToItem(found)

    def current(self) -> str:
        """Return `group:ID` or `queue:NAME` of the row at hand."""
        item = self.currentItem()
        return str(item.data(0, KEY)) if item is not None else ""

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take what was dropped to where it was dropped; the tree is drawn anew from the policy."""
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.drop_at(event.position().toPoint())

    def drop_at(self, point: QPoint) -> None:
        """Move the row at hand to the group under a point."""
        item, target = self.currentItem(), self.itemAt(point)
        if item is None:
            return
        kind, _, name = str(item.data(0, KEY)).partition(":")
        top = target if target is None or target.parent() is None else target.parent()
        if kind == "queue" and top is not None:
            group = str(top.data(0, KEY)).partition(":")[2]
            self.queue_moved.emit(name, "" if group == LOOSE else group)
        elif kind == "group" and name != LOOSE:
            end = self.indexOfTopLevelItem(top) if top is not None else self.topLevelItemCount() - 1
            self.group_moved.emit(name, end - self.indexOfTopLevelItem(item))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Alt with up and down moves what is at hand."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        item = self.currentItem()
        if step is None or item is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        kind, _, name = str(item.data(0, KEY)).partition(":")
        if kind == "group":
            if name != LOOSE:
                self.group_moved.emit(name, step)
            return
        home = item.parent()
        top = self.topLevelItem(self.indexOfTopLevelItem(home) + step) if home is not None else None
        if top is not None:
            group = str(top.data(0, KEY)).partition(":")[2]
            self.queue_moved.emit(name, "" if group == LOOSE else group)


def _about(group: SkillGroup) -> str:
    return dotted(render(CHANNEL[group.channel]), tr("queues: {count}", count=len(group.queues)))


class GroupsSection(Section):
    """The tree, and the form of the group or queue at hand."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._current = ""
        self._drawn: object = None
        self._build_tree()
        self._build_group()
        self._build_queue()
        self._panel.setMinimumHeight(theme.px(340))
        self.column.addWidget(Columns((self._panel,), (self.group_card, self.queue_card), least=640), 1)

    def _build_tree(self) -> None:
        self.tree = GroupTree()
        self.tree.queue_moved.connect(self._move_queue)
        self.tree.group_moved.connect(self._move_group)
        self.tree.chosen.connect(self._choose)
        self.texts.put(self.tree.setAccessibleName, say("Skill groups"))
        self.new_button = self.texts.button(say("New group"))
        self.new_button.clicked.connect(self.add)
        hint = self.texts.label(say("Drag a queue onto a group, or move it with Alt and the arrows."), "faint")
        self._panel = Panel()
        column = QVBoxLayout(self._panel)
        column.setContentsMargins(theme.px(6), theme.px(8), theme.px(6), theme.px(12))
        column.addWidget(self.tree, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
        foot.setSpacing(theme.px(12))
        foot.addWidget(self.new_button)
        foot.addWidget(hint, 1)
        column.addLayout(foot)

    def _build_group(self) -> None:
        self.group_card = FormCard(self.texts, say("Skill group"), label_wide=100)
        self.name = Entry(some_text)
        self.name.committed.connect(lambda value: self._change(name=value))
        self.channel = Choice()
        self.channel.picked.connect(lambda key: self._change(channel=Channel(key)))
        self.wrap_up = Entry(whole(0, 3600), wide=84)
        self.texts.put(self.wrap_up.unit.setText, say("s"))
        self.wrap_up.committed.connect(lambda value: self._change(wrap_up_s=value))
        self.line = Entry(whole(1, 10_000), wide=84)
        self.texts.put(self.line.unit.setText, say("people"))
        self.line.committed.connect(lambda value: self._change(emergency_waiting=value))
        self.group_card.row(say("Group name"), self.name)
        self.group_card.row(say("Channel"), self.channel, say("Phone and WEB are never mixed in one figure."))
        self.group_card.row(say("Wrap-up"), self.wrap_up, say("After each contact; 0: as the floor's default says."))
        self.group_card.row(say("Emergency line"), self.line)
        self.targets_button = self.texts.button(say("Targets and limits"))
        self.targets_button.clicked.connect(lambda: self.shell.go("settings", f"targets:{self._group_id}"))
        self.drop_button = self.texts.button(say("Delete this group"))
        self.drop_button.clicked.connect(self.drop)
        self.group_card.buttons(self.targets_button, self.drop_button)

    def _build_queue(self) -> None:
        self.queue_card = FormCard(self.texts, say("Queue"), label_wide=100)
        self.queue_name = QLabel()
        self.queue_group = Choice()
        self.queue_group.picked.connect(lambda key: self._move_queue(self._queue_name, key))
        self.queue_wrap_up = Entry(whole(0, 3600), wide=84)
        self.texts.put(self.queue_wrap_up.unit.setText, say("s"))
        self.queue_wrap_up.committed.connect(self._change_wrap_up)
        self.queue_card.row(say("Queue"), self.queue_name)
        self.queue_card.row(say("Skill group"), self.queue_group)
        self.queue_card.row(say("Wrap-up"), self.queue_wrap_up, say("0: as its group says."))

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def _group_id(self) -> str:
        kind, _, name = self._current.partition(":")
        return name if kind == "group" else ""

    @property
    def _queue_name(self) -> str:
        kind, _, name = self._current.partition(":")
        return name if kind == "queue" else ""

    def open_at(self, what: str) -> None:
        """Take a group in hand."""
        self._current = f"group:{what}"
        self._drawn = None
        self.refresh(self.shell.live)

    def refresh(self, view: FloorView) -> None:
        """Show groups, queues and the form of the one at hand."""
        policy = self.policy
        loose = loose_queues(view, policy)
        if not self._current and policy.groups:
            self._current = f"group:{policy.groups[0].id}"
        drawn = (policy.groups, loose, self._current)
        if drawn != self._drawn:
            self._drawn = drawn
            self.tree.show_policy(policy, loose, self._current)
        self._show_forms(policy)

    def _show_forms(self, policy: FloorPolicy) -> None:
        group, queue = group_named(policy, self._group_id), self._queue_name
        self.group_card.setVisible(group is not None)
        self.queue_card.setVisible(bool(queue))
        self.channel.offer(
            tuple((each.value, render(said)) for each, said in CHANNEL.items()),
            group.channel.value if group is not None else "",
        )
        if group is not None:
            self.name.show_value(group.name)
            self.wrap_up.show_value(group.wrap_up_s)
            self.line.show_value(group.emergency_waiting)
        if queue:
            home = next((each.id for each in policy.groups if queue in each.queues), "")
            self.queue_name.setText(queue)
            self.queue_group.offer((*((each.id, each.name) for each in policy.groups), ("", tr("No group"))), home)
            self.queue_wrap_up.show_value(policy.queue_wrap_up_s.get(queue, 0))

    def retranslate(self) -> None:
        """Set every text again."""
        super().retranslate()
        self._drawn = None
        self.refresh(self.shell.live)

    # -- what is done -------------------------------------------------------------------------------------------------

    def _choose(self, key: str) -> None:
        if key:
            self._current = key
            self._drawn = (self.policy.groups, loose_queues(self.shell.live, self.policy), key)
            self._show_forms(self.policy)

    def _change(self, **fields: object) -> None:
        group = group_named(self.policy, self._group_id)
        if group is not None:
            self.change_policy(with_group(self.policy, msgspec.structs.replace(group, **fields)))

    def _change_wrap_up(self, value: object) -> None:
        lengths = {**self.policy.queue_wrap_up_s, self._queue_name: value}
        if not value:
            lengths.pop(self._queue_name)
        self.change_policy(msgspec.structs.replace(self.policy, queue_wrap_up_s=lengths))

    def _move_queue(self, queue: str, group: str) -> None:
        self._current = f"queue:{queue}"
        self.change_policy(moved_queue(self.policy, queue, group))

    def _move_group(self, group: str, by: int) -> None:
        self._current = f"group:{group}"
        self.change_policy(moved_group(self.policy, group, by))

    def add(self) -> None:
        """Begin a new group."""
        group = new_group(self.policy, tr("New group"))
        self._current = f"group:{group.id}"
        self.change_policy(with_group(self.policy, group))
        self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.line.selectAll()

    def drop(self) -> None:
        """Delete the group at hand; its queues are loose again."""
        group = group_named(self.policy, self._group_id)
        if group is not None:
            self._current = ""
            self.change_policy(without_group(self.policy, group.id))
            self.shell.tell(say("{name} was deleted.", name=group.name))


def form_of(section: GroupsSection) -> QWidget:
    """Return the form on screen."""
    return section.queue_card if section.queue_card.isVisibleTo(section) else section.group_card
