"""What a plan tells all desks: from the ACD, which passes it on to every console, and from this desk's own book."""

import msgspec

from console.core.floor.events import Told
from console.core.floor.model import Instant, Seconds
from console.core.kept import Book, Message
from console.core.words import Said, say

TO = "desks"
NOTICE, GIVEN, WITHDRAWN = "PlanNotice", "Directive", "DirectiveWithdrawn"
NAMES = frozenset({NOTICE, GIVEN, WITHDRAWN})
FRESH_S: Seconds = 120.0
"""A message older than this is no news: a console that starts does not tell it again."""


class DeskNotice(msgspec.Struct, frozen=True, kw_only=True):
    """One message to desks; told at least once, so its `id` says whether it was heard before."""

    id: str
    name: str
    title: str
    text: str
    run: str = ""
    sound: bool = False

    @property
    def said(self) -> Said:
        """Return it as one sentence."""
        if self.name == WITHDRAWN:
            return say("Agreed wording withdrawn: {title}", title=self.title)
        if self.name == GIVEN:
            return say("New agreed wording, {title}: {words}", title=self.title, words=self.text)
        return say("{title}: {words}", title=self.title, words=self.text)


def heard(told: Told) -> DeskNotice | None:
    """Return what the ACD passed on to desks, None for any other message, or one no console sent."""
    identity = told.fields.get("Id", "")
    if told.name not in NAMES or not identity:
        return None
    return DeskNotice(
        id=identity,
        name=told.name,
        title=told.fields.get("Title", ""),
        text=told.fields.get("Text", ""),
        run=told.fields.get("Run", ""),
        sound=told.fields.get("Sound") == "yes",
    )


def fresh_in(book: Book, at: Instant) -> tuple[DeskNotice, ...]:
    """Return what this desk's book has told desks in the last two minutes, or still tries to: the ACD may be away."""
    messages = [message for message in book.every(Message).values() if message.to == TO and message.due > at - FRESH_S]
    messages.sort(key=lambda message: (message.due, message.id))
    found = (heard(Told(name=each.name, fields={**each.fields, "Id": each.id})) for each in messages)
    return tuple(notice for notice in found if notice is not None)
