"""Weather along the route: a Markov chain for the sky and AR(1) series, carried along by the wind.

Step `s` (10 minutes) of every series is a hash of (seed, s) filtered through the days before, so the
weather at a moment needs no run from the stream's start and does not break at a day's boundary.
What passes km 0 now passes km x later: the fronts move at 12 m/s.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cityroute_contracts.feeds import CONDITIONS
from cityroute_contracts.settings import ScriptedEvent

from .noise import Bits, Bools, Floats, Ints, counted, key, normal, uniform
from .time import DAY_MS, day_of, day_of_year, day_start_ms, hour_of_day

STEP_MS = 600_000
_MEMORY_STEPS = 3 * 144
_FRONT_KM_PER_STEP = 12 * 0.6
CLEAR, CLOUDY, FOG, DRIZZLE, RAIN, HEAVY_RAIN, SNOW = range(len(CONDITIONS))

# Rows: clear, cloudy, drizzle, rain, heavy rain; each row the chances of the next 10 minutes.
_CHAIN = np.array(
    [
        [0.960, 0.040, 0.000, 0.000, 0.000],
        [0.035, 0.925, 0.030, 0.010, 0.000],
        [0.000, 0.070, 0.860, 0.065, 0.005],
        [0.000, 0.040, 0.080, 0.850, 0.030],
        [0.000, 0.000, 0.040, 0.160, 0.800],
    ]
)
_CUMULATIVE = _CHAIN.cumsum(axis=1)
_CHAIN_CONDITION = np.array([CLEAR, CLOUDY, DRIZZLE, RAIN, HEAVY_RAIN])
_INTENSITY_MMPH = np.array([0.0, 0.0, 0.0, 0.4, 2.2, 9.0, 2.0])
_WETTING = np.array([0.0, 0.0, 0.0, 0.3, 1.0, 1.5, 1.0])

# Capacity left in rain and snow: HCM as tabulated in FHWA-HOP-13-042, appendix A; fog from the same list.
_SPEED_LEFT = np.array([1.0, 1.0, 0.89, 0.99, 0.97, 0.94, 0.86])


@dataclass(frozen=True, slots=True)
class WeatherAt:
    """Weather at several places at one moment; every array has the shape of the km asked for."""

    condition: Ints
    temperature_c: Floats
    precipitation_mmph: Floats
    wind_mps: Floats
    wind_direction_deg: Floats
    humidity_pct: Floats
    visibility_m: Floats
    pressure_hpa: Floats
    pollution: Floats
    wetness: Floats

    def capacity_left(self) -> Floats:
        """Share of a road's capacity that the weather leaves."""
        rain = self.precipitation_mmph
        left = np.where(rain > 6.4, 0.859, np.where(rain > 2.5, 0.928, np.where(rain > 0, 0.98, 1.0)))
        left = np.where(self.condition == SNOW, np.where(rain > 1.3, 0.89, 0.957), left)
        return np.where(self.visibility_m < 400, np.minimum(left, 0.88), left)

    def speed_left(self) -> Floats:
        """Share of the free speed that drivers keep."""
        left: Floats = _SPEED_LEFT[self.condition]
        return left

    def crash_factor(self) -> Floats:
        """How much more often crashes happen than on a dry road."""
        factor: Floats = 1.0 + 0.6 * np.minimum(self.wetness, 1.0) + 1.0 * (self.condition == SNOW)
        return factor


@dataclass(frozen=True, slots=True)
class _Series:
    """The filtered series of one simulated day, one value per step from `first`."""

    first: int
    chain: Ints
    wetness: Floats
    levels: Floats  # rows: temperature, intensity, wind, wind direction, humidity, pressure, pollution


