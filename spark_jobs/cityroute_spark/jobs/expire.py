"""Drops old snapshots of every table of a route; ends when that is done.

spark-submit expire.py --config streams.json
"""

import sys
from collections.abc import Sequence

from cityroute_contracts import names
from cityroute_contracts.settings import StreamSettings
from cityroute_contracts.tables import LAKE_TABLES
from pyspark.sql import SparkSession

from cityroute_spark.jobs.session import open_session
from cityroute_spark.jobs.shell import read_settings
from cityroute_spark.sinks import expiry, lake

JOB = "expire"


def expire_all(spark: SparkSession, settings: StreamSettings) -> list[str]:
    """Expire snapshots of the tables that exist; their names."""
    tables = LAKE_TABLES.values()
    absent = {table.name for table in lake.missing(spark, settings.route, tables)}
    done = [table.name for table in tables if table.name not in absent]
    for name in done:
        expiry.expire(lake.load(spark, names.lake_table(settings.route, name)))
    return done


def main(arguments: Sequence[str] | None = None) -> int:
    """Expire and say which tables were looked at."""
    settings = read_settings(JOB, arguments)
    spark = open_session(settings)
    print(f"snapshots expired: {', '.join(expire_all(spark, settings))}")
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
