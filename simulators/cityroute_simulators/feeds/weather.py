"""Ten roadside weather stations, evenly spread."""

from collections.abc import Sequence

import numpy as np
from cityroute_contracts.feeds import CONDITIONS

from ..world.noise import Floats, Ints, draw, keys, normal
from ..world.weather import FOG, SNOW, WeatherAt
from ..world.world import World
from .rows import Rows

STATIONS = 10
_DIRECTION_NOISE_DEG = 8.0


class WeatherView:
    """Readings of the stations. Needs the world's weather alone."""

    def __init__(self, world: World, numbers: Ints):
        self._world = world
        self._numbers = numbers
        corridor = world.settings.corridor
        self._km: Floats = (numbers + 0.5) * np.float64(corridor.length_km / STATIONS)
        self.devices: Sequence[str] = [device_id(n) for n in numbers.tolist()]
        self._keys = keys(list(self.devices), world.settings.seed, "station")
        self._latitude, self._longitude = world.geometry.position(self._km)

    def rows(self, at_ms: int) -> Rows:
        """One row per station."""
        now = self._world.weather.at(at_ms, self._km)

        def noise(salt: int) -> Floats:
            return normal(draw(self._keys, at_ms, salt))

        wind_direction = now.wind_direction_deg + _DIRECTION_NOISE_DEG * noise(1)
        temperature = now.temperature_c + 0.15 * noise(2)
        return Rows(
            devices=np.arange(len(self.devices)),
            columns={
                "event_time": at_ms,
                "direction": None,
                "latitude": self._latitude,
                "longitude": self._longitude,
                "source": "simulated",
                "temperature_c": np.clip(temperature, -50, 60),
                "condition": [CONDITIONS[c] for c in now.condition.tolist()],
                "precipitation_mmph": np.clip(now.precipitation_mmph * (1 + 0.1 * noise(3)), 0, 300),
                "wind_speed_mps": np.clip(now.wind_mps + 0.4 * noise(4), 0, 100),
                "wind_direction_deg": np.mod(wind_direction, 360.0),
                "humidity_pct": np.clip(now.humidity_pct + 0.8 * noise(5), 0, 100),
                "visibility_m": np.clip(now.visibility_m * (1 + 0.03 * noise(6)), 20, 100_000),
                "pressure_hpa": np.clip(now.pressure_hpa + 0.1 * noise(7), 850, 1100),
                "air_quality_index": np.clip(np.floor(now.pollution), 1, 10).astype(np.int64),
                "road_state": road_states(now),
            },
        )


def road_states(now: WeatherAt) -> list[str]:
    """Surface by wetness, temperature and what falls."""
    states = np.where(now.wetness > 0.5, "wet", np.where(now.wetness > 0.12, "damp", "dry"))
    states = np.where((now.condition == FOG) & (now.wetness < 0.12), "damp", states)
    states = np.where((now.temperature_c < 0.0) & (states != "dry"), "icy", states)
    result: list[str] = np.where(now.condition == SNOW, "snow", states).tolist()
    return result


def device_id(number: int) -> str:
    """Name of a weather station."""
    return f"wx-{number:02d}"
