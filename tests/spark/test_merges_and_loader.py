"""Analytics rows on their way: merged into the lake once per batch, copied to the warehouse once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cityroute_contracts import names
from cityroute_contracts.render.spark import spark_ddl
from cityroute_contracts.schema import Schema
from cityroute_contracts.settings import WarehouseSettings
from cityroute_contracts.tables import SEGMENT_MINUTE
from cityroute_spark.sinks import lake
from cityroute_spark.sinks.loader import Copier
from cityroute_spark.sinks.merges import MergeSink
from cityroute_spark.sinks.warehouse import Postgres, Row, Unavailable
from pyspark.sql import DataFrame, SparkSession

from tests.support.spark_lake import ROUTE

FULL_NAME = names.lake_table(ROUTE, SEGMENT_MINUTE.name)
WITHOUT_REVISION = Schema("rows", 1, "", tuple(f for f in SEGMENT_MINUTE.fields if f.name != "revision"))


@pytest.fixture
def table(session: SparkSession) -> SparkSession:
    lake.create_missing(session, ROUTE, [SEGMENT_MINUTE])
    return session


def changed(session: SparkSession, *rows: tuple[str, int, int]) -> DataFrame:
    """Rows of (segment, minute of the hour, vehicle count)."""
    values = ", ".join(
        f"('{ROUTE}', '{segment}', 'outbound', TIMESTAMP '2026-11-23 08:{minute:02d}:00', 1D, NULL, NULL, 2D,"
        f" 'A', NULL, NULL, {count}L, 0L)"
        for segment, minute, count in rows
    )
    empty = session.createDataFrame([], spark_ddl(WITHOUT_REVISION))
    named = session.sql(f"SELECT * FROM VALUES {values} AS t({', '.join(WITHOUT_REVISION.names)})")
    return empty.unionByName(named)


def sink(session: SparkSession, query: str = "query-1") -> MergeSink:
    return MergeSink(session, ROUTE, SEGMENT_MINUTE, query)


def stored(session: SparkSession) -> dict[tuple[str, int], tuple[int, int]]:
    """(vehicle count, revision) by segment and minute of the hour."""
    rows = session.table(FULL_NAME).selectExpr("*", "minute(minute) AS m").collect()
    found = {(r["segment_id"], r["m"]): (r["vehicle_count"], r["revision"]) for r in rows}
    assert len(found) == len(rows)
    return found


def test_a_merge_replaces_rows_of_the_same_key_with_a_higher_revision(table: SparkSession) -> None:
    sink(table).write(changed(table, ("a", 1, 10), ("b", 1, 20)), 0)
    assert sink(table).write(changed(table, ("a", 1, 11), ("a", 2, 5)), 1) == 2
    assert stored(table) == {("a", 1): (11, 2), ("b", 1): (20, 1), ("a", 2): (5, 2)}


def test_a_batch_run_again_after_a_kill_changes_nothing(table: SparkSession) -> None:
    sink(table).write(changed(table, ("a", 1, 10)), 0)
    assert sink(table).write(changed(table, ("a", 1, 99)), 0) == 0
    assert stored(table) == {("a", 1): (10, 1)}


def test_revisions_go_on_rising_for_a_new_query(table: SparkSession) -> None:
    sink(table).write(changed(table, ("a", 1, 10)), 7)
    sink(table, "query-2").write(changed(table, ("a", 1, 12)), 0)
    assert stored(table) == {("a", 1): (12, 2)}


@pytest.fixture
def postgres(warehouse: WarehouseSettings) -> Iterator[Postgres]:
    database = Postgres(warehouse, ROUTE)
    database.prepare()
    yield database
    with _connect(warehouse) as connection:
        connection.execute("DROP SCHEMA cityroute CASCADE")


def _connect(s: WarehouseSettings) -> psycopg.Connection:
    password = Path(s.password_file or "").read_text()
    return psycopg.connect(
        host=s.host, port=s.port, dbname=s.database, user=s.user, password=password, options="-c timezone=UTC"
    )


def loaded(settings: WarehouseSettings) -> list[tuple[str, str, int, int]]:
    with _connect(settings) as connection:
        return connection.execute(
            "SELECT segment_id, to_char(minute, 'YYYY-MM-DD HH24:MI'), vehicle_count, revision"
            " FROM cityroute.segment_minute ORDER BY 1, 2"
        ).fetchall()


def test_only_changed_rows_are_copied_and_twice_changes_nothing(
    table: SparkSession, postgres: Postgres, warehouse: WarehouseSettings
) -> None:
    copier = Copier(table, ROUTE, postgres)
    assert copier.copy(SEGMENT_MINUTE) == (0, 0)
    sink(table).write(changed(table, ("a", 1, 10), ("b", 1, 20)), 0)
    assert copier.copy(SEGMENT_MINUTE) == (2, 1)
    sink(table).write(changed(table, ("a", 1, 11)), 1)
    assert copier.copy(SEGMENT_MINUTE) == (1, 2)
    assert copier.copy(SEGMENT_MINUTE) == (0, 2)
    assert loaded(warehouse) == [("a", "2026-11-23 08:01", 11, 2), ("b", "2026-11-23 08:01", 20, 1)]
    assert postgres.count(SEGMENT_MINUTE) == 2


def test_a_load_killed_half_way_leaves_neither_rows_nor_ledger(
    table: SparkSession, postgres: Postgres, warehouse: WarehouseSettings
) -> None:
    sink(table).write(changed(table, ("a", 1, 10)), 0)

    def dying() -> Iterator[Row]:
        yield (ROUTE, "a", "outbound", "2026-11-23 08:01:00+00", 1, None, None, 2, "A", None, None, 1, 0, 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        postgres.load(SEGMENT_MINUTE, 1, 1, dying())
    assert (loaded(warehouse), postgres.loaded_revision(SEGMENT_MINUTE)) == ([], 0)
    assert Copier(table, ROUTE, postgres).copy(SEGMENT_MINUTE) == (1, 1)


def test_a_second_loader_with_older_news_copies_nothing(
    table: SparkSession, postgres: Postgres, warehouse: WarehouseSettings
) -> None:
    sink(table).write(changed(table, ("a", 1, 10)), 0)
    Copier(table, ROUTE, postgres).copy(SEGMENT_MINUTE)
    stale = [(ROUTE, "a", "outbound", "2026-11-23 08:01:00+00", 1, None, None, 2, "A", None, None, 7, 0, 1)]
    assert postgres.load(SEGMENT_MINUTE, 1, 1, stale) == 0
    assert loaded(warehouse) == [("a", "2026-11-23 08:01", 10, 1)]


def test_a_warehouse_that_is_down_is_unavailable_not_an_error_of_the_loader(
    warehouse: WarehouseSettings,
) -> None:
    with pytest.raises(Unavailable, match="refused"):
        Postgres(replace(warehouse, port=1), ROUTE).loaded_revision(SEGMENT_MINUTE)
