"""Judged records, and the rows of the event and dead-letter tables that come of them."""

from functools import cache

from cityroute_contracts.schema import Feed, Type
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from ..parse import fast
from ..parse.reference import Stream, reason_and_detail


def judged(raw: DataFrame, feed: Feed, stream: Stream) -> DataFrame:
    """Kafka's columns of a feed's records, `record` (see `fast.parsed`) and `good`, never null."""
    record, good = _verdict(feed, stream)
    return raw.withColumn("record", record).withColumn("good", good)


@cache
def _verdict(feed: Feed, stream: Stream) -> tuple[Column, Column]:
    """The two columns, built once: every batch uses them again."""
    return F.expr(fast.parsed(feed)), F.expr(fast.is_good(feed, stream))


def event_rows(rows: DataFrame, feed: Feed) -> DataFrame:
    """Judged rows as rows of `events_<feed>`; the caller has filtered for `good`."""
    return rows.selectExpr(*(_column(feed, name) for name in feed.names), *_ORIGIN)


def dead_letters(rows: DataFrame, feed: Feed, stream: Stream) -> DataFrame:
    """Judged rows that are not good as rows of `dead_letter`; the reason comes from the reference."""

    # A lambda, because PySpark warns of type hints that it cannot make sense of.
    reason = F.udf(
        lambda value, kafka_ms: reason_and_detail(
            feed.name, None if value is None else bytes(value), kafka_ms, stream
        ),
        "reason STRING, detail STRING",
    )
    named = rows.filter(~F.col("good")).withColumn("why", reason("value", F.unix_millis("timestamp")))
    return named.selectExpr(
        f"'{feed.name}' AS feed",
        *_ORIGIN,
        "key AS record_key",
        "value AS record_value",
        "why.reason AS reason",
        "why.detail AS detail",
    )


_ORIGIN = (
    "topic AS kafka_topic",
    "partition AS kafka_partition",
    "offset AS kafka_offset",
    "timestamp AS kafka_time",
)


def _column(feed: Feed, name: str) -> str:
    value = f"record.e.`{name}`"
    if feed.field(name).type is Type.TIMESTAMP:
        value = f"timestamp_millis({value})"
    elif name == "event_id":
        value = f"coalesce({value}, concat_ws('-', topic, partition, offset))"
    return f"{value} AS `{name}`"
