"""Spark's verdict on a record is the codec's, for good, broken and hostile bytes alike."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cityroute_contracts import samples
from cityroute_contracts.clock import Clock
from cityroute_contracts.feeds import FEEDS
from cityroute_spark.parse.fast import SENTINEL
from cityroute_spark.parse.reference import FAR_AHEAD_MS, FAR_IN_THE_PAST_MS, Stream, why_bad
from cityroute_spark.transforms.events import dead_letters, judged
from pyspark.sql import SparkSession

from tests.support.spark_lake import Record, kafka_rows

VALUES: tuple[Any, ...] = (
    *(5, 5.0, -1, 1e308, 2**31, 2**53, 2**63, 2**70, True, None, [1], {"a": 1}),
    *("5", "", "NaN", "true", "null", " 5", "a:b", 'q"x', "back\\slash", "x\0y", "é" * 64, "\U0001f600" * 65),
)
TOKENS = (
    *(b"NaN", b"-Infinity", b"1e400", b"01", b"+1", b".5", b"5.", b"-0", b"1e2", b"5.0", b"tru", b"5/**/"),
    *(b"'x'", b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\u0000"', b'"\\x"', b'"tab\t"', b"1" * 900),
)


def compact(row: Any) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


def hostile(feed: str) -> Iterator[bytes | None]:
    good = samples.good(feed)[0]
    row = json.loads(good)
    yield from (*samples.good(feed), *samples.external(feed), *(b.value for b in samples.broken(feed)))
    yield from (json.dumps(row).encode(), json.dumps(row, indent=1).encode(), b" " + good + b"\n")
    yield from around(good)
    for name, value in row.items():
        one = compact({name: value})[1:-1]
        yield from (compact({**row, name: other}) for other in VALUES)
        yield from (json.dumps({**row, name: o}, ensure_ascii=False).encode() for o in VALUES)
        yield from (good.replace(one, compact(name) + b":" + token) for token in TOKENS)
        yield compact({k: v for k, v in row.items() if k != name})
        yield good[:-1] + b"," + one + b"}"
        yield good[:-1] + b',"extra":{' + one + b"}}"
        yield good[:-1] + b',"extra":{' + one + b"," + one + b"}}"


def around(good: bytes) -> Iterator[bytes]:
    endings = (b" xyz", good, b"}", b"] x", b"}x}", b',"' + SENTINEL.encode() + b'":1}')
    yield from (good + ending for ending in endings)
    yield from (b"[" + good + b"]", b"null", b"{}", b"1", b'"x"', b"{", b"\xef\xbb\xbf" + good, b"[" * 5000)
    yield from (good.replace(b'"', b"'"), good[:-1] + b',"x":' + b"[" * 300 + b"]" * 300 + b"}")
    yield from (good[:-1] + b',"x":"' + b"a" * length + b'"}' for length in (60_000, 70_000))
    for cut in range(0, len(good), 9):
        yield good[:cut]
        yield from (good[:cut] + byte + good[cut:] for byte in (b"\xff", b"\x00", b"\xed\xa0\x80"))


@pytest.mark.parametrize("external", [False, True], ids=["simulated", "external"])
@pytest.mark.parametrize("feed", FEEDS)
def test_spark_accepts_exactly_what_the_codec_accepts(spark: SparkSession, feed: str, external: bool) -> None:
    values = list(hostile(feed))
    event = json.loads(samples.good(feed)[0])
    stream = Stream(event["route"], external, ())
    records = [Record(feed, i, value, event["event_time"]) for i, value in enumerate(values)]
    rows = judged(kafka_rows(spark, records).repartition(2), FEEDS[feed], stream)
    found = {r["offset"] for r in rows.filter("good").select("offset").collect()}
    wanted = {i for i, v in enumerate(values) if why_bad(feed, v, event["event_time"], stream) is None}
    differ = [(i in found, values[i]) for i in sorted(found ^ wanted)]
    assert not differ
    assert len(wanted) > 20


def test_a_dead_letter_has_the_codecs_reason(spark: SparkSession) -> None:
    broken = samples.broken("gps")
    event = json.loads(samples.good("gps")[0])
    stream = Stream(event["route"], False, ())
    records = [Record("gps", i, b.value, event["event_time"]) for i, b in enumerate(broken)]
    rows = dead_letters(judged(kafka_rows(spark, records), FEEDS["gps"], stream), FEEDS["gps"], stream)
    found = {r["kafka_offset"]: (r["reason"], r["record_value"]) for r in rows.collect()}
    assert found == {i: (b.reason.value, b.value) for i, b in enumerate(broken)}


def test_another_route_and_an_implausible_time_are_refused_by_the_clock_in_force(spark: SparkSession) -> None:
    event = json.loads(samples.good("gps")[0])
    clocks = (Clock(1_000_000, 1_000, 10.0), Clock(90_000_000, 500_000, 1.0))
    stream = Stream(event["route"], False, clocks)
    cases = [
        (kafka_ms, stream.now_ms(kafka_ms) + ahead_ms, route)
        for kafka_ms in (0, 1_000, 499_999, 500_000, 700_123)
        for ahead_ms in (0, FAR_AHEAD_MS, FAR_AHEAD_MS + 1, -FAR_IN_THE_PAST_MS, -FAR_IN_THE_PAST_MS - 1)
        for route in (event["route"], "elsewhere")
    ]
    values = [compact({**event, "event_time": time_ms, "route": route}) for _, time_ms, route in cases]
    records = [Record("gps", i, v, cases[i][0]) for i, v in enumerate(values)]
    good = judged(kafka_rows(spark, records), FEEDS["gps"], stream).filter("good")
    found = {r["offset"] for r in good.collect()}
    assert found == {i for i, v in enumerate(values) if why_bad("gps", v, cases[i][0], stream) is None}
    assert 0 < len(found) < len(values) / 2 + 1
