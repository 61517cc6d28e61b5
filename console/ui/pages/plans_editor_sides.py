"""The sides of the plan editor: the plan itself, its watch beside the floor as it is now, its text, its rehearsal."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from console.core.floor.model import Instant
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.rules.break_policy import BreakRules
from console.core.rules.watches import Each, subjects_of
from console.core.words import Said, say
from console.core.work.plan_body import Trigger
from console.core.work.plan_rehearsal import RehearsedStep
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.form import Choice, Columns, FormCard, Texts
from console.ui.widgets.line import Line
from console.ui.widgets.panel import clear_port
from console.ui.widgets.plan_condition import ConditionRows
from console.ui.widgets.plan_fields import PlanForm
from console.ui.widgets.plan_now import NowLines
from console.ui.widgets.plan_text_edit import PlanTextEdit
from console.ui.widgets.rehearsal import RehearsalTable
from console.views.plan_conditions import watch_now, watch_of
from console.views.plan_draft import (
    Draft,
    Finding,
    Place,
    at_field,
    condition_of,
    draft_of_text,
    put_condition,
    put_top,
    put_watch,
    with_watch,
)
from console.views.plan_form import TOP, WATCH, Field, offers
from console.views.plan_words import subject_words

_ENDS = ("on_failure", "calm_s", "stage_s", "cause", "ends_after_s")


class Side(QWidget):
    """One side of the editor; `edited` comes with the next draft and which field it was."""

    edited = Signal(object, str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.texts = texts
        self.draft = Draft(table={})
        self.view = FloorView()
        self.breaks = BreakRules()
        self.area = QScrollArea()
        clear_port(self.area)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def show_draft(self, draft: Draft, view: FloorView, breaks: BreakRules) -> None:
        """Show the draft as it stands."""
        self.draft, self.view, self.breaks = draft, view, breaks

    def show_faults(self, found: tuple[Finding, ...]) -> None:
        """Show what is wrong at its fields."""

    def seek(self, place: Place, line: int) -> None:
        """Put the keys where a fault is."""

    def first_input(self) -> QWidget:
        """Return where the keys go when the side is opened."""
        return self

    def offered(self, field: Field) -> tuple[tuple[str, Said], ...]:
        """Return what may be chosen in a field."""
        return offers(field, self.view, self.breaks, self.draft.each)

    def hold(self, body: QWidget) -> None:
        """Put something that may be taller than the screen into the side."""
        body.setAutoFillBackground(False)
        self.area.setWidget(body)
        self.column.addWidget(self.area, 1)


class TopSide(Side):
    """What the plan is, and how it ends."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.what = PlanForm(texts, say("The plan"), tuple(field for field in TOP if field.name not in _ENDS))
        self.ends = PlanForm(texts, say("Steps that fail, and the end"), tuple(f for f in TOP if f.name in _ENDS))
        for form in (self.what, self.ends):
            form.edited.connect(self._put)
        self.hold(Columns((self.what,), (self.ends,), least=820))

    def _put(self, field: Field, value: object) -> None:
        self.draft = put_top(self.draft, field, value)
        self.edited.emit(self.draft, f"plan.{field.name}")

    def show_draft(self, draft: Draft, view: FloorView, breaks: BreakRules) -> None:
        """Show the fields of the plan itself."""
        super().show_draft(draft, view, breaks)
        for form in (self.what, self.ends):
            form.show_table(draft.table, self.offered, view)
        idle = {"only": draft.each == Each.FLOOR, "countdown_s": draft.table.get("trigger") == Trigger.HAND}
        self.what.show_only({name for name in self.what.fields if name in draft.table or not idle.get(name, False)})

    def keep_id(self, *, kept: bool) -> None:
        """Let the short name stand as it is once the plan is kept."""
        self.what.fields["id"].input.setEnabled(not kept)

    def show_faults(self, found: tuple[Finding, ...]) -> None:
        """Show what is wrong at each field."""
        for form in (self.what, self.ends):
            form.show_faults(lambda name: at_field(found, Place("plan", -1, name)))

    def seek(self, place: Place, _line: int) -> None:
        """Put the keys into a field."""
        form = self.ends if place.field in _ENDS else self.what
        if form.seek(place.field or "name"):
            self.area.ensureWidgetVisible(form.fields[place.field or "name"])

    def first_input(self) -> QWidget:
        """Return the name."""
        return self.what.fields["name"].input


