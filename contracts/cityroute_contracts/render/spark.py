"""Schemas as Spark SQL and as Iceberg tables.

DDL strings, not a `StructType`: contracts is imported where there is no Spark.
"""

from collections.abc import Mapping

from ..schema import Feed, Field, Schema, Table, Type
from .dialect import Dialect, words

SPARK = Dialect(
    name="Spark",
    words={
        Type.STRING: "STRING",
        Type.INT: "INT",
        Type.LONG: "BIGINT",
        Type.DOUBLE: "DOUBLE",
        Type.BOOLEAN: "BOOLEAN",
        Type.TIMESTAMP: "TIMESTAMP",
        Type.DATE: "DATE",
        Type.BYTES: "BINARY",
    },
    longest_identifier=255,  # what Glue, the strictest catalog, takes
    # Reserved when spark.sql.ansi.enforceReservedKeywords is on.
    reserved=words(
        "all and anti any as authorization both case cast check collate column constraint create cross"
        " current_date current_time current_timestamp current_user distinct else end escape except execute"
        " false fetch filter for foreign from full grant group having in inner intersect into is join"
        " lateral leading left natural not null offset on only or order outer overlaps primary references"
        " right select semi session_user some sql table then time to trailing union unique unknown user"
        " using when where with within"
    ),
    quote="`",
)

WIRE: Mapping[Type, str] = {**SPARK.words, Type.TIMESTAMP: "BIGINT", Type.BYTES: "STRING"}
"""Types as JSON carries them: times are epoch milliseconds, bytes are base64."""

ICEBERG_PROPERTIES: Mapping[str, str] = {
    "format-version": "2",
    "write.parquet.compression-codec": "zstd",
    # A stream commits several times a minute: without these, metadata files pile up for ever.
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}


def spark_ddl(schema: Schema) -> str:
    """Columns as `name TYPE, ...`, for `from_json`, `createDataFrame` and `schema(...)`."""
    return _columns(schema, SPARK.words)


def wire_ddl(feed: Feed) -> str:
    """Columns as `from_json` reads them off a Kafka record: event_time is BIGINT, epoch ms."""
    return _columns(feed, WIRE)


def iceberg_create(table: Table, full_name: str) -> str:
    """CREATE TABLE IF NOT EXISTS of a lake table; `full_name` comes from `names.lake_table`."""
    columns = ",\n  ".join(_iceberg_column(f) for f in table.fields)
    properties = ", ".join(f"{_text(k)} = {_text(v)}" for k, v in sorted(ICEBERG_PROPERTIES.items()))
    return "\n".join(
        part
        for part in (
            f"CREATE TABLE IF NOT EXISTS {full_name} (\n  {columns}\n)",
            "USING iceberg",
            _partitioned_by(table),
            f"COMMENT {_text(table.doc)}",
            f"TBLPROPERTIES ({properties})",
        )
        if part
    )


def distinct_view(events: Table, view: str, full_name: str) -> str:
    """CREATE VIEW IF NOT EXISTS of an event table without re-sends: the first row of each event_id."""
    columns = ", ".join(SPARK.identifier(f.name) for f in events.fields)
    first = "row_number() OVER (PARTITION BY event_id ORDER BY kafka_time, kafka_partition, kafka_offset)"
    return (
        f"CREATE VIEW IF NOT EXISTS {view} AS SELECT {columns}"
        f" FROM (SELECT *, {first} AS copy FROM {full_name}) WHERE copy = 1"
    )


def iceberg_add_column(f: Field, full_name: str) -> str:
    """ALTER TABLE for a nullable field that a table made by an earlier release lacks."""
    return f"ALTER TABLE {full_name} ADD COLUMN {_iceberg_column(f)}"


def _columns(schema: Schema, type_words: Mapping[Type, str]) -> str:
    return ", ".join(f"{SPARK.identifier(f.name)} {type_words[f.type]}" for f in schema.fields)


def _iceberg_column(f: Field) -> str:
    null = "" if f.nullable else " NOT NULL"
    return f"{SPARK.identifier(f.name)} {SPARK.words[f.type]}{null} COMMENT {_text(f.sentence)}"


def _partitioned_by(table: Table) -> str:
    if table.partition is None:
        return ""
    return f"PARTITIONED BY ({table.partition_unit}({SPARK.identifier(table.partition)}))"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
