"""Lending from the agent table: asks on a card of its own, shows the loan that runs, takes it back."""

from functools import partial

from PySide6.QtWidgets import QWidget

from console.core.floor.model import Interface
from console.core.words import Said
from console.ui.i18n import render, tr
from console.ui.shell import Shell
from console.ui.widgets.button import KeyButton
from console.ui.widgets.lend_seat import LendSeat, Loaned
from console.views.lending import loan_of, loan_words, queues_from, queues_to, said_before
from console.views.typed_time import read_moment


class Lending:
    """What a page needs to lend the seat at hand, or to take it back."""

    def __init__(self, shell: Shell, page: QWidget) -> None:
        self._shell = shell
        self._page = page
        self._card: LendSeat | None = None

    def show_on(self, button: KeyButton, interface: Interface) -> None:
        """Let a button say what it would do for a seat."""
        shell = self._shell
        loan = loan_of(shell.live, shell.book, interface) if interface else None
        words = tr("Lend…") if loan is None else tr("Take the seat back")
        hint = "" if loan is None else render(loan_words(shell.live, loan))
        if (button.text(), button.toolTip()) != (words, hint):
            button.setText(words)
            button.setToolTip(hint)
            button.updateGeometry()
            button.update()

    def ask(self, interface: Interface) -> None:
        """Lend a seat, or take back the one that is lent."""
        shell = self._shell
        view = shell.live
        loan = loan_of(view, shell.book, interface)
        if loan is not None:
            shell.doors.end_loan(loan.id)
            return
        agent = view.agents.get(interface)
        if agent is None:
            return
        person = view.people.get(view.person_of.get(interface, ""))
        name = agent.name if person is None else f"{person.name} {person.number}".strip()
        if self._card is None:
            self._card = LendSeat(self._page.window())
        self._card.ask(
            name,
            (queues_to(view, interface), queues_from(view, interface)),
            lambda typed: read_moment(typed, view.policy, shell.live_now()),
            partial(self._before, interface),
            partial(self._lend, interface),
        )

    def _before(self, interface: Interface, to_queue: str, from_queue: str) -> Said | None:
        return said_before(self._shell.live, self._shell.book, interface, to_queue, from_queue)

    def _lend(self, interface: Interface, told: Loaned) -> None:
        # Whoever else holds the seat was named on the card before.
        confirmed = self._before(interface, told.to_queue, told.from_queue) is not None
        self._shell.doors.lend_seat(
            interface,
            told.to_queue,
            told.until,
            from_queue=told.from_queue,
            penalty=told.penalty,
            over_others=confirmed,
        )
