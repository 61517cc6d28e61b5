"""The levers of an Asterisk: one action each over a connection of its own, answered in words the steward can act on.

A repeated action that Asterisk answers with Error ("Already there", "Not there", "could not be deleted") found what
was wanted: that is `Done(already=True)`. No answer is `Unreachable`: whether it was carried out is then not known.
"""

import base64
import logging
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from console.core.floor.model import Interface, LinkTrouble, QueueName, Seconds
from console.core.ports import Answer, Clock, Done, Refused, Unreachable
from console.core.profiles import Profile
from console.core.words import say
from console.feeds.asterisk.apart import Stopped
from console.feeds.asterisk.connection import Connection, Unsendable, encode
from console.feeds.asterisk.dial import where_of
from console.feeds.asterisk.login import SecretOf, find_secret, greet, log_in
from console.feeds.asterisk.troubles import SLOW_TO_MEND, LinkFailed, explain, going_down

ANSWER_WITHIN: Seconds = 5.0
FIRST_WAIT: Seconds = 0.5
LONGEST_WAIT: Seconds = 10.0
MENDED_BY_A_PERSON: Seconds = 60.0
"""How long the switch lets a log-in rest that only a person can mend, so that it never hammers the server."""
TEXT_BYTES = 79
"""What app_queue keeps of a reason or a name. Longer ones it cuts between bytes, and a character cut in half makes
Asterisk 22 send no event at all for that pause or sign-in."""
RESERVED = frozenset({"action", "actionid", "userevent", "event", "privilege"})

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class AsteriskSwitch:
    """The Switch port over an AMI user that may write; any thread may call, one action is under way at a time."""

    def __init__(
        self, profile: Profile, secret_of: SecretOf, clock: Clock, *, answer_within: Seconds = ANSWER_WITHIN
    ) -> None:
        self.profile = profile
        self._secret_of = secret_of
        self._clock = clock
        self._within = answer_within
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._connection: Connection | None = None
        self._wait: Seconds = FIRST_WAIT
        self._not_before: Seconds = 0.0
        self._last: LinkFailed | None = None

    def pause(self, interface: Interface, queue: QueueName | None, *, paused: bool, reason: str = "") -> Answer:
        """Pause or unpause a seat in one queue, or in all (None); a reason longer than 79 bytes is shortened."""
        fields = {"Interface": interface, "Paused": _truth(paused), "Reason": _fit(reason)}
        if queue is not None:
            fields["Queue"] = queue
        return self._do("QueuePause", fields)

    def add_member(
        self,
        queue: QueueName,
        interface: Interface,
        *,
        name: str = "",
        penalty: int = 0,
        paused: bool = False,
        state_interface: str = "",
    ) -> Answer:
        """Sign an interface into a queue; already a member, whatever its name and penalty, counts as done."""
        fields = {"Queue": queue, "Interface": interface, "Penalty": str(penalty), "Paused": _truth(paused)}
        if name:
            fields["MemberName"] = _fit(name)
        if state_interface:
            fields["StateInterface"] = state_interface
        return self._do("QueueAdd", fields, already="Already there")

    def remove_member(self, queue: QueueName, interface: Interface) -> Answer:
        """Sign an interface out of a queue; a member of queues.conf is refused."""
        return self._do("QueueRemove", {"Queue": queue, "Interface": interface}, already="Not there")

    def set_penalty(self, queue: QueueName, interface: Interface, penalty: int) -> Answer:
        """Change a member's penalty in one queue."""
        return self._do("QueuePenalty", {"Queue": queue, "Interface": interface, "Penalty": str(penalty)})

    def get_key(self, family: str, key: str) -> str | Refused | Unreachable | None:
        """Read an AstDB key; None where there is none."""

        def read(connection: Connection) -> str | Refused | Unreachable | None:
            answer = connection.ask("DBGet", {"Family": family, "Key": key}, within=self._within)
            if answer.get("Response") != "Success":
                told = answer.get("Message", "")
                return None if "not found" in told else self._no("DBGet", {"Key": key}, told)
            items = connection.items(answer["ActionID"], "DBGetComplete", within=self._within)
            return next((one.get("Val", "") for one in items if one.get("Event") == "DBGetResponse"), None)

        return self._talk(read)

    def put_key(self, family: str, key: str, value: str) -> Answer:
        """Write an AstDB key; Asterisk would drop blanks before the value, so they are refused."""
        if value != value.lstrip(" \t"):
            return Refused(say("A routing key's value may not begin with a blank: Asterisk drops it."))
        return self._do("DBPut", {"Family": family, "Key": key, "Val": value})

    def delete_key(self, family: str, key: str) -> Answer:
        """Delete an AstDB key; one that is not there counts as done."""
        answer = self._do("DBDel", {"Family": family, "Key": key})
        if isinstance(answer, Refused) and ("not be deleted" in answer.message or "not found" in answer.message):
            found = self.get_key(family, key)
            if isinstance(found, Unreachable):
                return found
            return Done(already=True) if found is None else answer
        return answer

    def tell(self, name: str, fields: Mapping[str, str]) -> Answer:
        """Send a UserEvent; the fields' names may not be those the manager interface uses itself."""
        if any(key.lower() in RESERVED for key in fields):
            return Refused(say("A message's field may not be called {names}.", names=", ".join(sorted(RESERVED))))
        return self._do("UserEvent", {"UserEvent": name, **fields})

    def message(self, to: str, text: str) -> Answer:
        """Send a text to a phone (`pjsip:1001`); sent in base64, so any text goes, up to about 750 bytes."""
        body = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
        return self._do("MessageSend", {"To": to, "Base64Body": body})

    def close(self) -> None:
        """End the connection and refuse further actions; waits for the one under way, half a second at most."""
        self._closed.set()
        with self._turn:
            self._drop()

    def _do(self, action: str, fields: Mapping[str, str], *, already: str = "") -> Answer:
        def act(connection: Connection) -> Answer:
            answer = connection.ask(action, fields, within=self._within)
            if answer.get("Response") == "Success":
                return Done()
            told = answer.get("Message", "")
            if already and already in told:
                return Done(already=True)
            return self._no(action, fields, told)

        try:
            encode(action, "check", fields)
        except Unsendable as unsendable:
            return Refused(unsendable.said)
        return self._talk(act)

    def _talk(self, words: Callable[[Connection], _T]) -> _T | Refused | Unreachable:
        """Say something over the connection, made first where there is none; whatever breaks becomes Unreachable."""
        with self._turn:
            try:
                connection = self._connected()
            except LinkFailed as failed:
                return Unreachable(failed.said)
            except Stopped:
                return Unreachable(say("The console is closing."))
            try:
                return words(connection)
            except Unsendable as unsendable:
                return Refused(unsendable.said)
            except (LinkFailed, Stopped) as broken:
                self._drop()
                told = broken.said.english() if isinstance(broken, LinkFailed) else "the console is closing"
                return Unreachable(say("Whether it was carried out is not known: {why}", why=told))
            except Exception:  # noqa: BLE001  the port never raises
                _log.exception("the switch stumbled")
                self._drop()
                return Unreachable(say("Whether it was carried out is not known: {why}", why="an unexpected error"))

    def _connected(self) -> Connection:
        if self._closed.is_set():
            raise Stopped
        if self._connection is not None and self._connection.stale():
            self._drop()
        if self._connection is None:
            if self._last is not None and self._clock.steady() < self._not_before:
                raise self._last
            try:
                self._connection = self._log_in()
            except LinkFailed as failed:
                rest = MENDED_BY_A_PERSON if failed.trouble in SLOW_TO_MEND else self._wait
                self._wait = min(self._wait * 2, LONGEST_WAIT)
                self._not_before = self._clock.steady() + rest
                self._last = failed
                raise
            self._wait, self._last = FIRST_WAIT, None
        return self._connection

    def _log_in(self) -> Connection:
        profile = self.profile
        secret = find_secret(profile, profile.steward_user, self._secret_of, stop=self._closed)
        connection = Connection.open(profile, stop=self._closed, steady=self._clock.steady)
        try:
            greet(connection)
            log_in(connection, user=profile.steward_user, secret=secret, tls=profile.tls, events=False)
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _no(self, action: str, fields: Mapping[str, str], told: str) -> Refused | Unreachable:
        """Return the sentence for a refusal; `told` are the server's own words."""
        queue, interface = fields.get("Queue", ""), fields.get("Interface", "")
        if going_down(told):
            return Unreachable(explain(LinkTrouble.SHUT_DOWN, where=where_of(self.profile)))
        if "unknown command" in told:
            return Unreachable(
                say("{where} does not know {action} (yet): app_queue is not loaded.", **self._at(action))
            )
        if "Permission denied" in told:
            said = say("The steward's user may not do {action}: see manager.conf.", **self._at(action))
        elif "No such queue" in told:
            said = say("There is no queue {queue} on the ACD.", queue=queue)
        elif "not dynamic" in told:
            said = say(
                "{interface} stands in the ACD's own settings for {queue}: it can be paused, not signed out.",
                interface=interface,
                queue=queue,
            )
        elif "nterface not found" in told:
            said = say("{interface} is not signed in to {queue}.", interface=interface, queue=queue or "any queue")
        elif "Invalid interface" in told:
            said = say(
                "{interface} is not signed in to {queue}, or the penalty is no penalty.",
                interface=interface,
                queue=queue,
            )
        else:
            said = say("The ACD refuses {action}: {told}", action=action, told=told)
        return Refused(said, told)

    def _at(self, action: str) -> dict[str, str]:
        return {"where": where_of(self.profile), "action": action}


def _truth(value: bool) -> str:  # noqa: FBT001  a value, no option
    return "true" if value else "false"


def _fit(text: str) -> str:
    """Return as much of a text as app_queue keeps, cut between characters."""
    return text.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore")
