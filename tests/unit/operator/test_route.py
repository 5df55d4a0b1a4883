"""What a manifest's values come to: times, roads and scripted happenings."""

from typing import Any

import pytest
from cityroute_contracts.settings import ScriptedEvent
from cityroute_operator.model import Route, parse_route
from cityroute_operator.model.fields import duration_ms, moment_ms, timestamp_ms

from tests.support.routes import EXTERNAL, manifest, refused, route

SEVEN = timestamp_ms("2026-03-17T07:00:00Z")
MINUTE = 60_000
HOUR = 60 * MINUTE
OWN_ROAD = {
    "sections": [
        {
            "name": "north",
            "from": {"lat": 51.0, "lon": 0.0},
            "to": {"lat": 51.1, "lon": 0.0},
            "lanes": 2,
            "speedLimitKph": 80,
            "dailyFlow": 20_000,
        }
    ]
}


@pytest.mark.parametrize(
    ("text", "ms"),
    [("10s", 10_000), ("5m", 300_000), ("1h30m", 5_400_000), ("250ms", 250), ("2d", 172_800_000)],
)
def test_durations(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize("text", ["", "10", "s", "1.5s", "-5m", "5 m", "5M"])
def test_what_is_no_duration_raises(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        duration_ms(text)


@pytest.mark.parametrize(
    ("text", "since_seven_ms"),
    [
        ("07:00", 0),
        ("08:10", 70 * MINUTE),
        ("06:59:30", 24 * HOUR - 30_000),
        ("+3m", 3 * MINUTE),
        ("2026-03-17T09:00:00+01:00", HOUR),
        ("2026-03-16T07:00Z", -24 * HOUR),
    ],
)
def test_moments_are_counted_from_the_start(text: str, since_seven_ms: int) -> None:
    assert moment_ms(text, SEVEN, SEVEN) == SEVEN + since_seven_ms


@pytest.mark.parametrize(
    "text", ["", "noon", "24:00", "8:10", "+", "+x", "2026-03-17", "2026-02-30T07:00:00Z"]
)
def test_what_is_no_moment_raises(text: str) -> None:
    with pytest.raises(ValueError):
        moment_ms(text, SEVEN, SEVEN)


@pytest.mark.parametrize(
    ("event", "scripted"),
    [
        (
            {"closeLanes": {"km": 98, "direction": "inbound", "lanes": 2, "from": "08:10", "for": "40m"}},
            ScriptedEvent(
                "close_lanes", SEVEN + 70 * MINUTE, SEVEN + 110 * MINUTE, direction="inbound", km=98, lanes=2
            ),
        ),
        (
            {"breakdown": {"km": 3, "direction": "outbound", "from": "+1m", "to": "+5m"}},
            ScriptedEvent(
                "breakdown", SEVEN + MINUTE, SEVEN + 5 * MINUTE, direction="outbound", km=3, lanes=1
            ),
        ),
        (
            {"weather": {"condition": "snow", "km": 10, "kmTo": 20, "from": "23:00", "to": "01:00"}},
            ScriptedEvent("weather", SEVEN + 16 * HOUR, SEVEN + 18 * HOUR, km=10, km_to=20, condition="snow"),
        ),
        (
            {"demand": {"factor": 0.5, "from": "2026-03-17T06:00:00Z", "for": "2h"}},
            ScriptedEvent("demand", SEVEN - HOUR, SEVEN + HOUR, factor=0.5),
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_happenings_become_scripted_events(event: dict[str, Any], scripted: ScriptedEvent) -> None:
    assert route(simulation={"events": [event]}).events(SEVEN) == (scripted,)


@pytest.mark.parametrize(
    ("begin", "end", "taken"),
    [
        ("+1m", "+5m", True),
        ("08:00", "07:00", True),
        ("+1m", "09:00", True),
        ("2026-03-17T09:00:00Z", "10:00", True),
        ("+5m", "+1m", False),
        ("08:00", "+5m", False),
        ("+5m", "2026-03-17T09:00:00Z", False),
        ("2026-03-17T09:00:00Z", "+5m", False),
    ],
)
def test_without_a_start_time_only_what_has_an_order_is_taken(begin: str, end: str, taken: bool) -> None:
    events = [{"demand": {"factor": 2, "from": begin, "to": end}}]
    parsed = parse_route(manifest(simulation={"events": events}))
    assert isinstance(parsed, Route) == taken
    if isinstance(parsed, Route):
        (event,) = parsed.events(SEVEN)
        assert event.end_ms > event.start_ms


def test_a_road_of_ones_own_takes_its_length_from_its_line() -> None:
    corridor = route(corridor=OWN_ROAD).corridor
    assert corridor.length_km == pytest.approx(11.12, abs=0.01)
    assert corridor.position(0) == (51.0, 0.0)
    assert corridor.sections[0].free_speed_kph == 80


def test_another_road_is_another_stream() -> None:
    wider = {"sections": [OWN_ROAD["sections"][0] | {"lanes": 3}]}
    assert route(corridor=OWN_ROAD).stream_id(0) != route(corridor=wider).stream_id(0)
    assert route(corridor=OWN_ROAD).stream_id(0) == route(corridor=OWN_ROAD).stream_id(0)


def test_a_road_longer_than_its_segments_names_is_refused() -> None:
    long = {"sections": [OWN_ROAD["sections"][0] | {"lengthKm": 600}] * 2}
    long["sections"][1] = long["sections"][1] | {
        "from": {"lat": 51.1, "lon": 0.0},
        "to": {"lat": 51.2, "lon": 0.0},
    }
    assert [(p.at, p.reason) for p in refused(corridor=long)] == [("spec.corridor.sections", "TooLong")]


def test_an_external_route_simulates_nothing() -> None:
    assert route(**EXTERNAL).feeds == {}


def test_a_feed_that_is_switched_off_is_not_simulated() -> None:
    feeds = route(simulation={"feeds": {"gps": {"enabled": False}, "traffic": {"intervalSeconds": 10}}}).feeds
    assert "gps" not in feeds
    assert feeds["traffic"].interval_s == 10
