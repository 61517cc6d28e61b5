"""Targets and thresholds of each group: typed, checked while typing, in force at once for everybody."""

import msgspec
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from console.core.floor.policy import Channel, FloorPolicy, Limits, SkillGroup, Targets
from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.form import Choice, Columns, Entry, FormCard, as_percent, number, percent, plain, whole
from console.views.settings import LIMITS, SHARES, group_named, limit_problem, with_group, with_limit

_S, _PERCENT, _PEOPLE = say("s"), say("%"), say("people")
UNITS = {"waiting": _PEOPLE, "longest_wait": _S, "mean_wait": _S}

Field = tuple[str, Said, Said]
TARGETS: tuple[Field, ...] = (
    ("answer_within_s", say("Phone answered within"), _S),
    ("first_response_s", say("Chat first answered within"), _S),
    ("service_level", say("Service level"), _PERCENT),
    ("answer_rate", say("Answer rate"), _PERCENT),
    ("first_response_rate", say("First response rate"), _PERCENT),
    ("average_wait_s", say("Average wait (empty: no target)"), _S),
    ("ring_s", say("Picked up within (ringing)"), _S),
)
SAID_AT_ONCE: tuple[Field, ...] = (
    ("callers_wait_while_available_s", say("Callers wait while somebody is available for"), _S),
    ("nobody_on_line_s", say("A queue with nobody on line for"), _S),
    ("stuck_ringing_s", say("Stuck ringing after"), _S),
    ("stuck_wrap_up_s", say("Stuck in wrap-up after"), _S),
    ("stuck_talking_s", say("Stuck talking after"), _S),
    ("stuck_paused_s", say("Stuck away after"), _S),
    ("stuck_unavailable_s", say("Phone unreachable for"), _S),
)
PATIENCE: tuple[Field, ...] = (
    ("hold_s", say("A threshold is crossed for"), _S),
    ("least_waiting", say("A wait alarms only from"), _PEOPLE),
    ("least_offered", say("Rates count only from"), say("contacts")),
    ("least_seats", say("Ratios count only from"), say("seats")),
)
RATES = frozenset({"service_level", "answer_rate", "first_response_rate"})
WHOLE = frozenset({"least_waiting", "least_offered", "least_seats"})


def entry_of(name: str) -> Entry:
    """Return the input of a target: seconds, per cent or a count."""
    if name in RATES:
        return Entry(percent(), as_percent, wide=84)
    if name in WHOLE:
        return Entry(whole(0, 1000), wide=84)
    return Entry(number(0, 86_400, empty=name == "average_wait_s"), plain, wide=84)


