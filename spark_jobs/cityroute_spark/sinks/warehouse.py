"""Where analytics rows go from the lake: one `Warehouse` behind which databases differ."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from cityroute_contracts.render import postgres
from cityroute_contracts.render.postgres import POSTGRES
from cityroute_contracts.render.warehouse import qualified
from cityroute_contracts.schema import Table
from cityroute_contracts.settings import WarehouseSettings
from cityroute_contracts.tables import LOAD_LEDGER, WAREHOUSE_TABLES

Row = Sequence[Any]

LEDGER_DAYS = 7
"""Older entries of the ledger go, but never a table's newest."""


class Unavailable(Exception):
    """The warehouse does not answer now and may later."""


class Warehouse(Protocol):
    """A database that analytics are loaded into. Every method raises Unavailable when it is down."""

    def prepare(self) -> None:
        """Create what is missing of schema and tables."""

    def loaded_revision(self, table: Table) -> int:
        """The newest revision of the route's rows in the warehouse, 0 before the first load."""

    def load(self, table: Table, snapshot_id: int, revision: int, rows: Iterable[Row]) -> int:
        """Merge the rows and note the load in the ledger, in one transaction; returns how many came."""

    def count(self, table: Table) -> int:
        """The route's rows in that table."""


def open_warehouse(settings: WarehouseSettings, route: str) -> Warehouse | None:
    """The warehouse of a route, None for type `none`. Raises ValueError for a type without a loader."""
    if settings.type == "none":
        return None
    if settings.type == "postgres":
        return Postgres(settings, route)
    raise ValueError(f"no loader for a warehouse of type {settings.type}")


class Postgres:
    """PostgreSQL 15 or newer: COPY into a stage of the transaction, then MERGE."""

    def __init__(self, settings: WarehouseSettings, route: str) -> None:
        self._settings = settings
        self._route = route

    def prepare(self) -> None:
        with self._transaction() as connection:
            connection.execute(postgres.create_schema())
            for table in WAREHOUSE_TABLES.values():
                for statement in postgres.create_table(table):
                    connection.execute(statement)

    def loaded_revision(self, table: Table) -> int:
        with self._transaction() as connection:
            return _revision(connection, self._route, table)

    def load(self, table: Table, snapshot_id: int, revision: int, rows: Iterable[Row]) -> int:
        stage = f"stage_{table.name}"
        with self._transaction() as connection:
            # Taken first, so that a second loader waits and then finds the work done.
            connection.execute(f"LOCK TABLE {qualified(POSTGRES, LOAD_LEDGER)} IN SHARE ROW EXCLUSIVE MODE")
            if _revision(connection, self._route, table) >= revision:
                return 0
            connection.execute(postgres.create_stage(table, stage))
            count = _copy(connection, postgres.copy(table, stage), rows)
            connection.execute(postgres.merge(table, stage))
            _note(connection, (self._route, table.name, snapshot_id, revision, count))
        return count

    def count(self, table: Table) -> int:
        with self._transaction() as connection:
            asked = f"SELECT count(*) FROM {qualified(POSTGRES, table)} WHERE route = %s"
            return int(_one(connection, asked, (self._route,)))

    def _transaction(self) -> AbstractContextManager[psycopg.Connection]:
        return _Transaction(self._settings)


class _Transaction(AbstractContextManager[psycopg.Connection]):
    """A connection whose block is one transaction; what the server cannot do now becomes Unavailable."""

    def __init__(self, settings: WarehouseSettings) -> None:
        self._settings = settings

    def __enter__(self) -> psycopg.Connection:
        s = self._settings
        try:
            self._connection = psycopg.connect(
                host=s.host,
                port=s.port,
                dbname=s.database,
                user=s.user,
                password=Path(s.password_file).read_text().strip() if s.password_file else None,
                connect_timeout=10,
                options="-c timezone=UTC",
                application_name="cityroute-loader",
            )
        except (psycopg.OperationalError, OSError) as error:
            raise Unavailable(str(error)) from error
        return self._connection

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        try:
            self._connection.__exit__(kind, error, trace)
        except psycopg.OperationalError as at_commit:
            raise Unavailable(str(at_commit)) from at_commit
        if isinstance(error, psycopg.OperationalError):
            raise Unavailable(str(error)) from error


def _revision(connection: psycopg.Connection, route: str, table: Table) -> int:
    asked = (
        f"SELECT coalesce(max(revision), 0) FROM {qualified(POSTGRES, LOAD_LEDGER)}"
        " WHERE route = %s AND table_name = %s"
    )
    return int(_one(connection, asked, (route, table.name)))


def _one(connection: psycopg.Connection, asked: str, values: Row) -> Any:
    row = connection.execute(asked, values).fetchone()
    return None if row is None else row[0]


def _copy(connection: psycopg.Connection, statement: str, rows: Iterable[Row]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _note(connection: psycopg.Connection, entry: Row) -> None:
    ledger = qualified(POSTGRES, LOAD_LEDGER)
    connection.execute(
        f"INSERT INTO {ledger} (route, table_name, snapshot_id, revision, rows_copied, loaded_at)"
        " VALUES (%s, %s, %s, %s, %s, now())",
        entry,
    )
    connection.execute(
        f"DELETE FROM {ledger} WHERE route = %s AND table_name = %s AND revision < %s"
        f" AND loaded_at < now() - interval '{LEDGER_DAYS} days'",
        (entry[0], entry[1], entry[3]),
    )
