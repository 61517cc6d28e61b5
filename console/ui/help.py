"""The keys of the console, and what it is made of."""

import platform

from PySide6.QtCore import QRectF, QSize, Qt, qVersion
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from console import __version__
from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.icons import paint_icon
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.overlay import Overlay
from console.ui.widgets.panel import clear_port

EVERYWHERE: tuple[tuple[str, Said], ...] = (
    ("Ctrl+1 … 9", say("Pages, in the order of the rail")),
    ("Ctrl+T", say("To what waits for you")),
    ("Ctrl+E", say("To the plan under way")),
    ("Ctrl+K", say("Find a queue or an agent")),
    ("Ctrl+R", say("Look back at the day")),
    ("F11", say("Wall mode")),
    ("Ctrl+M", say("Quiet mode")),
    ("Ctrl+L", say("Dark or light")),
    ("Ctrl+Shift+L", say("中文 or English")),
    ("Ctrl++  Ctrl+-  Ctrl+0", say("Larger, smaller, usual letters")),
    ("Tab", say("From part to part")),
    ("↑ ↓", say("From card to card, row to row, seat to seat")),
    ("↵", say("Open a row or a seat, answer a card")),
    ("Esc", say("Back, close")),
    ("?  F1", say("These keys")),
)
ANSWERS: tuple[tuple[str, Said], ...] = (
    ("S", say("Put a card off for five minutes")),
    ("R", say("Sort in the cards that came meanwhile")),
    ("Space", say("Confirm a floor check")),
    ("A  D  E  X", say("A break: grant, slot, exception, refuse")),
    ("C  B  U  Ctrl+Z", say("A break: ask back, is back, take the grant back")),
    ("1 … 5  N", say("Breaks: turn to a side, ask for somebody")),
    ("Ctrl+J", say("Agents: lend a seat, take it back")),
    ("Ctrl+F", say("Search among the agents")),
)
PLANS: tuple[tuple[str, Said], ...] = (
    ("A  S  X", say("Proposed: start, put off, do not start")),
    ("Y  N  T", say("It asks: yes, leave it out, try again")),
    ("P  C  K  G", say("Under way: stop, go on, keep, cause gone")),
    ("E  ↵", say("Stand down: E asks, Enter does it")),
    ("1 … 3  B", say("Turn to a side, begin by hand")),
    ("R", say("Report of the run in hand")),
    ("↑ ↓  X  ↵", say("From step to step; put one back: X asks, Enter does it")),
    ("R  E  N  W  I  X", say("List: rehearse, edit, new, withdraw, import, export")),
    ("Ctrl+S  Ctrl+Z  Ctrl+Y", say("Editor: keep, back, forth")),
    ("Ctrl+PgUp  Ctrl+PgDn", say("Editor: from side to side")),
    ("Alt+↑ ↓  N  Del", say("Editor: move a step, add one, remove it")),
    ("F5", say("Editor: rehearse now")),
    ("H  J  Esc", say("Report: as a page, as JSON, back")),
)
COLUMNS: tuple[tuple[Said, tuple[tuple[str, Said], ...]], ...] = (
    (say("On every page"), EVERYWHERE),
    (say("Cards and pages"), ANSWERS),
    (say("Plans"), PLANS),
)
KEYS = (*EVERYWHERE, *ANSWERS, *PLANS)

# What the console stands on, with the licence each is used under.
PARTS: tuple[tuple[str, str], ...] = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("msgspec", "BSD-3-Clause"),
    ("SQLAlchemy", "MIT"),
    ("alembic", "MIT"),
    ("APScheduler", "MIT"),
    ("keyring", "MIT"),
    ("numpy", "BSD-3-Clause"),
    ("scipy", "BSD-3-Clause"),
    ("platformdirs", "MIT"),
    ("soundfile", "BSD-3-Clause"),
    ("zstandard", "BSD-3-Clause"),
    ("openpyxl", "MIT"),
    ("pyqtgraph", "MIT"),
    ("psycopg", "LGPL-3.0"),
)


