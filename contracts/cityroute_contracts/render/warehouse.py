"""What the renderers of the two warehouses share: column lists and key conditions."""

from collections.abc import Callable

from ..names import WAREHOUSE_SCHEMA
from ..schema import Field, Table
from .dialect import Dialect

REVISION = "revision"
"""The column that tells which of two versions of a row is the newer one."""


def qualified(dialect: Dialect, table: Table) -> str:
    """The table's name within the warehouse's schema."""
    return f"{dialect.identifier(WAREHOUSE_SCHEMA)}.{dialect.identifier(table.name)}"


def column_list(dialect: Dialect, table: Table, prefix: str = "") -> str:
    """All columns in schema order, separated by commas."""
    return ", ".join(prefix + dialect.identifier(name) for name in table.names)


def same_key(dialect: Dialect, table: Table, left: str, right: str) -> str:
    """The condition that two rows, named `left` and `right`, have the same key."""
    columns = (dialect.identifier(name) for name in table.key)
    return " AND ".join(f"{left}.{c} = {right}.{c}" for c in columns)


def assignments(dialect: Dialect, table: Table, source: str) -> str:
    """`SET` of every column outside the key from the row named `source`."""
    columns = (dialect.identifier(name) for name in table.names if name not in table.key)
    return ", ".join(f"{c} = {source}.{c}" for c in columns)


def comments(dialect: Dialect, table: Table) -> tuple[str, ...]:
    """COMMENT ON statements for the table and each of its columns."""
    name = qualified(dialect, table)
    return (
        f"COMMENT ON TABLE {name} IS {text(table.doc)}",
        *(
            f"COMMENT ON COLUMN {name}.{dialect.identifier(f.name)} IS {text(f.sentence)}"
            for f in table.fields
        ),
    )


def text(value: str) -> str:
    """A string literal of standard SQL."""
    return "'" + value.replace("'", "''") + "'"


def table_body(dialect: Dialect, table: Table, type_of: Callable[[Field], str]) -> str:
    """Columns and primary key, as they stand between the brackets of CREATE TABLE."""
    columns = [
        f"{dialect.identifier(f.name)} {type_of(f)}{'' if f.nullable else ' NOT NULL'}" for f in table.fields
    ]
    key = ", ".join(dialect.identifier(name) for name in table.key)
    return ",\n  ".join([*columns, f"PRIMARY KEY ({key})"])
