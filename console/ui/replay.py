"""Looking back: which moment is on screen, whether time runs there, and what of the day was recorded."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.core.floor.day import day_of
from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.words import say
from console.ui.doors import Moments, PastPlayer
from console.ui.shell import Shell

if TYPE_CHECKING:
    from console.core.floor.tape import Span

RATES = (1.0, 5.0, 15.0, 60.0)
NOW_S: Seconds = 2.0
"""Nearer than this to now is now."""
DAY_S: Seconds = 86_400.0


class Replay(QObject):
    """The screen's way into the past and back; the work is done by a player in a thread of its own.

    `at` None: the screen shows now. `span` is what is kept of the day looked at, `gaps` when nobody recorded.
    """

    changed = Signal()
    moved = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._player: PastPlayer | None = None
        self._asked = 0
        self._shown = False
        self._was_past = False
        self.at: Instant | None = None
        self.playing = False
        self.rate = RATES[1]
        self.span: Span | None = None
        self.gaps: tuple[Span, ...] = ()
        self.day: Instant = 0.0
        self.known = False
        shell.view_changed.connect(self._follow)

    @property
    def begin(self) -> Instant:
        """Return the left end of the slider: where the day's record begins, or the day itself."""
        return self.span.begin if self.span is not None else day_of(self.day, self._shell.live.policy)[0]

    @property
    def end(self) -> Instant:
        """Return the right end: now, or the end of a day that is over."""
        return min(self._shell.live_now(), day_of(self.day, self._shell.live.policy)[1])

    @property
    def past(self) -> bool:
        """Return whether the screen looks back, or is about to."""
        return self.at is not None or self._shell.view.past

    @property
    def moment(self) -> Instant:
        """Return the moment on screen."""
        if self.at is not None:
            return self.at
        return self._shell.now() if self._shell.view.past else self._shell.live_now()

    @property
    def today(self) -> bool:
        """Return whether the day looked at is not over."""
        return day_of(self.day, self._shell.live.policy)[1] > self._shell.live_now()

    def look(self, day: Instant | None = None) -> None:
        """Find out what is kept of a day, that of the moment on screen unless told otherwise."""
        before, policy = self.day, self._shell.live.policy
        self.day = self.moment if day is None else day
        if day_of(before, policy) != day_of(self.day, policy):
            self.span, self.gaps, self.known = None, (), False
        self._asked += 1
        asked = self._asked
        begin, end = day_of(self.day, policy)
        end = min(end, self._shell.live_now())

        def found(moments: Moments | None) -> None:
            if asked == self._asked:
                self.known = True
                self.span = moments.span if moments is not None else None
                self.gaps = moments.gaps if moments is not None else ()
                self.changed.emit()

        self._shell.doors.moments(begin, end, found)

    def seek(self, at: Instant) -> None:
        """Show a moment; close to now it is now."""
        now = self._shell.live_now()
        if at >= now - NOW_S:
            self.to_now()
            return
        if self.span is not None:
            at = max(at, self.span.begin)
        if self._player is None:
            self._player = self._shell.doors.play_past(self._show, self._ended)
        if self._player is None:
            self._shell.tell(say("Nothing is recorded here that could be shown again."))
            return
        entered = self.at is None
        self.at = at
        self._player.seek(at)
        (self.changed if entered else self.moved).emit()

    def step(self, by: Seconds) -> None:
        """Go back or forth by some seconds."""
        self.seek(self.moment + by)

    def other_day(self, by: int) -> None:
        """Go to the same time of another day, as far as days are kept."""
        now, policy = self._shell.live_now(), self._shell.live.policy
        oldest = day_of(now - policy.keep_tape_days * DAY_S, policy)[0]
        wanted = self.moment + by * DAY_S
        if wanted < oldest:
            return
        self.look(min(wanted, now))
        self.seek(wanted)

    def toggle(self) -> None:
        """Let time run, or stand."""
        if self.at is None:
            return
        self.playing = not self.playing
        self._drive()
        self.changed.emit()

    def choose_rate(self, rate: float) -> None:
        """Let time run at another pace."""
        self.rate = rate
        self._drive()
        self.changed.emit()

    def faster(self, by: int) -> None:
        """Go one pace up or down."""
        place = min(max(0, RATES.index(self.rate) + by), len(RATES) - 1)
        self.choose_rate(RATES[place])

    def to_now(self) -> None:
        """Come back to the floor of now."""
        self._leave()
        if self._shell.view.past:
            self._shell.show_past(None)
        self.look()

    def _leave(self) -> None:
        self.at, self.playing, self._shown = None, False, False
        player, self._player = self._player, None
        if player is not None:
            self._shell.doors.later(player.close, lambda _done: None)
        self.changed.emit()

    def _drive(self) -> None:
        if self._player is not None:
            if self.playing:
                self._player.play(self.rate)
            else:
                self._player.pause()

    def _show(self, view: FloorView) -> None:
        if self._player is None or self.at is None:
            return  # it was on its way when somebody came back to now
        if self.playing and view.at is not None:
            self.at = view.at
        self._shown = True
        self._shell.show_past(view)
        self.moved.emit()

    def _ended(self) -> None:
        self.playing = False
        if self.at is not None and self.at >= self._shell.live_now() - 30:
            self.to_now()
        else:
            self.changed.emit()

    def _follow(self, view: FloorView) -> None:
        if self._shown and not view.past:
            # Another way led back to now: another floor was opened.
            self._leave()
        elif view.past is not self._was_past:
            self.changed.emit()
        self._was_past = view.past
