"""Counts what the tables hold; the last line of its output is JSON.

    spark-submit audit.py --config streams.json

    {"feeds": {"gps": {"stored": n, "dead_letters": n, "duplicates": n, "gaps": n}, …},
     "warehouse": {"segment_minute": rows}}

`transforms.counts` says what each count means.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import StreamSettings
from cityroute_contracts.tables import ANALYTICS, DEAD_LETTER, EVENTS
from pyspark.sql import DataFrame, SparkSession

from cityroute_spark.jobs.session import open_session
from cityroute_spark.jobs.shell import read_settings
from cityroute_spark.sinks import lake
from cityroute_spark.sinks.warehouse import open_warehouse
from cityroute_spark.transforms.counts import dead_letter_counts, event_counts
from cityroute_spark.transforms.registry import STREAMED

JOB = "audit"
COUNTED = ("stored", "dead_letters", "duplicates", "gaps")

Counts = Mapping[str, Mapping[str, int]]
"""Counts by name, by feed."""


def audit(spark: SparkSession, settings: StreamSettings) -> dict[str, dict[str, int]]:
    """The counts per feed: two Spark jobs, side by side. A table that is missing counts as empty."""
    there = _existing(spark, settings)
    tables = {feed: there[t.name] for feed, t in EVENTS.items() if t.name in there}
    with ThreadPoolExecutor(2) as pool:
        letters = pool.submit(_letters, there.get(DEAD_LETTER.name))
        events = _by_feed(event_counts(tables)) if tables else {}
    return merged(events, letters.result())


def _letters(table: DataFrame | None) -> dict[str, dict[str, int]]:
    return {} if table is None else _by_feed(dead_letter_counts(table))


def merged(events: Counts, letters: Counts) -> dict[str, dict[str, int]]:
    """The counts of both kinds of tables per feed; duplicates of either count."""
    return {
        feed: {
            name: events.get(feed, {}).get(name, 0) + letters.get(feed, {}).get(name, 0) for name in COUNTED
        }
        for feed in FEEDS
    }


def _by_feed(counts: DataFrame) -> dict[str, dict[str, int]]:
    rows = (row.asDict() for row in counts.collect())
    return {row.pop("feed"): row for row in rows}


def _existing(spark: SparkSession, settings: StreamSettings) -> dict[str, DataFrame]:
    tables = (*EVENTS.values(), DEAD_LETTER)
    absent = {t.name for t in lake.missing(spark, settings.route, tables)}
    return {
        t.name: spark.table(names.lake_table(settings.route, t.name)) for t in tables if t.name not in absent
    }


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
