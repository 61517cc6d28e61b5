"""The floors a desk can open as a list, and what a try of one of them found."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.core.floor.policy import Tone
from console.core.preferences import DEMO
from console.core.profiles import FloorKind, Profile
from console.core.words import Said, say
from console.ui import theme
from console.ui.doors import CheckLine
from console.ui.i18n import dotted, render, tr
from console.ui.theme import Type
from console.ui.widgets.marks import paint_tone_mark
from console.ui.widgets.table import Column, RowDelegate, RowTable, paint_text
from console.views.settings import where

KINDS: dict[FloorKind, Said] = {
    FloorKind.ASTERISK: say("Asterisk (AMI)"),
    FloorKind.REPLAY: say("Recorded stream"),
    FloorKind.DEMO: say("Demo floor"),
}


def name_of(profile: Profile) -> str:
    """Return a floor's name; the built-in demo's in the language in force."""
    return tr("Demo floor") if profile.id == DEMO.id else profile.name


class ProfileRow(msgspec.Struct, frozen=True, kw_only=True):
    """One floor in the list; `standing` says whether it is the one open."""

    profile: Profile
    open: bool = False
    tone: Tone = Tone.CALM


class ProfileDelegate(RowDelegate[ProfileRow]):
    """Draws the mark of the open one, the name, and where it is beneath."""

    def paint_cell(self, painter: QPainter, inner: QRect, row: ProfileRow, _column: Column, _text: str) -> None:
        """Draw a floor."""
        if row.open:
            paint_tone_mark(painter, QPointF(inner.left() + theme.px(4), inner.center().y()), theme.px(5), row.tone)
        words = inner.adjusted(theme.px(18), theme.px(5), 0, -theme.px(5))
        half = words.height() // 2
        paint_text(painter, words.adjusted(0, 0, 0, -half), name_of(row.profile), kind=Type.STRONG)
        kind = render(KINDS[row.profile.kind])
        open_now = tr("open now") if row.open else ""
        more = dotted(kind, where(row.profile), open_now)
        paint_text(painter, words.adjusted(0, half, 0, 0), more, role="soft", kind=Type.SMALL)


class CheckLines(QWidget):
    """What a try of the connection found, line by line, each with mark and sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[CheckLine] = ()
        self._busy = False

    def show_lines(self, lines: Sequence[CheckLine], *, busy: bool = False) -> None:
        """Show what was found; `busy` while it is still being tried."""
        self._lines, self._busy = lines, busy
        self.setAccessibleName("; ".join(render(line.said) for line in lines))
        self.updateGeometry()
        self.setVisible(bool(lines) or busy)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the room of the lines."""
        return QSize(theme.px(300), theme.px(26) * max(1, len(self._lines)) + theme.px(6))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the same."""
        return QSize(theme.px(120), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the lines."""
        painter = QPainter(self)
        high = theme.px(26)
        if self._busy:
            paint_text(painter, QRect(0, 0, self.width(), high), tr("Trying the connection…"), role="soft")
            return
        for place, line in enumerate(self._lines):
            tone = Tone.ALARM if not line.ok else Tone.WARN if line.warn else Tone.CALM
            row = QRectF(0, place * high, self.width(), high)
            paint_tone_mark(painter, QPointF(theme.px(8), row.center().y()), theme.px(4.5), tone)
            words = row.adjusted(theme.px(24), 0, 0, 0).toRect()
            paint_text(painter, words, render(line.said), role=theme.tone_role(tone))


def profile_table() -> RowTable[ProfileRow]:
    """Return an empty list of floors."""
    table: RowTable[ProfileRow] = RowTable(
        (Column(key="name", head=None, wide=180, share=1, sorts=False),),
        lambda row: row.profile.id,
        lambda row, _key: dotted(name_of(row.profile), where(row.profile)),
        ProfileDelegate(),
        row_height=54,
    )
    table.horizontalHeader().hide()
    return table
