"""A killed writer goes on with the very next record: nothing twice, nothing left out."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import FaultSettings, SimulationSettings
from cityroute_simulators.feeds.batches import Record
from cityroute_simulators.feeds.cursor import Cursor, cursor_from_tail
from cityroute_simulators.feeds.faults import malformed
from cityroute_simulators.feeds.source import batches, own_partitions, writer
from cityroute_simulators.world.noise import key

from .support import SHORT, feeds, from_start, settings, take, take_until, values_of

ALL_FAULTS = FaultSettings(late=0.3, duplicate=0.2, malformed=0.2, dropout=0.2)
SMALL = settings(vehicles=7, corridor=SHORT, incident_rate_multiplier=6000.0)
ONE_PARTITION = replace(SMALL, feeds=feeds(1))
TICKS = {"vehicle": 20, "gps": 24, "traffic": 6, "weather": 20, "emergency": 300}


def _resumed(s: SimulationSettings, feed: str, tail: Sequence[bytes], until: int) -> list[bytes]:
    """What a writer sends that finds this tail in the only partition."""
    cursor = cursor_from_tail(writer(s, feed), tail) or Cursor()
    return [r.value for r in take_until(batches(s, feed, 0, {0: cursor}), until)]


def _cuts(count: int) -> range:
    """Some eleven places along the list, each in another corner of its tick."""
    return range(0, count + 1, max(1, count // 11))


@pytest.mark.parametrize("faults", [FaultSettings(), ALL_FAULTS], ids=["plain", "all faults"])
@pytest.mark.parametrize("feed", FEEDS)
def test_cut_anywhere_the_resumed_records_complete_the_uninterrupted_ones(
    feed: str, faults: FaultSettings
) -> None:
    s = replace(ONE_PARTITION, faults=faults)
    whole = [r.value for r in take(from_start(s, feed), TICKS[feed])]
    assert len(whole) > 20
    for cut in _cuts(len(whole)):
        assert whole[:cut] + _resumed(s, feed, whole[:cut], TICKS[feed]) == whole, f"cut after {cut}"


def test_cut_inside_one_tick_with_all_faults_at_every_single_record() -> None:
    s = replace(ONE_PARTITION, faults=ALL_FAULTS)
    whole = [r.value for r in take(from_start(s, "weather"), 6)]
    for cut in range(len(whole) + 1):
        assert whole[:cut] + _resumed(s, "weather", whole[:cut], 6) == whole, f"cut after {cut}"


def test_records_of_others_in_the_topic_are_not_mistaken_for_ones_own() -> None:
    s = replace(ONE_PARTITION, faults=ALL_FAULTS)
    whole = [r.value for r in take(from_start(s, "weather"), 10)]
    other = replace(s, stream_id="another stream")
    foreign = [b"noise", *(r.value for r in take(from_start(other, "weather"), 1))]
    for cut in range(30, 45):
        tail = [*whole[:cut], *foreign]
        assert whole[:cut] + _resumed(s, "weather", tail, 10) == whole


def test_a_tail_that_shows_every_device_is_enough() -> None:
    whole = [r.value for r in take(from_start(ONE_PARTITION, "gps"), 30)]
    tail = whole[100:]
    assert tail and whole + _resumed(ONE_PARTITION, "gps", tail, 40) == [
        r.value for r in take(from_start(ONE_PARTITION, "gps"), 40)
    ]


def test_partitions_that_stand_at_different_places_all_go_on() -> None:
    s = replace(SMALL, feeds=feeds(2), faults=ALL_FAULTS)
    whole = take(from_start(s, "gps"), 30)
    cuts = {0: 17, 1: 55}
    tails = {p: values_of(whole, p)[:cut] for p, cut in cuts.items()}
    cursors = {p: cursor_from_tail(writer(s, "gps"), tail) or Cursor() for p, tail in tails.items()}
    rest = take_until(batches(s, "gps", 0, cursors), 30)
    for p in own_partitions(s, "gps", 0):
        assert tails[p] + values_of(rest, p) == values_of(whole, p)


def _seqs(records: Sequence[bytes]) -> dict[str, list[int]]:
    seqs: dict[str, list[int]] = {}
    for value in records:
        row = json.loads(value)
        seqs.setdefault(row["device_id"], []).append(row["seq"])
    return seqs


@pytest.mark.parametrize("feed", FEEDS)
def test_a_jump_leaves_out_the_time_between_and_no_seq(feed: str) -> None:
    s = replace(ONE_PARTITION, faults=FaultSettings(late=0.3))
    source = from_start(s, feed)
    ticks = TICKS[feed]
    before = [r.value for r in take(source, ticks)]
    assert source.jump(before=ticks + 1, to=5 * ticks) == [0]
    after = [r.value for r in take(source, ticks)]
    to_ms = source.tick_ms(5 * ticks)
    assert after and all(json.loads(v)["event_time"] >= to_ms for v in after)
    assert all(seqs == list(range(len(seqs))) for seqs in _seqs(before + after).values())


def test_after_a_jump_a_killed_writer_resumes_where_it_stood() -> None:
    source = from_start(ONE_PARTITION, "gps")
    records = take(source, 20)
    source.jump(before=21, to=500)
    records += take(source, 20)
    values = [r.value for r in records]
    for cut in (139, 140, 141, 150, 200):
        if cut > 140:
            resumed = _resumed(ONE_PARTITION, "gps", values[:cut], 520)
            assert values[:cut] + resumed == values


def test_partitions_not_far_behind_do_not_jump() -> None:
    s = replace(SMALL, feeds=feeds(2))
    source = batches(s, "gps", 0, {0: Cursor(next_tick=10), 1: Cursor(next_tick=50)})
    assert source.jump(before=40, to=100) == [0]
    assert source.next_tick == 50
    assert {r.partition for r in source.batch(50)} == {1}


def test_a_device_whose_records_have_been_removed_uses_no_seq_again() -> None:
    whole = take(from_start(ONE_PARTITION, "gps"), 20)
    tail = [r.value for r in whole[-3:]]
    cursor = cursor_from_tail(writer(ONE_PARTITION, "gps"), tail, is_cut=True)
    assert cursor is not None
    rest = [r.value for r in take_until(batches(ONE_PARTITION, "gps", 0, {0: cursor}), 22)]
    used = {(d, q) for d, seqs in _seqs([r.value for r in whole]).items() for q in seqs}
    assert rest and not used & {(d, q) for d, seqs in _seqs(rest).items() for q in seqs}


def test_when_the_interval_was_changed_no_seq_is_used_twice() -> None:
    whole = [r.value for r in take(from_start(ONE_PARTITION, "gps"), 20)]
    slower = replace(ONE_PARTITION, feeds={"gps": replace(ONE_PARTITION.feeds["gps"], interval_s=7.0)})
    rest = _resumed(slower, "gps", whole, 6)
    assert rest and all(s == list(range(len(s))) for s in _seqs(whole + rest).values())
    newest = max(json.loads(v)["event_time"] for v in whole)
    assert min(json.loads(v)["event_time"] for v in rest) > newest


def test_no_malformed_record_is_taken_for_an_event_nor_spoils_the_count() -> None:
    value = take(from_start(ONE_PARTITION, "gps"), 1)[0].value
    expected = cursor_from_tail(writer(ONE_PARTITION, "gps"), [value])
    assert expected is not None and expected.seqs == {"gps-000000": 1}
    for bits in range(5000):
        broken = malformed(value, key("breakage", bits))
        assert cursor_from_tail(writer(ONE_PARTITION, "gps"), [value, broken]) == expected


def test_an_empty_partition_says_nothing() -> None:
    assert cursor_from_tail(writer(ONE_PARTITION, "gps"), []) is None
    assert isinstance(take(from_start(ONE_PARTITION, "gps"), 1)[0], Record)
