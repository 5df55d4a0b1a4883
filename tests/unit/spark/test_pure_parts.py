"""What the Spark jobs decide without Spark."""

import json
import re
import urllib.request

import pytest
from cityroute_contracts import samples
from cityroute_contracts.clock import Clock
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.progress import Progress
from cityroute_contracts.settings import KafkaSettings, LakeSettings
from cityroute_contracts.tables import SEGMENT_MINUTE
from cityroute_spark.jobs.board import Board, metrics_text
from cityroute_spark.jobs.endpoint import serve
from cityroute_spark.jobs.shell import cause_of
from cityroute_spark.parse import fast
from cityroute_spark.parse.reference import Stream
from cityroute_spark.sinks.lake import catalog_conf
from cityroute_spark.sinks.stamps import Stamp
from cityroute_spark.sources import checkpoint, kafka


def test_offsets_are_read_from_a_checkpoints_files() -> None:
    batch = 'v1\n{"batchWatermarkMs":0}\n{"t":{"0":5,"1":7}}'
    assert checkpoint.parse_offsets(batch) == {"t": {"0": 5, "1": 7}}
    assert checkpoint.parse_offsets('\x00v1\n{"t":{"0":0}}') == {"t": {"0": 0}}


def test_ranges_span_what_lies_between_and_new_partitions_begin_at_zero() -> None:
    spans = checkpoint.ranges({"t": {"0": 5}}, {"t": {"0": 9, "1": 3}, "u": {"0": 0}})
    assert spans == {"t": {"0": (5, 9), "1": (0, 3)}, "u": {"0": (0, 0)}}
    assert checkpoint.records(spans) == {"t": 7, "u": 0}
    assert checkpoint.ends(spans) == {"t": {"0": 9, "1": 3}, "u": {"0": 0}}


def test_a_stamp_is_read_from_a_summary_as_it_was_written() -> None:
    stamp = Stamp("q", 3, {"t": {"0": (1, 2)}}, revision=8)
    assert Stamp.of({"operation": "append", **stamp.properties()}) == stamp
    assert Stamp.of({"operation": "replace"}) is None


@pytest.mark.parametrize("feed", FEEDS)
def test_what_the_codec_writes_is_canonical(feed: str) -> None:
    for value in samples.good(feed):
        compact = json.dumps(json.loads(value), separators=(",", ":"))
        plain = "\\" not in compact
        assert bool(re.search(fast.canonical(FEEDS[feed]), compact)) is plain


def test_what_could_hide_a_second_key_or_a_number_for_a_text_is_not_canonical() -> None:
    good = json.dumps(json.loads(samples.good("gps")[0]), separators=(",", ":"))
    device = json.dumps(json.loads(good)["device_id"])
    pattern = fast.canonical(FEEDS["gps"])
    assert re.search(pattern, good)
    for other in (
        good[:-1] + ',"x":1}',
        good[:-1] + ',"seq":1}',
        good.replace(device, "5"),
        good + " ",
        " " + good,
    ):
        assert not re.search(pattern, other)


def test_simulated_now_asks_the_clock_in_force() -> None:
    sql = fast.simulated_now_ms("ms", (Clock(10, 0, 2.0), Clock(50, 100, 1.0)))
    assert sql.startswith("CASE WHEN ms >= 100 THEN (50L")
    assert fast.simulated_now_ms("ms", ()) == "ms"


def test_the_password_is_in_no_setting_of_the_manifest_but_in_the_sessions() -> None:
    lake = LakeSettings("jdbc", "file:/lake", "jdbc:postgresql://h/d", "me", "/secret", {"clients": "4"})
    conf = catalog_conf(lake, "s3cret")
    assert conf["spark.sql.catalog.city.jdbc.password"] == "s3cret"
    assert conf["spark.sql.catalog.city.clients"] == "4"
    assert "spark.sql.catalog.city.uri" not in catalog_conf(LakeSettings("glue", "s3://b"), None)


def test_the_kafka_source_loses_nothing_silently_and_starts_at_the_beginning() -> None:
    options = kafka.options(KafkaSettings("b:9092"), ["y", "x"])
    assert (options["failOnDataLoss"], options["startingOffsets"]) == ("true", "earliest")
    assert options["subscribe"] == "x,y"


def test_a_board_tells_its_progress_as_json_and_as_metrics() -> None:
    board = Board("ingest", "r")
    board.set(state="running", batch_id=4, offsets={"t": {"0": 9}})
    board.add("stored", {"gps": 5})
    board.add("stored", {"gps": 2, "weather": 1})
    board.loaded(SEGMENT_MINUTE, 3, 8, 1000)
    server = serve(board, "127.0.0.1", 0)
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with urllib.request.urlopen(f"{url}/progress") as answer:
            assert Progress.from_json(answer.read()) == board.progress
        with urllib.request.urlopen(f"{url}/metrics") as answer:
            lines = answer.read().decode().splitlines()
    finally:
        server.shutdown()
        server.server_close()
    assert board.progress.stored == {"gps": 7, "weather": 1}
    assert 'cityroute_stream_stored_rows{route="r",job="ingest",feed="gps"} 7' in lines
    assert 'cityroute_stream_offset{route="r",job="ingest",topic="t",partition="0"} 9' in lines
    assert 'cityroute_loader_revision{route="r",job="ingest",table="segment_minute"} 8' in lines


def test_an_unstarted_job_has_metrics_too() -> None:
    assert 'cityroute_stream_up{route="r",job="ingest"} 0' in metrics_text(Progress("ingest", "r"))


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("boom\n\tat x.y\nCaused by: a.B: first\n\tat z\nCaused by: c.D: the root\n", "c.D: the root"),
        ("Traceback\n  File x\nValueError: no such table\n\tat py4j", "ValueError: no such table"),
        ("plain words", "plain words"),
        ("", "no reason was given"),
    ],
)
def test_the_cause_of_a_death_is_one_line(text: str, cause: str) -> None:
    assert cause_of(text) == cause


def test_a_stream_without_clocks_lives_by_the_wall_clock() -> None:
    assert Stream("r", True, ()).now_ms(5) == 5
    assert Stream("r", False, (Clock(100, 0, 2.0),)).now_ms(5) == 110
