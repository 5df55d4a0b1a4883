"""The board's figures and the question whether a stream has read to the end."""

from collections.abc import Mapping

import pytest
from cityroute_cli.host.sample import Sample, drained, produced, state
from cityroute_contracts.progress import Loaded, Progress

TOPICS = {"gps": ("city.a.gps.v1", 2)}
ENDS = {"gps": {0: 120, 1: 80}}
FIRSTS = {"gps": {0: 20, 1: 0}}


def ingest(offsets: Mapping[str, int], stored: int = 0) -> Progress:
    return Progress("ingest", "a", "running", offsets={"city.a.gps.v1": offsets}, stored={"gps": stored})


def sample(progress: Progress | None, at_s: float = 10.0) -> Sample:
    return Sample(at_s, ENDS, FIRSTS, {"ingest": progress})


def test_produced_is_the_difference_of_the_offsets() -> None:
    assert produced(sample(None)) == {"gps": 180}


def test_a_broker_that_is_away_counts_nothing() -> None:
    assert produced(Sample(0.0, None, None, {})) is None


@pytest.mark.parametrize(
    ("offsets", "done"),
    [({"0": 120, "1": 80}, True), ({"0": 120, "1": 79}, False), ({"0": 120}, False), ({}, False)],
)
def test_a_stream_is_drained_when_it_stands_at_every_end(offsets: Mapping[str, int], done: bool) -> None:
    assert drained(sample(ingest(offsets)), "ingest", TOPICS) is done


def test_an_empty_partition_needs_no_reading() -> None:
    idle = Sample(0.0, {"gps": {0: 0, 1: 0}}, {"gps": {0: 0, 1: 0}}, {"ingest": ingest({})})
    assert drained(idle, "ingest", TOPICS)


def test_a_job_that_does_not_answer_is_not_drained() -> None:
    assert not drained(sample(None), "ingest", TOPICS)


def test_the_board_shows_rate_lag_and_stored_rows() -> None:
    before = Sample(8.0, {"gps": {0: 100, 1: 60}}, FIRSTS, {"ingest": None})
    gps = state(sample(ingest({"0": 110, "1": 70}, stored=160)), before, TOPICS).feeds["gps"]
    assert (gps.produced, gps.events_per_s, gps.stored, gps.lag) == (180, 20.0, 160, 20)


def test_the_board_adds_up_the_last_loads() -> None:
    analytics = Progress("analytics", "a", "running", loaded={"segment_minute": Loaded(380, 4, 0)})
    shown = state(Sample(0.0, ENDS, FIRSTS, {"ingest": None, "analytics": analytics}), None, TOPICS)
    assert shown.loaded_rows == 380
    assert shown.jobs == {"ingest": "starting", "analytics": "running"}
