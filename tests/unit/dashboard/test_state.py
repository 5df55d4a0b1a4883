"""The live reducer: the latest of each device, whatever the order and the quality of what arrives."""

from dataclasses import replace

import pytest
from cityroute_dashboard.live.state import RATE_WINDOW_MS, SILENT_MS, RouteState

from tests.unit.dashboard.givens import NOW_MS, ROUTE, SIM_MS, record, spoilt, state


def test_the_newest_fix_of_a_vehicle_shows() -> None:
    live = state()
    live.apply(
        [record("gps", 0, speed_kph=50.0), record("gps", 1, event_time=SIM_MS + 1000, speed_kph=70.0)], NOW_MS
    )
    slot = live.fleet.slots["v1"]
    assert len(live.fleet) == 1
    fix = live.fleet.at(slot)
    assert fix is not None and fix.speed_kph == 70.0


def test_a_late_fix_never_moves_a_vehicle_back() -> None:
    live = state()
    live.apply([record("gps", 0, event_time=SIM_MS + 5000, speed_kph=70.0)], NOW_MS)
    live.clear_changes()
    live.apply([record("gps", 1, event_time=SIM_MS, speed_kph=50.0)], NOW_MS)
    fix = live.fleet.at(live.fleet.slots["v1"])
    assert fix is not None and fix.speed_kph == 70.0
    assert live.fleet.changed == set()


@pytest.mark.parametrize(
    "bad",
    [
        spoilt("gps", None),
        spoilt("gps", b""),
        spoilt("gps", b'{"device_id":'),
        spoilt("gps", b"\xff\xfe"),
        spoilt("gps", b"[1]"),
        record("gps", speed_kph=900.0),
        record("gps", route="another"),
        record("gps", event_time=SIM_MS + 3_600_000),
    ],
    ids=["tombstone", "empty", "cut", "not-utf8", "no-object", "too-fast", "other-route", "from-the-future"],
)
def test_what_is_no_good_event_is_counted_and_left_out(bad: object) -> None:
    live = state()
    live.apply([bad], NOW_MS)  # type: ignore[list-item]
    assert (len(live.fleet), live.malformed["gps"]) == (0, 1)


def test_a_bad_record_does_not_hide_the_good_one_before_it() -> None:
    live = state()
    live.apply([record("gps", 0), spoilt("gps", b"{", 1)], NOW_MS)
    assert len(live.fleet) == 1


def test_a_silent_vehicle_leaves_and_its_slot_is_used_again() -> None:
    live = state()
    live.apply([record("gps", 0)], NOW_MS)
    slot = live.fleet.slots["v1"]
    live.expire(NOW_MS + SILENT_MS + 1)
    assert (len(live.fleet), live.fleet.gone, live.fleet.at(slot)) == (0, {slot}, None)
    live.apply([record("gps", 1, device_id="v2")], NOW_MS + SILENT_MS + 1)
    assert live.fleet.slots == {"v2": slot}


def test_a_camera_of_the_road_shows_and_one_of_nowhere_does_not() -> None:
    live = state()
    live.apply([record("traffic", 0), record("traffic", 1, segment_id="outbound-999")], NOW_MS)
    assert live.cameras["outbound-001"]["mean_speed_kph"] == 88.0
    assert (set(live.cameras), live.malformed["traffic"]) == ({"outbound-001"}, 1)


def test_weather_shows_its_latest_reading() -> None:
    live = state()
    live.apply(
        [record("weather", 0), record("weather", 1, event_time=SIM_MS + 60_000, condition="snow")], NOW_MS
    )
    assert live.stations["ws-1"]["condition"] == "snow"


def test_an_incident_is_open_until_it_is_cleared() -> None:
    live = state()
    live.apply([record("emergency", 0)], NOW_MS)
    assert [i["incident_id"] for i in live.incidents.open] == ["i1"]
    live.apply([record("emergency", 1, event_time=SIM_MS + 1, status="cleared")], NOW_MS)
    assert live.incidents.open == []


def test_rates_count_what_arrives_now_and_not_what_was_read_from_before() -> None:
    live = state()
    old = [record("gps", i, device_id=f"old{i}", kafka_ms=NOW_MS - 3_600_000) for i in range(50)]
    new = [record("gps", 50 + i, device_id=f"new{i}") for i in range(10)]
    live.apply(old + new, NOW_MS)
    assert live.rates(NOW_MS)["gps"] == 10 * 1000 / RATE_WINDOW_MS
    assert live.rates(NOW_MS + RATE_WINDOW_MS)["gps"] == 0.0


def test_the_age_of_a_feed_is_that_of_its_newest_record() -> None:
    live = state()
    live.apply([record("gps", 0, kafka_ms=NOW_MS - 5), record("gps", 1, kafka_ms=NOW_MS - 900)], NOW_MS)
    assert live.newest_ms["gps"] == NOW_MS - 5


def test_simulated_time_follows_the_route_clock() -> None:
    assert state().sim_ms(NOW_MS + 2_500) == SIM_MS + 2_500


def test_another_stream_under_the_same_name_starts_from_nothing() -> None:
    live = state()
    before = [record("emergency", 0, stream_id="old"), record("traffic", 0, stream_id="old")]
    live.apply([*before, record("gps", 0, stream_id="old", event_time=SIM_MS + 200_000)], NOW_MS)
    after = NOW_MS + 1_000
    live.apply([record("gps", 1, stream_id="new", kafka_ms=after, device_id="v2")], after)
    assert (set(live.fleet.slots), live.cameras, live.incidents.open) == ({"v2"}, {}, [])
    live.apply([record("traffic", 1, stream_id="old", event_time=SIM_MS + 5)], after)
    assert live.cameras == {}


def test_devices_outside_the_simulation_name_their_streams_as_they_like() -> None:
    live = RouteState(replace(ROUTE, source_type="external", clocks=()))
    rows = [
        record("gps", i, device_id=f"v{i}", stream_id=f"s{i}", event_time=NOW_MS + i, kafka_ms=NOW_MS + i)
        for i in range(3)
    ]
    live.apply(rows, NOW_MS)
    assert set(live.fleet.slots) == {"v0", "v1", "v2"}
