"""The shape of a row: neutral types that every system's schema is rendered from (see `render`)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Type(StrEnum):
    """Neutral column types. A TIMESTAMP is epoch milliseconds UTC on the wire, microseconds in tables."""

    STRING = "string"
    INT = "int"
    LONG = "long"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: what it means, and which values are plausible.

    `minimum` and `maximum` are inclusive. `decimals` is how many decimals the simulators write of
    a DOUBLE. `optional_external` marks what producers outside the simulators may leave out.
    """

    name: str
    type: Type
    doc: str
    nullable: bool = False
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    max_length: int | None = None
    decimals: int | None = None
    optional_external: bool = False

    @property
    def sentence(self) -> str:
        """What the field means, with its unit and choices, as comments and docs pages show it."""
        unit = f" Unit: {self.unit}." if self.unit else ""
        choices = f" One of: {', '.join(self.choices)}." if self.choices else ""
        return f"{self.doc}{unit}{choices}"


@dataclass(frozen=True, slots=True)
class Schema:
    """A versioned row shape. `key` names the fields that identify a row."""

    name: str
    version: int
    doc: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)

    @property
    def required(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if not f.nullable)

    def field(self, name: str) -> Field:
        """Return the field of that name. Raises KeyError when there is none."""
        for f in self.fields:
            if f.name == name:
                return f
        raise KeyError(f"schema {self.name} v{self.version} has no field {name!r}")


@dataclass(frozen=True, slots=True)
class Feed(Schema):
    """A Kafka topic's schema: one kind of sensor. `device` says what a device is."""

    device: str = ""
    default_interval_s: float | None = None  # None: sends when something changes


@dataclass(frozen=True, slots=True)
class Table(Schema):
    """A table of the lake, and of the warehouse when `in_warehouse`.

    `partition` names the time column for hidden partitioning, by `partition_unit` (hours or days).
    """

    partition: str | None = None
    partition_unit: str = "hours"
    in_warehouse: bool = False
    written_by: str = ""
    sort: tuple[str, ...] = field(default=())
