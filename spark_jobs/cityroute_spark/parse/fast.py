"""The verdict on a record in Spark's own expressions: typed fields, and whether they can be trusted.

`from_json` alone is too kind. What it lets pass, and what is done about it:

- bytes after the object: the value is wrapped, `{"e":VALUE,"<sentinel>":1}`, so that whatever
  closes the wrapper early loses the sentinel;
- single quotes, NaN, numbers in quotes: options, and the corrupt-record column;
- a key that stands twice, and numbers or objects where a text belongs (it stores their source text):
  a record that looks exactly as `codec.encode` writes it, which one regular expression tells, has
  neither. Any other (white space, escapes, another order of keys, unknown keys) is parsed a second
  time, as a VARIANT, which refuses double keys at any depth and keeps types apart;
- bytes that are not UTF-8, half surrogate pairs, NUL: checked before and after.

Expressions are SQL text, not calls on columns: building a column costs a round trip to the JVM per
call, and there are hundreds in a record's verdict.

Known to differ from `codec.check`, always towards a dead letter: a number of more than 1,000
digits, a key of more than 50,000 characters, and unknown keys nested about 1,000 deep.
"""

from collections.abc import Iterable
from functools import reduce

from cityroute_contracts.clock import Clock
from cityroute_contracts.codec import ESCAPED_BACKSLASH, LARGEST, SURROGATE_HALF, SURROGATE_PAIR
from cityroute_contracts.feeds import EVENT_MAX_BYTES
from cityroute_contracts.render.spark import wire_ddl
from cityroute_contracts.schema import Feed, Field, Type

from .reference import FAR_AHEAD_MS, FAR_IN_THE_PAST_MS, Stream

SENTINEL = "cityroute:end-of-record"
_TEXT = "CAST(value AS STRING)"
_DOUBLE = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_INTEGER = r"-?\d+"


def parsed(feed: Feed) -> str:
    """SQL: a struct with `e`, the feed's fields as the wire carries them, of the BINARY column `value`.

    Null where the bytes cannot be one JSON object; use `is_good` to judge the rest.
    """
    schema = f"e STRUCT<{wire_ddl(feed)}>, `{SENTINEL}` INT, _corrupt STRING"
    options = (
        "map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', '_corrupt',"
        " 'allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')"
    )
    wrapped = f"""concat('{{"e":', {_TEXT}, ',"{SENTINEL}":1}}')"""
    readable = f"octet_length(value) BETWEEN 1 AND {EVENT_MAX_BYTES} AND is_valid_utf8({_TEXT})"
    return f"CASE WHEN {readable} THEN from_json({wrapped}, {_quote(schema)}, {options}) END"


def is_good(feed: Feed, stream: Stream) -> str:
    """SQL: whether a record, `parsed` into column `record`, is an event to be trusted. Never null.

    Reads the columns `value`, `record` and Kafka's `timestamp`.
    """
    shaped = f"record._corrupt IS NULL AND record.`{SENTINEL}` = 1 AND instr({_TEXT}, '{SENTINEL}') = 0"
    placed = f"{_of('route')} = {_quote(stream.route)} AND {_is_plausible(stream)}"
    strict = f"CASE WHEN {_TEXT} RLIKE {_quote(canonical(feed))} THEN true ELSE {_is_strict(feed)} END"
    fields = (_field_is_good(f, stream.external) for f in feed.fields)
    return f"coalesce({_all((shaped, *fields, placed, strict))}, false)"


def canonical(feed: Feed) -> str:
    """Regular expression of a record as `codec.encode` writes it: each key once, in order, of its type."""
    return r"^\{" + ",".join(f'"{f.name}":{_written(f)}' for f in feed.fields) + r"\}$"


def simulated_now_ms(kafka_ms: str, clocks: tuple[Clock, ...]) -> str:
    """SQL: `clock_at(clocks, kafka_ms).sim_at(kafka_ms)`, or the wall clock itself without clocks."""
    if not clocks:
        return kafka_ms
    return reduce(
        lambda now, clock: (
            f"CASE WHEN {kafka_ms} >= {clock.wall_ms} THEN {_sim_at(clock, kafka_ms)} ELSE {now} END"
        ),
        clocks[1:],
        _sim_at(clocks[0], kafka_ms),
    )


