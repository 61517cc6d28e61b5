"""The break rules: kinds, lengths, ratios, windows, codes and wording, and the switches beside them; per group."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from console.core.floor.view import FloorView
from console.core.rules.break_policy import BreakKind, BreakPolicy
from console.core.words import say
from console.core.work.break_cases import rules_of
from console.core.work.policies import BREAKS, Policy
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages.settings_break_fields import KIND_FIELDS, KIND_SWITCHES, RULE_FIELDS, RULE_SWITCHES, Field
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.widgets.form import Choice, Entry, FormCard
from console.ui.widgets.segments import Segments
from console.views.break_words import kind_words
from console.views.scope import group_names
from console.views.settings_breaks import (
    changed,
    changed_kind,
    doubts,
    rules_at,
    with_new_kind,
    with_own_rules,
    without_kind,
)

ANSWERED_MS = 4000
"""After this long an edit nobody took is forgotten: what is in force is shown again."""


class BreaksSection(Section):
    """Where (everywhere or a group), a kind, the switches; each good entry is in force at once."""

    wide = 980

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._group = ""
        self._kind = ""
        self._may = True
        self._edited: BreakPolicy | None = None
        self._sent_from = -1
        self._unsent: BreakPolicy | None = None
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(ANSWERED_MS)
        self._forget.timeout.connect(self._give_up)
        self._kind_entries: dict[str, Entry] = {}
        self._kind_boxes: dict[str, QCheckBox] = {}
        self._rule_entries: dict[str, Entry] = {}
        self._rule_boxes: dict[str, QCheckBox] = {}
        self._build_where()
        self._build_kind()
        self._build_rules()
        for card in (self.where, self.kind_card, self.rules_card):
            self.column.addWidget(card)
        self.column.addStretch(1)
        shell.book_changed.connect(lambda _book: self._follow_book())

    def _build_where(self) -> None:
        self.where = FormCard(
            self.texts,
            say("Break rules"),
            say("In force at once for everybody, and journalled. A group may have rules of its own."),
        )
        self.place = Choice()
        self.place.setMinimumWidth(theme.px(220))
        self.place.picked.connect(self._choose_group)
        self.own = self.texts.check(say("This group has rules of its own"))
        self.own.clicked.connect(self._toggle_own)
        self.where.row(say("Rules of"), self.place)
        self.where.add(self.own)
        self.doubt = QLabel()
        self.doubt.setProperty("role", "warn")
        self.doubt.setWordWrap(True)
        self.where.add(self.doubt)

    def _build_kind(self) -> None:
        self.kind_card = FormCard(self.texts, say("Kinds of break"))
        self.kinds = Segments()
        self.kinds.chosen.connect(self._choose_kind)
        self.new_kind = self.texts.button(say("Another kind"))
        self.new_kind.clicked.connect(self._add_kind)
        self.drop_kind = self.texts.button(say("Remove this kind"))
        self.drop_kind.clicked.connect(self._remove_kind)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.kinds)
        row.addStretch(1)
        row.addWidget(self.drop_kind)
        row.addWidget(self.new_kind)
        head = QWidget()
        row.setContentsMargins(0, 0, 0, theme.px(4))
        head.setLayout(row)
        self.kind_card.grid.addWidget(head, self.kind_card.grid.rowCount(), 0, 1, 2)
        for field in KIND_FIELDS:
            self._kind_entries[field.name] = self._entry(self.kind_card, field, self._put_kind)
        for name, said in KIND_SWITCHES:
            box = self.texts.check(said)
            box.clicked.connect(lambda on, name=name: self._put_kind(name, on))
            self._kind_boxes[name] = box
            self.kind_card.add(box)

    def _build_rules(self) -> None:
        self.rules_card = FormCard(self.texts, say("Beside the table"))
        for name, said, hint in RULE_SWITCHES:
            box = QCheckBox()
            box.clicked.connect(lambda on, name=name: self._put_rule(name, on))
            self._rule_boxes[name] = box
            self.rules_card.row(said, box, hint)
        for field in RULE_FIELDS:
            self._rule_entries[field.name] = self._entry(self.rules_card, field, self._put_rule)

    def _entry(self, card: FormCard, field: Field, put: Callable[[str, object], None]) -> Entry:
        def write(value: Any) -> str:  # noqa: ANN401  whatever the field holds
            return "" if value is None else field.write(value)

        entry = Entry(field.read, write, wide=field.wide)
        if field.unit is not None:
            self.texts.put(entry.unit.setText, field.unit)
        entry.committed.connect(lambda value: put(field.name, value))
        card.row(field.said, entry, field.hint)
        return entry

    # -- edits --------------------------------------------------------------------------------------------------------

    @property
    def rules(self) -> BreakPolicy:
        """Return the rules as edited here: what was sent stands until it is in force."""
        return self._edited if self._edited is not None else rules_of_book(self.shell)

    def _put_kind(self, name: str, value: object) -> None:
        self._change(changed_kind(self.rules, self._group, self._kind, **{name: value}))

    def _put_rule(self, name: str, value: object) -> None:
        told = float(value) if name.endswith("_s") and isinstance(value, int) else value
        self._change(changed(self.rules, self._group, **{name: told}))

    def _add_kind(self) -> None:
        policy, kind = with_new_kind(self.rules, self._group, tr("New kind"), "New kind")
        self._kind = kind
        self._change(policy)
        self._kind_entries["name"].line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._kind_entries["name"].line.selectAll()

    def _remove_kind(self) -> None:
        self._change(without_kind(self.rules, self._group, self._kind))

    def _toggle_own(self, on: bool) -> None:  # noqa: FBT001  Qt's signal
        self._change(with_own_rules(self.rules, self._group, own=on))

    def _change(self, policy: BreakPolicy) -> None:
        if policy == self.rules:
            return
        self._edited = policy
        if self._forget.isActive():
            # One edit at a time: the next one rests on the document the last one leads to.
            self._unsent = policy
        else:
            self._send(policy)
        self.refresh(self.shell.live)

    def _send(self, policy: BreakPolicy) -> None:
        self._unsent = None
        self._sent_from = self._version()
        self._forget.start()
        self.shell.doors.keep_breaks(policy, self._sent_from)

    def _version(self) -> int:
        document = self.shell.book.get(Policy, BREAKS)
        return 0 if document is None else document.version

    def _follow_book(self) -> None:
        if self._forget.isActive() and self._version() != self._sent_from:
            self._forget.stop()
            if self._unsent is not None:
                self._send(self._unsent)
            else:
                self._edited = None
        if self.isVisible():
            self.refresh(self.shell.live)

    def _give_up(self) -> None:
        self._edited = self._unsent = None
        self.refresh(self.shell.live)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def _choose_group(self, group: object) -> None:
        self._group = str(group or "")
        self.refresh(self.shell.live)

    def _choose_kind(self, kind: str) -> None:
        self._kind = kind
        self.refresh(self.shell.live)

    def open_at(self, what: str) -> None:
        """Show the rules of a group."""
        self._group = what
        self.refresh(self.shell.live)

    def let_edit(self, *, may: bool) -> None:
        """Leave groups and kinds to be looked at by whoever may only read."""
        self._may = may
        self.refresh(self.shell.live)

    def refresh(self, view: FloorView) -> None:
        """Show what is in force at the chosen place."""
        policy, names = self.rules, group_names(view)
        names |= {group: group for group in policy.by_group if group not in names}
        if self._group not in names:
            self._group = ""
        own = self._group in policy.by_group
        marked = {group: tr("{group} · rules of its own", group=name) for group, name in names.items()}
        choices = [(group, marked[group] if group in policy.by_group else name) for group, name in names.items()]
        self.place.offer((("", tr("Everywhere")), *choices), self._group)
        self.own.setVisible(bool(self._group))
        self.own.setChecked(own)
        rules = rules_at(policy, self._group)
        if rules.kind(self._kind) is None:
            self._kind = rules.kinds[0].id
        kind = rules.kind(self._kind) or rules.kinds[0]
        self.kinds.offer(tuple((each.id, render(kind_words(each))) for each in rules.kinds), kind.id)
        self._show_values(kind, self._kind_entries, self._kind_boxes)
        self._show_values(rules, self._rule_entries, self._rule_boxes)
        # Only what is changed: which group and which kind to look at is everybody's to choose.
        editable = self._may and (not self._group or own)
        for each in (*self._kind_entries.values(), *self._kind_boxes.values(), self.new_kind, self.rules_card):
            each.setEnabled(editable)
        self.drop_kind.setEnabled(editable and len(rules.kinds) > 1)
        self.own.setEnabled(self._may)
        told = doubts(rules)
        self.doubt.setText("\n".join(render(said) for said in told))
        self.doubt.setVisible(bool(told))

    @staticmethod
    def _show_values(record: BreakKind | Any, entries: dict[str, Entry], boxes: dict[str, QCheckBox]) -> None:  # noqa: ANN401
        for name, entry in entries.items():
            entry.show_value(getattr(record, name))
        for name, box in boxes.items():
            box.setChecked(getattr(record, name))


def rules_of_book(shell: Shell) -> BreakPolicy:
    """Return the rules in force."""
    return rules_of(shell.book)
