"""The steps of a plan as a list put in order by keys: Alt with the arrows moves, Insert adds, Delete removes."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from console.core.floor.model import Record
from console.core.floor.policy import Tone
from console.ui import theme
from console.ui.i18n import tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text

ROW = 48
_ASKS: dict[int, str] = {
    Qt.Key.Key_Insert: "add",
    Qt.Key.Key_N: "add",
    Qt.Key.Key_Delete: "remove",
    Qt.Key.Key_Backspace: "remove",
}


class StepRow(Record, frozen=True, kw_only=True):
    """One step in the list: its action, what it does, whether customers notice it, how many faults it has."""

    key: str
    n: int
    action: str
    words: str
    noticed: bool
    faults: int


class _Look(RowDelegate[StepRow]):
    def paint_cell(self, painter: QPainter, inner: QRect, row: StepRow, _column: Column, _text: str) -> None:
        """Draw number, action and words; a mark where customers notice it, another where something is wrong."""
        number = QRect(inner.left(), inner.top() + theme.px(5), theme.px(22), theme.px(20))
        paint_text(painter, number, str(row.n), role="soft", kind=Type.STRONG)
        words = inner.adjusted(theme.px(26), theme.px(5), 0, -theme.px(5))
        half = words.height() // 2
        right = QRect(words.right() - theme.px(110), words.top(), theme.px(110), half)
        role = ""
        if row.faults:
            role, told = "alarm", tr("1 fault") if row.faults == 1 else tr("{count} faults", count=row.faults)
        elif row.noticed:
            role, told = "warn", tr("customers notice")
        if role:
            paint_text(painter, right, told, role=role, kind=Type.SMALL, right=True)
            wide = painter.fontMetrics().horizontalAdvance(told)
            middle = QPointF(right.right() - wide - theme.px(9), right.center().y())
            paint_tone_mark(painter, middle, theme.px(4), Tone.ALARM if row.faults else Tone.WARN)
        room = words.adjusted(0, 0, -theme.px(114) if role else 0, -half)
        paint_text(painter, room, row.action, kind=Type.STRONG)
        paint_text(painter, words.adjusted(0, half, 0, 0), row.words, role="soft", kind=Type.SMALL)


class StepTable(RowTable[StepRow]):
    """The list; each key asks for a move."""

    asked = Signal(str)

    def __init__(self) -> None:
        column = Column(key="step", head=None, wide=160, share=1, sorts=False)
        super().__init__(
            (column,),
            lambda row: row.key,
            lambda row, _key: f"{row.n} {row.action}: {row.words}",
            _Look(),
            row_height=ROW,
        )
        self.horizontalHeader().hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Ask for what a key stands for; arrows go through the list."""
        ask = _ASKS.get(event.key()) if not event.modifiers() else None
        if ask is not None:
            self.asked.emit(ask)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.asked.emit("open")
        else:
            super().keyPressEvent(event)


def keys_for(
    steps: tuple[dict[str, object], ...], before: list[tuple[str, dict[str, object]]], fresh: Callable[[], str]
) -> list[str]:
    """Return a key for every step that stays with it when others come, go or change places."""
    left = list(before)
    found: dict[int, str] = {}
    for n, step in enumerate(steps):
        same = next((each for each in left if each[1] is step), None) or next(
            (each for each in left if each[1] == step), None
        )
        if same is not None:
            left.remove(same)
            found[n] = same[0]
    rest = {key for key, _ in left}
    for n in range(len(steps)):
        if n not in found and n < len(before) and before[n][0] in rest:
            found[n] = before[n][0]
            rest.discard(found[n])
    return [found.get(n) or fresh() for n in range(len(steps))]
