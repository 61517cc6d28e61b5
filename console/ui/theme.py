"""Colours, spacing and type of every screen; nothing else names a colour or a size of letters.

Two sets, dark and light, hold the same roles. Text roles reach 4.5:1 on every ground they stand on, marks and lines
that carry meaning 3:1 (WCAG 2.2 AA); a test computes it.
"""

from enum import Enum
from functools import cache

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from console.core.floor.model import AgentStatus
from console.core.floor.policy import Tone
from console.core.words import Said, say
from console.ui import i18n


class Colours(msgspec.Struct, frozen=True, kw_only=True):
    """One set of roles, as #rrggbb."""

    name: str
    ground: str
    panel: str
    line: str
    field: str
    hover: str
    chosen: str
    ink: str
    soft: str
    faint: str
    accent: str
    calm: str
    warn: str
    alarm: str
    calm_ground: str
    warn_line: str
    alarm_ground: str
    alarm_line: str
    on_strong: str
    past: str
    available: str
    talking: str
    ringing: str
    wrap_up: str
    paused: str
    signed_out: str
    unavailable: str
    forecast: str
    sign: str
    shadow: str


DARK = Colours(
    name="dark",
    ground="#0f1418",
    panel="#161d23",
    line="#26323b",
    field="#11171c",
    hover="#1c252c",
    chosen="#22303a",
    ink="#e6edf2",
    soft="#9aa8b4",
    faint="#84929e",
    accent="#6ea8dc",
    calm="#5fb3a1",
    warn="#e0a83e",
    alarm="#ef6a5a",
    calm_ground="#2b5f56",
    warn_line="#7a5a1f",
    alarm_ground="#7a332c",
    alarm_line="#8f3d34",
    on_strong="#ffffff",
    past="#b58be0",
    available="#5fb3a1",
    talking="#6ea8dc",
    ringing="#b58be0",
    wrap_up="#8fa3b0",
    paused="#e0a83e",
    signed_out="#5f6e7a",
    unavailable="#d9776a",
    forecast="#22313e",
    sign="#0f1418",
    shadow="#070a0c",
)

LIGHT = Colours(
    name="light",
    ground="#eef2f4",
    panel="#ffffff",
    line="#d5dde3",
    field="#f6f8f9",
    hover="#f1f5f7",
    chosen="#dfe9f1",
    ink="#17222b",
    soft="#4a5a67",
    faint="#5c6b77",
    accent="#1f66a6",
    calm="#1a7362",
    warn="#955700",
    alarm="#bd3124",
    calm_ground="#1f7565",
    warn_line="#c99632",
    alarm_ground="#b8382b",
    alarm_line="#d4695d",
    on_strong="#ffffff",
    past="#7a45b5",
    available="#2a9480",
    talking="#3f83c4",
    ringing="#9058c9",
    wrap_up="#718592",
    paused="#b87a10",
    signed_out="#84939f",
    unavailable="#c2503f",
    forecast="#dde8f1",
    sign="#ffffff",
    shadow="#b9c4cc",
)

SETS = {"dark": DARK, "light": LIGHT}


class Type(Enum):
    """Sizes of letters in pixels at 100 %, with their weight."""

    SMALL = (12, 400)
    SMALL_STRONG = (12, 600)
    BODY = (13, 400)
    STRONG = (13, 600)
    ROW = (16, 400)
    ROW_STRONG = (16, 600)
    TITLE = (15, 600)
    HEADLINE = (17, 600)
    COUNT = (20, 600)
    FIGURE = (35, 600)
    HUGE = (64, 600)


# Spacing in pixels at 100 %.
GAP = 15
PAD = 15
TIGHT = 8
RADIUS = 9
ROW_HEIGHT = 39
RAIL_WIDTH = 64
TOP_HEIGHT = 51
TODO_WIDTH = 372

# Latin letters first where the platform has a fine set of its own, then the Chinese ones; on Linux Noto draws both.
_LATIN = ("Segoe UI Variable Text", "Segoe UI", "SF Pro Text", ".AppleSystemUIFont", "Inter")
_CHINESE = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "HarmonyOS Sans SC",
    "Droid Sans Fallback",
)


class _Look:
    """The set in force; a palette is a process-wide matter in Qt too."""

    def __init__(self) -> None:
        self.colours = DARK
        self.scale = 1.0
        self.wanted = "dark"
        self.families: tuple[str, ...] = ()


_look = _Look()