class TargetsSection(Section):
    """One group at a time; a button gives its figures to all groups, another brings the defaults back."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._group = ""
        self.groups = Choice()
        self.groups.picked.connect(self.open_at)
        self.groups.setMinimumWidth(theme.px(220))
        self.entries: dict[str, Entry] = {}
        self.limits: dict[tuple[str, str], Entry] = {}
        self.problems: dict[str, QLabel] = {}
        self.groups.setFixedHeight(theme.px(32))
        self.same_button = self.texts.button(say("Use these for all groups"))
        self.same_button.clicked.connect(self.same_for_all)
        self.default_button = self.texts.button(say("Back to the defaults"))
        self.default_button.clicked.connect(lambda: self._change(Targets()))
        label = self.texts.label(say("Skill group"), "soft")
        label.setWordWrap(False)
        label.setMinimumHeight(theme.px(32))
        head = FlowLayout(theme.px(10))
        for part in (label, self.groups, self.same_button, self.default_button):
            head.addWidget(part)
        self.column.addLayout(head)
        self.column.addWidget(self._limits_card())
        targets = self._card(say("Targets"), TARGETS)
        at_once = self._card(say("Said at once"), SAID_AT_ONCE)
        before = self._card(
            say("Before anything is said"), PATIENCE, say("So that one caller at night is no emergency.")
        )
        self.column.addWidget(Columns((targets, before), (at_once,), least=640))
        self.column.addStretch(1)
        self.texts.put(self.groups.setAccessibleName, say("Skill group"))

    def _card(self, title: Said, fields: tuple[Field, ...], about: Said | None = None) -> FormCard:
        card = FormCard(self.texts, title, about, label_wide=170)
        for name, said, unit in fields:
            entry = self.entries[name] = entry_of(name)
            self.texts.put(entry.unit.setText, unit)
            entry.committed.connect(lambda value, name=name: self._take(name, value))
            card.row(said, entry)
        return card

    def _limits_card(self) -> FormCard:
        card = FormCard(
            self.texts,
            say("Warning and alarm"),
            say("Beyond a threshold the figure changes shape and colour; it calms down only when clearly better."),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(7))
        grid.setColumnStretch(3, 1)
        for column, said in ((1, say("Warns")), (2, say("Alarms"))):
            grid.addWidget(self.texts.label(said, "soft"), 0, column)
        for row, (name, said) in enumerate(LIMITS.items(), start=1):
            label = self.texts.label(said, "soft")
            label.setMinimumWidth(theme.px(150))
            grid.addWidget(label, row, 0)
            for column, which in ((1, "warn"), (2, "alarm")):
                reader = percent(empty=True) if name in SHARES else number(0, 100_000, empty=True)
                entry = Entry(reader, as_percent if name in SHARES else plain, wide=84)
                self.texts.put(entry.unit.setText, UNITS.get(name, _PERCENT))
                self.texts.put(entry.line.setAccessibleName, said)
                entry.committed.connect(lambda value, name=name, which=which: self._take_limit(name, which, value))
                grid.addWidget(entry, row, column)
                self.limits[name, which] = entry
            self.problems[name] = QLabel()
            self.problems[name].setProperty("role", "warn")
            grid.addWidget(self.problems[name], row, 3)
        holder = QWidget()
        holder.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        card.add(holder)
        return card

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def group(self) -> SkillGroup | None:
        """Return the group being edited."""
        return group_named(self.policy, self._group) or next(iter(self.policy.groups), None)

    def open_at(self, what: str) -> None:
        """Edit a group."""
        self._group = what
        self.refresh(self.shell.live)

    def rests_on(self, view: FloorView) -> object:
        """Return the policy and the group chosen."""
        _ = view
        return self.policy, self._group

    def refresh(self, view: FloorView) -> None:
        """Show the group's figures."""
        _ = view
        policy, group = self.policy, self.group
        self.groups.offer(tuple((each.id, each.name) for each in policy.groups), group.id if group else "")
        self.setEnabled(group is not None)
        targets = group.targets if group is not None else Targets()
        web = group is not None and group.channel is Channel.WEB
        for name, entry in self.entries.items():
            entry.show_value(getattr(targets, name))
        for name in ("first_response_s", "first_response_rate"):
            self.entries[name].setEnabled(web)
        self.entries["answer_within_s"].setEnabled(not web)
        for (name, which), entry in self.limits.items():
            entry.show_value(getattr(getattr(targets, name), which))
        for name, label in self.problems.items():
            limits: Limits = getattr(targets, name)
            problem = limit_problem(limits)
            label.setText("" if problem is None else render(problem))

    def retranslate(self) -> None:
        """Set every text again."""
        super().retranslate()
        self.refresh(self.shell.live)

    # -- what is done -------------------------------------------------------------------------------------------------

    def _take(self, name: str, value: object) -> None:
        if self.group is not None:
            self._change(msgspec.structs.replace(self.group.targets, **{name: value}))

    def _take_limit(self, name: str, which: str, value: object) -> None:
        if self.group is None:
            return
        limits: Limits = getattr(self.group.targets, name)
        told = {"warn": limits.warn, "alarm": limits.alarm, which: value if isinstance(value, float) else None}
        self._change(with_limit(self.group.targets, name, warn=told["warn"], alarm=told["alarm"]))

    def _change(self, targets: Targets) -> None:
        if self.group is not None:
            self.change_policy(with_group(self.policy, msgspec.structs.replace(self.group, targets=targets)))

    def same_for_all(self) -> None:
        """Give this group's figures to every group of its channel."""
        group = self.group
        if group is None:
            return
        policy: FloorPolicy = self.policy
        for each in policy.groups:
            if each.channel is group.channel:
                policy = with_group(policy, msgspec.structs.replace(each, targets=group.targets))
        self.change_policy(policy)
        self.shell.tell(say("All groups of this channel now have these figures."))

    def spoken_group(self) -> str:
        """Return the name of the group being edited."""
        return self.group.name if self.group is not None else tr("No group")
