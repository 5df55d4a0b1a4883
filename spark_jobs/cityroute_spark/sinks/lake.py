"""The Iceberg catalog: how a session reaches it, and its tables as Java objects.

Snapshots, tags and lists are asked of Iceberg's Java API: the same through Spark SQL would be a
Spark job each, which a batch of a few seconds cannot afford.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.render.spark import distinct_view, iceberg_create
from cityroute_contracts.schema import Table
from cityroute_contracts.settings import LakeSettings
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

EXTENSIONS = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"

CATALOGS_WITH_VIEWS = ("jdbc",)

JavaTable = Any
"""An `org.apache.iceberg.Table` behind py4j."""


def catalog_conf(lake: LakeSettings, password: str | None) -> dict[str, str]:
    """Session settings of catalog `names.CATALOG`. type `hadoop` serves tests without a database."""
    prefix = f"spark.sql.catalog.{names.CATALOG}"
    given = {
        "type": lake.catalog,
        "warehouse": lake.warehouse,
        "cache-enabled": "false",  # tables are written by other jobs too
        "uri": lake.uri,
        "jdbc.user": lake.user,
        "jdbc.password": password,
        "jdbc.schema-version": "V1" if lake.catalog == "jdbc" else None,  # V1 has views
        **lake.options,
    }
    return {prefix: "org.apache.iceberg.spark.SparkCatalog"} | {
        f"{prefix}.{key}": value for key, value in given.items() if value is not None
    }


def connect(spark: SparkSession, lake: LakeSettings) -> None:
    """Make the catalog known to a session. Raises OSError when the password file cannot be read."""
    password = Path(lake.password_file).read_text().strip() if lake.password_file else None
    for key, value in catalog_conf(lake, password).items():
        spark.conf.set(key, value)


def load(spark: SparkSession, full_name: str) -> JavaTable:
    """The table as it is now. Raises Py4JJavaError when there is none."""
    jvm: Any = spark.sparkContext._jvm
    return jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, full_name)


def missing(spark: SparkSession, route: str, tables: Iterable[Table]) -> list[Table]:
    """Those of the route's tables that the lake does not have yet."""
    there = _table_names(spark, names.lake_database(route))
    return [t for t in tables if t.name not in there]


def create_missing(spark: SparkSession, route: str, tables: Iterable[Table]) -> None:
    """Create what the lake lacks. Another job may do the same at the same moment."""
    absent = _again_if_raced(lambda: missing(spark, route, tables))
    if not absent:
        return
    database = f"{names.CATALOG}.{names.lake_database(route)}"
    _again_if_raced(lambda: spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {database}"))
    for table in absent:
        statement = iceberg_create(table, names.lake_table(route, table.name))
        _again_if_raced(lambda s=statement: spark.sql(s))


def create_views(spark: SparkSession, route: str, catalog: str, tables: Iterable[Table]) -> None:
    """Views of the event tables without re-sends, in a catalog that has views."""
    if catalog not in CATALOGS_WITH_VIEWS:
        return
    for table in tables:
        view = names.lake_table(route, names.distinct_view(table.name))
        spark.sql(distinct_view(table, view, names.lake_table(route, table.name)))


def summaries(table: JavaTable) -> Iterable[Mapping[str, str]]:
    """Snapshot summaries from the current one back to the oldest that is kept."""
    snapshot = table.currentSnapshot()
    while snapshot is not None:
        yield dict(snapshot.summary())
        parent = snapshot.parentId()
        snapshot = None if parent is None else table.snapshot(parent)


def total_records(table: JavaTable) -> int:
    """Rows in the table, as its newest snapshot says."""
    newest = next(iter(summaries(table)), {})
    return int(newest.get("total-records", "0"))


def _table_names(spark: SparkSession, database: str) -> set[str]:
    jvm: Any = spark.sparkContext._jvm
    gateway: Any = spark.sparkContext._gateway
    catalog = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergCatalog(spark._jsparkSession, names.CATALOG)
    levels = gateway.new_array(jvm.java.lang.String, 1)
    levels[0] = database
    namespace = jvm.org.apache.iceberg.catalog.Namespace.of(levels)
    try:
        return {str(identifier.name()) for identifier in catalog.listTables(namespace)}
    except Py4JJavaError as error:
        if "NoSuchNamespace" in error.java_exception.getClass().getName():
            return set()
        raise


def _again_if_raced(act: Any) -> Any:
    """Do it, and once more when it failed: the other job has then finished doing the same."""
    try:
        return act()
    except Exception:
        return act()
