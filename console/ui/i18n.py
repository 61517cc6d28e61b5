"""Words on the screen: the English literal is the key, `resources/words/<language>.toml` its translation.

Languages change without a restart: Qt sends LanguageChange to every widget, and each one that shows text asks again.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from console.core.words import Said, say, type_of_value

if TYPE_CHECKING:
    from collections.abc import Mapping

DOT = " · "
LANGUAGES: tuple[tuple[str, str], ...] = (("zh_CN", "简体中文"), ("en", "English"))
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


class _Words:
    """The language in force; text is a process-wide matter in Qt too (its translators live on the application)."""

    def __init__(self) -> None:
        self.language = "en"
        self.table: Mapping[str, str] = {}
        self.translator: QTranslator | None = None
        self.dot = DOT


_words = _Words()


def words_file(language: str) -> Path:
    """Return where a language's words are kept."""
    return RESOURCES / "words" / f"{language}.toml"


def read_words(path: Path) -> dict[str, str]:
    """Return the flat table of a words file; raises OSError or ValueError (tomllib.TOMLDecodeError).

    Lines as they all are, two plain strings with a sign between, are read ten times as fast as TOML in general; one
    that is not hands the whole file over.
    """
    text = path.read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = line.split('"')
        plain = len(parts) == 5 and parts[0] == parts[4] == "" and parts[2] == " = " and "\\" not in line
        if not plain or parts[1] in table:
            import tomllib  # noqa: PLC0415  only for the file that needs it

            return {key: str(value) for key, value in tomllib.loads(text).items()}
        table[parts[1]] = parts[3]
    return table


def language() -> str:
    """Return the language in force, zh_CN or en."""
    return _words.language


def system_language() -> str:
    """Return zh_CN where the system speaks Chinese, otherwise en."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def use(wanted: str) -> None:
    """Put a language in force (empty: the system's) and tell every widget; an unreadable words file means English."""
    chosen = wanted if wanted in dict(LANGUAGES) else system_language()
    table: Mapping[str, str] = {}
    if chosen != "en":
        try:
            table = read_words(words_file(chosen))
        except (OSError, ValueError):
            chosen = "en"
    _words.language, _words.table = chosen, table
    application = QApplication.instance()
    if isinstance(application, QApplication):
        _qt_words(application, chosen)
        for window in application.topLevelWidgets():
            if isinstance(window, QWidget):
                QCoreApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))


def _qt_words(application: QApplication, chosen: str) -> None:
    if _words.translator is not None:
        application.removeTranslator(_words.translator)
        _words.translator = None
    QLocale.setDefault(QLocale(chosen))
    if chosen != "en":
        translator = QTranslator()
        if translator.load(f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            application.installTranslator(translator)
            _words.translator = translator


def render(said: Said) -> str:
    """Return a sentence in the language in force, its values filled in."""
    pattern = _words.table.get(said.text, said.text)
    values = {name: render(value) if isinstance(value, Said) else value for name, value in said.values.items()}
    words = pattern.format_map(values) if values else pattern.format()
    return words.replace(DOT, _words.dot)


def tr(text: str, **values: type_of_value) -> str:
    """Return the words of a literal in the language in force; `text` must be a literal so that it can be found."""
    return render(say(text, **values))


def joined(parts: tuple[Said, ...]) -> str:
    """Return several short sentences as one line."""
    return dotted(*(render(part) for part in parts))


def dotted(*parts: str) -> str:
    """Return several words as one line with the middle dot between them; empty ones are left out."""
    return _words.dot.join(part for part in parts if part)


def space_dots(dot: str) -> None:
    """Say how a middle dot is set: Chinese letters bring its room with them, Latin ones do not."""
    _words.dot = dot
