"""What the tables hold, counted: rows, rows that stand twice, and numbers that are missing."""

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def event_counts(tables: Mapping[str, DataFrame]) -> DataFrame:
    """Per feed: `stored`, `duplicates`, `gaps`. `tables` maps a feed to its event table; at least one.

    `duplicates` are rows beyond the first with an event_id; as the id follows from the record, a
    record stored twice is among them. `gaps` are numbers missing between a device's lowest and
    highest `seq`.
    """
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
    return devices.groupBy("feed").agg(*(F.sum(c).alias(c) for c in ("stored", "duplicates", "gaps")))


def dead_letter_counts(table: DataFrame) -> DataFrame:
    """Per feed: `dead_letters`, and `duplicates`, rows beyond the first of a record."""
    records = table.groupBy("feed", "kafka_topic", "kafka_partition", "kafka_offset").agg(
        F.count(F.lit(1)).alias("n")
    )
    return records.groupBy("feed").agg(
        F.sum("n").alias("dead_letters"), F.sum(F.col("n") - 1).alias("duplicates")
    )
