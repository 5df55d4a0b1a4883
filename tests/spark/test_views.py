"""The views without re-sends, in the catalog that runs have: JDBC on PostgreSQL."""

from dataclasses import replace
from pathlib import Path

from cityroute_contracts import names
from cityroute_contracts.settings import LakeSettings, StreamSettings, WarehouseSettings
from cityroute_contracts.tables import EVENTS
from cityroute_spark.jobs.ingest import TABLES
from cityroute_spark.sinks import lake
from pyspark.sql import SparkSession

from tests.spark.test_ingest import ROUTE, batch, sink
from tests.support import spark_lake


def in_postgres(settings: StreamSettings, warehouse: WarehouseSettings, folder: Path) -> StreamSettings:
    catalog = LakeSettings(
        catalog="jdbc",
        warehouse=f"file:{folder}/lake",
        uri=f"jdbc:postgresql://{warehouse.host}:{warehouse.port}/{warehouse.database}",
        user=warehouse.user,
        password_file=warehouse.password_file,
    )
    return replace(settings, lake=catalog)


def test_a_resent_event_stands_once_in_the_view(
    spark: SparkSession, settings: StreamSettings, warehouse: WarehouseSettings, tmp_path: Path
) -> None:
    session = spark_lake.lake_session(spark, in_postgres(settings, warehouse, tmp_path))
    lake.create_missing(session, ROUTE, TABLES)
    for _ in range(2):  # a restarted job creates them again
        lake.create_views(session, ROUTE, "jdbc", EVENTS.values())
    table = names.lake_table(ROUTE, "events_gps")
    sink(session).write(batch(session, 0))
    stored = session.table(table).count()
    session.table(table).limit(1).writeTo(table).append()
    view = session.table(names.lake_table(ROUTE, names.distinct_view("events_gps")))
    assert session.table(table).count() == stored + 1
    assert view.count() == stored
    assert view.columns == session.table(table).columns