class WatchSide(Side):
    """The watch as a form, and what it says of the floor now."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self._before: dict[str, object] = {}
        self.form = PlanForm(
            texts, say("The watch"), WATCH, say("When the plan proposes itself, and when the floor is calm again.")
        )
        self.watched = texts.check(say("The floor is watched for this plan"))
        self.watched.clicked.connect(self._turn)
        self.rows = ConditionRows()
        self.rows.changed.connect(self._put_condition)
        # Above the other fields: what is watched comes before how long.
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, theme.px(4))
        column.setSpacing(theme.px(10))
        column.addWidget(self.watched)
        column.addWidget(self.rows)
        layout = self.form.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(2, head)
        self.form.edited.connect(self._put)
        self.now_card = FormCard(texts, say("On the floor now"))
        self.now = NowLines()
        self.now_card.add(self.now)
        self.hold(Columns((self.form,), (self.now_card,), least=780, shares=(3, 2)))

    def _turn(self, on: bool) -> None:  # noqa: FBT001  Qt's own
        if not on:
            self._before = dict(self.draft.watch or {})
        self._tell(with_watch(self.draft, dict(self._before) if on else None), "watch")

    def _put_condition(self, condition: object) -> None:
        if isinstance(condition, dict):
            self._tell(put_condition(self.draft, condition), "watch.when")

    def _put(self, field: Field, value: object) -> None:
        self._tell(put_watch(self.draft, field, value), f"watch.{field.name}")

    def _tell(self, draft: Draft, tag: str) -> None:
        self.draft = draft
        self.edited.emit(draft, tag)

    def show_draft(self, draft: Draft, view: FloorView, breaks: BreakRules) -> None:
        """Show the watch, or that there is none."""
        super().show_draft(draft, view, breaks)
        watch = draft.watch
        self.watched.setChecked(watch is not None)
        self.rows.setVisible(watch is not None)
        for field in self.form.fields.values():
            field.setEnabled(watch is not None)
        self.form.show_table(watch or {}, self.offered, view)
        if watch is not None:
            self.rows.show_condition(condition_of(watch), view)

    def show_now(self, view: FloorView, at: Instant) -> None:
        """Compare the draft's watch with the floor as it is."""
        table = self.draft.watch
        watch = None if table is None else watch_of(table)
        if table is None:
            self.now.show_now((), tr("Nothing is watched: a person begins it."))
        elif watch is None:
            self.now.show_now((), tr("Once the condition is right, it is compared here."))
        else:
            only = self.draft.table.get("only", [])
            named = tuple(str(each) for each in only) if isinstance(only, list) else ()
            found = watch_now(watch, view, self.draft.each, named, at)
            self.now.show_now(found, "" if found else tr("There is nothing on this floor it would stand for."))

    def show_faults(self, found: tuple[Finding, ...]) -> None:
        """Show what is wrong at each field."""
        self.form.show_faults(lambda name: at_field(found, Place("watch", -1, name)))
        self.rows.show_faults(lambda part: at_field(found, Place("watch", -1, f"when{part}")))

    def seek(self, place: Place, _line: int) -> None:
        """Put the keys into a field or a row."""
        name, _, part = place.field.partition(".")
        if name == "when" and self.draft.watch is not None:
            self.rows.seek(part)
            self.area.ensureWidgetVisible(self.rows)
        elif not self.form.seek(place.field):
            self.watched.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_input(self) -> QWidget:
        """Return the first measure, or the box that turns the watch on."""
        return self.rows.rows[0].measure if self.draft.watch is not None and self.rows.rows else self.watched