def versions() -> list[str]:
    """Return one line for the console, Python, Qt and every part installed, with its licence."""
    from importlib import metadata  # noqa: PLC0415  reads every installed package's papers; few ever ask

    lines = [
        f"Floordesk {__version__} (Apache-2.0)",
        f"Python {platform.python_version()} (PSF-2.0)",
        f"Qt {qVersion()} (LGPL-3.0)",
    ]
    for name, licence in PARTS:
        try:
            lines.append(f"{name} {metadata.version(name)} ({licence})")
        except metadata.PackageNotFoundError:
            continue
    return lines


class KeyTable(QWidget):
    """The keys and what they do, in three columns; a row is as high as its words need, and the table as its rows."""

    def drawn(self, width: int) -> tuple[list[tuple[QRectF, str, str]], int]:
        """Return each text with its place and colour for a width in pixels, and the height of them all."""
        metrics = QFontMetrics(theme.font(Type.BODY))
        gap, least = theme.px(18), theme.px(33)
        wide = (width - gap * (len(COLUMNS) - 1)) / len(COLUMNS)
        told: list[tuple[QRectF, str, str]] = []
        lowest = 0.0
        for column, (title, rows) in enumerate(COLUMNS):
            left, top = column * (wide + gap), float(least)
            told.append((QRectF(left, 0, wide, least), render(title), "soft"))
            beside = max(metrics.horizontalAdvance(keys) for keys, _ in rows) + gap
            for keys, said in rows:
                room = QRectF(left + beside, top, wide - beside, 10_000)
                words = metrics.boundingRect(room.toRect(), int(Qt.TextFlag.TextWordWrap), render(said))
                high = max(least, words.height() + theme.px(7))
                told.append((QRectF(left, top, beside, high), keys, "accent"))
                told.append((QRectF(room.x(), top, room.width(), high), render(said), "ink"))
                top += high
            lowest = max(lowest, top)
        return told, round(lowest)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Take the height the rows need."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take the height the rows need in this language."""
        self.setMinimumHeight(self.drawn(self.width())[1])

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw a row each."""
        painter = QPainter(self)
        painter.setFont(theme.font(Type.BODY))
        for where, words, role in self.drawn(self.width())[0]:
            painter.setPen(theme.colour(role))
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, words)


class KeyHelp(Overlay):
    """`?`: the keys at a glance."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(1260, 640))
        self.title = Line(Type.HEADLINE)
        self.table = KeyTable()
        self.room = QScrollArea()
        clear_port(self.room)
        self.room.setWidget(self.table)
        self.table.setAutoFillBackground(False)
        self.room.setWidgetResizable(True)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.room.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.column.addWidget(self.title)
        self.column.addWidget(self.room, 1)

    def start(self) -> None:
        """Open."""
        self.title.say(tr("Keys"))
        self.room.setAccessibleName("; ".join(f"{keys}: {render(said)}" for keys, said in KEYS))
        self.table.fit()
        self.open(self.room)


class Emblem(QWidget):
    """The product's mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(theme.px(54), theme.px(54))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw it."""
        paint_icon(QPainter(self), "floordesk", QRectF(self.rect()), theme.colour("ink"))


class About(Overlay):
    """Name, version, and what the console is made of with its licences."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(560, 520))
        self.setObjectName("about")
        self.name = Line(Type.HEADLINE)
        self.line = Line(Type.BODY, "soft")
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.line)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(theme.px(14))
        head.addWidget(Emblem())
        head.addLayout(words)
        head.addStretch(1)
        self.parts = QPlainTextEdit()
        self.parts.setReadOnly(True)
        self.parts.setTabChangesFocus(True)
        self.button = KeyButton(key="Esc")
        self.button.clicked.connect(self.close_card)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.button)
        self.column.addLayout(head)
        self.column.addWidget(self.parts, 1)
        self.column.addLayout(foot)

    def start(self) -> None:
        """Open."""
        self.name.say(dotted("Floordesk", "值守台"))
        self.line.say(tr("Version {version}, free software under the Apache License 2.0", version=__version__))
        self.parts.setPlainText("\n".join(versions()))
        self.button.setText(tr("Close"))
        self.button.updateGeometry()
        self.open(self.button)
