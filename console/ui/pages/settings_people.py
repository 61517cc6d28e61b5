"""People: who is who on the floor, edited one by one or taken from a list; a list with any problem changes nothing."""

from pathlib import Path

import msgspec
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from console.core.floor.directory import row_of
from console.core.floor.people import PersonRow
from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.words import Said, say
from console.core.work.policies import PEOPLE, Policy
from console.ui import i18n, theme
from console.ui.doors import PeopleRead
from console.ui.editing import Answer, Editing
from console.ui.i18n import dotted, render, tr
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.form import Choice, Columns, Entry, FormCard, text
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.settings import compared, joined_people, people_problems, people_rows, words_read

FILES = "CSV, XLSX (*.csv *.xlsx *.txt)"
NOBODY = PersonRow()


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person: the row, the group's name, and whether only the ACD knows them."""

    row: PersonRow
    group: str = ""
    learned: bool = False


COLUMNS = (
    Column(key="number", head=say("Number"), wide=70, sorts=False),
    Column(key="name", head=say("Name"), wide=96, share=2, strong=True, sorts=False),
    Column(key="extensions", head=say("Extension"), wide=80, share=1, sorts=False),
    Column(key="group", head=say("Primary group"), wide=110, share=2, sorts=False),
    Column(key="marks", head=say("Roster"), wide=120, share=2, sorts=False, gives_way=1),
)


def person_text(line: PersonLine, key: str) -> str:
    """Return a cell in words."""
    row = line.row
    if key == "marks":
        return dotted(
            tr("Only the ACD knows") if line.learned else "",
            tr("On roster") if row.rostered else tr("Not on the roster") if row.rostered is False else "",
            tr("Absent") if row.absent else "",
            tr("Flex agent") if row.flex else "",
            tr("Trainer") if row.trainer else "",
        )
    if key == "extensions":
        return ", ".join(row.extensions)
    return {"number": row.number, "group": line.group}.get(key, row.name or row.number or row.id)