def colours() -> Colours:
    """Return the set in force."""
    return _look.colours


def colour(role: str, alpha: float = 1.0) -> QColor:
    """Return the colour of a role in force, at a share of its strength."""
    return _colour(getattr(_look.colours, role), alpha)


@cache
def _colour(value: str, alpha: float) -> QColor:
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


def tone_role(tone: Tone, calm: str = "ink") -> str:
    """Return the role of a tone; what is calm stays the colour of plain text unless told otherwise."""
    return {Tone.CALM: calm, Tone.WARN: "warn", Tone.ALARM: "alarm"}[tone]


def status_role(status: AgentStatus) -> str:
    """Return the role of an agent's state."""
    return status.value


def px(length: float) -> int:
    """Return a length in pixels at the text size in force."""
    return round(length * _look.scale)


def font(kind: Type, *, strong: bool = False, zoom: float = 1.0) -> QFont:
    """Return the letters of a kind, figures all of one width."""
    size, weight = kind.value
    return _font(max(8, round(size * _look.scale * zoom)), 600 if strong else weight, _look.families)


@cache
def _font(pixels: int, weight: int, families: tuple[str, ...]) -> QFont:
    made = QFont()
    if families:
        made.setFamilies(list(families))
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def sized(pixels: float, weight: int = 600) -> QFont:
    """Return letters of an exact size, for the wall, which measures the room and not the desk."""
    return _font(max(8, round(pixels)), weight, _look.families)


def choose_families() -> tuple[str, ...]:
    """Return the families to use, best first: those present of our lists, then any other that knows Chinese."""
    present = set(QFontDatabase.families())
    chosen = [name for name in (*_LATIN, *_CHINESE) if name in present]
    if not any(name in _CHINESE for name in chosen):
        known = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
        chosen += [name for name in known if "Serif" not in name and "Mono" not in name][:1] or known[:1]
    return tuple(chosen)


def missing_letters() -> Said | None:
    """Return what to say where no installed font can draw Chinese, or None."""
    if QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        return None
    return say("No font on this machine can draw Chinese: install fonts-noto-cjk or fonts-wqy-microhei.")


def system_theme() -> str:
    """Return light where the system asks for it, otherwise dark."""
    return "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def use(name: str, scale: float = 1.0) -> None:
    """Put a set in force (dark, light or system) and repaint every window with it."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    _look.wanted = name
    _look.colours = SETS[name if name in SETS else system_theme()]
    _look.scale = min(1.6, max(0.8, scale))
    if not _look.families:
        _look.families = choose_families()
    letters = font(Type.BODY)
    i18n.space_dots(
        "\u2009·\u2009" if QFontMetrics(letters).horizontalAdvance("·") > letters.pixelSize() * 0.7 else i18n.DOT
    )
    application.setFont(letters)
    application.setPalette(palette(_look.colours))
    from console.ui.sheet import sheet  # noqa: PLC0415  the sheet is made of these colours

    application.setStyleSheet(sheet(_look.colours))
    for window in application.topLevelWidgets():
        QCoreApplication.postEvent(window, QEvent(QEvent.Type.PaletteChange))


def follow_system() -> None:
    """Take the system's new choice of dark or light, where this desk follows it."""
    if _look.wanted not in SETS:
        use(_look.wanted, _look.scale)


def palette(chosen: Colours) -> QPalette:
    """Return Qt's own palette for a set, for what Qt draws by itself."""
    made = QPalette()
    role = QPalette.ColorRole
    for part, value in (
        (role.Window, chosen.ground),
        (role.WindowText, chosen.ink),
        (role.Base, chosen.field),
        (role.AlternateBase, chosen.panel),
        (role.Text, chosen.ink),
        (role.PlaceholderText, chosen.faint),
        (role.Button, chosen.panel),
        (role.ButtonText, chosen.ink),
        (role.BrightText, chosen.alarm),
        (role.Highlight, chosen.chosen),
        (role.HighlightedText, chosen.ink),
        (role.Link, chosen.accent),
        (role.ToolTipBase, chosen.panel),
        (role.ToolTipText, chosen.ink),
        (role.Mid, chosen.line),
        (role.Dark, chosen.line),
        (role.Shadow, chosen.shadow),
        (role.Accent, chosen.accent),
    ):
        made.setColor(part, QColor(value))
    for part in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, part, QColor(chosen.faint))
    return made


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it (1 to 21)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: str) -> float:
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
