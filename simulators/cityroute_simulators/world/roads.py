"""The roads of one simulated day: flow, weather's grip on it and incidents, moved on 10 s at a time."""

from collections.abc import Sequence

import numpy as np
from cityroute_contracts.corridor import Corridor
from cityroute_contracts.settings import ScriptedEvent

from . import flow
from .demand import demand
from .geometry import Geometry
from .incidents import QUIET_END_MS, Hazard, Incident, capacity_left, scripted
from .noise import Floats, Ints
from .time import DAY_MS, STEP_MS, STEP_S, STEPS_PER_MINUTE, day_start_ms
from .weather import Weather

_WEATHER_STEPS = 5 * STEPS_PER_MINUTE


class Roads:
    """Flow and incidents of the day begun last (`start_day`), at the step last taken (`step`)."""

    def __init__(
        self,
        corridor: Corridor,
        geometry: Geometry,
        weather: Weather,
        seed: int,
        events: Sequence[ScriptedEvent],
        incident_rate_multiplier: float,
    ):
        self.road = flow.road(corridor, geometry)
        self._geometry = geometry
        self._weather = weather
        self._demand = demand(corridor, geometry, seed, events)
        self._middles_km = geometry.cell_middles_km()
        self._hazard = Hazard(seed, incident_rate_multiplier, self.road.lanes, self._middles_km)
        self.scripted = scripted(events, seed, self.road.lanes, geometry.cell_at)
        self.start_day(0)

    def start_day(self, day: int) -> None:
        """Begin the day at 03:00 with its own state: roads as their flow wants them, no incidents."""
        self.day = day
        self.steps = 0
        self.incidents: list[Incident] = []
        self._standing: list[Incident] = []
        self.state = flow.first_state(self.road, self._demand, day_start_ms(day))
        self.passed_before: Ints = self.state.passed
        self.lanes_blocked: Ints = np.zeros_like(self.road.lanes)

    def step(self) -> None:
        """Move on by one step; what is known once a minute is worked out at its start."""
        if self.steps % STEPS_PER_MINUTE == 0:
            self._start_minute(day_start_ms(self.day) + self.steps * STEP_MS)
        self.passed_before = self.state.passed.copy()
        flow.step(
            self.road,
            self.state,
            self._arriving,
            self._demand.exit_ppm,
            self._capacity_left,
            self._speed_left,
        )
        self.steps += 1

    def vehicle_km_in_minute(self) -> Floats:
        """Vehicle-km driven in each cell within a minute, at the present flow."""
        return self.state.stored * self.state.speed_kph * (1 / flow.MILLI / 60)

    def _start_minute(self, at_ms: int) -> None:
        if self.steps % _WEATHER_STEPS == 0:
            self._feel_weather(at_ms)
        if self.steps * STEP_MS < DAY_MS - QUIET_END_MS:
            new = list(self._hazard.in_minute(at_ms, self.vehicle_km_in_minute(), self._crash_factor))
            self.incidents += new
            self._standing += new
        self._arriving: Ints = (self._demand.entering_vph(at_ms) * (STEP_S / 3600 * flow.MILLI)).astype(
            np.int64
        )
        self._hinder(at_ms)

    def _feel_weather(self, at_ms: int) -> None:
        """What the weather leaves of speed, capacity and safety; it changes slowly."""
        weather = self._weather.at(at_ms, self._middles_km)
        self._crash_factor: Floats = weather.crash_factor()
        self._speed_left: Floats = weather.speed_left()
        self._weather_capacity: Floats = weather.capacity_left()

    def _hinder(self, at_ms: int) -> None:
        """Cut the capacity of the cells where incidents stand."""
        self._capacity_left: Floats = self._weather_capacity.copy()
        self.lanes_blocked = np.zeros_like(self.road.lanes)
        self._standing = [i for i in self._standing if not i.is_over(at_ms)]
        for incident in (*self.scripted, *self._standing):
            blocked = incident.blocked_at(at_ms)
            if blocked is not None:
                place = (incident.direction, incident.cell)
                self._capacity_left[place] *= capacity_left(incident.lanes, blocked)
                total = int(self.lanes_blocked[place]) + blocked
                self.lanes_blocked[place] = min(total, incident.lanes)
