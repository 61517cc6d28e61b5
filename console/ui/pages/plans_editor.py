"""The editor of emergency plans 应急预案: forms and text of one draft, judged while it is written."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from console.core.floor.policy import Tone
from console.core.words import Said, say
from console.core.work.break_cases import rules_of
from console.core.work.plan_records import Plan
from console.core.work.plan_rehearsal import RehearsedStep
from console.core.work.plan_text import Reading, known_of
from console.ui import theme
from console.ui.i18n import dotted, tr
from console.ui.pages.plans_editor_keeping import Keeping
from console.ui.pages.plans_editor_sides import RehearseSide, Side, TextSide, TopSide, WatchSide
from console.ui.pages.plans_editor_steps import StepsSide
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.form import Texts
from console.ui.widgets.line import Line
from console.ui.widgets.plan_faults import FaultList
from console.ui.widgets.plan_strip import PlanStrip, Way
from console.ui.widgets.segments import Segments
from console.views.plan_draft import (
    Course,
    Draft,
    Finding,
    Place,
    findings,
    mended,
    same,
)

CHECK_MS = 150
"""After this long without another letter the draft is judged."""
SIDES = ("plan", "watch", "steps", "text", "rehearsal")


class PlanEditor(QWidget):
    """One plan being written; `kept` once it is in force, `closed` when the editor is left."""

    kept = Signal()
    closed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.texts = Texts()
        self.keeping = Keeping(self)
        self._course = Course(self.keeping.first)
        self._aside: dict[str, Course] = {}
        self._side = SIDES[0]
        self._found: tuple[Finding, ...] = ()
        self._reading = Reading()
        self._rests_on: object = None
        self._build()
        self._lay_out()
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(CHECK_MS)
        self._check.timeout.connect(self.judge)
        shell.book_changed.connect(lambda _book: self.keeping.follow_book())
        shell.live_changed.connect(lambda _view: self._follow_floor())
        shell.ticked.connect(self._show_now)
        self.retranslate()

    # -- what it is made of -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = Line(Type.HEADLINE, shrinks=True)
        self.info = Line(Type.BODY, "soft", shrinks=True)
        self.import_button = self.texts.button(say("Import…"))
        self.import_button.clicked.connect(self.keeping.ask_import)
        self.export_button = self.texts.button(say("Export…"))
        self.export_button.clicked.connect(self.keeping.ask_export)
        self.keep_button = self.texts.button(say("Keep"), key="Ctrl+S", kind="strong")
        self.keep_button.clicked.connect(self.keep)
        self.close_button = self.texts.button(say("Close"), key="Esc")
        self.close_button.clicked.connect(self.leave)
        self.tabs = Segments()
        self.tabs.chosen.connect(self.show_side)
        self.state = Line(Type.BODY, "soft", shrinks=True)
        self.broken, self.strip = PlanStrip(), PlanStrip()
        self.top, self.watch, self.steps = TopSide(self.texts), WatchSide(self.texts), StepsSide(self.texts)
        self.text, self.rehearsal = TextSide(self.texts), RehearseSide(self.texts)
        self.sides: dict[str, Side] = dict(
            zip(SIDES, (self.top, self.watch, self.steps, self.text, self.rehearsal), strict=True)
        )
        self.stack = QStackedWidget()
        for side in self.sides.values():
            side.edited.connect(self._take_typed)
            self.stack.addWidget(side)
        self.rehearsal.asked.connect(self._rehearse)
        self.faults = FaultList()
        self.faults.sought.connect(self.seek)
        for keys, does in (
            ("Ctrl+S", self.keep),
            ("Ctrl+PgDown", lambda: self._turn(1)),
            ("Ctrl+PgUp", lambda: self._turn(-1)),
            ("F5", self._rehearse_now),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(does)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.title)
        head.addWidget(self.info, 1)
        for button in (self.import_button, self.export_button, self.close_button, self.keep_button):
            head.addWidget(button)
        bar = QHBoxLayout()
        bar.setSpacing(theme.px(12))
        bar.addWidget(self.tabs)
        bar.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addLayout(bar)
        column.addWidget(self.strip)
        column.addWidget(self.broken)
        column.addWidget(self.stack, 1)
        column.addWidget(self.faults)

    # -- what is written ----------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """Return the draft as it stands."""
        return self._course.now

    @property
    def changed(self) -> bool:
        """Return whether anything would be lost."""
        return not same(self.draft, self.keeping.first)

    @property
    def found(self) -> tuple[Finding, ...]:
        """Return what is wrong, as last judged."""
        return self._found

    def open_plan(self, plan: Plan | None) -> None:
        """Open a plan, None: a new one; what was being written before is kept aside and comes back with its plan."""
        if self.changed:
            self._aside[self.keeping.id] = self._course
        draft = self.keeping.open(plan)
        before = self._aside.pop(self.keeping.id, None)
        self._course = Course(self.keeping.first) if before is None else before
        if not same(draft, self.keeping.first):
            self._course.go_on(draft)
        self.strip.quiet()
        self.text.show_theirs("", "")
        if before is not None:
            ways = (Way(said=say("Begin anew"), key="B", does=self._begin_anew), self.all_right())
            self.strip.ask(say("What you had not kept is here again."), ways, tone=Tone.CALM)
        self._show_draft()
        self.judge()
        self.show_side(SIDES[0])

    def take(self, draft: Draft) -> None:
        """Go on from another draft, and judge it at once; Ctrl+Z brings back the one before."""
        self._course.go_on(draft)
        self._show_draft()
        self.judge()

    def _take_typed(self, draft: Draft, tag: str) -> None:
        """Take the next draft from a side."""
        self._course.go_on(draft, tag)
        self._show_draft()
        self._check.start()

    def _go(self, *, back: bool) -> None:
        if self._course.go_back() if back else self._course.go_forth():
            self._show_draft()
            self.judge()

    def _begin_anew(self) -> None:
        self.strip.quiet()
        self.take(self.keeping.first)
        self._to_first()

    def _show_draft(self) -> None:
        """Show the draft on the side at hand; the others follow when they are turned to."""
        draft = self.draft
        side = self.sides[self._side]
        side.show_draft(draft, self.shell.live, rules_of(self.shell.book).everywhere)
        whole = draft.broken is None
        side.setEnabled(whole or self._side == "text")
        if draft.broken is None:
            self.broken.quiet()
        else:
            said = say(
                "The text cannot be read (line {line}); the forms show it as it was before.", line=draft.broken.line
            )
            ways = (
                Way(said=say("Show the text"), key="S", does=lambda: self.show_side("text")),
                Way(said=say("Back to what the forms say"), key="B", does=self._mend),
            )
            if said != self.broken.said:
                self.broken.ask(said, ways)
        self._show_now()
        self._show_head()

    def _mend(self) -> None:
        self.take(mended(self.draft))
        self._to_first()

    def _show_head(self) -> None:
        name = self.draft.name.strip()
        plan = self.keeping.plan
        self.top.keep_id(kept=plan is not None)
        self.title.say(name or (tr("New plan") if plan is None else plan.id))
        version = "" if plan is None else tr("version {version}", version=self.keeping.version)
        out = tr("out of force; keeping it puts it in force again") if plan and plan.withdrawn_at else ""
        self.info.say(dotted(tr("new") if plan is None and name else "", version, out))
        count = len(self._found)
        words = tr("Keep")
        if count:
            words = tr("Keep · 1 fault") if count == 1 else tr("Keep · {count} faults", count=count)
        self.keep_button.setText(words)
        self.keep_button.updateGeometry()
        self.keep_button.setEnabled(not count and (self.changed or plan is None or bool(out)))
        self.state.say(tr("not kept yet") if self.changed else tr("as kept") if plan is not None else "")
        words_of = (tr("Plan"), tr("Watch"), tr("Steps"), tr("Text"), tr("Rehearsal"))
        numbers = {side: len([each for each in self._found if each.place.side == side]) for side in SIDES}
        tabs = tuple((side, dotted(w, str(numbers[side] or ""))) for side, w in zip(SIDES, words_of, strict=True))
        self.tabs.offer(tabs, self._side)

    # -- what is judged -----------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """Find out what is wrong with the draft and show it where it stands."""
        self._check.stop()
        view = self.shell.live
        known = known_of(view.policy, frozenset(view.queues))
        self._reading, self._found = findings(self.draft, known, self.keeping.taken)
        self.sides[self._side].show_faults(self._found)
        self.faults.show_faults(self._found, tr("Nothing is wrong with it."))
        self._show_head()

    def seek(self, place: Place, line: int) -> None:
        """Go where a fault stands: its field, or in the text its line."""
        if self._side != "text" and place.side in self.sides:
            self.show_side(place.side)
        self.sides[self._side].seek(place, line)

    def _follow_floor(self) -> None:
        """Judge again where the floor has other groups or queues than before."""
        view = self.shell.live
        rests_on = (view.policy, frozenset(view.queues))
        if self.isVisible() and rests_on != self._rests_on:
            self._rests_on = rests_on
            self._show_draft()
            self.judge()

    def _show_now(self) -> None:
        if self._side == "watch" and self.isVisible():
            self.watch.show_now(self.shell.live, self.shell.live_now())

    # -- keeping and leaving ------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Put the draft in force, where nothing is wrong with it."""
        self.judge()
        body = self._reading.body
        if body is not None and self.keep_button.isEnabled():
            self.keeping.keep(self._reading.id, body, self.draft)

    def all_right(self) -> Way:
        """Return the way to have read something."""
        return Way(said=say("All right"), key="Esc", does=self._hush)

    def _hush(self) -> None:
        self.strip.quiet()
        self._to_first()

    def leave(self) -> None:
        """Close the editor; with changes ask first, on the page."""
        if not self.changed:
            self.closed.emit()
            return
        self.judge()
        ways = [Way(said=say("Go on editing"), key="Esc", does=self._hush)]
        ways.insert(0, Way(said=say("Throw it away"), key="T", does=self._throw_away, kind="danger"))
        if not self._found:
            ways.insert(0, Way(said=say("Keep"), key="K", does=self._keep_and_leave, kind="strong"))
        self.strip.ask(say("This is not kept yet."), tuple(ways), take_keys=True)

    def _keep_and_leave(self) -> None:
        self.strip.quiet()
        self.keep()

    def _throw_away(self) -> None:
        self.strip.quiet()
        self._course = Course(self.keeping.first)
        self._show_draft()
        self.judge()
        self.closed.emit()

    # -- rehearsal ----------------------------------------------------------------------------------------------------

    def _rehearse_now(self) -> None:
        self.show_side("rehearsal")
        self.rehearsal.ask()

    def _rehearse(self, subject: str) -> None:
        self.judge()
        body, draft = self._reading.body, self.draft
        if self._found or body is None:
            return
        now, version = self.shell.live_now(), self.keeping.version
        plan = Plan(id=self._reading.id, version=version, body=body, edited_at=now, edited_by="")

        def told(steps: tuple[RehearsedStep, ...] | Said) -> None:
            if draft is self.draft:
                self.rehearsal.show_steps(steps, self.shell.book, self.shell.live)

        self.shell.doors.rehearse(plan, subject, told)

    # -- sides and keys -----------------------------------------------------------------------------------------------

    def show_side(self, name: str) -> None:
        """Turn to a side; the keys go to its first field."""
        self._side = name if name in SIDES else SIDES[0]
        self.stack.setCurrentWidget(self.sides[self._side])
        self._show_draft()
        self.sides[self._side].show_faults(self._found)
        self._to_first()

    def _turn(self, by: int) -> None:
        self.show_side(SIDES[(SIDES.index(self._side) + by) % len(SIDES)])

    def _to_first(self) -> None:
        if self.isVisible():
            self.sides[self._side].first_input().setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, _event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Lead the keys on to a field: a page that is turned to gives them to the editor as a whole."""
        self._to_first()

    def event(self, event: QEvent) -> bool:
        """Have Ctrl+Z take back a change here, not the last decision of the desk."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _back_or_forth(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Escape leaves, or goes on editing where that was asked; Ctrl+Z and Ctrl+Y go back and forth."""
        way = _back_or_forth(event)
        if way:
            self._go(back=way == "back")
        elif event.key() == Qt.Key.Key_Escape and self.strip.said is not None:
            self._hush()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Set every text again."""
        self.texts.retranslate()
        for strip in (self.strip, self.broken):
            strip.retranslate()
        self._show_draft()
        self.judge()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Say it in another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _back_or_forth(event: QKeyEvent) -> str:
    if event.modifiers() != Qt.KeyboardModifier.ControlModifier:
        return ""
    return {Qt.Key.Key_Z: "back", Qt.Key.Key_Y: "forth"}.get(Qt.Key(event.key()), "")
