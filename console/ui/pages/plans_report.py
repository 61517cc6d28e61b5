"""The report of a plan's run: figures, the curve with its steps, what stood, what happened, who decided."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from console.core.floor.day import zone_of
from console.core.floor.policy import Tone
from console.core.kept import Book
from console.core.words import Said, say
from console.core.work.plan_records import PlanRun
from console.core.work.plan_report import PlanReport
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.pages.plans_report_parts import curve_of, people_rows, span_rows, step_rows, timeline_rows
from console.ui.shell import Shell
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.day_curve import DayCurve
from console.ui.widgets.key_figures import KeyFigures
from console.ui.widgets.line import Line
from console.ui.widgets.notice import EmptyPage
from console.ui.widgets.panel import clear_port
from console.ui.widgets.report_table import ReportTable
from console.views.plan_report import ToldReport, tell

AGAIN_S = 10.0
"""How often the report of a run under way is read anew for its curve; every commit about the run does so at once."""


class PlanReportView(QWidget):
    """One run from the first sign to the end; `closed` comes with Escape."""

    closed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.run = ""
        self.report: PlanReport | None = None
        self.told: ToldReport | None = None
        self.trouble: Said | None = None
        self._asked = 0
        self._asking = False
        self._asked_at = 0.0
        self._known = -1
        self._build()
        self._lay_out()
        shell.book_changed.connect(self._follow)
        shell.ticked.connect(self._tick)
        shell.preferences_changed.connect(self._redraw)
        self._redraw()

    def _build(self) -> None:
        self.back = KeyButton(key="Esc")
        self.back.clicked.connect(self.closed)
        self.title = Line(Type.HEADLINE, shrinks=True)
        self.state = Line(Type.BODY, "soft", shrinks=True)
        self.headline = Line(Type.BODY, shrinks=True)
        self.html = KeyButton(key="H")
        self.html.clicked.connect(partial(self.save, "html"))
        self.json = KeyButton(key="J")
        self.json.clicked.connect(partial(self.save, "json"))
        self.figures = KeyFigures()
        self.curve = DayCurve()
        self.curve.channels.hide()
        self.curve.spans.hide()
        self.without = Line(Type.BODY, "accent", shrinks=True)
        self.curve.corner.addWidget(self.without)
        self.curve.setFixedHeight(theme.px(290))
        self.spans, self.steps, self.timeline, self.people = (ReportTable() for _ in range(4))
        self.empty = EmptyPage("plans")
        self.empty.button.clicked.connect(self.ask)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        for part in (self.back, self.title, self.state):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.html)
        head.addWidget(self.json)
        self._port = QWidget()
        self._port.setObjectName("report")
        sections = QVBoxLayout(self._port)
        sections.setContentsMargins(0, 0, theme.px(4), 0)
        sections.setSpacing(theme.px(12))
        for section in (self.figures, self.curve, self.spans, self.steps, self.timeline, self.people):
            sections.addWidget(section)
        sections.addStretch(1)
        self.area = QScrollArea()
        clear_port(self.area)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setWidget(self._port)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.area)
        column = QVBoxLayout(self)
        margin = theme.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.headline)
        column.addWidget(body, 1)
        self.area.setAccessibleName(tr("Report"))
        self.setFocusProxy(self.area)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def open_run(self, run_id: str) -> None:
        """Show the report of a run; that of another is forgotten at once."""
        if run_id != self.run:
            self.report = self.told = self.trouble = None
            self.run = run_id
            self.area.verticalScrollBar().setValue(0)
        self._known = self._version(self.shell.book)
        self.ask()
        self._redraw()

    def ask(self) -> None:
        """Read the report anew."""
        self._asked += 1
        self._asking = True
        self._asked_at = self.shell.live_now()
        self.trouble = None
        self.shell.doors.report(self.run, partial(self._take, self._asked))
        self._redraw()

    def _take(self, asked: int, answer: PlanReport | Said) -> None:
        if asked != self._asked:
            return
        self._asking = False
        if isinstance(answer, Said):
            self.trouble = answer
        else:
            self.report, self.trouble = answer, None
        self._redraw()

    def _version(self, book: Book) -> int:
        run = book.get(PlanRun, self.run)
        return -1 if run is None else run.version

    def _follow(self, book: Book) -> None:
        """Read again what a commit has changed about this run."""
        known = self._version(book)
        if self.run and known not in (-1, self._known):
            self._known = known
            if self.isVisible():
                self.ask()

    def _tick(self) -> None:
        under_way = self.report is not None and self.report.ended_at is None
        rests = self._asking or not self.isVisible() or abs(self.shell.live_now() - self._asked_at) < AGAIN_S
        if under_way and not rests:
            self.ask()

    # -- what is shown ------------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        self.back.setText(tr("Back"))
        self.html.setText(tr("Save as a page"))
        self.json.setText(tr("Save as JSON"))
        for button in (self.back, self.html, self.json):
            button.updateGeometry()
        self.html.setEnabled(self.report is not None)
        self.json.setEnabled(self.report is not None)
        if self.report is None:
            self._show_nothing()
            return
        policy = self.shell.live.policy
        people = self.shell.live.people
        names = {person.id: person.name for person in people.values()}
        names |= {phone: person.name for person in people.values() for phone in person.interfaces}
        told = self.told = tell(self.report, policy, names)
        self.title.say(tr("{plan} · {subject}", plan=told.plan, subject=told.subject))
        state = tr("{day}, {state}", day=told.day, state=told.state)
        self.state.say(
            state if self.trouble is None else render(self.trouble), "soft" if self.trouble is None else "warn"
        )
        self.headline.say("; ".join(render(part) for part in told.headline))
        self.headline.setToolTip(self.headline.text())
        self.figures.show_figures(told.figures)
        self.curve.title.say(tr("Waiting and wait · {channel}", channel=told.subject))
        self.curve.people.say("━ " + tr("people waiting"))
        self.curve.wait.say("─ " + tr("average wait (s)"))
        self.without.say(_without(told), "accent" if told.without else "faint")
        self.curve.drawing.show_curve(curve_of(told, zone_of(policy), self.curve.width()))
        self.spans.show_rows(*span_rows(told))
        self.steps.show_rows(*step_rows(told))
        self.timeline.show_rows(*timeline_rows(told))
        self.people.show_rows(*people_rows(told))
        self._stack.setCurrentWidget(self.area)

    def _show_nothing(self) -> None:
        for line in (self.title, self.state, self.headline):
            line.say("")
        self._stack.setCurrentWidget(self.empty)
        if self.trouble is not None:
            self.empty.show_words(
                tr("The report cannot be shown"),
                render(self.trouble),
                tone=Tone.WARN,
                button=tr("Try again"),
                icon="plans",
            )
        elif self._asking:
            self.empty.show_words(tr("Reading the report …"), icon="plans")
        else:
            self.empty.show_words(tr("No run is chosen"), icon="plans")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Say everything in the other language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.area.setAccessibleName(tr("Report"))
            self._redraw()
        super().changeEvent(event)

    # -- keys and files -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Escape goes back; H and J save."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif plain and event.key() == Qt.Key.Key_H and self.html.isEnabled():
            self.save("html")
        elif plain and event.key() == Qt.Key.Key_J and self.json.isEnabled():
            self.save("json")
        else:
            super().keyPressEvent(event)

    def save(self, kind: str) -> None:
        """Ask where the report shall be written, as `html` or `json`, then have it written."""
        report, told = self.report, self.told
        if report is None or told is None:
            return
        dialog = QFileDialog(self, tr("Save the report"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("Page (*.html)") if kind == "html" else "JSON (*.json)"])
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{_file_name(told)}.{kind}")
        dialog.fileSelected.connect(lambda path: self.write(Path(path), report))
        dialog.open()

    def write(self, path: Path, report: PlanReport) -> None:
        """Have a report written and say what came of it."""

        def told(trouble: Said | None) -> None:
            if trouble is None:
                self.shell.tell(say("Written: {path}", path=str(path)))
            else:
                self.shell.tell(trouble, Tone.WARN)

        self.shell.doors.write_report(path, report, told)


def _without(told: ToldReport) -> str:
    """Return the legend of the dashed line, or why there is none."""
    if told.without:
        return "┄ " + tr("people waiting, forecast of doing nothing")
    if told.without_trouble is None:
        return ""
    return tr("Forecast of doing nothing: {why}", why=told.without_trouble)


def _file_name(told: ToldReport) -> str:
    """Return a name that every file system takes."""
    words = f"{told.plan}-{render(told.subject)}-{told.day}"
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in words)
