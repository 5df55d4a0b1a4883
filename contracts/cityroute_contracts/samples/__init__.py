"""Good and broken samples of every feed and table, for tests of whatever reads or writes them.

One folder per feed or table, JSON lines in each:

- `good.jsonl`: values of Kafka records, or rows as `codec.check_row` takes them;
- `external.jsonl` (feeds): good only from a producer outside the simulators;
- `broken.jsonl`: how to break the first good one, and the reason and field that must come of it.
  `set` and `without` change its fields, `replace` its text, `cut` and `append` its end, `pad_to` its
  length; `text`, `base64` and `null` give the value outright.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ..codec import Reason


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that must be refused, with the one reason and field. `value` is None for a tombstone."""

    value: bytes | None
    reason: Reason
    field: str | None


def good(name: str) -> tuple[bytes, ...]:
    """Values that are good from any producer. Raises FileNotFoundError when there is no such sample."""
    return _lines(name, "good.jsonl")


def external(name: str) -> tuple[bytes, ...]:
    """Values of a feed that are good only from producers outside the simulators."""
    return _lines(name, "external.jsonl")


def broken(name: str) -> tuple[Broken, ...]:
    """Values that must be refused."""
    first = good(name)[0]
    recipes = (json.loads(line) for line in _lines(name, "broken.jsonl"))
    return tuple(Broken(_broken_value(r, first), Reason(r["reason"]), r["field"]) for r in recipes)


def rows(name: str) -> tuple[dict[str, Any], ...]:
    """The good samples as rows, their values as JSON carries them."""
    return tuple(json.loads(line) for line in good(name))


def _lines(name: str, file: str) -> tuple[bytes, ...]:
    return tuple(files(__name__).joinpath(name, file).read_bytes().splitlines())


def _broken_value(recipe: Mapping[str, Any], first: bytes) -> bytes | None:
    match recipe:
        case {"null": True}:
            return None
        case {"text": str(text)}:
            return text.encode()
        case {"base64": str(text)}:
            return b64decode(text)
        case {"cut": int(n)}:
            return first[:-n]
        case {"append": str(text)}:
            return first + text.encode()
        case {"pad_to": int(length)}:
            return first.ljust(length)
        case {"replace": [str(old), str(new)]} if old.encode() in first:
            return first.replace(old.encode(), new.encode(), 1)
        case {"without": str(field)}:
            row = json.loads(first)
            del row[field]
            return _compact(row)
        case {"set": dict(changes)}:
            return _compact(json.loads(first) | changes)
    raise ValueError(f"a broken sample that says nothing usable: {recipe}")


def _compact(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()
