"""Schemas as PostgreSQL (15 or newer: MERGE), the warehouse of the local and kind sites.

Each function returns statements to run in order; all may be run again without harm.
"""

from ..names import WAREHOUSE_SCHEMA
from ..schema import Table, Type
from . import warehouse as shared
from .dialect import Dialect, words

POSTGRES = Dialect(
    name="PostgreSQL",
    words={
        Type.STRING: "text",
        Type.INT: "integer",
        Type.LONG: "bigint",
        Type.DOUBLE: "double precision",
        Type.BOOLEAN: "boolean",
        Type.TIMESTAMP: "timestamptz",
        Type.DATE: "date",
        Type.BYTES: "bytea",
    },
    longest_identifier=63,
    # PostgreSQL 18, appendix C: reserved, also those that may be a function or type.
    reserved=words(
        "all analyse analyze and any array as asc asymmetric authorization binary both case cast check"
        " collate collation column concurrently constraint create cross current_catalog current_date"
        " current_role current_schema current_time current_timestamp current_user default deferrable desc"
        " distinct do else end except false fetch for foreign freeze from full grant group having ilike in"
        " initially inner intersect into is isnull join lateral leading left like limit localtime"
        " localtimestamp natural not notnull null offset on only or order outer overlaps placing primary"
        " references returning right select session_user similar some symmetric system_user table"
        " tablesample then to trailing true union unique user using variadic verbose when where window with"
    ),
    quote='"',
)


def create_schema() -> str:
    """CREATE SCHEMA IF NOT EXISTS of the warehouse's one schema."""
    return f"CREATE SCHEMA IF NOT EXISTS {POSTGRES.identifier(WAREHOUSE_SCHEMA)}"


def create_table(table: Table) -> tuple[str, ...]:
    """The table, nullable columns that an earlier release lacks, its time index and comments."""
    name = shared.qualified(POSTGRES, table)
    body = shared.table_body(POSTGRES, table, lambda f: POSTGRES.words[f.type])
    return (
        f"CREATE TABLE IF NOT EXISTS {name} (\n  {body}\n)",
        *_add_columns(table),
        *_time_index(table),
        *shared.comments(POSTGRES, table),
    )


def create_stage(table: Table, stage: str) -> str:
    """A temporary table of the same columns, gone with the transaction."""
    name = POSTGRES.identifier(stage)
    return f"CREATE TEMPORARY TABLE {name} (LIKE {shared.qualified(POSTGRES, table)}) ON COMMIT DROP"


def copy(table: Table, stage: str) -> str:
    """COPY of rows from the client into the stage, columns in schema order."""
    return f"COPY {POSTGRES.identifier(stage)} ({shared.column_list(POSTGRES, table)}) FROM STDIN"


def merge(table: Table, stage: str) -> str:
    """MERGE of the stage, which holds a key at most once. An older revision never replaces a newer one."""
    return (
        f"MERGE INTO {shared.qualified(POSTGRES, table)} AS t USING {POSTGRES.identifier(stage)} AS s\n"
        f"ON {shared.same_key(POSTGRES, table, 't', 's')}\n"
        f"WHEN MATCHED AND s.{shared.REVISION} > t.{shared.REVISION}\n"
        f"THEN UPDATE SET {shared.assignments(POSTGRES, table, 's')}\n"
        f"WHEN NOT MATCHED THEN INSERT ({shared.column_list(POSTGRES, table)})\n"
        f"VALUES ({shared.column_list(POSTGRES, table, 's.')})"
    )


def _add_columns(table: Table) -> tuple[str, ...]:
    added = ", ".join(
        f"ADD COLUMN IF NOT EXISTS {POSTGRES.identifier(f.name)} {POSTGRES.words[f.type]}"
        for f in table.fields
        if f.nullable
    )
    return (f"ALTER TABLE {shared.qualified(POSTGRES, table)} {added}",) if added else ()


def _time_index(table: Table) -> tuple[str, ...]:
    if table.partition is None:
        return ()
    columns = tuple(dict.fromkeys((table.key[0], table.partition)))
    name = POSTGRES.identifier("_".join((table.name, *columns, "idx")))
    listed = ", ".join(POSTGRES.identifier(c) for c in columns)
    return (f"CREATE INDEX IF NOT EXISTS {name} ON {shared.qualified(POSTGRES, table)} ({listed})",)
