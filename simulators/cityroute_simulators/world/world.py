"""The whole world at a moment: every process computes the same one and shows its own feed of it."""

from functools import cached_property

import numpy as np
from cityroute_contracts.settings import SimulationSettings

from . import flow
from .fleet import fleet
from .geometry import geometry
from .incidents import Incident
from .noise import Ints
from .roads import Roads
from .time import STEP_MS, STEP_S, STEPS_PER_DAY, day_of, day_start_ms
from .vehicles import Vehicles, VehiclesAt
from .weather import Weather


class World:
    """Moves forward only. What a feed never asks for is never computed: weather needs no vehicles.

    `advance` brings roads (and vehicles, when `with_vehicles`) to a moment; the rest are questions about
    that moment.
    """

    def __init__(self, settings: SimulationSettings, *, with_vehicles: bool = False):
        self.settings = settings
        self.geometry = geometry(settings.corridor)
        self.weather = Weather(settings.seed, self.geometry.length_km, settings.weather, settings.events)
        self._with_vehicles = with_vehicles
        self._day: int | None = None
        self._after_ms = 0
        self._passed_before_today: Ints = np.zeros((2, self.geometry.cells), dtype=np.int64)

    @cached_property
    def roads(self) -> Roads:
        """Flow and incidents."""
        s = self.settings
        return Roads(s.corridor, self.geometry, self.weather, s.seed, s.events, s.incident_rate_multiplier)

    @cached_property
    def vehicles(self) -> Vehicles:
        """The tracked vehicles."""
        vehicles = fleet(self.settings.seed, self.settings.vehicles, STEP_S)
        return Vehicles(vehicles, self.geometry, day_of(self.settings.start_ms))

    def advance(self, at_ms: int) -> None:
        """Bring the world to that simulated time. Raises ValueError when it lies in the past."""
        day = day_of(at_ms)
        if self._day != day:
            self._begin(day)
        offset = at_ms - day_start_ms(day)
        step = offset // STEP_MS
        if step + 1 < self.roads.steps:
            raise ValueError(f"the world is past {at_ms}; build a new one to go back")
        self._run_to(step + 1)
        self._after_ms = offset - step * STEP_MS

    def vehicles_at(self, which: Ints | None = None) -> VehiclesAt:
        """The vehicles of those numbers (None: all) now."""
        return self.vehicles.at(self._after_ms, which)

    def passed(self) -> Ints:
        """Whole vehicles that have left each cell downstream, shape (2, cells); only differences count."""
        before, after = self.roads.passed_before, self.roads.state.passed
        milli = before + (after - before) * self._after_ms // STEP_MS
        passed: Ints = self._passed_before_today + milli // flow.MILLI
        return passed

    def incidents(self) -> tuple[Incident, ...]:
        """Scripted incidents and those of the present simulated day."""
        return (*self.roads.scripted, *self.roads.incidents)

    @property
    def day(self) -> int | None:
        """The simulated day that the world is in; None before the first `advance`."""
        return self._day

    def _begin(self, day: int) -> None:
        if self._day is not None and day == self._day + 1:
            self._run_to(STEPS_PER_DAY)
            self._passed_before_today = self._passed_before_today + self.roads.state.passed // flow.MILLI
        elif self._day is not None and day < self._day:
            raise ValueError("the world is past that day; build a new one to go back")
        self._day = day
        self.roads.start_day(day)
        if self._with_vehicles:
            self.vehicles.start_day(day, self.roads.state.speed_kph)

    def _run_to(self, steps: int) -> None:
        while self.roads.steps < steps:
            self.roads.step()
            if self._with_vehicles:
                self.vehicles.step(self.roads.state.speed_kph)
