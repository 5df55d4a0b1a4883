"""Schemas as Amazon Redshift, the warehouse of the eks site: the DDL model of `postgres` in its words.

Redshift enforces no keys: they only tell its planner what the one loader per table keeps true.
"""

from collections.abc import Iterable

from ..names import WAREHOUSE_SCHEMA
from ..schema import Field, Table, Type
from . import warehouse as shared
from .dialect import Dialect, words

REDSHIFT = Dialect(
    name="Redshift",
    words={
        Type.STRING: "VARCHAR",
        Type.INT: "INTEGER",
        Type.LONG: "BIGINT",
        Type.DOUBLE: "DOUBLE PRECISION",
        Type.BOOLEAN: "BOOLEAN",
        Type.TIMESTAMP: "TIMESTAMPTZ",
        Type.DATE: "DATE",
        Type.BYTES: "VARBYTE(65535)",
    },
    longest_identifier=127,
    # Redshift's list of reserved words (Database Developer Guide, SQL reference).
    reserved=words(
        "aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup"
        " between binary blanksasnull both bytedict bzip2 case cast check collate column connect constraint"
        " create credentials cross current_date current_time current_timestamp current_user"
        " current_user_id default deferrable deflate defrag delta delta32k desc disable distinct do else"
        " emptyasnull enable encode encrypt encryption end except explicit false for foreign freeze from"
        " full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially inner"
        " intersect interval into is isnull join leading left like limit localtime localtimestamp lun luns"
        " lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null nulls off offline offset oid"
        " old on only open or order outer overlaps parallel partition percent permissions pivot placing"
        " primary raw readratio recover references reject resort respect restore right select session_user"
        " similar snapshot some sysdate system table tag tdes text255 text32k then timestamp to top"
        " trailing true truncatecolumns union unique unnest unpivot user using verbose wallet when where"
        " with without"
    ),
    quote='"',
)

LONGEST_VARCHAR = 65535
BYTES_PER_CHARACTER = 4
"""Redshift counts the bytes of a VARCHAR; a character of UTF-8 takes up to four."""


def create_schema() -> str:
    """CREATE SCHEMA IF NOT EXISTS of the warehouse's one schema."""
    return f"CREATE SCHEMA IF NOT EXISTS {REDSHIFT.identifier(WAREHOUSE_SCHEMA)}"


def create_table(table: Table) -> tuple[str, ...]:
    """The table, spread by what joins and merges look for and sorted by time, with its comments."""
    name = shared.qualified(REDSHIFT, table)
    return (
        f"CREATE TABLE IF NOT EXISTS {name} (\n  {shared.table_body(REDSHIFT, table, column_type)}\n)\n"
        f"DISTSTYLE KEY DISTKEY ({_listed([distribution_key(table)])})\n"
        f"SORTKEY ({_listed(table.sort or table.key[:1])})",
        *shared.comments(REDSHIFT, table),
    )


def add_column(table: Table, f: Field) -> str:
    """ALTER TABLE for one nullable field that a table made by an earlier release lacks.

    Redshift knows no IF NOT EXISTS here: look the column up first.
    """
    return f"ALTER TABLE {shared.qualified(REDSHIFT, table)} ADD COLUMN {_listed([f.name])} {column_type(f)}"


def create_stage(table: Table, stage: str) -> str:
    """A temporary table of the same columns; MERGE takes no view and no subquery."""
    return f"CREATE TEMPORARY TABLE {_listed([stage])} (LIKE {shared.qualified(REDSHIFT, table)})"


def merge(table: Table, stage: str) -> tuple[str, ...]:
    """The stage into the table; an older revision never replaces a newer one.

    Redshift's MERGE has no condition on WHEN MATCHED and no alias for its target: rows of the stage
    that are not newer are taken out of it first. Both statements belong into one transaction.
    """
    target, source = shared.qualified(REDSHIFT, table), REDSHIFT.identifier(stage)
    key = shared.same_key(REDSHIFT, table, REDSHIFT.identifier(table.name), source)
    stale = f"{source}.{shared.REVISION} <= {REDSHIFT.identifier(table.name)}.{shared.REVISION}"
    return (
        f"DELETE FROM {source} USING {target} WHERE {key} AND {stale}",
        f"MERGE INTO {target} USING {source}\nON {key}\n"
        f"WHEN MATCHED THEN UPDATE SET {shared.assignments(REDSHIFT, table, source)}\n"
        f"WHEN NOT MATCHED THEN INSERT ({shared.column_list(REDSHIFT, table)})\n"
        f"VALUES ({shared.column_list(REDSHIFT, table, source + '.')})",
    )


def external_schema(name: str, glue_database: str, iam_role: str) -> str:
    """The lake's tables as a schema of Redshift, read where they lie.

    `glue_database` comes from `names.lake_database`; `iam_role` is a role's ARN or `default`.
    """
    role = "default" if iam_role == "default" else shared.text(iam_role)
    return (
        f"CREATE EXTERNAL SCHEMA IF NOT EXISTS {_listed([name])}\n"
        f"FROM DATA CATALOG DATABASE {shared.text(glue_database)} IAM_ROLE {role}"
    )


def column_type(f: Field) -> str:
    """Redshift's word for the field's type, with the length of a VARCHAR in bytes."""
    if f.type is not Type.STRING:
        return REDSHIFT.words[f.type]
    characters = max(map(len, f.choices)) if f.choices else f.max_length or LONGEST_VARCHAR
    return f"{REDSHIFT.words[f.type]}({min(characters * BYTES_PER_CHARACTER, LONGEST_VARCHAR)})"


def distribution_key(table: Table) -> str:
    """The column that spreads rows over the nodes: of the key, neither the route nor the time."""
    spread = (name for name in table.key if name not in ("route", table.partition))
    return next(spread, table.key[0])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(REDSHIFT.identifier(name) for name in names)
