"""The world itself: exact conservation, any moment reached alone, plausible traffic and weather."""

from dataclasses import replace

import numpy as np
import pytest
from cityroute_contracts.corridor import Corridor
from cityroute_contracts.settings import ScriptedEvent, SimulationSettings
from cityroute_simulators.world.incidents import capacity_left
from cityroute_simulators.world.time import DAY_MS, day_of, day_start_ms, is_weekend
from cityroute_simulators.world.weather import SNOW, Weather
from cityroute_simulators.world.world import World

from .support import MORNING_MS, NIGHT_MS, SHORT, START_MS, settings

HOUR_MS = 3_600_000


def _world(at_ms: int, s: SimulationSettings | None = None, *, with_vehicles: bool = False) -> World:
    world = World(s or settings(), with_vehicles=with_vehicles)
    world.advance(at_ms)
    return world


def test_vehicles_in_are_vehicles_out_and_stored_to_the_milli_vehicle() -> None:
    world = _world(NIGHT_MS, settings(incident_rate_multiplier=50.0))
    for minutes in range(1, 8 * 60, 60):
        world.advance(NIGHT_MS + minutes * 60_000)
        state = world.roads.state
        assert state.stored.dtype == np.int64
        assert state.entered == state.left + int(state.stored.sum())
        assert state.stored.min() >= 0 and state.waiting.min() >= 0
    assert state.left > 10_000_000 and len(world.incidents()) > 20


def test_a_moment_is_the_same_however_the_world_got_there() -> None:
    at_ms = START_MS + HOUR_MS + 4_321
    direct, stepped = (World(settings(), with_vehicles=True) for _ in range(2))
    direct.advance(at_ms)
    for step_ms in range(START_MS, at_ms, 55_000):
        stepped.advance(step_ms)
    stepped.advance(at_ms)
    assert (direct.roads.state.stored == stepped.roads.state.stored).all()
    assert (direct.vehicles_at().km == stepped.vehicles_at().km).all()
    assert (direct.vehicles_at().odometer_km == stepped.vehicles_at().odometer_km).all()


def test_the_next_day_is_the_same_with_or_without_the_day_before() -> None:
    at_ms = day_start_ms(day_of(START_MS) + 1) + 95_000
    short = settings(corridor=SHORT)
    fresh, lived = _world(at_ms, short, with_vehicles=True), World(short, with_vehicles=True)
    for moment in (at_ms - DAY_MS, at_ms - 100_000, at_ms):
        lived.advance(moment)
    assert (fresh.roads.state.stored == lived.roads.state.stored).all()
    assert (fresh.vehicles_at().odometer_km == lived.vehicles_at().odometer_km).all()


def test_the_world_does_not_go_back() -> None:
    world = _world(START_MS + HOUR_MS)
    with pytest.raises(ValueError, match="build a new one"):
        world.advance(START_MS)


def test_traffic_flows_freely_at_peak_without_trouble_and_queues_behind_a_closure() -> None:
    closure = ScriptedEvent(
        "close_lanes", MORNING_MS - HOUR_MS, MORNING_MS + HOUR_MS, direction="outbound", km=98.2, lanes=2
    )
    calm = settings(incident_rate_multiplier=0.0, weather="clear")
    free = _world(MORNING_MS, calm).roads
    shut = _world(MORNING_MS, replace(calm, events=(closure,))).roads
    assert (free.state.speed_kph / free.road.free_kph).min() > 0.7
    assert shut.state.speed_kph[0, 191:196].max() < 40 < free.state.speed_kph[0, 191:196].min()
    assert shut.state.stored[0, :196].sum() > free.state.stored[0, :196].sum()
    assert (shut.state.stored[1] == free.state.stored[1]).all()


def test_demand_events_multiply_what_enters() -> None:
    calm = settings(incident_rate_multiplier=0.0, weather="clear")
    double = ScriptedEvent("demand", NIGHT_MS, MORNING_MS, factor=2.0)
    plain, doubled = (
        _world(NIGHT_MS + HOUR_MS, calm),
        _world(NIGHT_MS + HOUR_MS, replace(calm, events=(double,))),
    )
    ratio = doubled.roads.state.stored.sum() / plain.roads.state.stored.sum()
    assert 1.9 < ratio < 2.2


