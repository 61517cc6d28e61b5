"""What is said outside the window: a tray notice and a sound; once an alarm, never in quiet mode."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from console.core.floor.policy import Tone
from console.core.preferences import Preferences
from console.ui.i18n import RESOURCES, render, tr
from console.ui.icons import icon
from console.ui.widgets.todo_card import spoken
from console.views.todo import Slot, snooze_key

log = logging.getLogger(__name__)

_SHOWN_MS = 10_000


class Sound:
    """The chime, loaded when first heard; silent where this machine has no sound."""

    def __init__(self) -> None:
        self._effect: QObject | None = None
        self._tried = False

    def play(self) -> bool:
        """Play; return whether anything can be heard here."""
        if not self._tried:
            self._tried = True
            self._effect = _load()
        if self._effect is None:
            return False
        play: Callable[[], None] = self._effect.play  # type: ignore[attr-defined]  # QSoundEffect, imported late
        play()
        return True


def _load() -> QObject | None:
    if QGuiApplication.platformName() in {"offscreen", "minimal"}:
        return None
    try:
        from PySide6.QtMultimedia import QMediaDevices, QSoundEffect  # noqa: PLC0415  needs libpulse, and is slow
    except ImportError as error:
        log.info("no sound here: %s", error)
        return None
    if QMediaDevices.defaultAudioOutput().isNull():
        log.info("no sound here: no output device")
        return None
    effect = QSoundEffect()
    effect.setSource(QUrl.fromLocalFile(str(RESOURCES / "sounds" / "chime.wav")))
    return effect


class Notices(QObject):
    """Hears the list change; each alarm is said once, a warning only once it becomes an alarm."""

    def __init__(
        self,
        preferences: Callable[[], Preferences],
        come_forward: Callable[[], None],
        sound: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._preferences = preferences
        self._come_forward = come_forward
        self._sound = sound or Sound().play
        self._said: set[str] = set()
        self.tray: QSystemTrayIcon | None = None

    def start_tray(self) -> bool:
        """Put the mark into the system tray where there is one; return whether there is."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        self.tray = QSystemTrayIcon(icon("floordesk"), self)
        self.tray.setToolTip(tr("Floordesk"))
        self.tray.activated.connect(lambda _why: self._come_forward())
        self.tray.messageClicked.connect(self._come_forward)
        self.tray.setVisible(self._preferences().tray)
        return True

    def hear(self, slots: tuple[Slot, ...]) -> list[str]:
        """Take the list as it stands now; return the sentences said outside, new alarms only."""
        open_now = {snooze_key(slot.card): slot for slot in slots if not slot.settled}
        fresh = [slot for key, slot in open_now.items() if key not in self._said and slot.card.tone is Tone.ALARM]
        # Forgetting what has gone lets the same alarm be heard again when it comes back.
        self._said = set(open_now)
        preferences = self._preferences()
        if not fresh or preferences.quiet:
            return []
        sentences = [spoken(slot) for slot in fresh]
        title = render(fresh[0].card.title) if len(fresh) == 1 else tr("{count} alarms", count=len(fresh))
        self.say_outside(title, "\n".join(sentences[:4]))
        return sentences

    def say_outside(self, title: str, words: str, *, sound: bool = True) -> bool:
        """Show a tray notice and, with `sound`, let it be heard; return False in quiet mode, where neither is done."""
        preferences = self._preferences()
        if preferences.quiet:
            return False
        if self.tray is not None and preferences.tray:
            self.tray.showMessage(title, words, icon("floordesk"), _SHOWN_MS)
        if sound and preferences.sound:
            self._sound()
        return True
