"""A desk for the tests of plans: a floor told by hand, a steward who does what he is asked at once, a clock."""

from typing import Any

import msgspec
from msgspec.structs import replace

from console.core.floor.figures import CurvePoint, Figures, FloorFigures, Now, Seats, Share, Window
from console.core.floor.model import AgentState, AgentStatus, Member, Phone
from console.core.floor.people import Person
from console.core.floor.policy import Channel, FloorPolicy, SkillGroup
from console.core.floor.view import FloorView
from console.core.kept import Book, Command, Entry, Message, Step
from console.core.levers import Lever, LeverState, Membership, MoveKind, RoutingKey, lever_id, next_move
from console.core.roles import CONSOLE, Actor, Role
from console.core.rules.watches import Condition, Watch
from console.core.step import due, step
from console.core.work.floor_checks import DueFloorCheck
from console.core.work.levers import LeverCommand, LeverFound, LeverMoved, LeverRefused, LeverStands, LeverWriting
from console.core.work.plan_body import PlanBody
from console.core.work.plan_records import KeepPlan, Plan, PlanRun, RunState, StartPlan, StepRun
from tests.core.floor_of_ten import GROUP, NOON, floor

LI = Actor(id="li", name="李班长", role=Role.SUPERVISOR)
ZHOU = Actor(id="zhou", name="周经理", role=Role.DUTY_MANAGER)
SUBJECT = f"group:{GROUP}"
SHORTCUT = RoutingKey(family="ivr", key="shortcut")
WATCH = Watch(when=Condition(measure="waiting", above=10), sustained_s=2, least_waiting=1, clear_s=2)


def body(*steps: dict[str, Any], **fields: Any) -> PlanBody:  # noqa: ANN401  the fields of a plan
    """Return a plan of these steps for one group, begun by hand unless told otherwise."""
    usual: dict[str, Any] = {"name": "排队高峰", "watch": WATCH, "trigger": "hand", "stage_s": 0.0, "calm_s": 60.0}
    return msgspec.convert({**usual, "watch": msgspec.to_builtins(WATCH), **fields, "step": list(steps)}, PlanBody)


