"""What a system's SQL calls our types, and the limits of its names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..schema import Type

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One system: a word per neutral type, its longest identifier, reserved words and quote mark."""

    name: str
    words: Mapping[Type, str]
    longest_identifier: int
    reserved: frozenset[str]
    quote: str

    def identifier(self, name: str) -> str:
        """The name as SQL takes it, quoted where it must be. Raises ValueError when it is too long."""
        if len(name) > self.longest_identifier:
            limit = f"{self.name} takes names of up to {self.longest_identifier} characters"
            raise ValueError(f'{limit}; "{name}" has {len(name)}')
        if _PLAIN.fullmatch(name) and name not in self.reserved:
            return name
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set: for lists of reserved words."""
    return frozenset(text.split())
