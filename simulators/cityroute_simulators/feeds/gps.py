"""The tracker of each vehicle: the true position plus the noise a receiver has."""

import math
from collections.abc import Sequence

import numpy as np
from cityroute_contracts.feeds import DIRECTIONS

from ..world.geometry import M_PER_DEG_LATITUDE
from ..world.noise import Floats, Ints, draw, two_normals, uniform
from ..world.world import World
from .rows import Rows

_WANDER_MS = 30_000
_WANDER_M = 2.4
_JITTER_M = 1.1
_MULTIPATH_CHANCE = 0.002
_MULTIPATH_M = 14.0


class GpsView:
    """One device per tracked vehicle. Needs a world with vehicles."""

    def __init__(self, world: World, numbers: Ints):
        self._world = world
        self._numbers = numbers
        self._keys = world.vehicles.fleet.keys[numbers] ^ np.uint64(0x6770)
        classes = world.vehicles.fleet.vehicle_class
        self._classes = [classes[n] for n in numbers.tolist()]
        middle = math.radians(world.settings.corridor.position(world.geometry.length_km / 2)[0])
        self._m_per_deg_longitude = M_PER_DEG_LATITUDE * max(math.cos(middle), 0.01)
        self._directions = np.array(DIRECTIONS)
        self._nodes: tuple[int, tuple[Floats, Floats], tuple[Floats, Floats]] | None = None
        self.devices: Sequence[str] = [device_id(n) for n in numbers.tolist()]

    def rows(self, at_ms: int) -> Rows:
        """One row per device."""
        self._world.advance(at_ms)
        truth = self._world.vehicles_at(self._numbers)
        east_m, north_m, spread_m = self._noise(at_ms)
        latitude, longitude = self._world.geometry.position(truth.km)
        latitude = latitude + north_m / M_PER_DEG_LATITUDE
        longitude = longitude + east_m / self._m_per_deg_longitude
        speed_noise, heading_noise = two_normals(draw(self._keys, at_ms, 3))
        heading = self._world.geometry.heading_deg(truth.km, truth.direction)
        return Rows(
            devices=np.arange(len(self.devices)),
            columns={
                "event_time": at_ms,
                "direction": self._directions[truth.direction].tolist(),
                "latitude": latitude,
                "longitude": longitude,
                "source": "simulated",
                "speed_kph": np.clip(truth.speed_kph + 0.4 * speed_noise * truth.is_moving, 0, 200),
                "heading_deg": wrapped(heading + 1.5 * heading_noise * truth.is_moving),
                "accuracy_m": 2.0 + spread_m,
                "vehicle_class": self._classes,
            },
        )

    def _noise(self, at_ms: int) -> tuple[Floats, Floats, Floats]:
        """Metres east and north, and their size: a slow wander, jitter, now and then an echo."""
        node, share = at_ms // _WANDER_MS, (at_ms % _WANDER_MS) / _WANDER_MS
        (e0, n0), (e1, n1) = self._wander(node)
        jitter_e, jitter_n = two_normals(draw(self._keys, at_ms, 1))
        echo = _MULTIPATH_M * (uniform(draw(self._keys, at_ms // 5000, 2)) < _MULTIPATH_CHANCE)
        east = _WANDER_M * (e0 * (1 - share) + e1 * share) + (_JITTER_M + echo) * jitter_e
        north = _WANDER_M * (n0 * (1 - share) + n1 * share) + (_JITTER_M + echo) * jitter_n
        return east, north, np.sqrt(east * east + north * north)

    def _wander(self, node: int) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        if self._nodes is None or self._nodes[0] != node:
            self._nodes = (node, two_normals(draw(self._keys, node)), two_normals(draw(self._keys, node + 1)))
        return self._nodes[1], self._nodes[2]


def device_id(number: int) -> str:
    """Name of the tracker of a vehicle."""
    return f"gps-{number:06d}"


def wrapped(degrees: Floats) -> Floats:
    """Degrees brought into 0 to 360."""
    return np.mod(degrees, 360.0)
