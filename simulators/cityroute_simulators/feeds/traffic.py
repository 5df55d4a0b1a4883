"""One camera in the middle of each segment: what passed in its interval, how fast, how dense."""

from collections.abc import Sequence

import numpy as np
from cityroute_contracts.feeds import CONGESTION_LEVELS, DIRECTIONS

from ..world import flow
from ..world.noise import Floats, Ints, draw, keys, normal, uniform
from ..world.world import World
from .rows import Rows

_VEHICLE_LENGTH_KM = 0.0065
_CONGESTION_BOUNDS = np.array([0.25, 0.45, 0.65, 0.85])  # speed against free speed
_NOT_CARS = {"bus": 0.004, "motorcycle": 0.006, "van": 0.16}
_WHEELS_NOISE = 0.02


class TrafficView:
    """One device per segment. Needs a world without vehicles."""

    def __init__(self, world: World, numbers: Ints, interval_ms: int):
        self._world = world
        self._interval_ms = interval_ms
        segments = [world.settings.corridor.segments[n] for n in numbers.tolist()]
        self._segment_ids = [s.id for s in segments]
        self._direction = [s.direction for s in segments]
        self._latitude = np.array([s.latitude for s in segments])
        self._longitude = np.array([s.longitude for s in segments])
        self._lanes = np.array([s.section.lanes for s in segments])
        fixed = {name: np.full(len(segments), share) for name, share in _NOT_CARS.items()}
        hgv = np.array([s.section.hgv_share for s in segments])
        self._shares: dict[str, Floats] = {"hgv": hgv, **fixed}
        self._free_kph = np.array([s.section.free_speed_kph for s in segments])
        middles = [(s.km_from + s.km_to) / 2 for s in segments]
        self._row = np.array([DIRECTIONS.index(s.direction) for s in segments])
        self._cell = np.array(
            [_cell_before(world, km, d) for km, d in zip(middles, self._row.tolist(), strict=True)]
        )
        self._next = np.minimum(self._cell + 1, world.geometry.cells - 1)
        self.devices: Sequence[str] = [device_id(s.id) for s in segments]
        self._keys = keys(list(self.devices), world.settings.seed, "camera")
        self._counted: tuple[int, Ints] | None = None

    def rows(self, at_ms: int) -> Rows:
        """One row per camera, for the interval that ends now."""
        count = self._count(at_ms)
        row, cell, ahead = self._row, self._cell, self._next
        roads = self._world.roads
        kph = roads.state.speed_kph[row, cell] * (1 + _WHEELS_NOISE * self._noise(at_ms))
        cells_km = 2 * self._world.geometry.cell_km * flow.MILLI
        density = (roads.state.stored[row, cell] + roads.state.stored[row, ahead]) / cells_km
        blocked = np.maximum(roads.lanes_blocked[row, cell], roads.lanes_blocked[row, ahead])
        lanes = self._lanes
        speeds = np.round(np.clip(kph, 0, 200), 1).tolist()
        return Rows(
            devices=np.arange(len(self.devices)),
            columns={
                "event_time": at_ms,
                "direction": self._direction,
                "latitude": self._latitude,
                "longitude": self._longitude,
                "source": "simulated",
                "segment_id": self._segment_ids,
                "interval_s": np.full(len(count), self._interval_ms / 1000),
                "count": count,
                "flow_vph": count * (3_600_000 / self._interval_ms),
                "mean_speed_kph": [s if n else None for s, n in zip(speeds, count.tolist(), strict=True)],
                "occupancy": np.clip(density / lanes * _VEHICLE_LENGTH_KM, 0, 1),
                "density_vpkm": np.clip(density, 0, 4000),
                **self._classes(at_ms, count),
                "congestion_level": congestion(kph / self._free_kph),
                "lanes_open": np.clip(lanes - blocked, 0, 24),
            },
        )

    def _count(self, at_ms: int) -> Ints:
        """Vehicles of the interval; the world is brought to `at_ms`."""
        before = self._counted
        if before is None or before[0] != at_ms - self._interval_ms:
            self._world.advance(at_ms - self._interval_ms)
            before = (at_ms - self._interval_ms, self._world.passed())
        self._world.advance(at_ms)
        self._counted = (at_ms, self._world.passed())
        count: Ints = (self._counted[1] - before[1])[self._row, self._cell]
        return count

    def _noise(self, at_ms: int) -> Floats:
        return normal(draw(self._keys, at_ms, 1))

    def _classes(self, at_ms: int, count: Ints) -> dict[str, Ints]:
        """Split a count by class; a hash decides how a fraction is rounded. Cars are the rest."""
        left = count
        counts: dict[str, Ints] = {}
        for salt, (name, share) in enumerate(self._shares.items()):
            chance = uniform(draw(self._keys, at_ms, 10 + salt))
            counts[f"{name}_count"] = np.minimum((count * share + chance).astype(np.int64), left)
            left = left - counts[f"{name}_count"]
        return {**counts, "car_count": left}


def congestion(speed_share: Floats) -> list[str]:
    """Grade by speed against free speed, from `severe` to `free`."""
    grades = len(_CONGESTION_BOUNDS) - np.searchsorted(_CONGESTION_BOUNDS, speed_share, side="right")
    return [CONGESTION_LEVELS[g] for g in grades.tolist()]


def device_id(segment: str) -> str:
    """Name of the camera of a segment."""
    return f"cam-{segment}"


def _cell_before(world: World, km: float, direction: int) -> int:
    """The cell whose downstream edge is nearest to the camera."""
    x_km = km if direction == 0 else world.geometry.length_km - km
    return min(max(round(x_km / world.geometry.cell_km) - 1, 0), world.geometry.cells - 1)