class Weather:
    """Weather at any km and time. `override` and scripted `weather` events beat the chain."""

    def __init__(self, seed: int, length_km: float, override: str | None, events: Sequence[ScriptedEvent]):
        self._keys = [key(seed, "weather", name) for name in ("chain", *"tiwdhpq")]
        self._lag_steps = int(length_km / _FRONT_KM_PER_STEP) + 2
        self._override = override
        self._events = [e for e in events if e.kind == "weather"]
        self._days: dict[int, _Series] = {}

    def at(self, at_ms: int, km: Floats) -> WeatherAt:
        """Weather at each km, at that simulated time."""
        series = self._series(day_of(at_ms))
        place = at_ms / STEP_MS - km / _FRONT_KM_PER_STEP - series.first
        step = place.astype(np.int64)
        share = place - step
        levels = series.levels[:, step] * (1 - share) + series.levels[:, step + 1] * share
        wetness = series.wetness[step] * (1 - share) + series.wetness[step + 1] * share
        condition = _CHAIN_CONDITION[series.chain[step]]
        return self._readings(at_ms, km, condition, levels, wetness)

    def _readings(
        self, at_ms: int, km: Floats, condition: Ints, levels: Floats, wetness: Floats
    ) -> WeatherAt:
        temperature = (
            _season_c(at_ms) + _daily_c(at_ms) * (1 - 0.5 * (condition >= DRIZZLE)) + 3.0 * levels[0]
        )
        is_night = hour_of_day(at_ms) < 9 or hour_of_day(at_ms) > 21
        is_foggy = (condition <= CLOUDY) & (levels[4] > 1.5) & is_night
        condition = np.where(is_foggy, FOG, condition)
        condition = np.where((condition >= DRIZZLE) & (temperature < 1.0), SNOW, condition)
        condition, is_forced = self._forced(at_ms, km, condition)
        temperature = np.where(
            is_forced & (condition == SNOW), np.minimum(temperature, -0.5), np.clip(temperature, -25, 42)
        )
        rain = _INTENSITY_MMPH[condition] * np.clip(1 + 0.35 * levels[1], 0.2, 3.0)
        forced_wetness = np.minimum(wetness, 0.0) + _WETTING[condition]
        return WeatherAt(
            condition=condition,
            temperature_c=temperature,
            precipitation_mmph=rain,
            wind_mps=np.clip(4.5 + 2.2 * levels[2] + 2.0 * (condition == HEAVY_RAIN), 0.0, 40.0),
            wind_direction_deg=(235.0 + 45.0 * levels[3]) % 360.0,
            humidity_pct=np.clip(74 + 9 * levels[4] + 9.0 * (rain > 0) + 12.0 * (condition == FOG), 25, 100),
            visibility_m=_visibility_m(condition, rain, levels[4]),
            pressure_hpa=np.clip(1013.0 + 9.0 * levels[5] - 5.0 * (rain > 0), 955, 1050),
            pollution=np.clip(2.6 + 1.1 * levels[6] - 0.8 * (rain > 0), 1.0, 10.0),
            wetness=np.where(is_forced, forced_wetness, wetness),
        )

    def _forced(self, at_ms: int, km: Floats, condition: Ints) -> tuple[Ints, Bools]:
        is_forced = np.full(km.shape, self._override is not None)
        if self._override is not None:
            condition = np.full(km.shape, CONDITIONS.index(self._override))
        for event in self._events:
            if event.condition is not None and event.start_ms <= at_ms < event.end_ms:
                low, high = _stretch(event)
                here = (km >= low) & (km <= high)
                condition = np.where(here, CONDITIONS.index(event.condition), condition)
                is_forced |= here
        return condition, is_forced

    def _series(self, day: int) -> _Series:
        series = self._days.get(day)
        if series is None:
            first = day_start_ms(day) // STEP_MS - self._lag_steps
            count = DAY_MS // STEP_MS + self._lag_steps + 2
            series = _series(self._keys, first, count)
            self._days = {day: series}
        return series


def _stretch(event: ScriptedEvent) -> tuple[float, float]:
    if event.km is None:
        return -math.inf, math.inf
    end_km = math.inf if event.km_to is None else event.km_to
    return min(event.km, end_km), max(event.km, end_km)


def _season_c(at_ms: int) -> float:
    return 10.2 - 6.8 * math.cos(2 * math.pi * (day_of_year(at_ms) - 20) / 365.25)


def _daily_c(at_ms: int) -> float:
    return 3.6 * math.cos(2 * math.pi * (hour_of_day(at_ms) - 15) / 24)


def _visibility_m(condition: Ints, rain: Floats, humidity: Floats) -> Floats:
    clear_m = np.clip(26_000 - 6_000 * humidity, 8_000, 45_000)
    wet_m = np.clip(clear_m / (1 + 0.9 * rain), 900, 45_000)
    snow_m = np.clip(2_400 / (1 + 0.8 * rain), 200, 2_400)
    fog_m = np.clip(420 - 140 * (humidity - 1.5), 80, 480)
    return np.where(condition == FOG, fog_m, np.where(condition == SNOW, snow_m, wet_m))


def _series(series_keys: Sequence[int], first: int, count: int) -> _Series:
    steps = np.arange(first - _MEMORY_STEPS, first + count, dtype=np.int64)
    chain = _run_chain(uniform(counted(series_keys[0], steps)))
    memories = (0.985, 0.9, 0.97, 0.985, 0.98, 0.992, 0.985)
    levels = [_autoregressed(counted(k, steps), m) for k, m in zip(series_keys[1:], memories, strict=True)]
    wetness = _drying(_WETTING[_CHAIN_CONDITION[chain]])
    return _Series(first, chain[-count:], wetness[-count:], np.array(levels)[:, -count:])


def _run_chain(draws: Floats) -> Ints:
    state, states = 1, []
    for draw in draws.tolist():
        state = int(np.searchsorted(_CUMULATIVE[state], draw, side="right"))
        state = min(state, len(_CHAIN) - 1)
        states.append(state)
    return np.array(states, dtype=np.int64)


def _autoregressed(bits: Bits, memory: float) -> Floats:
    """AR(1) of deviation 1: x' = memory x + sqrt(1 - memory^2) e."""
    value, values, kick = 0.0, [], math.sqrt(1 - memory * memory)
    for noise in normal(bits).tolist():
        value = memory * value + kick * noise
        values.append(value)
    return np.array(values)


def _drying(wetting: Floats) -> Floats:
    """Wetness of the road: rises at once with rain, dries over about an hour."""
    level, levels = 0.0, []
    for wet in wetting.tolist():
        level = max(wet, level * 0.85)
        levels.append(level)
    return np.array(levels)
