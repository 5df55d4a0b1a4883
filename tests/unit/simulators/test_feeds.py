"""Every event of every feed obeys the contract, to the byte."""

import json
from itertools import pairwise

import pytest
from cityroute_contracts import codec
from cityroute_contracts.corridor import LONDON_BIRMINGHAM, distance_m
from cityroute_contracts.feeds import CONDITIONS, FEEDS, INCIDENT_STATUSES
from cityroute_contracts.settings import ScriptedEvent, SimulationSettings

from .support import MORNING_MS, NIGHT_MS, SHORT, START_MS, feeds, from_start, settings, take, take_until

HOUR_TICKS = {"vehicle": 720, "gps": 3600, "traffic": 120, "weather": 60, "emergency": 3600}


def _busy(feed: str) -> SimulationSettings:
    """An hour with many incidents; fewer devices where they are many."""
    vehicles = 4 if feed == "gps" else 10
    start_ms = NIGHT_MS + 2 * 3_600_000
    return settings(incident_rate_multiplier=200.0, vehicles=vehicles, corridor=SHORT, start_ms=start_ms)


@pytest.mark.parametrize("feed", FEEDS)
def test_an_hour_of_a_feed_holds_good_events_alone_encoded_as_the_codec_does(feed: str) -> None:
    records = take(from_start(_busy(feed), feed), HOUR_TICKS[feed])
    assert len(records) > 100
    for record in records:
        assert codec.check(FEEDS[feed], record.value) == ()
        assert codec.encode(FEEDS[feed], json.loads(record.value)) == record.value
        assert json.loads(record.value)["device_id"].encode() == record.key


@pytest.mark.parametrize("feed", FEEDS)
def test_the_same_settings_give_the_same_bytes(feed: str) -> None:
    ticks = 300 if feed == "emergency" else 12
    assert take(from_start(_busy(feed), feed), ticks) == take(from_start(_busy(feed), feed), ticks)


@pytest.mark.parametrize("feed", ["gps", "weather"])
def test_another_seed_gives_another_world(feed: str) -> None:
    here, there = (take(from_start(settings(seed=s), feed), 1) for s in (7, 8))
    assert len(here) == len(there)
    assert [r.value for r in here] != [r.value for r in there]


@pytest.mark.parametrize("feed", FEEDS)
def test_event_times_lie_on_the_ticks_and_seq_counts_without_gaps(feed: str) -> None:
    start_ms, ticks = START_MS + 777, HOUR_TICKS[feed] // 12
    source = from_start(settings(start_ms=start_ms, incident_rate_multiplier=500.0), feed)
    rows = [json.loads(r.value) for r in take(source, ticks)]
    interval_ms = int((FEEDS[feed].default_interval_s or 1) * 1000)
    seqs: dict[str, list[int]] = {}
    for row in rows:
        assert (row["event_time"] - start_ms) % interval_ms == 0
        seqs.setdefault(row["device_id"], []).append(row["seq"])
    assert seqs and all(s == list(range(len(s))) for s in seqs.values())


def test_replicas_share_the_partitions_and_together_send_what_one_would() -> None:
    alone = take(from_start(settings(feeds=feeds(4, 1)), "gps"), 3)
    shared = [take(from_start(settings(feeds=feeds(4, 3)), "gps", n), 3) for n in range(3)]
    assert [{r.partition for r in s} for s in shared] == [{0, 3}, {1}, {2}]
    assert sorted(r for s in shared for r in s) == sorted(alone)


def test_trackers_stay_near_the_road_and_where_the_vehicle_is() -> None:
    gps = [json.loads(r.value) for r in take(from_start(settings(), "gps"), 5)]
    vehicles = [json.loads(r.value) for r in take(from_start(settings(), "vehicle"), 1)]
    first = [row for row in gps if row["event_time"] == START_MS]
    for seen, true in zip(first, vehicles, strict=True):
        here = (seen["latitude"], seen["longitude"])
        assert distance_m(here, (true["latitude"], true["longitude"])) < 60
        assert seen["vehicle_class"] == true["vehicle_class"]