def _sim_at(clock: Clock, wall_ms: str) -> str:
    # A cast to BIGINT cuts towards zero, as Python's int() does.
    passed = f"({wall_ms} - {clock.wall_ms}L) * {_literal(Type.DOUBLE, clock.speedup)}"
    return f"({clock.sim_ms}L + CAST({passed} AS BIGINT))"


def _is_plausible(stream: Stream) -> str:
    event_ms = _of("event_time")
    now_ms = simulated_now_ms("unix_millis(timestamp)", stream.clocks)
    # Only a time within its range can be subtracted without overflow, which would end the query.
    return (
        f"CASE WHEN {_in_type_range(Type.TIMESTAMP, event_ms)}"
        f" THEN {event_ms} - {now_ms} BETWEEN -{FAR_IN_THE_PAST_MS} AND {FAR_AHEAD_MS} ELSE false END"
    )


def _field_is_good(f: Field, external: bool) -> str:
    may_be_null = f.nullable or (external and f.optional_external)
    checks = _value_checks(f, _of(f.name)) or [f"{_of(f.name)} IS NOT NULL"]
    good = _all(checks)  # null for a null value, which `is_good` takes for false
    return f"({_of(f.name)} IS NULL OR {good})" if may_be_null else good


def _value_checks(f: Field, value: str) -> list[str]:
    if f.choices:
        return [f"{value} IN ({', '.join(map(_quote, f.choices))})"]
    if f.type is Type.STRING:
        longest = f" AND {f.max_length}" if f.max_length else ""
        return [f"char_length({value}) BETWEEN 1{longest}" if longest else f"char_length({value}) > 0"]
    largest = LARGEST.get(f.type)
    if largest is None:
        return []
    low = -largest if f.minimum is None else f.minimum
    high = largest if f.maximum is None else f.maximum
    return [f"{value} BETWEEN {_literal(f.type, low)} AND {_literal(f.type, high)}"]


def _in_type_range(type_: Type, value: str) -> str:
    largest = LARGEST[type_]
    return f"{value} BETWEEN {_literal(type_, -largest)} AND {_literal(type_, largest)}"


def _written(f: Field) -> str:
    if f.choices:
        value = f'"(?:{"|".join(f.choices)})"'
    elif f.type is Type.STRING:
        value = '"[^"\\\\]+"'
    else:
        value = _DOUBLE if f.type is Type.DOUBLE else _INTEGER
    return f"(?:null|{value})" if f.nullable else value


def _is_strict(feed: Feed) -> str:
    """SQL: no key twice and every text in quotes, for any JSON; the array binds its one parse to a name."""
    kinds = (
        f"coalesce(schema_of_variant(try_variant_get(v, '$.{f.name}', 'variant')), 'VOID')"
        " IN ('STRING', 'VOID')"
        for f in _texts(feed)
    )
    texts = ", ".join(_of(f.name) for f in _texts(feed))
    return (
        f"(exists(array(try_parse_json({_TEXT})), v -> v IS NOT NULL AND {_all(kinds)})"
        f" AND NOT contains(concat_ws('', {texts}), char(0)) AND NOT {_has_surrogate_half()})"
    )


def _has_surrogate_half() -> str:
    plain = f"regexp_replace({_TEXT}, {_quote(ESCAPED_BACKSLASH)}, ' ')"
    plain = f"regexp_replace({plain}, {_quote(SURROGATE_PAIR)}, ' ')"
    return f"{plain} RLIKE {_quote(SURROGATE_HALF)}"


def _texts(feed: Feed) -> tuple[Field, ...]:
    """Fields that would take the source text of anything; a choice would not."""
    return tuple(f for f in feed.fields if f.type is Type.STRING and not f.choices)


def _of(name: str) -> str:
    return f"record.e.`{name}`"


def _literal(type_: Type, number: float) -> str:
    return f"{float(number)!r}D" if type_ is Type.DOUBLE else f"{int(number)}L"


def _quote(text: str) -> str:
    """A raw SQL literal; what is rendered here never holds a single quote."""
    if "'" in text:
        raise ValueError(f"{text!r} holds a quote")
    return f"r'{text}'"


def _all(checks: Iterable[str]) -> str:
    return " AND ".join(checks)
