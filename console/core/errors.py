"""The ways the console says no, each with a sentence for a person."""

from console.core.words import Said, say


class FloordeskError(Exception):
    """Base: something a person can be told in one line; `said` is that line, and plain text is no pattern."""

    def __init__(self, said: Said | str) -> None:
        # Plain text may quote a file or an argument, whose braces ask for no value.
        self.said = said if isinstance(said, Said) else say(said.replace("{", "{{").replace("}", "}}"))
        super().__init__(self.said.english())


class NotAllowed(FloordeskError):  # noqa: N818  the word the design uses
    """A command the rules or the state do not allow, said so that a supervisor understands."""


class Stale(FloordeskError):  # noqa: N818  the word the design uses
    """What was judged has changed since it was read; read the news and judge again."""


class BadInput(FloordeskError):  # noqa: N818  the word the design uses
    """A file or argument the console cannot use; exit status 2."""
