"""Each record ends up exactly once, as an event or as a dead letter, wherever the batch was killed."""

import json
from collections import Counter
from pathlib import Path

import pytest
from cityroute_contracts import names, samples
from cityroute_contracts.settings import StreamSettings
from cityroute_contracts.tables import DEAD_LETTER, EVENTS
from cityroute_spark.jobs.audit import audit
from cityroute_spark.jobs.ingest import TABLES
from cityroute_spark.parse.reference import Stream
from cityroute_spark.sinks import expiry, lake
from cityroute_spark.sinks.events import Batch, EventSink
from cityroute_spark.sinks.stamps import last_stamp
from cityroute_spark.sources.checkpoint import Ranges
from pyspark.sql import SparkSession

from tests.support.spark_lake import ROUTE, Record, kafka_rows

KAFKA_MS = json.loads(samples.good("gps")[0])["event_time"]
STREAM = Stream(ROUTE, False, ())


class Killed(Exception):
    """What a kill looks like to the code: it does not go on."""


def records(first: int = 0) -> list[Record]:
    """Four GPS records, two of them bad, a good weather and a bad vehicle record."""
    gps = [{**json.loads(samples.good("gps")[0]), "route": ROUTE, "seq": first + i} for i in range(4)]
    values = [json.dumps({**row, "event_id": f"id-{row['seq']}"}).encode() for row in gps]
    values[1], values[3] = values[1][:-3], b""
    weather = json.dumps({**json.loads(samples.good("weather")[0]), "route": ROUTE, "event_id": f"w-{first}"})
    return [
        *(Record("gps", first + i, value, KAFKA_MS) for i, value in enumerate(values)),
        Record("weather", first, weather.encode(), KAFKA_MS),
        Record("vehicle", first, None, KAFKA_MS),
    ]


def batch(session: SparkSession, epoch: int) -> Batch:
    rows = records(epoch * 4)
    topics = names.topics(ROUTE)
    spans: Ranges = {
        topics[feed]: {"0": (min(offsets), max(offsets) + 1)}
        for feed in ("gps", "weather", "vehicle")
        if (offsets := [r.offset for r in rows if r.feed == feed])
    }
    return Batch(kafka_rows(session, rows), epoch, spans)


def sink(session: SparkSession, die_after: str | None = None) -> EventSink:
    def committed(table: str) -> None:
        if table == die_after:
            raise Killed(table)

    return EventSink(session, STREAM, names.topics(ROUTE), "query-1", committed)


def origins(session: SparkSession) -> Counter[tuple[str, int]]:
    """How often each record stands in any of the tables."""
    tables = [EVENTS["gps"], EVENTS["weather"], EVENTS["vehicle"], DEAD_LETTER]
    return Counter(
        (row["kafka_topic"], row["kafka_offset"])
        for t in tables
        for row in session.table(names.lake_table(ROUTE, t.name))
        .select("kafka_topic", "kafka_offset")
        .collect()
    )


def expected(epochs: range) -> Counter[tuple[str, int]]:
    topics = names.topics(ROUTE)
    return Counter((topics[r.feed], r.offset) for epoch in epochs for r in records(epoch * 4))


@pytest.fixture
def tables(session: SparkSession) -> SparkSession:
    lake.create_missing(session, ROUTE, TABLES)
    return session


@pytest.mark.parametrize("commit", ["events_gps", "events_weather", "dead_letter"])
def test_a_batch_killed_after_a_commit_is_completed_when_run_again(tables: SparkSession, commit: str) -> None:
    sink(tables).write(batch(tables, 0))
    with pytest.raises(Killed):
        sink(tables, die_after=commit).write(batch(tables, 1))
    sink(tables).write(batch(tables, 1))
    assert origins(tables) == expected(range(2))


def test_a_batch_whose_commit_log_was_lost_changes_nothing(tables: SparkSession) -> None:
    sink(tables).write(batch(tables, 0))
    before = {t.name: snapshots(tables, t.name) for t in TABLES}
    sink(tables).write(batch(tables, 0))
    assert {t.name: snapshots(tables, t.name) for t in TABLES} == before
    assert origins(tables) == expected(range(1))


def snapshots(session: SparkSession, table: str) -> int:
    return len(list(lake.summaries(lake.load(session, names.lake_table(ROUTE, table)))))


def test_tables_without_a_share_of_the_batch_are_not_committed(tables: SparkSession) -> None:
    found = sink(tables).write(batch(tables, 0))
    assert snapshots(tables, "events_gps") == 1
    assert snapshots(tables, "events_traffic") == 0
    assert found["gps"] is not None
    assert (found["gps"].good, found["gps"].bad, found["gps"].newest_ms) == (2, 2, KAFKA_MS)


def test_rows_hold_the_fields_and_where_they_came_from(tables: SparkSession) -> None:
    sink(tables).write(batch(tables, 0))
    wanted = json.loads(records()[0].value or b"")
    row = tables.table(names.lake_table(ROUTE, "events_gps")).filter("kafka_offset = 0")
    found = row.selectExpr("*", "unix_millis(event_time) AS event_ms", "unix_millis(kafka_time) AS kafka_ms")
    stored = found.collect()[0].asDict()
    assert stored["event_ms"] == wanted.pop("event_time")
    assert {name: stored[name] for name in wanted} == wanted
    assert (stored["kafka_topic"], stored["kafka_partition"], stored["kafka_ms"]) == (
        names.topic(ROUTE, "gps"),
        0,
        KAFKA_MS,
    )


def test_the_stamp_outlives_other_snapshots_and_expiry(
    tables: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "KEEP_SNAPSHOTS", 1)
    full_name = names.lake_table(ROUTE, "events_gps")
    sink(tables).write(batch(tables, 0))
    for _ in range(2):  # what maintenance leaves: snapshots without a stamp
        tables.table(full_name).limit(1).writeTo(full_name).append()
        expiry.expire(lake.load(tables, full_name), now_ms=2**41)
    stamp = last_stamp(lake.load(tables, full_name))
    assert stamp is not None
    assert (stamp.query, stamp.epoch) == ("query-1", 0)
    assert stamp.ranges == {names.topic(ROUTE, "gps"): {"0": (0, 4)}}


def test_the_audit_counts_duplicates_and_gaps(tables: SparkSession, settings: StreamSettings) -> None:
    sink(tables).write(batch(tables, 0))
    full_name = names.lake_table(ROUTE, "events_gps")
    tables.table(full_name).filter("seq = 0").writeTo(full_name).append()
    found = audit(tables, settings)
    assert found["gps"] == {"stored": 3, "dead_letters": 2, "duplicates": 1, "gaps": 1}
    assert found["vehicle"] == {"stored": 0, "dead_letters": 1, "duplicates": 0, "gaps": 0}
    assert found["emergency"] == {"stored": 0, "dead_letters": 0, "duplicates": 0, "gaps": 0}


def test_a_dead_letter_that_stands_twice_is_a_duplicate(
    tables: SparkSession, settings: StreamSettings
) -> None:
    sink(tables).write(batch(tables, 0))
    full_name = names.lake_table(ROUTE, "dead_letter")
    tables.table(full_name).filter("feed = 'vehicle'").writeTo(full_name).append()
    assert audit(tables, settings)["vehicle"]["duplicates"] == 1


def test_an_audit_of_an_empty_lake_counts_nothing(
    session: SparkSession, settings: StreamSettings, tmp_path: Path
) -> None:
    assert set(audit(session, settings)["gps"].values()) == {0}