class PlanDesk:
    """The book, stepped command by command; `acd` is what stands on the telephone system, `refuses` what it refuses."""

    def __init__(self, *, waiting: int = 0, flex: int = 3) -> None:
        self.book = Book()
        self.at = NOON
        self.acd: dict[str, str | None] = {}
        self.refuses: dict[str, str] = {}
        self.away = False
        self.messages: list[Message] = []
        self.entries: list[Entry] = []
        self.flex = flex
        self.signed_in: set[tuple[str, str]] = set()
        self.curve: tuple[CurvePoint, ...] = ()
        self.phones: dict[int, Phone] = {}
        self.waiting = waiting
        self.answered = 0
        self.abandoned = 0
        self._count = 0

    @property
    def view(self) -> FloorView:
        seen = floor(waiting=self.waiting, at=self.at)
        figures = replace(
            seen.figures.floor,
            now=Now(waiting=self.waiting, mean_wait_s=30.0 if self.waiting else None),
            recent=Window(answered=self.answered, abandoned=self.abandoned),
        )
        agents, people = dict(seen.agents), dict(seen.people)
        for number in range(1, self.flex + 1):
            interface = f"PJSIP/500{number}"
            people[f"f{number}"] = Person(
                id=f"f{number}",
                name=f"机动{number}",
                interfaces=(interface,),
                extensions=(f"500{number}",),
                flex=True,
                primary_group="web",
            )
            if number in self.phones:
                agents[interface] = AgentState(
                    interface=interface,
                    name=f"机动{number}",
                    phone=self.phones[number],
                    status=AgentStatus.SIGNED_OUT,
                )
        web = Figures(seats=Seats(on_shift=4, on_line=4, on_line_ratio=Share(part=4, whole=4)))
        groups = (*seen.policy.groups, SkillGroup(id="web", name="在线", queues=("chat",), channel=Channel.WEB))
        members = {**seen.members, **{key: Member(queue=key[0], interface=key[1], name="") for key in self.signed_in}}
        return replace(
            seen,
            agents=agents,
            people=people,
            members=members,
            policy=FloorPolicy(groups=groups, time_zone="UTC"),
            figures=FloorFigures(
                at=self.at,
                floor=figures,
                groups={GROUP: figures, "web": web},
                queues={GROUP: figures},
                curves={SUBJECT: self.curve},
            ),
        )

    # ---- the road ----

    def told(self, command: Command) -> Step:
        taken = step(self.book, self.view, command, self.at)
        records = tuple(replace(r, version=r.version + 1) for r in (*taken.puts, *taken.messages))
        versions = {key: self.book.versions.get(key, 0) + 1 for key in taken.touched}
        self.book = self.book.told(self.book.seq + 1, records, versions)
        self.messages += taken.messages
        self.entries += taken.entries
        return taken

    def id(self) -> str:
        self._count += 1
        return f"c{self._count}"

    def tick(self, seconds: float = 1.0) -> list[str]:
        """Let a second pass: what is due is decided, then the steward makes his round; return what was decided."""
        self.at += seconds
        done = []
        for command in due(self.book, self.view, self.at):
            if type(command) is not DueFloorCheck:
                self.told(command)
                done.append(type(command).__name__)
        self.steward()
        return done

    def ticks(self, count: int) -> list[str]:
        return [name for _ in range(count) for name in self.tick()]

    def steward(self) -> None:
        """Make four rounds over every lever, as the real one makes in a second."""
        for _ in range(0 if self.away else 4):
            for lever in list(self.book.every(Lever).values()):
                self._see_to(lever)

    def _see_to(self, lever: Lever) -> None:
        move = next_move(lever, self.acd.get(lever.id), booted_at=None, at=self.at)
        match move.kind:
            case MoveKind.LEARN:
                self.report(LeverFound, lever, found=move.value)
            case MoveKind.STANDS:
                self.report(LeverStands, lever, observed=move.value)
            case MoveKind.MOVED:
                self.report(LeverMoved, lever, observed=move.value)
            case MoveKind.WRITE:
                self.report(LeverWriting, lever, value=move.value)
                if lever.id in self.refuses:
                    self.report(LeverRefused, lever, answer=self.refuses[lever.id])
                    return
                self.acd[lever.id] = move.value
                if isinstance(lever.target, Membership):
                    key = (lever.target.queue, lever.target.interface)
                    (self.signed_in.discard if move.value is None else self.signed_in.add)(key)
            case _:
                pass

    def report(self, kind: type[LeverCommand], lever: Lever, **fields: Any) -> None:  # noqa: ANN401  the fields of a command
        self.told(kind(id=self.id(), by=CONSOLE, lever=lever.id, **fields))

    def moves(self, target: RoutingKey | Membership, value: str | None) -> None:
        """Somebody else sets a lever on the ACD."""
        self.acd[lever_id(target)] = value
        self.steward()

    # ---- plans ----

    def keep(self, plan: PlanBody, name: str = "peak") -> None:
        before = self.book.get(Plan, name)
        version = 0 if before is None else before.version
        self.told(KeepPlan(id=self.id(), by=ZHOU, plan=name, body=plan, read_version=version))

    def start(self, plan: PlanBody, by: Actor = LI, **fields: Any) -> None:  # noqa: ANN401  the fields of a command
        self.keep(plan)
        self.told(StartPlan(id=self.id(), by=by, run="r1", plan="peak", subject=SUBJECT, **fields))

    def give(self, kind: type[Command], by: Actor = LI, run: str = "r1", **fields: Any) -> Step:  # noqa: ANN401  the fields of a command
        return self.told(kind(id=self.id(), by=by, run=run, **fields))  # type: ignore[call-arg]  # every kind given here is about a run

    @property
    def run(self) -> PlanRun:
        runs = list(self.book.every(PlanRun).values())
        assert len(runs) == 1, [run.id for run in runs]
        return runs[0]

    def step(self, n: int) -> StepRun:
        return self.run.steps[n]

    @property
    def state(self) -> RunState:
        return self.run.state

    @property
    def states(self) -> list[str]:
        return [each.state.value for each in self.run.steps]

    def names(self) -> list[str]:
        return [message.name for message in self.messages]

    def held(self) -> dict[str, str | None]:
        """Return what stands on the ACD and was not there."""
        return {key: value for key, value in self.acd.items() if value is not None}

    @property
    def open_levers(self) -> list[str]:
        return [lever.id for lever in self.book.every(Lever).values() if lever.state is not LeverState.DONE]
