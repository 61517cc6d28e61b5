"""A small telephone system for the invariants: people, queues, pauses, calls; a steward without threads; a view."""

from collections.abc import Callable

from msgspec.structs import replace

from console.core.errors import NotAllowed
from console.core.floor.figures import Figures, FloorFigures, Share
from console.core.floor.model import AgentState, AgentStatus, Link, LinkStatus, Member, QueueState, Talk
from console.core.floor.people import Person
from console.core.floor.policy import FloorPolicy, SkillGroup
from console.core.floor.seats import Reasons, home_at, seats_of, standing_of, standing_on_break
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Entry, Step
from console.core.levers import Lever, Membership, MoveKind, SeatPaused, Sight, Value, next_move
from console.core.roles import CONSOLE, Actor, Role
from console.core.step import due, step
from console.core.work.break_cases import on_granted_break
from console.core.work.break_records import Break
from console.core.work.floor_checks import DueFloorCheck
from console.core.work.levers import LeverFound, LeverMoved, LeverOver, LeverStands, LeverWriting
from tests.core.floor_of_ten import NOON, seat

LI = Actor(id="li", name="李班长", role=Role.SUPERVISOR)
GROUP, WEB = "sales", "web"
OWN = ("sales", "vip")


class SmallAcd:
    """What stands: for each (queue, number) signed in, the pause's reason or None; who talks; who left when."""

    def __init__(self, seats: int) -> None:
        self.seats = seats
        self.members: dict[tuple[str, int], str | None] = {(q, n): None for n in range(1, seats + 1) for q in OWN}
        self.penalties: dict[tuple[str, int], int] = dict.fromkeys(self.members, 0)
        self.talking: set[int] = set()
        self.out_since: dict[int, float] = {}
        self.paused_since: dict[int, float] = {}
        self.booted_at: float | None = None

    def signed_in(self, number: int) -> bool:
        return any(n == number for _, n in self.members)

    def paused(self, number: int) -> bool:
        return any(why is not None for (_, n), why in self.members.items() if n == number)

    def set_pause(self, number: int, why: str | None, at: float, queue: str | None = None) -> None:
        before = self.paused(number)
        for key in self.members:
            if key[1] == number and queue in {None, key[0]}:
                self.members[key] = why
        if self.paused(number) and not before:
            self.paused_since[number] = at

    def sign_out(self, number: int, at: float) -> None:
        for key in [key for key in self.members if key[1] == number]:
            del self.members[key]
        self.out_since[number] = at

    def sign_in(self, number: int) -> None:
        for queue in OWN:
            self.add(queue, number, 0)

    def add(self, queue: str, number: int, penalty: int) -> None:
        self.members.setdefault((queue, number), None)
        self.penalties[queue, number] = penalty
        self.out_since.pop(number, None)

    def remove(self, queue: str, number: int, at: float) -> None:
        self.members.pop((queue, number), None)
        if not self.signed_in(number):
            self.out_since.setdefault(number, at)

    def restart(self, at: float) -> None:
        """Forget every pause, as app_queue does with static members."""
        self.members = dict.fromkeys(self.members)
        self.booted_at = at

    def view(self, book: Book, at: float) -> FloorView:
        agents = {seat(n): self._agent(n) for n in range(1, self.seats + 1)}
        people = {f"p{n}": _person(n) for n in range(1, self.seats + 1)}
        members = {
            (queue, seat(n)): Member(
                queue=queue,
                interface=seat(n),
                name=f"坐席{n}",
                paused=why is not None,
                pause_reason=why or "",
                penalty=self.penalties[queue, n],
                dynamic=True,
            )
            for (queue, n), why in self.members.items()
        }
        granted, reasons = on_granted_break(book), Reasons(())
        counted = []
        for number, person in enumerate(people.values(), 1):
            states = (agents[seat(number)],)
            if person.id in granted:
                counted.append((standing_on_break(person, states, reasons), 1))
            else:
                counted.append((standing_of(person, states, reasons, home=home_at(states, 300.0), at=at), 1))
        figures = Figures(seats=seats_of(counted, Share()))
        return FloorView(
            at=at,
            link=Link(status=LinkStatus.LIVE, booted_at=self.booted_at),
            queues={name: QueueState(name=name) for name in (*OWN, WEB)},
            agents=agents,
            members=members,
            people=people,
            person_of={seat(n): f"p{n}" for n in range(1, self.seats + 1)},
            policy=FloorPolicy(groups=(SkillGroup(id=GROUP, name="销售", queues=OWN),), time_zone="UTC"),
            figures=FloorFigures(at=at, groups={GROUP: figures}, floor=figures),
        )

    def _agent(self, number: int) -> AgentState:
        queues = tuple(sorted(queue for queue, n in self.members if n == number))
        paused, talking = self.paused(number), number in self.talking
        status = (
            AgentStatus.TALKING
            if talking
            else AgentStatus.SIGNED_OUT
            if not queues
            else AgentStatus.PAUSED
            if paused
            else AgentStatus.AVAILABLE
        )
        why = next((why for (_, n), why in sorted(self.members.items()) if n == number and why is not None), None)
        return AgentState(
            interface=seat(number),
            name=f"坐席{number}",
            queues=queues,
            status=status,
            paused=paused,
            pause_reason=why,
            paused_since=self.paused_since.get(number) if paused else None,
            signed_out_since=None if queues else self.out_since.get(number),
            talk=Talk(queue=GROUP, uid=f"u{number}", since=NOON) if talking else None,
        )


