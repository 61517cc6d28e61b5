"""An ACD for the steward's tests: members and keys in dicts, and every way a real one says no."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from console.core.floor.model import Instant, Link, LinkStatus, Member, MemberKey
from console.core.floor.view import FloorView
from console.core.ports import Answer, Done, Refused, Unreachable
from console.core.words import say

GONE = Unreachable(said=say("The ACD does not answer."))


@dataclass
class StandInAcd:
    """A Switch, and the view a feed would give of it; `calls` what it was asked, `away` and `refusing` its moods."""

    now: Instant = 1000.0
    booted_at: Instant = 0.0
    members: dict[MemberKey, Member] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    away: bool = False
    refusing: str = ""

    def sign_in(self, queue: str, interface: str) -> None:
        self.members[queue, interface] = Member(queue=queue, interface=interface, name=interface)

    def person_pauses(self, queue: str, interface: str, reason: str | None) -> None:
        member = self.members[queue, interface]
        self.members[queue, interface] = replace(member, paused=reason is not None, pause_reason=reason or "")

    def restart(self) -> None:
        self.booted_at = self.now
        self.members = {key: replace(m, paused=False, pause_reason="") for key, m in self.members.items()}

    def view(self) -> FloorView:
        status = LinkStatus.LOST if self.away else LinkStatus.LIVE
        return FloorView(at=self.now, link=Link(status=status, booted_at=self.booted_at), members=dict(self.members))

    def _answer(self, what: str) -> Answer | None:
        if self.away:
            return GONE
        self.calls.append(what)
        return Refused(said=say("The ACD says no."), message=self.refusing) if self.refusing else None

    def pause(self, interface: str, queue: str | None, *, paused: bool, reason: str = "") -> Answer:
        no = self._answer(f"pause {queue} {interface} {reason if paused else '-'}")
        if no is not None or queue is None:
            return no or Done()
        if (queue, interface) not in self.members:
            return Refused(said=say("No such seat."), message="Interface not found")
        self.person_pauses(queue, interface, reason if paused else None)
        return Done()

    def add_member(
        self,
        queue: str,
        interface: str,
        *,
        name: str = "",
        penalty: int = 0,
        paused: bool = False,
        state_interface: str = "",
    ) -> Answer:
        no = self._answer(f"add {queue} {interface} {penalty}")
        if no is not None:
            return no
        already = (queue, interface) in self.members
        if not already:
            self.members[queue, interface] = Member(
                queue=queue,
                interface=interface,
                name=name,
                penalty=penalty,
                paused=paused,
                dynamic=True,
                state_interface=state_interface,
            )
        return Done(already=already)

    def remove_member(self, queue: str, interface: str) -> Answer:
        no = self._answer(f"remove {queue} {interface}")
        if no is not None:
            return no
        return Done(already=self.members.pop((queue, interface), None) is None)

    def set_penalty(self, queue: str, interface: str, penalty: int) -> Answer:
        no = self._answer(f"penalty {queue} {interface} {penalty}")
        if no is not None:
            return no
        self.members[queue, interface] = replace(self.members[queue, interface], penalty=penalty)
        return Done()

    def get_key(self, family: str, key: str) -> str | Refused | Unreachable | None:
        return GONE if self.away else self.keys.get((family, key))

    def put_key(self, family: str, key: str, value: str) -> Answer:
        no = self._answer(f"put {family}/{key} {value}")
        if no is None:
            self.keys[family, key] = value
        return no or Done()

    def delete_key(self, family: str, key: str) -> Answer:
        no = self._answer(f"delete {family}/{key}")
        if no is not None:
            return no
        return Done(already=self.keys.pop((family, key), None) is None)

    def tell(self, name: str, fields: Mapping[str, str]) -> Answer:
        no = self._answer(f"tell {name}")
        if no is None:
            self.told.append((name, dict(fields)))
        return no or Done()

    def message(self, to: str, text: str) -> Answer:
        no = self._answer(f"message {to}")
        if no is None:
            self.told.append((to, {"text": text}))
        return no or Done()
