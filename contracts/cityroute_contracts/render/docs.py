"""The pages `docs/feeds.md` and `docs/tables.md`."""

from collections.abc import Iterable, Sequence

from ..codec import Reason
from ..feeds import EVENT_MAX_BYTES, FEEDS, FUTURE_TOLERANCE_S, PAST_TOLERANCE_S
from ..names import topic
from ..schema import Feed, Field, Schema, Table
from ..tables import LAKE_TABLES, WAREHOUSE_TABLES

GENERATED = '<!-- Generated from the schemas in contracts/. To regenerate, run "make generate". -->'

REASONS: dict[Reason, str] = {
    Reason.EMPTY: "The record has no value, or one of no bytes.",
    Reason.OVERSIZED: f"The value is larger than {EVENT_MAX_BYTES // 1024} KiB.",
    Reason.INVALID_UTF8: "Bytes are not UTF-8, or an escape such as `\\ud800` names half a character.",
    Reason.MALFORMED_JSON: "Not one JSON object: cut off, bytes after its end, NaN, a key that stands twice.",
    Reason.MISSING_FIELD: "A field is absent, or null where null means nothing.",
    Reason.WRONG_TYPE: "A value has another type than the field, such as a number in quotes.",
    Reason.OUT_OF_RANGE: "A number outside its range; a text that is empty, too long or holds a NUL.",
    Reason.UNKNOWN_VALUE: "A value that is not among the field's choices.",
    Reason.WRONG_ROUTE: "The event names another route than the topic it came on.",
    Reason.IMPLAUSIBLE_TIME: (
        f"event_time is more than {PAST_TOLERANCE_S // 86400} days before or "
        f"{FUTURE_TOLERANCE_S // 60} minutes after the route's time when Kafka took the record."
    ),
}


def feeds_page() -> str:
    """Every feed, field by field, and the reasons for which a record becomes a dead letter."""
    parts = [GENERATED, "# Feeds", _FEEDS_INTRODUCTION, _overview()]
    for feed in FEEDS.values():
        parts += [f"## {feed.name} v{feed.version}", _about(feed), _fields(feed.fields)]
    reasons = [(f"`{reason}`", sentence) for reason, sentence in REASONS.items()]
    parts += ["## Dead letters", _DEAD_LETTERS, _grid(("Reason", "Meaning"), reasons)]
    return "\n\n".join(parts) + "\n"


def tables_page() -> str:
    """Every table of the lake and of the warehouse, column by column."""
    tables = {**LAKE_TABLES, **WAREHOUSE_TABLES}
    listed = [(_link(t), t.doc, t.written_by, _where(t)) for t in tables.values()]
    parts = [GENERATED, "# Tables", _TABLES_INTRODUCTION]
    parts.append(_grid(("Table", "Holds", "Written by", "Where"), listed))
    for table in tables.values():
        parts += [f"## {table.name}", _about_table(table), _fields(table.fields)]
    return "\n\n".join(parts) + "\n"


_FEEDS_INTRODUCTION = """\
A feed is one kind of device that sends one kind of event. Each event is one JSON object in one Kafka
record; the record's key is `device_id`. `event_time` is in epoch milliseconds UTC. Unknown keys are
ignored. A producer of your own may leave out the fields marked *optional for external producers*: the
event's identity is then its topic, partition and offset.

The folder [schemas](schemas) holds a JSON Schema of each feed for external producers."""

_DEAD_LETTERS = """\
A record that cannot be trusted is stored in the table [dead_letter](tables.md#dead_letter) with its bytes,
its origin in Kafka and the reason; the stream goes on. The whole record is judged first, then field by field;
the first fault gives the reason."""

_TABLES_INTRODUCTION = """\
The lake keeps its tables in one Iceberg database per route (`cityroute_<route>`, hyphens as underscores).
The warehouse has one schema, `cityroute`, whose tables hold all routes. Times are UTC."""


def _overview() -> str:
    listed = [
        (_link(feed), feed.doc, feed.device, _interval(feed), f"`{topic('<route>', feed.name)}`")
        for feed in FEEDS.values()
    ]
    return _grid(("Feed", "An event is", "A device is", "Interval", "Topic"), listed)


def _interval(feed: Feed) -> str:
    return "on change" if feed.default_interval_s is None else f"{feed.default_interval_s:g} s"


def _about(feed: Feed) -> str:
    return f"{feed.doc} Device: {feed.device}. Topic: `{topic('<route>', feed.name)}`."


def _about_table(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    partition = f" Partitions: {table.partition_unit} of `{table.partition}`." if table.partition else ""
    return f"{table.doc} Key: {key}.{partition} Written by: {table.written_by}. Where: {_where(table)}."


def _where(table: Table) -> str:
    places = ((LAKE_TABLES, "lake"), (WAREHOUSE_TABLES, "warehouse"))
    return " and ".join(place for tables, place in places if table.name in tables)


def _link(schema: Schema) -> str:
    version = f"-v{schema.version}" if isinstance(schema, Feed) else ""
    return f"[{schema.name}](#{schema.name}{version})"


def _fields(fields: Iterable[Field]) -> str:
    listed = [(f"`{f.name}`", f.type.value, f.unit or "", _limits(f), _meaning(f)) for f in fields]
    return _grid(("Field", "Type", "Unit", "Values", "Meaning"), listed)


def _limits(f: Field) -> str:
    if f.choices:
        return ", ".join(f"`{choice}`" for choice in f.choices)
    if f.max_length is not None:
        return f"up to {f.max_length} characters"
    low, high = f.minimum, f.maximum
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)}"
    if low is not None:
        return f"{_number(low)} or more"
    return "" if high is None else f"{_number(high)} or less"


def _number(value: float) -> str:
    return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:g}"


def _meaning(f: Field) -> str:
    nullable = " May be null." if f.nullable else ""
    optional = " *Optional for external producers.*" if f.optional_external else ""
    return f"{f.doc}{nullable}{optional}"


def _grid(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