def _person(number: int) -> Person:
    return Person(
        id=f"p{number}",
        name=f"坐席{number}",
        primary_group=GROUP,
        interfaces=(seat(number),),
        extensions=(str(1000 + number),),
    )


Granted = Callable[[Book, FloorView, float, Break], None]
"""Hears of every grant: the book before it, the floor, the moment, and the break granted."""


class SmallConsole:
    """Book, desk, steward and clock over a small ACD; `entries` is the journal with who gave each line's command."""

    def __init__(self, seats: int, granted: Granted = lambda _book, _view, _at, _break: None) -> None:
        self.acd = SmallAcd(seats)
        self._granted = granted
        self.book = Book()
        self.at = NOON
        self.entries: list[tuple[Command, Entry]] = []
        self._count = 0

    @property
    def view(self) -> FloorView:
        return self.acd.view(self.book, self.at)

    def id(self) -> str:
        self._count += 1
        return f"c{self._count}"

    def decide(self, command: Command) -> Step | None:
        """Step and commit as the desk does; None where it is not allowed."""
        before, view = self.book, self.view
        try:
            taken = step(before, view, command, self.at)
        except NotAllowed:
            return None
        for record in (*taken.puts, *taken.messages):
            kept = self.book.get(type(record), record.id)
            assert record.version == (0 if kept is None else kept.version), "two desks would have clashed"
        for key, version in taken.judged.items():
            assert self.book.versions.get(key, 0) == version
        records = tuple(replace(r, version=r.version + 1) for r in (*taken.puts, *taken.messages))
        versions = {key: self.book.versions.get(key, 0) + 1 for key in taken.touched}
        self.book = self.book.told(self.book.seq + 1, records, versions)
        self.entries += [(command, entry) for entry in taken.entries]
        for entry in taken.entries:
            if entry.what == "break.granted":
                self._granted(before, view, self.at, self.book.every(Break)[entry.subject.removeprefix("breaks:")])
        return taken

    def tick(self) -> None:
        for command in due(self.book, self.view, self.at):
            if type(command) is not DueFloorCheck:
                self.decide(command)

    def steward_round(self) -> bool:
        """Look at every lever once; return whether anything was done."""
        busy = False
        for known in sorted(self.book.every(Lever).values(), key=lambda each: each.id):
            lever = self.book.get(Lever, known.id)
            assert lever is not None
            move = next_move(lever, self._seen(lever), booted_at=self.acd.booted_at, at=self.at)
            told = {"id": self.id(), "by": CONSOLE, "lever": lever.id, "read_version": lever.version}
            match move.kind:
                case MoveKind.LEARN:
                    self.decide(LeverFound(found=move.value, **told))  # type: ignore[arg-type]
                case MoveKind.STANDS:
                    self.decide(LeverStands(observed=move.value, **told))  # type: ignore[arg-type]
                case MoveKind.MOVED:
                    self.decide(LeverMoved(observed=move.value, **told))  # type: ignore[arg-type]
                case MoveKind.OVER:
                    self.decide(LeverOver(**told))  # type: ignore[arg-type]
                case MoveKind.WRITE:
                    self.decide(LeverWriting(value=move.value, **told))  # type: ignore[arg-type]
                    self._write(lever, move.value)
                case MoveKind.WAIT:
                    continue
            busy = True
        return busy

    def settle(self) -> None:
        """Let the steward work until nothing is left to do."""
        for _ in range(60):
            if not self.steward_round():
                waiting = [each for each in self.book.every(Lever).values() if each.due > self.at]
                if not waiting:
                    return
            self.at += 1.0
        raise AssertionError("the steward never comes to rest")

    def _seen(self, lever: Lever) -> Value | Sight:
        number = int(getattr(lever.target, "interface", seat(0)).split("/")[1].split("@")[0]) - 1000
        match lever.target:
            case SeatPaused(queue=queue):
                return self.acd.members.get((queue, number), Sight.GONE)
            case Membership(queue=queue):
                return str(self.acd.penalties[queue, number]) if (queue, number) in self.acd.members else None
            case _:
                return Sight.UNKNOWN

    def _write(self, lever: Lever, value: Value) -> None:
        number = int(getattr(lever.target, "interface", seat(0)).split("/")[1].split("@")[0]) - 1000
        match lever.target:
            case SeatPaused(queue=queue):
                self.acd.set_pause(number, value, self.at, queue)
            case Membership(queue=queue) if value is None:
                self.acd.remove(queue, number, self.at)
            case Membership(queue=queue):
                self.acd.add(queue, number, int(value or 0))
            case _:
                pass

    def breaks(self) -> list[Break]:
        return list(self.book.every(Break).values())
