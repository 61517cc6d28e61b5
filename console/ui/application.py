"""The Qt application of the console: style, letters, colours and words before any window; Qt's messages to the log."""

import logging
import signal
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console import __version__
from console.core.preferences import Preferences
from console.ui import i18n, theme
from console.ui.display import plugin_must_load
from console.ui.icons import icon

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _to_log(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.INFO), "%s", message)


def make_application(preferences: Preferences, arguments: Sequence[str] = ("floordesk",)) -> QApplication:
    """Return the one application, dressed as this desk prefers; made at the first call.

    Raises FloordeskError where a system library for windows is missing.
    """
    # Without a log of the program's own (a picture, a test) Qt's asides are nobody's business.
    logging.getLogger("qt").addHandler(logging.NullHandler())
    qInstallMessageHandler(_to_log)
    if QApplication.instance() is None:
        plugin_must_load()
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QCoreApplication.setApplicationName("floordesk")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("floordesk")
    made = QApplication.instance() or QApplication(list(arguments))
    assert isinstance(made, QApplication)
    QGuiApplication.setApplicationDisplayName("")
    if made.style().objectName() != "fusion":
        made.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: theme.follow_system())
    made.setWindowIcon(icon("floordesk"))
    theme.use(preferences.theme, preferences.text_scale)
    i18n.use(preferences.language)
    return made


def end_on_signals() -> None:
    """Let Ctrl+C in the terminal and a polite kill end the console as closing its window does.

    Python hears of a signal only between two steps of its own; the window's tick gives it one twice a second.
    """
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda _number, _frame: QApplication.closeAllWindows())
