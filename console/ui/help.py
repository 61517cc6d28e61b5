"""The keys of the console, and what it is made of."""

import platform

from PySide6.QtCore import QRectF, QSize, Qt, qVersion
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from console import __version__
from console.core.words import Said, say
from console.ui import theme
from console.ui.i18n import dotted, render, tr
from console.ui.icons import paint_icon
from console.ui.theme import Type
from console.ui.widgets.button import KeyButton
from console.ui.widgets.line import Line
from console.ui.widgets.overlay import Overlay

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
    ("A  S  X", say("A plan proposed: start, put off, do not start")),
    ("Y  N  T", say("A plan asks: yes, leave it out, try again")),
    ("P  C  E  K  G", say("A plan: stop, go on, stand down, keep, cause gone")),
    ("1 … 5  N", say("Breaks: turn to a side, ask for somebody")),
    ("1 … 3  B", say("Plans: turn to a side, begin by hand")),
    ("R  E  N  W  I  X", say("Plans: rehearse, edit, new, withdraw, import, export")),
    ("Alt+↑ ↓  N  Del", say("Plan editor: move a step, add one, remove it")),
    ("Ctrl+S  Ctrl+Z  Ctrl+Y", say("Plan editor: keep, back, forth")),
    ("Ctrl+J", say("Agents: lend a seat, take it back")),
    ("Ctrl+F", say("Search among the agents")),
)
KEYS = (*EVERYWHERE, *ANSWERS)

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
    """The keys and what they do: those that work everywhere, beside those that answer."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw a row each."""
        painter = QPainter(self)
        painter.setFont(theme.font(Type.BODY))
        metrics = painter.fontMetrics()
        gap = theme.px(20)
        wide = (self.width() - gap) / 2
        high = self.height() / max(len(EVERYWHERE), len(ANSWERS))
        for column, told in enumerate((EVERYWHERE, ANSWERS)):
            beside = max(metrics.horizontalAdvance(keys) for keys, _ in told) + gap
            for place, (keys, said) in enumerate(told):
                row = QRectF(column * (wide + gap), place * high, wide, high)
                painter.setPen(theme.colour("accent"))
                painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, keys)
                painter.setPen(theme.colour("ink"))
                room = row.adjusted(beside, 0, 0, 0)
                wrap = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(room, wrap, render(said))


class KeyHelp(Overlay):
    """`?`: the keys at a glance."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, QSize(1020, 620))
        self.title = Line(Type.HEADLINE)
        self.table = KeyTable()
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.column.addWidget(self.title)
        self.column.addWidget(self.table, 1)

    def start(self) -> None:
        """Open."""
        self.title.say(tr("Keys"))
        self.table.setAccessibleName("; ".join(f"{keys}: {render(said)}" for keys, said in KEYS))
        self.open(self.table)


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
