"""What is wrong with a plan: a line under its field, and the list of all of it from which one goes there."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QWidget

from console.core.floor.model import Record
from console.core.floor.policy import Tone
from console.core.words import Said
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.plan_draft import Finding, Place
from console.views.plan_form import label_of

ROW = 26
MOST_ROWS = 3


class ToneMark(QWidget):
    """One mark that says a tone by shape and colour."""

    def __init__(self, tone: Tone = Tone.ALARM) -> None:
        super().__init__()
        self._tone = tone
        self.setFixedSize(theme.px(14), theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw it."""
        painter = QPainter(self)
        paint_tone_mark(painter, QPointF(theme.px(6), self.height() / 2), theme.px(4), self._tone)


class FaultLine(QWidget):
    """What is wrong with the field above, each fault a sentence; nothing where nothing is."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel()
        self.words.setProperty("role", "alarm")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        row.addWidget(ToneMark(), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self._faults: tuple[Said, ...] = ()
        self.hide()

    def show_faults(self, faults: tuple[Said, ...]) -> str:
        """Show the faults; return them as one text."""
        self._faults = faults
        text = "\n".join(dict.fromkeys(render(each) for each in faults))
        if text != self.words.text():
            self.words.setText(text)
        self.setVisible(bool(faults))
        return text


class FaultRow(Record, frozen=True, kw_only=True):
    """One fault in the list."""

    key: str
    place: Place
    line: int
    where: str
    words: str


def where_words(place: Place, line: int) -> str:
    """Return where a fault stands, in words."""
    field = place.field.partition(".")[0].partition("[")[0]
    label = render(label_of(field)) if field else ""
    if place.side == "text":
        return dotted(tr("Text"), tr("line {line}", line=line))
    if place.side == "steps":
        return dotted(tr("Step {n}", n=place.step + 1) if place.step >= 0 else tr("Steps"), label)
    return dotted(tr("Watch") if place.side == "watch" else tr("Plan"), label)


class _Look(RowDelegate[FaultRow]):
    def paint_cell(self, painter: QPainter, inner: QRect, row: FaultRow, column: Column, _text: str) -> None:
        """Draw mark and place, or the words."""
        if column.key == "where":
            paint_tone_mark(painter, QPointF(inner.left() + theme.px(4), inner.center().y()), theme.px(4), Tone.ALARM)
            paint_text(painter, inner.adjusted(theme.px(16), 0, 0, 0), row.where, role="soft")
        else:
            paint_text(painter, inner, row.words)


class FaultList(QWidget):
    """Every fault of the plan; Enter or a double click goes to its field."""

    sought = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self.calm = Line(Type.BODY, "soft", shrinks=True)
        columns = (
            Column(key="where", head=None, wide=230, sorts=False),
            Column(key="words", head=None, wide=200, share=1, sorts=False),
        )
        self.table: RowTable[FaultRow] = RowTable(columns, lambda row: row.key, getattr, _Look(), row_height=ROW)
        self.table.horizontalHeader().hide()
        self.table.opened.connect(self._seek)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.calm)
        self._stack.addWidget(self.table)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_faults((), "")

    def show_faults(self, found: tuple[Finding, ...], calm: str) -> None:
        """Show what is wrong, or one calm line."""
        seen: dict[str, FaultRow] = {}
        for each in found:
            where, words = where_words(each.place, each.line), render(each.said)
            seen.setdefault(
                f"{where}/{each.place.step}/{words}",
                FaultRow(key=f"{where}/{words}", place=each.place, line=each.line, where=where, words=words),
            )
        self.table.rows.show_rows(list(seen.values()))
        self.table.setAccessibleName(tr("What is wrong"))
        self.calm.say(calm)
        self._stack.setCurrentWidget(self.table if found else self.calm)
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of some rows."""
        rows = min(MOST_ROWS, max(1, len(self.table.rows.rows)))
        return QSize(theme.px(300), theme.px(ROW) * rows + 2)

    def _seek(self, key: str) -> None:
        place = self.table.rows.place_of(key)
        if place >= 0:
            row = self.table.rows.rows[place]
            self.sought.emit(row.place, row.line)
