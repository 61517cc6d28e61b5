"""Icons: line drawings in `resources/icons`, drawn in the colour asked for at the screen's own sharpness."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.ui.i18n import RESOURCES

FOLDER = RESOURCES / "icons"


@cache
def drawing(name: str) -> str:
    """Return the SVG of an icon; raises FileNotFoundError for a name nobody drew."""
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing(name).replace("currentColor", colour).encode()))


def paint_icon(painter: QPainter, name: str, where: QRectF, colour: QColor) -> None:
    """Draw an icon into a square."""
    _renderer(name, colour.name()).render(painter, where)


@cache
def _drawn(name: str, colour: str) -> QIcon:
    made = QIcon()
    renderer = _renderer(name, colour)
    for size in (16, 24, 32, 48, 64, 128):
        sheet = QPixmap(size, size)
        sheet.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sheet)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(sheet)
    return made


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """Return an icon in the sizes windows and trays ask for, drawn once."""
    return _drawn(name, (colour or QColor("#e6edf2")).name())
