"""Counts what the tables hold; the last line of its output is JSON.

    spark-submit audit.py --config streams.json

    {"feeds": {"gps": {"stored": n, "dead_letters": n, "duplicates": n, "gaps": n}, …},
     "warehouse": {"segment_minute": rows}}

`duplicates` are rows beyond the first with an event_id; as the id follows from the record, a record
stored twice is among them. `gaps` are numbers missing between a device's lowest and highest `seq`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import StreamSettings
from cityroute_contracts.tables import ANALYTICS, DEAD_LETTER, EVENTS
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from cityroute_spark.jobs.session import open_session
from cityroute_spark.jobs.shell import read_settings
from cityroute_spark.sinks import lake
from cityroute_spark.sinks.warehouse import open_warehouse
from cityroute_spark.transforms.registry import STREAMED

JOB = "audit"
_NOTHING = {"stored": 0, "duplicates": 0, "gaps": 0, "dead_letters": 0}


def audit(spark: SparkSession, settings: StreamSettings) -> dict[str, dict[str, int]]:
    """The counts per feed: two Spark jobs, side by side. A table that is missing counts as empty."""
    there = _existing(spark, settings)
    with ThreadPoolExecutor(2) as pool:
        letters = pool.submit(_dead_letters, there.get(DEAD_LETTER.name))
        events = _events({f: there[t.name] for f, t in EVENTS.items() if t.name in there})
    return {f: _NOTHING | events.get(f, {}) | letters.result().get(f, {}) for f in FEEDS}


def _existing(spark: SparkSession, settings: StreamSettings) -> dict[str, DataFrame]:
    tables = (*EVENTS.values(), DEAD_LETTER)
    absent = {t.name for t in lake.missing(spark, settings.route, tables)}
    return {
        t.name: spark.table(names.lake_table(settings.route, t.name)) for t in tables if t.name not in absent
    }


def _events(tables: Mapping[str, DataFrame]) -> dict[str, dict[str, int]]:
    if not tables:
        return {}
    narrow = (
        t.select(F.lit(feed).alias("feed"), "event_id", "stream_id", "device_id", "seq")
        for feed, t in tables.items()
    )
    rows = reduce(DataFrame.unionByName, narrow).groupBy("feed", "event_id")
    once = rows.agg(
        F.count(F.lit(1)).alias("n"), *(F.first(c).alias(c) for c in ("stream_id", "device_id", "seq"))
    )
    devices = once.groupBy("feed", "stream_id", "device_id").agg(
        F.sum("n").alias("stored"),
        F.sum(F.col("n") - 1).alias("duplicates"),
        F.coalesce(F.max("seq") - F.min("seq") + 1 - F.count_distinct("seq"), F.lit(0)).alias("gaps"),
    )
    sums = devices.groupBy("feed").agg(*(F.sum(c).alias(c) for c in ("stored", "duplicates", "gaps")))
    return {r["feed"]: {c: r[c] for c in ("stored", "duplicates", "gaps")} for r in sums.collect()}


def _dead_letters(table: DataFrame | None) -> dict[str, dict[str, int]]:
    if table is None:
        return {}
    return {r["feed"]: {"dead_letters": r["count"]} for r in table.groupBy("feed").count().collect()}


def _warehouse(settings: StreamSettings) -> dict[str, int]:
    warehouse = open_warehouse(settings.warehouse, settings.route)
    if warehouse is None:
        return {}
    warehouse.prepare()
    return {name: warehouse.count(ANALYTICS[name]) for name in STREAMED}


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print."""
    settings = read_settings(JOB, arguments)
    spark = open_session(settings)
    found: dict[str, Any] = {"feeds": audit(spark, settings), "warehouse": _warehouse(settings)}
    spark.stop()
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
