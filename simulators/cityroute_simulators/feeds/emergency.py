"""Incidents as the control room sees them: one event per step of a life."""

from collections.abc import Sequence

import numpy as np
from cityroute_contracts.corridor import segment_id
from cityroute_contracts.feeds import DIRECTIONS

from ..world.incidents import Incident, Step
from ..world.world import World
from .rows import Column, Rows

TICK_MS = 1000
_WORDS = {
    "breakdown": "Broken down vehicle",
    "obstruction": "Obstruction on the road",
    "damage_collision": "Collision, damage only",
    "injury_collision": "Collision with injuries",
    "roadworks": "Roadworks",
    "closure": "Road closed",
}


class EmergencyView:
    """One device per incident; devices appear as incidents are detected. Needs a world without vehicles.

    A step is told at the first tick at or after its time.
    """

    def __init__(self, world: World, start_ms: int):
        self._world = world
        self._start_ms = start_ms
        self._due: dict[int, list[tuple[Incident, Step]]] = {}
        self._day: int | None = None
        self._known = 0
        self._numbers: dict[str, int] = {}
        self.devices: list[str] = []
        self._schedule(world.roads.scripted, start_ms)

    def rows(self, at_ms: int) -> Rows:
        """The steps of this tick, by incident."""
        self._world.advance(at_ms)
        self._notice(at_ms)
        told = sorted(self._due.pop(at_ms, ()), key=lambda due: due[0].id)
        incidents, steps = [i for i, _ in told], [s for _, s in told]
        position = self._world.settings.corridor.position
        places = [position(i.km) for i in incidents]
        last = self._world.settings.corridor.segments_per_direction - 1
        columns: dict[str, Column] = {
            "event_time": at_ms,
            "direction": [DIRECTIONS[i.direction] for i in incidents],
            "latitude": np.array([latitude for latitude, _ in places]),
            "longitude": np.array([longitude for _, longitude in places]),
            "source": "simulated",
            "incident_id": [i.id for i in incidents],
            "incident_type": [i.kind for i in incidents],
            "severity": [s.severity for s in steps],
            "status": [s.status for s in steps],
            "lanes_blocked": [s.lanes_blocked for s in steps],
            "segment_id": [segment_id(DIRECTIONS[i.direction], min(int(i.km), last)) for i in incidents],
            "responder_unit": [s.responder_unit for s in steps],
            "responder_type": [s.responder_type for s in steps],
            "casualties": [s.casualties for s in steps],
            "description": [describe(i, s) for i, s in told],
        }
        return Rows(devices=np.array([self._number(i) for i in incidents], dtype=np.int64), columns=columns)

    def _notice(self, at_ms: int) -> None:
        """Plan the steps of incidents not seen before."""
        if self._day != self._world.day:
            self._day, self._known = self._world.day, 0
        incidents = self._world.roads.incidents
        self._schedule(incidents[self._known :], at_ms)
        self._known = len(incidents)

    def _schedule(self, incidents: Sequence[Incident], from_ms: int) -> None:
        """One tick per step, and never two steps of an incident in one tick."""
        for incident in incidents:
            previous_ms = -1
            for step in incident.steps:
                ticks = -(-(step.at_ms - self._start_ms) // TICK_MS)
                tick_ms = max(self._start_ms + ticks * TICK_MS, previous_ms + TICK_MS)
                previous_ms = tick_ms
                if tick_ms >= from_ms:
                    self._due.setdefault(tick_ms, []).append((incident, step))

    def _number(self, incident: Incident) -> int:
        number = self._numbers.get(incident.id)
        if number is None:
            number = self._numbers[incident.id] = len(self.devices)
            self.devices.append(incident.id)
        return number


def describe(incident: Incident, step: Step) -> str:
    """A sentence for people."""
    what = f"{_WORDS[incident.kind]} at km {incident.km:.1f} {DIRECTIONS[incident.direction]}"
    if step.status == "cleared":
        return f"{what}: cleared."
    lanes = (
        f"{step.lanes_blocked} of {incident.lanes} lanes blocked" if step.lanes_blocked else "all lanes open"
    )
    return f"{what}: {step.status.replace('_', ' ')}, {lanes}."
