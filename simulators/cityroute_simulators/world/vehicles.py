"""Tracked vehicles on trips: they follow the speed of the traffic around them, within their own limits.

A vehicle drives a trip, rests a while, drives on. Odometers never fall, not even across days: each day
starts from an odometer that no driving of the day before can exceed, because a vehicle sets out only
when its allowance of km so far today covers the trip.
"""

from dataclasses import dataclass

import numpy as np

from .fleet import Fleet
from .geometry import Geometry
from .noise import Bools, Floats, Ints, draw, normal, uniform
from .time import STEP_S, STEPS_PER_DAY, STEPS_PER_MINUTE

_DAILY_KM = 1_900.0
_HOURS = STEP_S / 3600
_ARRIVING_KMPH2 = 1.2 * 12_960  # 1.2 m/s2 in km/h per hour
_ARRIVED_KM = 0.003
_RESTING_SHARE = 0.2
_SHORTEST_START_KM = 2.0
_END_MARGIN_KM = 0.005


@dataclass(frozen=True, slots=True)
class VehiclesAt:
    """The asked vehicles at one moment, all of shape (n,)."""

    km: Floats
    direction: Ints
    speed_kph: Floats
    acceleration_mps2: Floats
    odometer_km: Floats
    is_moving: Bools


class Vehicles:
    """Motion of the fleet within a day. After `step`, the last 10 s can be asked at any moment."""

    def __init__(self, fleet: Fleet, geometry: Geometry, first_day: int):
        self.fleet = fleet
        self._geometry = geometry
        self._first_day = first_day
        self._shortest_km = min(8.0, geometry.length_km / 4)

    def start_day(self, day: int, speed_kph: Floats) -> None:
        """Spread the vehicles over the corridor, most of them in the middle of a trip."""
        self._day_key = day
        chance = [uniform(draw(self.fleet.keys, day, 100 + n)) for n in range(4)]
        end_km = self._geometry.length_km - _END_MARGIN_KM
        shortest_km = min(_SHORTEST_START_KM, end_km / 4)
        self._x_km = chance[0] * (end_km - shortest_km)
        self._direction = (chance[1] < 0.5).astype(np.int64)
        self._goal_km = self._x_km + shortest_km + (end_km - self._x_km - shortest_km) * chance[2]
        self._wake_step = np.where(chance[3] < _RESTING_SHARE, (chance[3] * 450).astype(np.int64), 0)
        self._resting = chance[3] < _RESTING_SHARE
        self._trips = np.zeros(len(self._x_km), dtype=np.int64)
        self._driven_km = np.zeros(len(self._x_km))
        self._step_count = 0
        self._pace = self.fleet.pace
        field = speed_kph.ravel()[self._cells()]
        self._speed = np.where(self._resting, 0.0, np.minimum(field * self._pace, self.fleet.top_kph))
        self._base_km = self.fleet.base_odometer_km + (day - self._first_day) * (
            _DAILY_KM + self._geometry.length_km
        )

    def step(self, speed_kph: Floats) -> None:
        """Move on by one step through the speed field of shape (2, cells)."""
        if self._step_count % STEPS_PER_MINUTE == 0:
            self._start_minute()
        self._x_before, self._speed_before = self._x_km, self._speed
        self._driven_before, self._direction_before = self._driven_km, self._direction
        left_km = self._goal_km - self._x_km
        wanted = np.minimum(speed_kph.ravel().take(self._cells()) * self._pace, self.fleet.top_kph)
        wanted = np.minimum(wanted, self._stopping_kph(left_km))
        speed = np.minimum(wanted, self._speed + self.fleet.gain_kph_per_step)
        speed = np.maximum(speed, self._speed - self.fleet.brake_kph_per_step)
        speed[self._resting] = 0.0
        self._moved = np.minimum((self._speed + speed) * (_HOURS / 2), left_km)
        self._x_km = self._x_km + self._moved
        self._driven_km = self._driven_km + self._moved
        self._speed = speed
        self._arrive(left_km - self._moved)
        self._step_count += 1

    def at(self, after_ms: int, which: Ints | None) -> VehiclesAt:
        """The vehicles `after_ms` (0 to 10,000) into the step last taken; None asks for all."""
        pick: Ints | slice = slice(None) if which is None else which
        before, after = self._speed_before[pick], self._speed[pick]
        share = after_ms / (STEP_S * 1000)
        mean = (before + after) / 2
        way = np.where(
            mean > 0, (before + (after - before) * (share / 2)) * share / np.maximum(mean, 1e-9), 0
        )
        moved = self._moved[pick] * way
        direction = self._direction_before[pick]
        x_km = self._x_before[pick] + moved
        return VehiclesAt(
            km=self._geometry.km_of(x_km, direction),
            direction=direction,
            speed_kph=before + (after - before) * share,
            acceleration_mps2=(after - before) * (1 / 3.6 / STEP_S),
            odometer_km=self._base_km[pick] + self._driven_before[pick] + moved,
            is_moving=mean > 0,
        )

    def _stopping_kph(self, left_km: Floats) -> Floats:
        """The speed at the end of this step from which a gentle stop still ends at the goal.

        Solves (v0 + v) T / 2 + v^2 / 2b = way left for v.
        """
        rest_km = np.maximum(left_km - self._speed * (_HOURS / 2), 0.0)
        root = np.sqrt(_HOURS * _HOURS / 4 + rest_km * (2 / _ARRIVING_KMPH2))
        stopping: Floats = _ARRIVING_KMPH2 * (root - _HOURS / 2)
        return stopping

    def _cells(self) -> Ints:
        x_cell = (self._x_km * (1 / self._geometry.cell_km)).astype(np.int64)
        return np.minimum(x_cell, self._geometry.cells - 1) + self._direction * self._geometry.cells

    def _arrive(self, left_km: Floats) -> None:
        """Those that reached their goal stop and rest."""
        arrived = np.flatnonzero((left_km < _ARRIVED_KM) & ~self._resting)
        if len(arrived) == 0:
            return
        chance = uniform(draw(self.fleet.keys, self._day_key, 7, self._step_count))[arrived]
        rest_s = 60 + 600 * chance + 3000 * (chance > 0.9)
        self._speed[arrived] = 0.0
        self._resting[arrived] = True
        self._wake_step[arrived] = self._step_count + 1 + (rest_s / STEP_S).astype(np.int64)
        self._trips[arrived] += 1

    def _start_minute(self) -> None:
        wobble = normal(draw(self.fleet.keys, self._day_key, 11, self._step_count))
        self._pace = self.fleet.pace * (1 + 0.03 * wobble)
        rested = np.flatnonzero(self._resting & (self._wake_step <= self._step_count))
        if len(rested):
            self._set_out(rested)

    def _set_out(self, rested: Ints) -> None:
        """Give rested vehicles a new trip, as far as today's allowance goes."""
        bits = self.fleet.keys[rested]
        chance = uniform(draw(bits, self._day_key, 13, self._step_count))
        length_km = self._geometry.length_km
        x_km, direction = self._x_km[rested], self._direction[rested]
        turns = (chance < 0.25) | (length_km - x_km < self._shortest_km)
        x_km = np.where(turns, length_km - x_km, x_km)
        end_km = length_km - _END_MARGIN_KM
        x_km = np.minimum(x_km, end_km)
        reach = uniform(draw(bits, self._day_key, 17, self._step_count))
        trip_km = np.maximum(self._shortest_km, reach * reach * 1.3 * length_km)
        goal_km = np.minimum(x_km + trip_km, end_km)
        allowed_km = length_km + _DAILY_KM * self._step_count / STEPS_PER_DAY
        goes = (self._driven_km[rested] + goal_km - x_km <= allowed_km) & (goal_km - x_km > _ARRIVED_KM)
        going = rested[goes]
        self._x_km[going] = x_km[goes]
        self._direction = self._direction.copy()
        self._direction[going] = np.where(turns, 1 - direction, direction)[goes]
        self._goal_km[going] = goal_km[goes]
        self._resting[going] = False
