"""The doors of the breaks page: cards answered, breaks asked for, rules kept, tables written."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import msgspec

from console.app.answering import Answering
from console.app.answers import commands_of
from console.app.meal_needs import needs_of
from console.core.errors import NotAllowed
from console.core.floor.model import Instant, Interface, QueueName, Seconds
from console.core.rules.break_policy import BreakPolicy, Minutes
from console.core.sheets import Sheet
from console.core.words import Said
from console.core.work.break_records import AskBreak, Break
from console.core.work.lending import EndLoan, ExtendLoan, LendSeat
from console.core.work.meal_records import MoveToRound, ProposeMeals, PublishMeals, WithdrawMeals
from console.core.work.policies import BREAKS, EditPolicy
from console.views.breaks import PastBreaks
from console.views.meal_rounds import meal_kind

LONGEST_BREAK_S: Seconds = 24 * 3600.0
"""How long after the end of a day a break of it may have come to its end."""


class BreakAnswers(Answering):
    """What `console.ui.break_doors.BreakDoors` asks, answered; part of `AppDoors`."""

    def act(self, card: str, action: str, why: str = "", otherwise: Callable[[Said], None] | None = None) -> None:
        """Answer a card of the list that the window itself does not answer; `why` is what was typed with it."""
        tell = self._tell if otherwise is None else otherwise

        def decided(refusal: Said | None) -> None:
            if refusal is not None:
                tell(refusal)

        floor = self.floor
        if floor is None:
            return
        now = floor.source.clock.now()
        try:
            told = commands_of(
                card,
                action,
                why,
                book=floor.book,
                policy=floor.policy,
                by=self.operator(),
                at=now,
                forecasts=floor.forecaster.told,
            )
        except NotAllowed as refusal:
            tell(refusal.said)
            return
        for command in told:
            self._decided(command, decided)

    def ask_break(self, person: str, kind: str, minutes: Minutes) -> None:
        """Ask for a break on somebody's behalf."""
        floor = self.floor
        if floor is None:
            return
        known = floor.view.people.get(person)
        name = uuid4().hex
        self.submit(
            AskBreak(
                id=f"ask/{name}",
                by=self.operator(),
                break_id=name,
                agent=person,
                interface=known.interfaces[0] if known is not None and known.interfaces else "",
                kind=kind,
                minutes=minutes,
            )
        )

    def keep_breaks(self, policy: BreakPolicy, read_version: int) -> None:
        """Put changed rules in force for everybody."""
        body = msgspec.to_builtins(policy)
        self.submit(EditPolicy(id=uuid4().hex, by=self.operator(), name=BREAKS, body=body, read_version=read_version))

    def export(self, path: Path, table: Sheet, then: Callable[[Said | None], None]) -> None:
        """Write a table to a CSV or XLSX file in a worker."""
        from console.store.export_file import write_table  # noqa: PLC0415  openpyxl only when asked

        def written(told: object) -> None:
            then(told if isinstance(told, Said) else None)

        self.later(lambda: write_table(path, table), written, then)

    def past_breaks(self, begin: Instant, end: Instant, then: Callable[[PastBreaks | Said], None]) -> None:
        """Read the breaks of a day gone by in a worker: those that began in [begin, end) and have come to their end."""
        floor = self.floor
        if floor is None:
            then(PastBreaks())
            return

        def found() -> PastBreaks:
            with floor.read_store() as store:
                closed = store.closed_between(Break, begin, end + LONGEST_BREAK_S)
                first = store.first_closed(Break)
            return PastBreaks(breaks=tuple(each for each in closed if each.asked_at < end), first=first)

        def told(past: object) -> None:
            then(past if isinstance(past, PastBreaks) else PastBreaks())

        self.later(found, told, then)

    def propose_meals(self, group: str, window: int, plan: str = "") -> None:
        """Have meal rounds proposed for a group's window."""
        floor = self.floor
        kind = meal_kind(floor.book, group) if floor is not None else None
        if floor is None or kind is None:
            return
        name = plan or uuid4().hex
        told = ProposeMeals(id=uuid4().hex, by=self.operator(), plan=name, group=group, kind=kind.id, window=window)

        def looked_up(needs: object) -> None:
            self.submit(msgspec.structs.replace(told, needs=needs if isinstance(needs, tuple) else ()))

        # What cannot be read of other days is no reason not to propose: the load of now tells, too.
        self.later(lambda: needs_of(floor, group, kind, window), looked_up, lambda _said: self.submit(told))

    def move_to_round(self, plan: str, person: str, number: int, *, swap_with: str = "", why: str = "") -> None:
        """Put somebody into another round."""
        told = MoveToRound(
            id=uuid4().hex,
            by=self.operator(),
            why=why,
            plan=plan,
            person=person,
            round=number,
            swap_with=swap_with,
        )
        self.submit(told)

    def publish_meals(self, plan: str) -> None:
        """Tell everybody their round."""
        self.submit(PublishMeals(id=uuid4().hex, by=self.operator(), plan=plan))

    def withdraw_meals(self, plan: str) -> None:
        """Take a plan of rounds back."""
        self.submit(WithdrawMeals(id=uuid4().hex, by=self.operator(), plan=plan))

    def lend_seat(
        self,
        interface: Interface,
        to_queue: QueueName,
        until: Instant,
        *,
        from_queue: QueueName = "",
        penalty: int = 0,
        over_others: bool = False,
    ) -> None:
        """Lend a seat to another queue until a time."""
        told = LendSeat(
            id=uuid4().hex,
            by=self.operator(),
            loan=uuid4().hex,
            interface=interface,
            to_queue=to_queue,
            from_queue=from_queue,
            penalty=penalty,
            until=until,
            over_others=over_others,
        )
        self.submit(told)

    def extend_loan(self, loan: str, until: Instant, then: Callable[[Said | None], None]) -> None:
        """Lend a seat longer, or shorter; `then` gets why not, or None."""
        self._decided(ExtendLoan(id=uuid4().hex, by=self.operator(), loan=loan, until=until), then)

    def end_loan(self, loan: str) -> None:
        """Take a lent seat back."""
        self.submit(EndLoan(id=uuid4().hex, by=self.operator(), loan=loan))
