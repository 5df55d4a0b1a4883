"""Kinds of values in a manifest: choices, durations, times; with their text forms read into numbers."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

DURATION_PATTERN = r"^([0-9]+(ms|s|m|h|d))+$"
TIMESTAMP_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
TIME_OF_DAY_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
MEMORY_PATTERN = r"^[1-9][0-9]{0,5}[mg]$"
CRON_PATTERN = r"^[0-9*,/A-Za-z?-]+( +[0-9*,/A-Za-z?#-]+){4}$"
LOCATION_PATTERN = r"^(s3a?|file)://.+$"
KUBERNETES_NAME_PATTERN = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"

_UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

Duration = Annotated[str, StringConstraints(pattern=DURATION_PATTERN, max_length=16)]
"""A length of time such as `10s`, `5m` or `1h30m`."""

Timestamp = Annotated[str, StringConstraints(pattern=TIMESTAMP_PATTERN, max_length=35)]
"""A moment with its offset, such as `2026-03-17T07:00:00Z`."""

Moment = Annotated[str, StringConstraints(min_length=1, max_length=35)]
"""A simulated moment: `08:10` (UTC), `+3m` after the start, or a timestamp."""

Memory = Annotated[str, StringConstraints(pattern=MEMORY_PATTERN, max_length=7)]
"""Memory of a JVM as Spark writes it: `700m`, `2g`."""

Cron = Annotated[str, StringConstraints(pattern=CRON_PATTERN, max_length=64)]
Location = Annotated[str, StringConstraints(pattern=LOCATION_PATTERN, max_length=512)]
KubernetesName = Annotated[str, StringConstraints(pattern=KUBERNETES_NAME_PATTERN, max_length=63)]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Limits a text to the values of a shared tuple; becomes an `enum` in the schema."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.values))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        # One value would become a `const`, which the schema of a CustomResourceDefinition lacks.
        return {"type": "string", "enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class Given:
    """Marks a field that may be left out but is no null when given: its schema is that of the value.

    Kubernetes drops nulls from objects before it looks at them, and so does `parse_route`.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


def duration_ms(text: str) -> int:
    """Milliseconds of a duration such as `1h30m`. Raises ValueError when it is none."""
    if not re.fullmatch(DURATION_PATTERN, text):
        raise ValueError(f"{text!r} is no duration such as 10s, 5m or 1h30m")
    parts = re.findall(r"([0-9]+)(ms|s|m|h|d)", text)
    return sum(int(number) * _UNIT_MS[unit] for number, unit in parts)


def timestamp_ms(text: str) -> int:
    """Epoch milliseconds of a timestamp with an offset. Raises ValueError when it is none."""
    if not re.fullmatch(TIMESTAMP_PATTERN, text):
        raise ValueError(f"{text!r} is no timestamp such as 2026-03-17T07:00:00Z")
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def timestamp_text(epoch_ms: int) -> str:
    """The moment as Kubernetes writes times, e.g. `2026-03-17T07:00:00Z`; whole seconds."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_ms(text: str, start_ms: int, after_ms: int) -> int:
    """Epoch ms of a simulated moment. Raises ValueError when the text is none.

    `08:10` is the first 08:10 UTC at or after `after_ms`; `+3m` counts from `start_ms`.
    """
    if text.startswith("+"):
        return start_ms + duration_ms(text[1:])
    if re.fullmatch(TIME_OF_DAY_PATTERN, text):
        return _next_time_of_day(text, after_ms)
    if re.fullmatch(TIMESTAMP_PATTERN, text):
        return timestamp_ms(text)
    raise ValueError(f'"{text}" is no moment: neither a time of day, nor "+" and a duration, nor a timestamp')


def _next_time_of_day(text: str, after_ms: int) -> int:
    hour, minute, second = (int(part) for part in f"{text}:00".split(":")[:3])
    of_day = ((hour * 60 + minute) * 60 + second) * 1000
    day = _UNIT_MS["d"]
    return after_ms + (of_day - after_ms) % day
