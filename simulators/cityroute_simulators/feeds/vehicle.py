"""Telematics of each tracked vehicle."""

from collections.abc import Sequence

import numpy as np
from cityroute_contracts.corridor import segment_id
from cityroute_contracts.feeds import DIRECTIONS, VEHICLE_CLASSES

from ..world.noise import Bools, Floats, Ints, draw, two_normals, uniform
from ..world.vehicles import VehiclesAt
from ..world.world import World
from .gps import wrapped
from .rows import Rows

_BRAKING_MPS2 = -2.6
_ACCELERATING_MPS2 = 1.7
_SUDDEN_CHANCE = 0.0006
_CORNERING_CHANCE = 0.0003
_LANE_MS = 60_000
_SLOW_LANE_CLASSES = ("hgv", "bus")


class VehicleView:
    """One device per tracked vehicle. Needs a world with vehicles."""

    def __init__(self, world: World, numbers: Ints):
        self._world = world
        self._numbers = numbers
        fleet, picked = world.vehicles.fleet, numbers.tolist()
        self._keys = fleet.keys[numbers] ^ np.uint64(0x7665)
        classes, make, model, fuel = fleet.vehicle_class, fleet.make, fleet.model, fleet.fuel_type
        self._static: dict[str, list[str]] = {
            "vehicle_class": [classes[n] for n in picked],
            "make": [make[n] for n in picked],
            "model": [model[n] for n in picked],
            "fuel_type": [fuel[n] for n in picked],
        }
        self._year = fleet.year[numbers]
        slow = [VEHICLE_CLASSES.index(c) for c in _SLOW_LANE_CLASSES]
        self._keeps_left = np.isin(fleet.class_index[numbers], slow)
        corridor = world.settings.corridor
        self._lanes = np.array([s.lanes for s in corridor.sections])
        self._segments = [
            [segment_id(d, i) for i in range(corridor.segments_per_direction)] for d in DIRECTIONS
        ]
        self.devices: Sequence[str] = [device_id(n) for n in picked]

    def rows(self, at_ms: int) -> Rows:
        """One row per device."""
        self._world.advance(at_ms)
        truth = self._world.vehicles_at(self._numbers)
        latitude, longitude = self._world.geometry.position(truth.km)
        noise, heading_noise = two_normals(draw(self._keys, at_ms, 1))
        acceleration, harsh = self._manoeuvre(at_ms, truth, noise)
        directions = truth.direction.tolist()
        heading = self._world.geometry.heading_deg(truth.km, truth.direction)
        return Rows(
            devices=np.arange(len(self.devices)),
            columns={
                "event_time": at_ms,
                "direction": [DIRECTIONS[d] for d in directions],
                "latitude": latitude,
                "longitude": longitude,
                "source": "simulated",
                **self._static,
                "year": self._year,
                "speed_kph": np.clip(truth.speed_kph, 0, 200),
                "acceleration_mps2": acceleration,
                "heading_deg": wrapped(heading + heading_noise * truth.is_moving),
                "odometer_km": truth.odometer_km,
                "segment_id": self._segment_ids(truth.km, directions),
                "lane": self._lane(at_ms, truth.km),
                "harsh_event": harsh,
            },
        )

    def _manoeuvre(self, at_ms: int, truth: VehiclesAt, noise: Floats) -> tuple[Floats, list[str]]:
        """Acceleration and the harsh event that goes with it; seldom one comes out of the blue."""
        chance = uniform(draw(self._keys, at_ms, 2))
        drives: Bools = truth.speed_kph > 20
        brakes = drives & (chance < _SUDDEN_CHANCE)
        acceleration = truth.acceleration_mps2 + 0.05 * noise * truth.is_moving - 3.4 * brakes
        corners = drives & (chance > 1 - _CORNERING_CHANCE)
        kinds = np.where(corners, "cornering", "none")
        kinds = np.where(acceleration > _ACCELERATING_MPS2, "acceleration", kinds)
        kinds = np.where(acceleration < _BRAKING_MPS2, "braking", kinds)
        return np.clip(acceleration, -12, 12), kinds.tolist()

    def _segment_ids(self, km: Floats, directions: list[int]) -> list[str]:
        last = len(self._segments[0]) - 1
        indices = np.clip(km.astype(np.int64), 0, last).tolist()
        return [self._segments[d][i] for d, i in zip(directions, indices, strict=True)]

    def _lane(self, at_ms: int, km: Floats) -> Ints:
        """Lane by a hash that holds for a minute; heavy vehicles keep to the first two at most."""
        lanes = self._lanes[self._world.geometry.section_index(km)]
        usable = np.where(self._keeps_left, np.minimum(lanes, 2), lanes)
        chance = uniform(draw(self._keys, at_ms // _LANE_MS, 3))
        return 1 + (chance * usable).astype(np.int64)


def device_id(number: int) -> str:
    """Name of a tracked vehicle."""
    return f"veh-{number:06d}"