class PersonDelegate(RowDelegate[PersonLine]):
    """Draws who is known only from the ACD dim."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: PersonLine, column: Column, text: str) -> None:
        """Draw a cell."""
        role = "ink" if column.key in {"name", "number"} and not row.learned else "soft"
        paint_text(painter, inner, text, role=role, kind=Type.STRONG if column.strong else Type.BODY)


class PeopleSection(Section):
    """Search and list on the left, the person at hand on the right, what an import found beneath."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._chosen = ""
        self._lines: tuple[PersonLine, ...] = ()
        self._editing_rows: Editing[tuple[PersonRow, ...]] = Editing(
            self, shell, PEOPLE, _rows_in_force, self._keep_rows, self._draw_again
        )
        self._seen_people: object = None
        self._read: tuple[PersonRow, ...] = ()
        self._drawn: object = None
        self._may = True
        self._build_list()
        self._build_form()
        self._build_import()
        self._panel.setMinimumHeight(theme.px(420))
        self.column.addWidget(Columns((self._panel,), (self.form, self.imported), least=660, shares=(5, 4)), 1)

    def _build_list(self) -> None:
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.texts.put(self.search.setPlaceholderText, say("Name, number, extension, group"))
        self.texts.put(self.search.setAccessibleName, say("Search people"))
        self.search.textChanged.connect(lambda _text: self._show_list())
        self.count = Line(Type.BODY, "soft")
        self.table: RowTable[PersonLine] = RowTable(
            COLUMNS, lambda line: line.row.id, person_text, PersonDelegate(), row_height=32
        )
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _key: self.name.setFocus(Qt.FocusReason.OtherFocusReason))
        self.texts.put(self.table.setAccessibleName, say("People"))
        self.new_button = self.texts.button(say("New person"))
        self.new_button.clicked.connect(self.add)
        self.import_button = self.texts.button(say("Import a list…"))
        self.import_button.clicked.connect(self._choose_import)
        self.export_button = self.texts.button(say("Export…"))
        self.export_button.clicked.connect(self._choose_export)
        self._panel = Panel()
        column = QVBoxLayout(self._panel)
        column.setContentsMargins(1, theme.px(12), 1, theme.px(12))
        head, foot = QHBoxLayout(), QHBoxLayout()
        for row in (head, foot):
            row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
            row.setSpacing(theme.px(8))
        head.addWidget(self.search, 1)
        head.addWidget(self.count)
        for button in (self.new_button, self.import_button, self.export_button):
            foot.addWidget(button)
        foot.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def _build_form(self) -> None:
        self.form = FormCard(self.texts, say("Person"), label_wide=90)
        self.name, self.number = Entry(text, wide=180), Entry(text, wide=120)
        self.extensions = Entry(words_read, ", ".join, wide=180)
        self.interfaces = Entry(words_read, ", ".join, wide=220)
        for field in ("name", "number", "extensions", "interfaces"):
            entry: Entry = getattr(self, field)
            entry.committed.connect(lambda value, field=field: self._change(**{field: value}))
        self.group = Choice()
        self.group.picked.connect(lambda key: self._change(group=key))
        self.roster = Choice()
        self.roster.picked.connect(lambda key: self._change(rostered={"on": True, "off": False}.get(key)))
        self.marks: dict[str, QCheckBox] = {
            "absent": self.texts.check(say("Absent today")),
            "flex": self.texts.check(say("Flex agent")),
            "trainer": self.texts.check(say("Trainer")),
        }
        for field, box in self.marks.items():
            box.clicked.connect(lambda on, field=field: self._change(**{field: on}))
        self.form.row(say("Name"), self.name)
        self.form.row(say("Number"), self.number)
        self.form.row(say("Extension"), self.extensions)
        self.form.row(say("Interface"), self.interfaces, say("As the ACD calls it; empty: found by extension or name."))
        self.form.row(say("Primary group"), self.group)
        self.form.row(say("Roster"), self.roster)
        for box in self.marks.values():
            self.form.grid.addWidget(box, self.form.grid.rowCount(), 1)
        self.form.grid.addWidget(
            self.texts.label(say("Flex agents and trainers do not count among the seats on shift."), "faint"),
            self.form.grid.rowCount(),
            1,
        )
        self.drop_button = self.texts.button(say("Take off the list"))
        self.drop_button.clicked.connect(self.drop)
        self.form.buttons(self.drop_button)
        self.problems = QLabel()
        self.problems.setWordWrap(True)
        self.problems.setProperty("role", "alarm")
        self.problems.hide()
        self.form.add(self.problems)

    def _build_import(self) -> None:
        self.imported = FormCard(self.texts, say("Imported list"))
        self.found = QLabel()
        self.found.setWordWrap(True)
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.imported.add(self.found)
        self.join_button = self.texts.button(say("Add to the list"), kind="strong")
        self.join_button.clicked.connect(lambda: self._take_import(whole=False))
        self.replace_button = self.texts.button(say("Replace the whole list"))
        self.replace_button.clicked.connect(lambda: self._take_import(whole=True))
        self.cancel_button = self.texts.button(say("Cancel"))
        self.cancel_button.clicked.connect(self.imported.hide)
        self.imported.buttons(self.join_button, self.replace_button, self.cancel_button)
        self.imported.hide()

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[PersonRow, ...]:
        """Return the list in force, or the one just sent."""
        if self._editing_rows.wanted is not None:
            return self._editing_rows.wanted
        return people_rows(self.shell.live, self.shell.book)

    def _keep_rows(self, rows: tuple[PersonRow, ...], version: int, answered: Answer) -> None:
        self.shell.doors.keep_people(rows, version, answered)

    def _draw_again(self) -> None:
        self._drawn = None
        self.refresh(self.shell.live)

    def refresh(self, view: FloorView) -> None:
        """Show list and person, anew only when people changed."""
        if self._editing_rows.wanted is not None and view.people is not self._seen_people:
            self._editing_rows.taken()
        self._editing_rows.shown()
        drawn = (view.people, view.policy, self._editing_rows.wanted, self.shell.book.seq)
        if self._drawn is not None and all(new is old for new, old in zip(drawn, self._drawn, strict=True)):  # type: ignore[call-overload]  # a tuple of four
            return
        self._drawn = drawn
        self._lines = self._made_lines(view)
        self._show_list()
        self._show_person()

    def _made_lines(self, view: FloorView) -> tuple[PersonLine, ...]:
        names = {group.id: group.name for group in view.policy.groups}
        known = self.rows
        learned = tuple(row_of(person) for person in view.people.values() if person.learned)
        taken = {row.id for row in known}

        def line(row: PersonRow, *, learned: bool) -> PersonLine:
            person = view.people.get(row.id)
            home = row.group or (person.primary_group if person is not None else "")
            return PersonLine(row=row, group=names.get(home, home), learned=learned)

        lines = [line(row, learned=False) for row in known]
        lines += [line(row, learned=True) for row in learned if row.id not in taken]
        return tuple(
            sorted(lines, key=lambda each: (each.row.number.rjust(12, "0") if each.row.number else "~", each.row.name))
        )

    def _show_list(self) -> None:
        words = self.search.text().casefold().split()
        shown = [line for line in self._lines if all(word in _sought(line) for word in words)]
        self.table.rows.show_rows(shown)
        learned = sum(1 for line in self._lines if line.learned)
        self.count.say(
            dotted(
                tr("{count} people", count=len(self._lines)),
                tr("{count} only the ACD knows", count=learned) if learned else "",
            )
        )

    def _show_person(self) -> None:
        row = self._row()
        self.form.setEnabled(row is not None and self._may)
        row = row or NOBODY
        for field in ("name", "number", "extensions", "interfaces"):
            entry: Entry = getattr(self, field)
            entry.show_value(getattr(row, field))
        groups = self.shell.live.policy.groups
        by_word = {each.name: each.id for each in groups}
        self.group.offer(
            (("", tr("As the ACD's queues say")), *((each.id, each.name) for each in groups)),
            by_word.get(row.group, row.group),
        )
        rostered = "" if row.rostered is None else "on" if row.rostered else "off"
        self.roster.offer(
            (("", tr("Without a roster")), ("on", tr("On roster")), ("off", tr("Not on the roster"))), rostered
        )
        for field, box in self.marks.items():
            box.setChecked(bool(getattr(row, field)))

    def _row(self) -> PersonRow | None:
        return next((line.row for line in self._lines if line.row.id == self._chosen), None)

    def _choose(self, key: str) -> None:
        if key != self._chosen:
            self._chosen = key
            self.problems.hide()
            self._show_person()

    def open_at(self, what: str) -> None:
        """Take a person in hand."""
        self.search.clear()
        self.table.choose(what)

    def let_edit(self, *, may: bool) -> None:
        """Leave search, list and export to whoever may only read."""
        self._may = may
        for each in (self.new_button, self.import_button, self.imported):
            each.setEnabled(may)
        self._show_person()

    def retranslate(self) -> None:
        """Set every text again."""
        super().retranslate()
        self._drawn = None
        self.refresh(self.shell.live)

    # -- what is done -------------------------------------------------------------------------------------------------

    def _change(self, **fields: object) -> None:
        row = self._row()
        if row is None:
            return
        changed = msgspec.structs.replace(row, row=0, **fields)
        rows = [changed if each.id == row.id else each for each in self.rows]
        if changed not in rows:
            rows.append(changed)
        if self._keep(tuple(rows)):
            self._chosen = changed.id

    def _keep(self, rows: tuple[PersonRow, ...]) -> bool:
        problems = people_problems(rows, self.shell.live.policy)
        self.problems.setText("\n".join(render(each) for each in problems))
        self.problems.setVisible(bool(problems))
        if problems:
            return False
        self._seen_people = self.shell.live.people
        self._editing_rows.change(rows)
        self._draw_again()
        return True

    def add(self) -> None:
        """Begin a new person."""
        taken = {row.name for row in self.rows}
        name = next(each for n in range(1, len(taken) + 2) if (each := tr("New person {n}", n=n)) not in taken)
        row = PersonRow(name=name)
        if self._keep((*self.rows, row)):
            self.search.clear()
            self.table.choose(row.id)
            self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.name.line.selectAll()

    def drop(self) -> None:
        """Take the person at hand off the list; the ACD may still show them."""
        row = self._row()
        if row is not None and row in self.rows and self._keep(tuple(each for each in self.rows if each != row)):
            self.shell.tell(say("{name} is off the list.", name=row.name or row.number or row.id))

    def _choose_import(self) -> None:
        dialog = QFileDialog(self, tr("Import a list of people"), "", FILES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.read(Path(path)))
        dialog.open()

    def _choose_export(self) -> None:
        dialog = QFileDialog(self, tr("Export the people"), "floordesk-people.xlsx", "XLSX (*.xlsx);;CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self.write(Path(path)))
        dialog.open()

    def read(self, path: Path) -> None:
        """Read a list; what it would change is shown before anything changes."""
        self.shell.doors.read_people(path, self._found)

    def write(self, path: Path) -> None:
        """Write everybody, also those only the ACD knows, into a file."""
        rows = tuple(line.row for line in self._lines)
        chinese = i18n.language() == "zh_CN"
        self.shell.doors.write_people(path, rows, chinese=chinese, then=lambda said: self._written(path, said))

    def _written(self, path: Path, why_not: Said | None) -> None:
        if why_not is None:
            self.shell.tell(say("{count} people were written to {path}.", count=len(self._lines), path=path.name))
        else:
            self.shell.tell(why_not, Tone.WARN)

    def _found(self, told: PeopleRead) -> None:
        problems = told.problems or people_problems(told.rows, self.shell.live.policy)
        self._read = () if problems else told.rows
        lines = []
        if problems:
            lines = [tr("Nothing was taken from the list:"), *(render(each) for each in problems)]
        else:
            change = compared(self.rows, told.rows)
            lines.append(
                tr(
                    "{count} people: {new} new, {changed} changed, {same} as before.",
                    count=len(told.rows),
                    new=change.new,
                    changed=change.changed,
                    same=change.same,
                )
            )
            if change.missing:
                lines.append(tr("{missing} of the present list are not in it.", missing=change.missing))
        if told.ignored:
            lines.append(tr("Columns not used: {columns}", columns=tr(", ").join(told.ignored)))
        self.found.setText("\n".join(lines))
        self.found.setProperty("role", "alarm" if problems else "")
        self.found.style().polish(self.found)
        for button in (self.join_button, self.replace_button):
            button.setVisible(not problems)
        self.imported.show()
        (self.join_button if not problems else self.cancel_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_import(self, *, whole: bool) -> None:
        rows = self._read if whole else joined_people(self.rows, self._read)
        if self._keep(tuple(msgspec.structs.replace(row, row=0) for row in rows)):
            self.imported.hide()
            self.shell.tell(say("The list of people is in force: {count}.", count=len(rows)))


def _sought(line: PersonLine) -> str:
    row = line.row
    return "\n".join((row.name, row.number, *row.extensions, *row.interfaces, line.group)).casefold()


def _rows_in_force(book: Book) -> tuple[PersonRow, ...] | None:
    """Return the edited list, None where it was never edited."""
    return None if book.get(Policy, PEOPLE) is None else people_rows(FloorView(), book)
