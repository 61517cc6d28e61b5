"""The steps of a plan: the list, and the form of the step at hand, read off its action."""

from itertools import count
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.rules.break_policy import BreakRules
from console.core.words import say
from console.core.work.plan_actions import NAMED
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages.plans_editor_sides import Side
from console.ui.theme import Type
from console.ui.widgets.flow import FlowLayout
from console.ui.widgets.form import Choice, Texts
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.plan_faults import FaultLine, ToneMark
from console.ui.widgets.plan_fields import PlanForm
from console.ui.widgets.plan_steps import StepRow, StepTable, keys_for
from console.views.plan_draft import (
    Draft,
    Finding,
    Place,
    at_field,
    put_step,
    with_action,
    with_new_step,
    with_step_moved,
    without_step,
)
from console.views.plan_form import ACTION, Field, fields_of, matters, noticed
from console.views.plan_words import step_words

FIRST_ACTION = "notify"


class StepsSide(Side):
    """The list on the left, the form of the step at hand beside it."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self._fresh = count(1)
        self._keys: list[str] = []
        self._found: tuple[Finding, ...] = ()
        self._seen: dict[tuple[str, str], dict[str, Any]] = {}
        self.forms: dict[str, PlanForm] = {}
        self._build_list()
        self._build_step()
        # Shortcuts, so that a step moves from anywhere in its form: a scroll area would take the arrows.
        for keys, way in (("Alt+Up", "up"), ("Alt+Down", "down")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda way=way: self.ask(way))
        row = QHBoxLayout()
        row.setSpacing(theme.px(14))
        row.addWidget(self.left, 2)
        row.addWidget(self.area, 3)
        self.column.addLayout(row, 1)

    def _build_list(self) -> None:
        self.left = Panel()
        self.table = StepTable()
        self.texts.put(self.table.setAccessibleName, say("Steps"))
        self.table.asked.connect(self.ask)
        self.table.chosen.connect(lambda _key: self._show_step())
        self.empty = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter)
        self.texts.put(self.empty.say, say("No steps yet: N adds one."))
        self.buttons = {
            "add": self.texts.button(say("Add"), key="N"),
            "remove": self.texts.button(say("Remove"), key="Del"),
            "up": self.texts.button(say("Up"), key="Alt+↑"),
            "down": self.texts.button(say("Down"), key="Alt+↓"),
        }
        flow = FlowLayout(theme.px(8))
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, name=name: self.ask(name))
            flow.addWidget(button)
        column = QVBoxLayout(self.left)
        pad = theme.px(10)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.px(8))
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)
        column.addLayout(flow)
        self.left.setMinimumWidth(theme.px(250))

    def _build_step(self) -> None:
        self.head = Line(Type.TITLE)
        self.action = Choice()
        self.action.picked.connect(self._choose_action)
        self.texts.put(self.action.setAccessibleName, say("Action"))
        self.notice = Line(Type.BODY, "warn", shrinks=True)
        self.notice_mark = ToneMark(Tone.WARN)
        self.fault = FaultLine()
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(self.head)
        top.addWidget(self.action)
        top.addStretch(1)
        noticed_row = QHBoxLayout()
        noticed_row.addWidget(self.notice_mark)
        noticed_row.addWidget(self.notice, 1)
        self.stack = QVBoxLayout()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addLayout(noticed_row)
        column.addWidget(self.fault)
        column.addLayout(self.stack)
        column.addStretch(1)
        body.setAutoFillBackground(False)
        self.area.setWidget(body)
        self.body = body

    # -- what comes ---------------------------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """Return which step is at hand, -1 for none."""
        return self._keys.index(key) if (key := self.table.current_key()) in self._keys else -1

    def show_draft(self, draft: Draft, view: FloorView, breaks: BreakRules) -> None:
        """Show the steps."""
        before = list(zip(self._keys, self.draft.steps, strict=True))
        super().show_draft(draft, view, breaks)
        self._keys = keys_for(draft.steps, before, lambda: f"s{next(self._fresh)}")
        self._show_rows()
        if self.at < 0 and self._keys:
            self.table.choose(self._keys[0])
        self._show_step()

    def _show_rows(self) -> None:
        rows = [
            StepRow(
                key=key,
                n=n + 1,
                action=self._action_words(step),
                words=render(step_words(step)),
                noticed=noticed(step),
                faults=sum(each.place.side == "steps" and each.place.step == n for each in self._found),
            )
            for n, (key, step) in enumerate(zip(self._keys, self.draft.steps, strict=True))
        ]
        self.table.rows.show_rows(rows)
        self.empty.setVisible(not rows)

    def _action_words(self, step: dict[str, Any]) -> str:
        do = str(step.get("do", ""))
        return render(ACTION.get(do, say("{action}", action=do)))

    def _show_step(self) -> None:
        at, steps = self.at, self.draft.steps
        there = 0 <= at < len(steps)
        self.body.setVisible(there)
        for name in ("remove", "up", "down"):
            self.buttons[name].setEnabled(there)
        if not there:
            return
        step = steps[at]
        do = str(step.get("do", ""))
        self.head.say(tr("Step {n}", n=at + 1))
        actions = tuple((name, render(ACTION.get(name, say("{action}", action=name)))) for name in NAMED)
        self.action.offer(actions if do in NAMED else ((do, do or tr("choose…")), *actions), do)
        shown = noticed(step)
        self.notice.say(tr("Customers notice it: a person is asked first, and it is put back first."), "warn")
        self.notice.setVisible(shown)
        self.notice_mark.setVisible(shown)
        form = self._form(do)
        for other in self.forms.values():
            other.setVisible(other is form)
        if form is not None:
            form.show_table(step, self.offered, self.view)
            form.show_only({name for name in form.fields if matters(step, name)})
        self._show_step_faults()

    def _form(self, do: str) -> PlanForm | None:
        if do not in NAMED:
            return None
        if do not in self.forms:
            form = PlanForm(self.texts, ACTION.get(do, say("{action}", action=do)), fields_of(do))
            form.hide_title()
            form.edited.connect(self._put)
            self.stack.addWidget(form)
            self.forms[do] = form
        return self.forms[do]

    def show_faults(self, found: tuple[Finding, ...]) -> None:
        """Show what is wrong in the list and at each field."""
        self._found = found
        self._show_rows()
        self._show_step_faults()

    def _show_step_faults(self) -> None:
        at = self.at
        form = self.forms.get(str(self.draft.steps[at].get("do", ""))) if at >= 0 else None
        known = set(form.fields) if form is not None else set()
        own = [each for each in self._found if each.place.side == "steps" and each.place.step == at]
        loose = tuple(e.said for e in own if e.place.field.partition(".")[0].partition("[")[0] not in known)
        self.fault.show_faults(loose if at >= 0 else ())
        if form is not None:
            form.show_faults(lambda name: at_field(self._found, Place("steps", at, name)))

    def seek(self, place: Place, _line: int) -> None:
        """Take a step in hand and put the keys into its field."""
        if not 0 <= place.step < len(self._keys):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.table.choose(self._keys[place.step])
        form = self._form(str(self.draft.steps[place.step].get("do", "")))
        if form is None or not form.seek(place.field):
            self.action.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.area.ensureWidgetVisible(form.fields[place.field.partition(".")[0].partition("[")[0]])

    def first_input(self) -> QWidget:
        """Return the list."""
        return self.table

    # -- moves --------------------------------------------------------------------------------------------------------

    def ask(self, what: str) -> None:
        """Add, remove or move a step, or go into its form."""
        at, steps = self.at, self.draft.steps
        if what == "add":
            place = at + 1 if at >= 0 else len(steps)
            self._change(with_new_step(self.draft, place, FIRST_ACTION), place)
            self.action.setFocus(Qt.FocusReason.OtherFocusReason)
        elif what == "remove" and at >= 0:
            self._change(without_step(self.draft, at), min(at, len(steps) - 2))
        elif what in {"up", "down"} and at >= 0:
            to = at + (1 if what == "down" else -1)
            if 0 <= to < len(steps):
                self._change(with_step_moved(self.draft, at, to), to)
        elif what == "open" and at >= 0:
            self.action.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self, draft: Draft, at: int) -> None:
        self.show_draft(draft, self.view, self.breaks)
        if 0 <= at < len(self._keys):
            self.table.choose(self._keys[at])
            self._show_step()
        self.edited.emit(draft, "")

    def _choose_action(self, do: str) -> None:
        at = self.at
        if at < 0:
            return
        step, key = self.draft.steps[at], self._keys[at]
        self._seen[key, str(step.get("do", ""))] = {name: value for name, value in step.items() if name != "do"}
        self._change(with_action(self.draft, at, do, self._seen.get((key, do))), at)

    def _put(self, field: Field, value: object) -> None:
        at = self.at
        if at >= 0:
            self.draft = put_step(self.draft, at, field, value)
            self._show_rows()
            self.edited.emit(self.draft, f"{self._keys[at]}.{field.name}")