def test_odometers_never_fall_and_grow_by_what_was_driven_even_into_the_next_day() -> None:
    start_ms = NIGHT_MS + 86_400_000 - 120_000  # two minutes before the next simulated day
    short = settings(start_ms=start_ms, corridor=SHORT, vehicles=30)
    rows = [json.loads(r.value) for r in take(from_start(short, "vehicle"), 48)]
    for device in {row["device_id"] for row in rows}:
        own = [row for row in rows if row["device_id"] == device]
        for before, after in pairwise(own):
            assert after["odometer_km"] >= before["odometer_km"]
            if after["event_time"] != NIGHT_MS + 86_400_000:
                fastest = max(before["speed_kph"], after["speed_kph"]) + 30
                assert after["odometer_km"] - before["odometer_km"] <= fastest * 5 / 3600 + 0.002


def test_cameras_count_whole_vehicles_and_the_classes_add_up() -> None:
    rows = [json.loads(r.value) for r in take(from_start(settings(start_ms=MORNING_MS), "traffic"), 4)]
    assert len(rows) == 4 * len(LONDON_BIRMINGHAM.segments)
    assert sum(row["count"] for row in rows) > 1000
    for row in rows:
        classes = (row[f"{c}_count"] for c in ("car", "van", "hgv", "bus", "motorcycle"))
        assert sum(classes) == row["count"]
        assert row["flow_vph"] == row["count"] * 120
        assert (row["mean_speed_kph"] is None) == (row["count"] == 0)


def test_an_incident_goes_through_its_steps_in_order() -> None:
    source = from_start(settings(incident_rate_multiplier=60.0), "emergency")
    lives: dict[str, list[str]] = {}
    for record in take(source, 2 * 3600):
        row = json.loads(record.value)
        lives.setdefault(row["incident_id"], []).append(row["status"])
    assert sum(len(steps) == len(INCIDENT_STATUSES) for steps in lives.values()) > 5
    for steps in lives.values():  # those under way at the start are told from there on
        first = INCIDENT_STATUSES.index(steps[0])
        assert steps == list(INCIDENT_STATUSES[first : first + len(steps)])


def test_the_weather_override_holds_everywhere() -> None:
    rows = [json.loads(r.value) for r in take(from_start(settings(weather="snow"), "weather"), 3)]
    assert {row["condition"] for row in rows} == {"snow"}
    assert {row["road_state"] for row in rows} == {"snow"}
    assert all(row["temperature_c"] < 1 and row["precipitation_mmph"] > 0 for row in rows)


def test_scripted_weather_comes_and_goes_where_it_was_asked_for() -> None:
    rain = ScriptedEvent(
        "weather", START_MS + 120_000, START_MS + 240_000, km=80.0, km_to=190.0, condition="heavy_rain"
    )
    source = from_start(settings(weather="clear", events=(rain,)), "weather")
    for minute in range(6):
        rows = [json.loads(r.value) for r in source.batch(minute)]
        wet = {row["device_id"] for row in rows if row["condition"] == "heavy_rain"}
        assert wet == ({f"wx-{n:02d}" for n in range(4, 10)} if minute in (2, 3) else set())
        assert {row["condition"] for row in rows} <= set(CONDITIONS)


def test_closed_lanes_are_seen_by_the_camera_and_told_by_the_control_room() -> None:
    closure = ScriptedEvent(
        "close_lanes", MORNING_MS + 60_000, MORNING_MS + 2_400_000, direction="outbound", km=98.2, lanes=2
    )
    scripted = settings(start_ms=MORNING_MS, events=(closure,), incident_rate_multiplier=0.0)
    cameras = [json.loads(r.value) for r in take(from_start(scripted, "traffic"), 80)]
    here = [row for row in cameras if row["segment_id"] == "outbound-098"]
    assert [row["lanes_open"] for row in here[:2]] == [3, 3]
    assert {row["lanes_open"] for row in here[4:]} == {1}
    upstream = [row for row in cameras if row["segment_id"] == "outbound-096"]
    assert upstream[-1]["congestion_level"] in ("heavy", "severe")
    told = [json.loads(r.value) for r in take_until(from_start(scripted, "emergency"), 3000)]
    assert [row["status"] for row in told] == list(INCIDENT_STATUSES)
    assert told[0]["segment_id"] == "outbound-098" and told[0]["lanes_blocked"] == 2
    assert told[0]["event_time"] == MORNING_MS + 60_000 and told[4]["event_time"] == MORNING_MS + 2_400_000
