"""Messages: the only outbox. Told at least once, each with its id; given up only when there is no hope, and then said.

| state | command | becomes |
|---|---|---|
| open | MessageSent | sent |
| open | MessageTried | open |
| open | MessageGivenUp | given up |
"""

from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from console.core.floor.model import Instant, Seconds
from console.core.floor.view import FloorView
from console.core.kept import NOTHING, Book, Command, Entry, Message, Step
from console.core.machine import Machine
from console.core.roles import CLOCK_ROLES
from console.core.words import say
from console.core.workflow import Workflow

FIRST_RETRY_S: Seconds = 1.0
LONGEST_RETRY_S: Seconds = 60.0
MOST_TRIES = 30


class MessageState(StrEnum):
    """Where a message stands; it is read off the message, not stored beside it."""

    OPEN = "open"
    SENT = "sent"
    GIVEN_UP = "given up"


class MessageSent(Command, frozen=True, kw_only=True):
    """The receiver took it."""

    message: str


class MessageTried(Command, frozen=True, kw_only=True):
    """It was tried and nobody could take it now; tried again later."""

    message: str
    trouble: str


class MessageGivenUp(Command, frozen=True, kw_only=True):
    """The receiver refused it for good."""

    message: str
    trouble: str


MACHINE = Machine(
    "message",
    MessageState,
    {
        (MessageState.OPEN, MessageSent): MessageState.SENT,
        (MessageState.OPEN, MessageTried): MessageState.OPEN,
        (MessageState.OPEN, MessageGivenUp): MessageState.GIVEN_UP,
    },
)


def state_of(message: Message) -> MessageState:
    """Return where a message stands."""
    if message.sent_at is not None:
        return MessageState.SENT
    return MessageState.OPEN if message.failed_at is None else MessageState.GIVEN_UP


def _open(book: Book, message_id: str) -> Message | None:
    message = book.get(Message, message_id)
    return message if message is not None and state_of(message) is MessageState.OPEN else None


def _sent(book: Book, _view: FloorView, command: MessageSent, at: Instant) -> Step:
    message = _open(book, command.message)
    return NOTHING if message is None else Step(puts=(msgspec.structs.replace(message, sent_at=at, failure=""),))


def _tried(book: Book, _view: FloorView, command: MessageTried, at: Instant) -> Step:
    message = _open(book, command.message)
    if message is None:
        return NOTHING
    if message.tries + 1 >= MOST_TRIES:
        return _given_up(message, command.trouble, at)
    wait = min(FIRST_RETRY_S * 2**message.tries, LONGEST_RETRY_S)
    kept = msgspec.structs.replace(message, tries=message.tries + 1, due=at + wait, failure=command.trouble)
    return Step(puts=(kept,))


def _give_up(book: Book, _view: FloorView, command: MessageGivenUp, at: Instant) -> Step:
    message = _open(book, command.message)
    return NOTHING if message is None else _given_up(message, command.trouble, at)


def _given_up(message: Message, trouble: str, at: Instant) -> Step:
    kept = msgspec.structs.replace(message, failed_at=at, failure=trouble)
    to = shown_address(message.to)
    said = say("{name} could not be told to {to}: {trouble}", name=message.name, to=to, trouble=trouble)
    return Step(puts=(kept,), entries=(Entry(what="message.given_up", subject=f"messages:{message.id}", said=said),))


def shown_address(to: str) -> str:
    """Return a receiver as journal and screens may show it: of a web hook the host, for its path may be a secret."""
    return (urlsplit(to).hostname or "https") if to.startswith("https:") else to


WORKFLOW = Workflow(
    name="messages",
    machine=MACHINE,
    kinds=(Message,),
    handlers={MessageSent: _sent, MessageTried: _tried, MessageGivenUp: _give_up},
    rights=dict.fromkeys((MessageSent, MessageTried, MessageGivenUp), CLOCK_ROLES),
)
