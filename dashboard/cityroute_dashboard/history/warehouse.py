"""Asks the warehouse. `Warehouse` is what the rest relies on; PostgreSQL is the one in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psycopg
from cityroute_contracts.settings import WarehouseSettings
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from . import queries

MAX_ROWS = 200_000
CONNECTIONS = 4
WAIT_S = 3.0
STATEMENT_MS = 5_000
SESSION = {"statement_timeout": STATEMENT_MS, "default_transaction_read_only": "on", "timezone": "UTC"}


class WarehouseDown(Exception):
    """The warehouse gave no answer; the text says what stood in the way, for people."""


@dataclass(frozen=True, slots=True)
class SegmentSpeed:
    """Mean speed of a segment over one minute, km/h; None when nothing passed. `minute_ms` is epoch ms."""

    segment_id: str
    minute_ms: int
    mean_speed_kph: float | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """Newest minute stored (simulated) and when it was loaded (wall clock), epoch ms; None at first."""

    newest_minute_ms: int | None = None
    loaded_ms: int | None = None


class Warehouse(Protocol):
    """Named questions. Each raises WarehouseDown when there is no answer."""

    def segment_speeds(self, route: str, minutes: int, until_ms: int | None) -> list[SegmentSpeed]:
        """Speeds of the last `minutes` up to `until_ms`, or up to the newest minute stored."""

    def freshness(self, route: str) -> Freshness:
        """How far the route's tables have come."""

    def close(self) -> None:
        """Give back all connections."""


class NoWarehouse:
    """For a site without a warehouse that this dashboard can read."""

    def __init__(self, kind: str) -> None:
        self._message = (
            "this site has no warehouse"
            if kind == "none"
            else f'this dashboard reads PostgreSQL, not a warehouse of type "{kind}"'
        )

    def segment_speeds(self, route: str, minutes: int, until_ms: int | None) -> list[SegmentSpeed]:
        raise WarehouseDown(self._message)

    def freshness(self, route: str) -> Freshness:
        raise WarehouseDown(self._message)

    def close(self) -> None:
        """Holds nothing."""


class PostgresWarehouse:
    """A few connections, opened when first asked, read-only, each statement bounded in time."""

    def __init__(self, settings: WarehouseSettings) -> None:
        self._sql = queries.load()
        self._pool: ConnectionPool[psycopg.Connection[TupleRow]] = ConnectionPool(
            partial(conninfo, settings),
            min_size=0,
            max_size=CONNECTIONS,
            max_waiting=16,
            max_idle=60,
            timeout=WAIT_S,
            reconnect_timeout=WAIT_S,
            num_workers=1,
            kwargs={"autocommit": True},
            check=ConnectionPool.check_connection,
            open=True,
        )

    def segment_speeds(self, route: str, minutes: int, until_ms: int | None) -> list[SegmentSpeed]:
        """See Warehouse."""
        until = None if until_ms is None else datetime.fromtimestamp(until_ms / 1000, UTC)
        bound = {"route": route, "minutes": minutes, "until": until, "limit": MAX_ROWS}
        rows = self._ask("segment_speed", bound)
        return [SegmentSpeed(segment, epoch_ms(minute), speed) for segment, minute, speed in rows]

    def freshness(self, route: str) -> Freshness:
        """See Warehouse."""
        ((newest, loaded),) = self._ask("freshness", {"route": route})
        return Freshness(
            None if newest is None else epoch_ms(newest), None if loaded is None else epoch_ms(loaded)
        )

    def close(self) -> None:
        """See Warehouse."""
        self._pool.close(timeout=2)

    def _ask(self, name: str, bound: Mapping[str, Any]) -> list[TupleRow]:
        try:
            with self._pool.connection() as connection:
                return connection.execute(self._sql[name].encode(), bound).fetchall()
        except psycopg.errors.UndefinedTable:
            raise WarehouseDown("the warehouse has no tables yet: the loader makes them") from None
        except psycopg.errors.QueryCanceled:
            raise WarehouseDown(f'the question "{name}" took longer than {STATEMENT_MS} ms') from None
        except (PoolTimeout, PoolClosed, TooManyRequests, psycopg.OperationalError):
            raise WarehouseDown(f"the warehouse did not answer within {WAIT_S:g} s") from None


def open_warehouse(settings: WarehouseSettings) -> Warehouse:
    """The warehouse of those settings; connects later, so this works while it is down."""
    return PostgresWarehouse(settings) if settings.type == "postgres" else NoWarehouse(settings.type)


def epoch_ms(moment: datetime) -> int:
    """Epoch milliseconds of an aware time."""
    return round(moment.timestamp() * 1000)


def conninfo(settings: WarehouseSettings) -> str:
    """How to connect. The password is read here, once a connection, so that a changed one is found.

    Raises psycopg.OperationalError, as a failed connection does, when it cannot be read.
    """
    path = settings.password_file
    try:
        password = None if path is None else Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise psycopg.OperationalError(f'the password file "{path}" cannot be read: {error}') from error
    return make_conninfo(
        host=settings.host,
        port=settings.port,
        dbname=settings.database,
        user=settings.user,
        password=password,
        connect_timeout=2,
        application_name="cityroute-dashboard",
        options=" ".join(f"-c {name}={value}" for name, value in SESSION.items()),
    )
