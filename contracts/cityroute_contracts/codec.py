"""The wire format: JSON objects, one per Kafka record, and the check that never raises.

`check` is the reference: the ingest's Spark expressions judge every record by the same reasons,
and the samples under `samples/` hold the two together.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .feeds import EVENT_MAX_BYTES
from .schema import Feed, Field, Type


class Reason(StrEnum):
    """Why a record becomes a dead letter, in the order in which they are looked for."""

    EMPTY = "Empty"  # a null or zero-length value
    OVERSIZED = "Oversized"  # more than EVENT_MAX_BYTES
    INVALID_UTF8 = "InvalidUtf8"
    MALFORMED_JSON = (
        "MalformedJson"  # not one JSON object: truncated, trailing bytes, NaN, twice the same key
    )
    MISSING_FIELD = "MissingField"  # absent, or null where null means nothing
    WRONG_TYPE = "WrongType"
    OUT_OF_RANGE = "OutOfRange"  # outside minimum, maximum or max_length
    UNKNOWN_VALUE = "UnknownValue"  # not among the choices
    WRONG_ROUTE = "WrongRoute"  # names another route than its topic
    IMPLAUSIBLE_TIME = "ImplausibleTime"  # too far from simulated now at its Kafka timestamp


@dataclass(frozen=True, slots=True)
class BadField:
    """One thing wrong with a record. `field` is None when it concerns the whole."""

    reason: Reason
    field: str | None
    detail: str


def encode(feed: Feed, row: Mapping[str, Any]) -> bytes:
    """The row as compact JSON, keys in schema order. Raises KeyError when a field is missing."""
    ordered = {f.name: _written(f, row[f.name]) for f in feed.fields}
    return json.dumps(ordered, separators=(",", ":"), allow_nan=False).encode()


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
    try:
        row = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return (BadField(Reason.MALFORMED_JSON, None, str(error) or "nested too deeply"),)
    if not isinstance(row, dict):
        return (BadField(Reason.MALFORMED_JSON, None, "not a JSON object"),)
    return tuple(bad for f in feed.fields if (bad := _check_field(f, row.get(f.name), external)))


def decode(feed: Feed, value: bytes) -> dict[str, Any]:
    """The fields of a good record (see `check`); unknown keys are dropped, absent ones are None."""
    row = json.loads(value)
    return {f.name: row.get(f.name) for f in feed.fields}


def _written(f: Field, value: Any) -> Any:
    return round(value, f.decimals) if f.decimals is not None and value is not None else value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key stands twice")
    return row


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _check_field(f: Field, value: Any, external: bool) -> BadField | None:
    if value is None:
        if f.nullable or (external and f.optional_external):
            return None
        return BadField(Reason.MISSING_FIELD, f.name, f"{f.name} is missing")
    if not _is_type(f.type, value):
        return BadField(Reason.WRONG_TYPE, f.name, f"{f.name} is not a {f.type.value}")
    if f.choices and value not in f.choices:
        return BadField(Reason.UNKNOWN_VALUE, f.name, f"{f.name} is none of {', '.join(f.choices)}")
    if not _in_range(f, value):
        return BadField(Reason.OUT_OF_RANGE, f.name, f"{f.name} is outside {_range_text(f)}")
    return None


_INTEGER_BITS = {Type.INT: 31, Type.LONG: 63, Type.TIMESTAMP: 53}


def _is_type(type_: Type, value: Any) -> bool:
    if type_ in _INTEGER_BITS:
        return (
            isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << _INTEGER_BITS[type_]
        )
    if type_ is Type.DOUBLE:
        return (
            isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(_float(value))
        )
    if type_ is Type.BOOLEAN:
        return isinstance(value, bool)
    return isinstance(value, str)


def _float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _in_range(f: Field, value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= (f.max_length or len(value))
    low = -math.inf if f.minimum is None else f.minimum
    high = math.inf if f.maximum is None else f.maximum
    return bool(low <= value <= high)


def _range_text(f: Field) -> str:
    if f.type is Type.STRING:
        return f"1 to {f.max_length} characters"
    low = "-inf" if f.minimum is None else f"{f.minimum:g}"
    high = "inf" if f.maximum is None else f"{f.maximum:g}"
    return f"{low} to {high}"
