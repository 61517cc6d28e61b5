"""Sentences for people, kept as an English pattern and its values until a screen chooses the language."""

from collections.abc import Mapping

import msgspec


class Said(msgspec.Struct, frozen=True):
    """One sentence: `text` is the English pattern (and the key of its translation), `values` fill its braces.

    A value may be a sentence itself: the name of a kind of break is a word of the language too.
    """

    text: str
    values: Mapping[str, "str | int | float | Said"] = {}

    def english(self) -> str:
        """Return the sentence in English, for logs, the command line and the journal."""
        return self.text.format_map(self.values)

    def __str__(self) -> str:
        """Return the sentence in English, so that it fills the braces of another."""
        return self.english()


def in_words(said: Said, table: Mapping[str, str]) -> str:
    """Return a sentence in the language of `table` (English pattern to its translation; empty: English)."""
    values = {name: in_words(value, table) if isinstance(value, Said) else value for name, value in said.values.items()}
    return table.get(said.text, said.text).format_map(values)


type_of_value = str | int | float | Said


def say(text: str, **values: type_of_value) -> Said:
    """Return the sentence `text` with its values; `text` must be a literal, so that its translation can be found."""
    return Said(text, values)