def test_vehicles_keep_within_limits_and_most_of_them_drive() -> None:
    world = _world(START_MS, settings(vehicles=400), with_vehicles=True)
    seen = np.zeros(400, dtype=bool)
    for tick in range(0, 3600, 30):
        world.advance(START_MS + tick * 1000)
        now = world.vehicles_at()
        assert (now.km >= 0).all() and (now.km <= world.geometry.length_km).all()
        assert (now.speed_kph >= 0).all()
        assert (now.speed_kph <= world.vehicles.fleet.top_kph + 1e-9).all()
        assert (np.abs(now.acceleration_mps2) <= 4.5).all()
        assert now.is_moving.mean() > 0.5
        seen |= now.is_moving
    assert seen.mean() > 0.95


def test_vehicles_move_as_fast_as_they_say() -> None:
    world = _world(START_MS, settings(vehicles=300), with_vehicles=True)
    before = world.vehicles_at()
    for second in range(1, 300):
        world.advance(START_MS + second * 1000)
        now = world.vehicles_at()
        driven_km = now.odometer_km - before.odometer_km
        fastest = np.maximum(before.speed_kph, now.speed_kph)
        assert (driven_km >= 0).all()
        assert (driven_km * 3600 <= fastest + 15).all()
        same_way = before.direction == now.direction
        assert np.allclose(np.abs(now.km - before.km)[same_way], driven_km[same_way], atol=1e-6)
        before = now


def test_the_weather_does_not_break_at_a_days_boundary_nor_between_stations() -> None:
    weather = Weather(7, 190.0, None, ())
    km = np.linspace(0, 190, 200)
    boundary_ms = day_start_ms(day_of(START_MS) + 1)
    before, after = weather.at(boundary_ms - 1000, km), weather.at(boundary_ms, km)
    assert np.abs(before.temperature_c - after.temperature_c).max() < 0.3
    assert (before.condition == after.condition).mean() > 0.95
    jumps = np.abs(np.diff(after.temperature_c))[np.diff(after.condition) == 0]
    assert jumps.max() < 1.0


def test_fronts_travel_along_the_route() -> None:
    weather = Weather(7, 190.0, None, ())
    later_ms = int(72_000 / 12 * 1000)  # 72 km at 12 m/s
    here = [weather.at(START_MS + n * 600_000, np.array([50.0])).wetness[0] for n in range(200)]
    there = [weather.at(START_MS + n * 600_000 + later_ms, np.array([122.0])).wetness[0] for n in range(200)]
    assert np.allclose(here, there) and max(here) > 0.2


def test_a_year_of_weather_has_dry_and_wet_days_and_seasons() -> None:
    weather = Weather(3, 190.0, None, ())
    year = [weather.at(START_MS + day * DAY_MS + 9 * HOUR_MS, np.array([95.0])) for day in range(0, 365, 5)]
    temperature = np.array([w.temperature_c[0] for w in year])
    wet = np.mean([w.precipitation_mmph[0] > 0 for w in year])
    assert 0.05 < wet < 0.45
    assert temperature[30:48].mean() > temperature[:12].mean() + 6
    assert all(w.temperature_c[0] < 1 for w in year if w.condition[0] == SNOW)


def test_incidents_are_cleared_before_the_day_ends() -> None:
    busy = settings(corridor=SHORT, incident_rate_multiplier=150.0)
    world = World(busy)
    end_ms = day_start_ms(day_of(START_MS) + 1)
    world.advance(end_ms - 1000)
    assert len(world.incidents()) > 100
    assert all(i.steps[-1].at_ms < end_ms for i in world.incidents())
    for incident in world.incidents():
        times = [step.at_ms for step in incident.steps]
        assert times == sorted(times) and times[0] > incident.occurred_ms


@pytest.mark.parametrize("lanes", range(1, 9))
def test_each_blocked_lane_leaves_less_capacity(lanes: int) -> None:
    left = [capacity_left(lanes, blocked) for blocked in range(lanes + 1)]
    assert left == sorted(left, reverse=True) and 0 <= left[-1] < left[0] < 1


def test_a_tiny_corridor_works_too() -> None:
    section = replace(SHORT.sections[0], length_km=0.3)
    tiny = settings(corridor=Corridor("tiny", (section,)), vehicles=5)
    world = _world(START_MS + 60_000, tiny, with_vehicles=True)
    assert world.roads.state.entered == world.roads.state.left + int(world.roads.state.stored.sum())
    assert (world.vehicles_at().km <= 0.3).all()


def test_weekends_are_known() -> None:
    assert [is_weekend(MORNING_MS + d * DAY_MS) for d in range(7)] == [False] * 5 + [True] * 2


def test_a_feed_computes_nothing_that_it_does_not_need() -> None:
    world = World(settings(vehicles=10_000_000))
    world.weather.at(START_MS, np.array([1.0]))
    assert "roads" not in vars(world) and "vehicles" not in vars(world)
    world.advance(START_MS)
    assert "vehicles" not in vars(world)