class TextSide(Side):
    """The plan's text, and beside it the text somebody else kept meanwhile."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.text = PlanTextEdit()
        self.text.textChanged.connect(self._typed)
        texts.put(self.text.setAccessibleName, say("The plan as text"))
        self.theirs = PlanTextEdit()
        self.theirs.setReadOnly(True)
        self.their_words = QLabel()
        self.their_words.setProperty("role", "warn")
        self._beside = QWidget()
        beside = QVBoxLayout(self._beside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.their_words)
        beside.addWidget(self.theirs, 1)
        self._beside.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self.text, 1)
        row.addWidget(self._beside, 1)
        self.column.addLayout(row, 1)

    def _typed(self) -> None:
        self.draft = draft_of_text(self.text.toPlainText(), self.draft)
        self.edited.emit(self.draft, "text")

    def show_draft(self, draft: Draft, view: FloorView, breaks: BreakRules) -> None:
        """Show the text."""
        super().show_draft(draft, view, breaks)
        self.text.show_text(draft.text)

    def show_theirs(self, text: str, words: str) -> None:
        """Show what somebody else kept beside one's own; an empty text hides it."""
        self.theirs.show_text(text)
        self.their_words.setText(words)
        self.theirs.setAccessibleName(words)
        self._beside.setVisible(bool(text))

    def show_faults(self, found: tuple[Finding, ...]) -> None:
        """Mark the lines."""
        self.text.show_faults(frozenset(each.line for each in found))

    def seek(self, _place: Place, line: int) -> None:
        """Put the keys into a line."""
        self.text.seek(line)

    def first_input(self) -> QWidget:
        """Return the text."""
        return self.text


class RehearseSide(Side):
    """What the draft would set, for one subject, at this moment."""

    asked = Signal(str)

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.subject = Choice()
        texts.put(self.subject.setAccessibleName, say("For whom"))
        self.button = texts.button(say("Rehearse now"), key="F5", kind="strong")
        self.button.clicked.connect(self.ask)
        self.words = Line(Type.BODY, "soft", shrinks=True)
        self.table = RehearsalTable()
        self.table.hide()
        self.faulty = False
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.subject)
        row.addWidget(self.button)
        row.addWidget(self.words, 1)
        self.column.setSpacing(theme.px(12))
        self.column.addLayout(row)
        self.column.addWidget(self.table)
        self.column.addStretch(1)

    def ask(self) -> None:
        """Ask for the rehearsal, where the draft is whole."""
        subject = str(self.subject.currentData() or "")
        if subject and not self.faulty:
            self.table.show()
            self.table.show_steps(None)
            self.asked.emit(subject)

    def show_steps(self, told: tuple[RehearsedStep, ...] | Said, book: Book, view: FloorView) -> None:
        """Show what it found, or why there is none."""
        self.table.show_steps(told, book, view)
        self.words.say("" if isinstance(told, Said) else tr("Nothing was set."))

    def show_draft(self, draft: Draft, view: FloorView, breaks: BreakRules) -> None:
        """Offer the subjects; what was rehearsed before no longer holds."""
        changed = draft.table != self.draft.table
        super().show_draft(draft, view, breaks)
        only = draft.table.get("only", [])
        named = tuple(str(each) for each in only) if isinstance(only, list) else ()
        subjects = subjects_of(view, Each(draft.each), named) if draft.each in set(Each) else ()
        words = tuple((subject, render(subject_words(view, subject))) for subject in subjects)
        self.subject.offer(words, str(self.subject.currentData() or ""))
        if changed:
            self.table.hide()
            self._say_what()

    def show_faults(self, found: tuple[Finding, ...]) -> None:
        """Let only a whole draft be rehearsed."""
        if bool(found) != self.faulty:
            self.faulty = bool(found)
            self._say_what()
        self.button.setEnabled(not found and self.subject.count() > 0)

    def _say_what(self) -> None:
        broken, fresh = tr("First put right what is listed below."), tr("What each step would set; nothing is set.")
        self.words.say(broken if self.faulty else fresh)

    def first_input(self) -> QWidget:
        """Return whom it is for."""
        return self.subject
