"""The rehearsal of a plan as a table, or in words why there is none."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedLayout, QWidget

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.core.kept import Book
from console.core.words import Said, say
from console.core.work.plan_rehearsal import RehearsedStep
from console.ui import theme
from console.ui.i18n import render, tr
from console.ui.theme import Type
from console.ui.widgets.line import Line
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import HEAD_HEIGHT, Column, RowDelegate, RowTable, paint_text
from console.views.rehearsal import RehearsalRow, rehearsal_rows
from console.views.words import DASH

ROW = 30
LEAST_ROWS, MOST_ROWS = 3, 14

COLUMNS = (
    Column(key="n", head=say("No."), wide=38, right=True, sorts=False),
    Column(key="step", head=say("Step"), wide=150, share=3, sorts=False),
    Column(key="on", head=say("On what"), wide=130, share=2, sorts=False),
    Column(key="now", head=say("Stands now"), wide=96, share=1, sorts=False),
    Column(key="then", head=say("Would be set"), wide=110, share=2, sorts=False),
    Column(key="back", head=say("Put back to"), wide=92, share=1, sorts=False, gives_way=2),
    Column(key="holders", head=say("Held by"), wide=84, share=1, sorts=False, gives_way=1),
    Column(key="first", head=say("Before it"), wide=104, sorts=False),
)


class RehearsalDelegate(RowDelegate[RehearsalRow]):
    """Draws the head of a step strong, what customers notice and what somebody holds with their marks."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: RehearsalRow, column: Column, text: str) -> None:
        """Draw a cell."""
        marked = (column.key == "step" and row.visible) or (column.key == "holders" and row.holders)
        if marked:
            paint_tone_mark(painter, QPointF(inner.left() + theme.px(4), inner.center().y()), theme.px(4), Tone.WARN)
            inner = inner.adjusted(theme.px(14), 0, 0, 0)
        if column.key == "step":
            paint_text(painter, inner, text, kind=Type.STRONG)
        elif column.key == "then":
            paint_text(painter, inner, text, role="ink", kind=Type.STRONG if row.now is not None else Type.BODY)
        elif marked or (column.key == "now" and row.unknown):
            paint_text(painter, inner, text, role="warn")
        else:
            paint_text(painter, inner, text, role="soft", right=column.right)


def rehearsal_cell(row: RehearsalRow, key: str) -> str:
    """Return a cell in words."""
    if key == "n":
        return row.n
    if key == "holders":
        return ", ".join(render(each) for each in row.holders)
    if key == "back" and row.back is None:
        return ""
    if key == "now" and row.now is None:
        return DASH if row.then is not None else ""
    said: Said | None = getattr(row, key)
    return "" if said is None else render(said)


class RehearsalTable(QWidget):
    """What every step would set; as tall as its lines, within bounds."""

    def __init__(self) -> None:
        super().__init__()
        self.table: RowTable[RehearsalRow] = RowTable(
            COLUMNS, lambda row: row.id, rehearsal_cell, RehearsalDelegate(), row_height=ROW
        )
        self.words = Line(Type.BODY, "soft", align=Qt.AlignmentFlag.AlignHCenter, shrinks=True)
        self._shown: tuple[RehearsedStep, ...] | Said | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.words)
        self._stack.addWidget(self.table)
        self.setFocusProxy(self.table)
        self._say()

    def show_steps(
        self, steps: tuple[RehearsedStep, ...] | Said | None, book: Book | None = None, view: FloorView | None = None
    ) -> None:
        """Show a rehearsal, why there is none, or with None that it is on its way.

        `book` names who holds levers, `view` whose phones they are.
        """
        self._shown = steps
        if isinstance(steps, tuple):
            self.table.rows.show_rows(rehearsal_rows(steps, book, view))
        self._say()
        self.updateGeometry()

    def _say(self) -> None:
        steps = self._shown
        if steps is None:
            self.words.say(tr("Looking at what stands now …"), "soft")
        elif isinstance(steps, Said):
            self.words.say(render(steps), "warn")
        elif not steps:
            self.words.say(tr("This plan has no steps."), "soft")
        self._stack.setCurrentWidget(self.table if isinstance(steps, tuple) and steps else self.words)
        self.table.setAccessibleName(tr("Rehearsal"))

    def retranslate(self) -> None:
        """Set every text again."""
        self._say()
        self.table.measure()
        self.table.viewport().update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the lines, within bounds."""
        rows = max(LEAST_ROWS, min(MOST_ROWS, len(self.table.rows.rows)))
        return QSize(theme.px(720), theme.px(HEAD_HEIGHT + rows * ROW + 4))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of a few lines."""
        return QSize(theme.px(320), theme.px(HEAD_HEIGHT + LEAST_ROWS * ROW + 4))
