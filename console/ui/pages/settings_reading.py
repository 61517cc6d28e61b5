"""How the floor is read and how long it is remembered: day, states, wrap-up of single queues, retention."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from console.core.floor.view import FloorView
from console.core.words import Said, say
from console.ui.pages.settings_section import Section
from console.ui.shell import Shell
from console.ui.widgets.form import Columns, Entry, FormCard, as_percent, number, percent, plain, text, whole
from console.views.settings import clock_read, pairs_read, pairs_written, words_read, zone_read


class ReadingSection(Section):
    """Cards of the whole floor's policy."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.entries: dict[str, Entry] = {}
        keeping = FormCard(
            self.texts,
            say("What is kept"),
            say("Older days are forgotten little by little, never while they are on screen."),
        )
        self._row(keeping, "keep_tape_days", say("Replay of the day, kept for"), whole(1, 90), unit=say("days"))
        self._row(
            keeping, "keep_history_days", say("Contacts and half hours, kept for"), whole(1, 3650), unit=say("days")
        )
        self.numbers = self.texts.check(say("Keep customer numbers in the history"))
        self.numbers.clicked.connect(lambda on: self._take("keep_numbers", on))
        keeping.row(say("Privacy"), self.numbers, say("Numbers are masked on screen either way."))

        centre = FormCard(self.texts, say("The floor"))
        self._row(centre, "centre", say("Name of the centre"), text, wide=240)
        self._row(centre, "day_starts_at", say("The day begins at"), clock_read)
        self._row(
            centre,
            "time_zone",
            say("Time zone"),
            zone_read,
            wide=180,
            hint=say("Such as Asia/Shanghai; empty: that of this machine."),
        )
        self._row(centre, "stale_s", say("Silent link is old after"), number(2, 600), plain, unit=say("s"))
        self._row(
            centre, "reconcile_every_s", say("Compare with the ACD every"), number(30, 86_400), plain, unit=say("s")
        )

        crisis = FormCard(self.texts, say("Emergency"))
        self._row(crisis, "emergency_waiting", say("Emergency line"), whole(1, 10_000), unit=say("people"))
        self._row(
            crisis,
            "emergency_wait_over",
            say("Average wait over its target by"),
            percent(),
            as_percent,
            unit=say("%"),
        )

        states = FormCard(self.texts, say("States"))
        self._row(states, "wrap_up_s", say("Wrap-up after a contact"), whole(0, 3600), unit=say("s"))
        self._row(
            states,
            "queue_wrap_up_s",
            say("Wrap-up of single queues"),
            pairs_read,
            pairs_written,
            wide=300,
            hint=say("Such as support 30, orders 15. Wrap-up has no end event: it ends by this time."),
        )
        self._row(
            states, "gone_home_s", say("Signed out counts as gone home after"), number(0, 86_400), plain, unit=say("s")
        )
        self._row(
            states,
            "wrap_up_reasons",
            say("Pause reasons that mean wrap-up"),
            words_read,
            ", ".join,
            wide=300,
        )
        self._row(
            states,
            "autopause_reasons",
            say("Pause reasons set by the ACD itself"),
            words_read,
            ", ".join,
            wide=300,
        )
        self.column.addWidget(Columns((keeping, crisis), (centre, states)))
        self.column.addStretch(1)

    def _row(  # one row of a form has this many parts
        self,
        card: FormCard,
        name: str,
        said: Said,
        read: Callable[[str], object],
        write: Callable[[Any], str] = str,
        *,
        wide: int = 84,
        unit: Said | None = None,
        hint: Said | None = None,
    ) -> None:
        entry = self.entries[name] = Entry(read, write, wide=wide)
        if unit is not None:
            self.texts.put(entry.unit.setText, unit)
        entry.committed.connect(lambda value: self._take(name, value))
        card.row(said, entry, hint)

    def _take(self, name: str, value: object) -> None:
        fields: Mapping[str, Any] = {name: value}
        self.change_policy(msgspec.structs.replace(self.policy, **fields))

    def rests_on(self, view: FloorView) -> object:
        """Return the policy."""
        _ = view
        return self.policy

    def refresh(self, view: FloorView) -> None:
        """Show what is in force."""
        _ = view
        policy = self.policy
        for name, entry in self.entries.items():
            entry.show_value(getattr(policy, name))
        self.numbers.setChecked(policy.keep_numbers)
