"""`segment_minute` against numbers worked out by hand."""

import json
from typing import Any

import pytest
from cityroute_contracts import names, samples
from cityroute_contracts.corridor import LONDON_BIRMINGHAM
from cityroute_contracts.tables import LEVELS_OF_SERVICE
from cityroute_spark.parse.reference import Stream
from cityroute_spark.transforms import segment_minute
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from tests.support.spark_lake import ROUTE, Record, kafka_rows

MINUTE_MS = 1_790_000_040_000
SEGMENT = LONDON_BIRMINGHAM.segments[98]


def value(feed: str, number: int, **fields: Any) -> bytes:
    row = {**json.loads(samples.good(feed)[0]), "route": ROUTE, "event_id": f"{feed}-{number}"}
    row |= {"event_time": MINUTE_MS + number * 10_000, "segment_id": SEGMENT.id, **fields}
    return json.dumps(row).encode()


def camera(number: int, **fields: Any) -> bytes:
    plain = {"hgv_count": 0, "bus_count": 0, "interval_s": 30.0, "lanes_open": 3}
    return value("traffic", number, **{**plain, **fields})


def rows_of(spark: SparkSession, traffic: list[bytes], vehicle: list[bytes]) -> list[Row]:
    records = [Record("traffic", i, v, MINUTE_MS) for i, v in enumerate(traffic)]
    records += [Record("vehicle", i, v, MINUTE_MS) for i, v in enumerate(vehicle)]
    raw = kafka_rows(spark, records)
    sums = segment_minute.aggregate(raw, names.topics(ROUTE), Stream(ROUTE, False, ()), 60)
    done = segment_minute.finish(sums, LONDON_BIRMINGHAM, ROUTE)
    return done.withColumn("minute_ms", F.unix_millis("minute")).orderBy("segment_id", "minute").collect()


def test_two_camera_intervals_and_their_vehicles_make_one_row(spark: SparkSession) -> None:
    traffic = [
        camera(0, count=10, mean_speed_kph=100.0, density_vpkm=30.0),
        camera(3, count=30, mean_speed_kph=60.0, density_vpkm=50.0, hgv_count=6, bus_count=2),
    ]
    vehicle = [value("vehicle", i % 6, event_id=f"v-{i}", speed_kph=float(i)) for i in range(1, 101)]
    (row,) = rows_of(spark, traffic, vehicle)
    assert (row["route"], row["segment_id"], row["direction"]) == (ROUTE, SEGMENT.id, SEGMENT.direction)
    assert (row["minute_ms"], row["vehicle_count"], row["probe_count"]) == (MINUTE_MS, 40, 100)
    assert row["flow_vph"] == pytest.approx(40 / 60 * 3600)
    assert row["mean_speed_kph"] == pytest.approx((10 * 100 + 30 * 60) / 40)
    assert row["density_vpkm"] == pytest.approx(40)
    assert row["p85_speed_kph"] == pytest.approx(85, abs=1)
    assert row["travel_time_s"] == pytest.approx(3600 / 70)
    assert row["free_flow_ratio"] == pytest.approx(70 / SEGMENT.section.free_speed_kph)
    # 40 vehicles/km, a fifth of them heavy, on three lanes: 16 passenger cars per km and lane
    assert row["level_of_service"] == "C"


def test_what_ingest_would_refuse_and_what_was_sent_again_does_not_count(spark: SparkSession) -> None:
    good = camera(0, count=10, mean_speed_kph=100.0, density_vpkm=30.0)
    broken = camera(1, count=-1)
    elsewhere = camera(1, count=5, event_id="other", segment_id="outbound-999")
    (row,) = rows_of(spark, [good, broken, good, elsewhere], [])
    assert (row["vehicle_count"], row["probe_count"], row["p85_speed_kph"]) == (10, 0, None)


def test_an_empty_road_has_no_speed_and_closed_lanes_are_level_f(spark: SparkSession) -> None:
    empty = camera(0, count=0, mean_speed_kph=None, density_vpkm=0.0)
    closed = camera(0, event_id="x", count=0, mean_speed_kph=None, density_vpkm=90.0, lanes_open=0)
    closed = closed.replace(SEGMENT.id.encode(), LONDON_BIRMINGHAM.segments[99].id.encode())
    first, second = rows_of(spark, [empty, closed], [])
    assert (first["mean_speed_kph"], first["travel_time_s"], first["level_of_service"]) == (None, None, "A")
    assert second["level_of_service"] == "F"


def test_levels_of_service_follow_the_hcm_limits(spark: SparkSession) -> None:
    limits = segment_minute.DENSITY_LIMITS
    densities = [*limits, *(limit + 0.01 for limit in limits)]
    frame = spark.createDataFrame([(d,) for d in densities], "d DOUBLE")
    found = [r["l"] for r in frame.select(segment_minute.level_of_service(F.col("d")).alias("l")).collect()]
    assert "".join(found) == "ABCDE" + "BCDEF"
    assert set(found) == set(LEVELS_OF_SERVICE)
