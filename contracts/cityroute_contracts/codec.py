"""The wire format: JSON objects, one per Kafka record, and the check that never raises.

`check` is the reference: the ingest's Spark expressions judge every record by the same reasons,
and the samples under `samples/` hold the two together.
"""

import json
import re
import sys
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .feeds import EVENT_MAX_BYTES
from .schema import Feed, Field, Schema, Type


class Reason(StrEnum):
    """Why a record becomes a dead letter, in the order in which they are looked for."""

    EMPTY = "Empty"  # a null or zero-length value
    OVERSIZED = "Oversized"  # more than EVENT_MAX_BYTES
    INVALID_UTF8 = "InvalidUtf8"  # bytes that are not UTF-8, or an escape that names half a character
    MALFORMED_JSON = "MalformedJson"  # not one JSON object: truncated, trailing bytes, NaN, a key twice
    MISSING_FIELD = "MissingField"  # absent, or null where null means nothing
    WRONG_TYPE = "WrongType"
    OUT_OF_RANGE = "OutOfRange"  # outside minimum, maximum or max_length, or a text with a NUL in it
    UNKNOWN_VALUE = "UnknownValue"  # not among the choices
    WRONG_ROUTE = "WrongRoute"  # names another route than its topic
    IMPLAUSIBLE_TIME = "ImplausibleTime"  # too far from simulated now at its Kafka timestamp


@dataclass(frozen=True, slots=True)
class BadField:
    """One thing wrong with a record. `field` is None when it concerns the whole."""

    reason: Reason
    field: str | None
    detail: str


ESCAPED_BACKSLASH = r"\\\\"
SURROGATE_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
SURROGATE_HALF = r"\\u[dD][89a-fA-F]"
"""Patterns, in Python's and Java's syntax alike, that find an escape like \\ud800 without its other half.

Blank out the first two, in turn; what then matches the third names no character, and no table
could store it. Three plain passes, because one pattern for all would overflow Java's stack.
"""

_BACKSLASHES, _PAIRS, _HALVES = map(re.compile, (ESCAPED_BACKSLASH, SURROGATE_PAIR, SURROGATE_HALF))
_dumps = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def encode(feed: Feed, row: Mapping[str, Any]) -> bytes:
    """The row as compact JSON, keys in schema order.

    Raises KeyError when a field is missing, ValueError when a number is not finite.
    """
    return _dumps({f.name: _written(f, row[f.name]) for f in feed.fields}).encode()


def check(feed: Feed, value: bytes | None, *, external: bool = False) -> tuple[BadField, ...]:
    """All that is wrong with a record's value; empty when it is a good event. Never raises.

    Judges the bytes alone; route and time need to know the stream and are judged by the ingest.
    """
    if not value:
        return (BadField(Reason.EMPTY, None, "the record has no value"),)
    if len(value) > EVENT_MAX_BYTES:
        return (BadField(Reason.OVERSIZED, None, f"{len(value)} bytes, at most {EVENT_MAX_BYTES} are taken"),)
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        return (BadField(Reason.INVALID_UTF8, None, f"byte {error.start} is not UTF-8"),)
    if has_surrogate_half(text):
        return (BadField(Reason.INVALID_UTF8, None, "an escape names half of a surrogate pair"),)
    try:
        row = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return (BadField(Reason.MALFORMED_JSON, None, str(error)),)
    if not isinstance(row, dict):
        return (BadField(Reason.MALFORMED_JSON, None, "not a JSON object"),)
    return check_row(feed, row, external=external)


def check_row(schema: Schema, row: Mapping[str, Any], *, external: bool = False) -> tuple[BadField, ...]:
    """All that is wrong with a row of a feed or a table, its values as JSON carries them. Never raises.

    A TIMESTAMP is an int in epoch milliseconds, a DATE an ISO 8601 text, BYTES a base64 text.
    """
    return tuple(bad for f in schema.fields if (bad := _check_field(f, row.get(f.name), external)))


def decode(feed: Feed, value: bytes) -> dict[str, Any]:
    """The fields of a good record (see `check`); unknown keys are dropped, absent ones are None."""
    row = json.loads(value)
    return {f.name: row.get(f.name) for f in feed.fields}


def has_surrogate_half(text: str) -> bool:
    """Whether a JSON text escapes half of a surrogate pair (`\\ud800` alone), which is no character."""
    if "\\u" not in text:
        return False
    return _HALVES.search(_PAIRS.sub(" ", _BACKSLASHES.sub(" ", text))) is not None


def _written(f: Field, value: Any) -> Any:
    return round(value, f.decimals) if f.decimals is not None and value is not None else value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key stands twice")
    return row


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


LARGEST: Mapping[Type, float] = {
    Type.INT: 2**31 - 1,
    Type.LONG: 2**63 - 1,
    Type.TIMESTAMP: 2**53 - 1,  # as microseconds it still fits 64 bits
    Type.DOUBLE: sys.float_info.max,
}
"""The largest magnitude of each type of number."""


def _check_field(f: Field, value: Any, external: bool) -> BadField | None:
    if value is None:
        if f.nullable or (external and f.optional_external):
            return None
        return BadField(Reason.MISSING_FIELD, f.name, f"{f.name} is missing")
    if not _is_type(f.type, value):
        return BadField(Reason.WRONG_TYPE, f.name, f"{f.name} is not of type {f.type.value}")
    if f.choices:
        if value in f.choices:
            return None
        return BadField(Reason.UNKNOWN_VALUE, f.name, f"{f.name} is none of {', '.join(f.choices)}")
    if not _in_range(f, value):
        return BadField(Reason.OUT_OF_RANGE, f.name, f"{f.name} is not {_range_text(f)}")
    return None


def _is_type(type_: Type, value: Any) -> bool:
    kind = type(value)  # not isinstance: a bool is no number here
    if largest := LARGEST.get(type_):
        return (kind is int or (kind is float and type_ is Type.DOUBLE)) and -largest <= value <= largest
    if type_ is Type.BOOLEAN:
        return kind is bool
    return kind is str and (type_ is Type.STRING or _is_text_of(type_, value))


def _is_text_of(type_: Type, text: str) -> bool:
    try:
        if type_ is Type.DATE:
            date.fromisoformat(text)
        else:
            b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _in_range(f: Field, value: Any) -> bool:
    if f.type is Type.STRING:
        length = len(value)
        return length > 0 and (f.max_length is None or length <= f.max_length) and "\0" not in value
    return (f.minimum is None or value >= f.minimum) and (f.maximum is None or value <= f.maximum)


def _range_text(f: Field) -> str:
    if f.type is Type.STRING:
        return f"1 to {f.max_length or 'any number of'} characters without NUL"
    low = "-inf" if f.minimum is None else f"{f.minimum:g}"
    high = "inf" if f.maximum is None else f"{f.maximum:g}"
    return f"from {low} to {high}"
