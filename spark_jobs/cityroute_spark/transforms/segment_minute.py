"""`segment_minute`: traffic on each segment, minute by minute, from cameras and vehicles.

Level of service: by density in passenger cars per km and lane (HCM, 11/18/26/35/45 pc/mi/lane);
a goods vehicle or bus counts as two cars. Minutes are of event time; events on segments that the
corridor does not have are left out.
"""

from collections.abc import Mapping

from cityroute_contracts.corridor import Corridor
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.tables import LEVELS_OF_SERVICE
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from ..parse.reference import Stream
from .events import judged

SOURCES = ("traffic", "vehicle")
DENSITY_LIMITS = (6.8, 11.2, 16.2, 21.7, 28.0)
"""Upper limits of levels A to E, in passenger cars per km and lane; F lies above."""
CARS_PER_HEAVY = 2

_SHARES = {
    # What a camera's interval and a vehicle's report each add to a minute.
    "traffic": (
        "e.count AS counted",
        "e.interval_s AS interval_s",
        "IF(e.mean_speed_kph IS NULL, 0, e.count) AS timed",
        "coalesce(e.mean_speed_kph, 0) * e.count AS speed_sum",
        "e.density_vpkm * e.interval_s AS density_sum",
        "e.lanes_open * e.interval_s AS lanes_sum",
        "e.hgv_count + e.bus_count AS heavy",
        "CAST(NULL AS DOUBLE) AS probe_kph",
    ),
    "vehicle": (
        "0 AS counted",
        "0D AS interval_s",
        "0 AS timed",
        "0D AS speed_sum",
        "0D AS density_sum",
        "0D AS lanes_sum",
        "0 AS heavy",
        "e.speed_kph AS probe_kph",
    ),
}


def aggregate(raw: DataFrame, topics: Mapping[str, str], stream: Stream, watermark_s: float) -> DataFrame:
    """Sums per segment and minute of a stream (or batch) of Kafka rows, re-sent events once.

    Columns: segment_id, minute, and the sums that `finish` turns into the table's rows.
    """
    events = _shares(raw, topics, stream).withWatermark("event_time", f"{watermark_s} seconds")
    once = events.dropDuplicatesWithinWatermark(["event_id"]) if raw.isStreaming else _once(events)
    sums = ("interval_s", "timed", "speed_sum", "density_sum", "lanes_sum", "heavy")
    return (
        once.groupBy(F.window("event_time", "1 minute").alias("window"), "segment_id")
        .agg(
            F.sum("counted").alias("vehicle_count"),
            *(F.sum(name).alias(name) for name in sums),
            F.count("probe_kph").alias("probe_count"),
            F.percentile_approx("probe_kph", 0.85).alias("p85_speed_kph"),
        )
        .withColumn("minute", F.col("window.start"))
        .drop("window")
    )


def finish(sums: DataFrame, corridor: Corridor, route: str) -> DataFrame:
    """Rows of `segment_minute`, but for `revision`, from what `aggregate` gives."""
    segments = F.broadcast(segment_frame(sums.sparkSession, corridor))
    rows = sums.join(segments, "segment_id").withColumn("route", F.lit(route))
    rows = rows.selectExpr(
        "*",
        "vehicle_count * 3600 / nullif(interval_s, 0) AS flow_vph",
        "speed_sum / nullif(timed, 0) AS mean_speed_kph",
        "density_sum / nullif(interval_s, 0) AS density_vpkm",
        "lanes_sum / nullif(interval_s, 0) AS lanes",
    )
    return rows.withColumn("level_of_service", level_of_service(_cars_per_lane())).selectExpr(
        "route",
        "segment_id",
        "direction",
        "minute",
        "flow_vph",
        "mean_speed_kph",
        "p85_speed_kph",
        "density_vpkm",
        "level_of_service",
        "length_km / nullif(mean_speed_kph, 0) * 3600 AS travel_time_s",
        "mean_speed_kph / free_speed_kph AS free_flow_ratio",
        "vehicle_count",
        "probe_count",
    )


def level_of_service(cars_per_lane_km: Column) -> Column:
    """A to F by density; null for an unknown density."""
    level = F.when(cars_per_lane_km.isNull(), F.lit(None))
    for limit, name in zip(DENSITY_LIMITS, LEVELS_OF_SERVICE, strict=False):
        level = level.when(cars_per_lane_km <= limit, name)
    return level.otherwise(LEVELS_OF_SERVICE[-1])


def segment_frame(spark: SparkSession, corridor: Corridor) -> DataFrame:
    """The corridor's segments: segment_id, direction, length_km, free_speed_kph."""
    rows = ", ".join(
        f"('{s.id}', '{s.direction}', {s.length_km:.6f}D, {float(s.section.free_speed_kph)!r}D)"
        for s in corridor.segments
    )
    return spark.sql(f"SELECT * FROM VALUES {rows} AS t(segment_id, direction, length_km, free_speed_kph)")


def _cars_per_lane() -> Column:
    """Passenger cars per km and lane. All lanes closed is as dense as can be."""
    heavy_share = f"coalesce(heavy / nullif(vehicle_count, 0), 0) * {CARS_PER_HEAVY - 1}"
    per_lane = f"density_vpkm * (1 + {heavy_share}) / nullif(lanes, 0)"
    return F.expr(f"IF(lanes = 0, CAST('Infinity' AS DOUBLE), {per_lane})")


def _shares(raw: DataFrame, topics: Mapping[str, str], stream: Stream) -> DataFrame:
    """Good events of the sources as one frame: event_id, event_time, segment_id and their shares."""
    rows = raw.withColumnRenamed("value", "bytes")
    for feed in SOURCES:
        of_feed = rows.withColumn("value", F.when(F.col("topic") == topics[feed], F.col("bytes")))
        share = f"IF(good, struct({', '.join(_fields(feed))}), NULL)"
        rows = judged(of_feed, FEEDS[feed], stream).withColumn("e", F.col("record.e"))
        rows = rows.withColumn(feed, F.expr(share)).drop("record", "good", "e", "value")
    # Observing keeps Spark from pushing the filter below the parse and parsing twice.
    seen = rows.observe("accepted", *(F.count(feed).alias(feed) for feed in SOURCES))
    return seen.select(F.coalesce(*SOURCES).alias("share")).filter("share IS NOT NULL").select("share.*")


def _fields(feed: str) -> tuple[str, ...]:
    origin = "coalesce(e.event_id, concat_ws('-', topic, partition, offset)) AS event_id"
    return (
        origin,
        "timestamp_millis(e.event_time) AS event_time",
        "e.segment_id AS segment_id",
        *_SHARES[feed],
    )


def _once(events: DataFrame) -> DataFrame:
    return events.dropDuplicates(["event_id"])
