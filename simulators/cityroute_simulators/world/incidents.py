"""Incidents: when they happen, what they block, and the steps from detection to clearance.

They fall as a Poisson process over vehicle-km: each cell and minute has its own hash, so the same traffic
gives the same incidents. Each simulated day ends with clear roads: none begins in its last half hour
and lives are shortened to end before 03:00, because a day starts from a state of its own.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
from cityroute_contracts.feeds import DIRECTIONS, INCIDENT_STATUSES
from cityroute_contracts.settings import ScriptedEvent

from .noise import Bits, Floats, Ints, draw, key, uniform, uniform_at
from .time import DAY_MS, day_of, day_start_ms

Chance = Callable[..., float]
"""Uniform numbers in [0, 1) by purpose."""
CellAt = Callable[[float, int], int]
"""The cell, in travel order, of a km and direction."""

_LANES_OPEN = INCIDENT_STATUSES.index("lanes_open")
QUIET_END_MS = 30 * 60_000
_DAY_MARGIN_MS = 5_000

# Per million vehicle-km: plain values near the figures for England's motorways.
_RATES = {"breakdown": 2.4, "obstruction": 0.4, "damage_collision": 0.4, "injury_collision": 0.06}
RATE_PER_VEHICLE_KM = sum(_RATES.values()) * 1e-6
_CLEARANCE_MEDIAN_MIN = {
    "breakdown": 14.0,
    "obstruction": 16.0,
    "damage_collision": 28.0,
    "injury_collision": 50.0,
}
_CLEARANCE_SIGMA = 0.6

# Capacity left by lanes of the carriageway and lanes blocked (0: on the shoulder): HCM values via
# FHWA-HOP-13-042, appendix C.
_CAPACITY_LEFT = {
    1: (0.90, 0.0),
    2: (0.95, 0.35, 0.0),
    3: (0.99, 0.49, 0.17, 0.0),
    4: (0.99, 0.58, 0.25, 0.13, 0.0),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an incident's life. `at_ms` is simulated epoch ms."""

    status: str
    at_ms: int
    lanes_blocked: int
    casualties: int
    severity: str
    responder_unit: str | None
    responder_type: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that stands in the way. `direction` is 0 outbound, 1 inbound; `cell` in travel order."""

    id: str
    kind: str
    direction: int
    cell: int
    km: float
    lanes: int
    lanes_blocked: int
    occurred_ms: int
    steps: tuple[Step, ...]

    def blocked_at(self, at_ms: int) -> int | None:
        """Lanes blocked at that time; None when the incident does not hinder traffic then."""
        return self.lanes_blocked if self.occurred_ms <= at_ms and not self.is_over(at_ms) else None

    def is_over(self, at_ms: int) -> bool:
        """Whether all lanes are open again by that time."""
        return at_ms >= self.steps[_LANES_OPEN].at_ms


def capacity_left(lanes: int, blocked: int) -> float:
    """Share of a carriageway's capacity that an incident leaves."""
    if lanes in _CAPACITY_LEFT:
        return _CAPACITY_LEFT[lanes][min(blocked, lanes)]
    return 0.99 if blocked == 0 else max(0.0, (lanes - blocked) / lanes * 0.85)


class Hazard:
    """Draws the incidents of a minute, cell by cell."""

    def __init__(self, seed: int, multiplier: float, lanes: Ints, middles_km: Floats):
        self._seed = seed
        self._multiplier = multiplier
        self._lanes = lanes
        self._middles_km = middles_km
        base = key(seed, "incidents")
        self._keys: Bits = np.arange(lanes.size, dtype=np.uint64) * np.uint64(0x9E37) ^ np.uint64(base)

    def in_minute(self, at_ms: int, vehicle_km: Floats, crash_factor: Floats) -> Iterator[Incident]:
        """Incidents of the minute that starts at `at_ms`; both arrays of shape (2, cells)."""
        chance = vehicle_km * crash_factor * (RATE_PER_VEHICLE_KM * self._multiplier)
        draws = uniform(draw(self._keys, at_ms))
        for flat in np.flatnonzero(draws < chance.ravel()).tolist():
            direction, cell = divmod(flat, self._lanes.shape[1])
            yield self._incident(at_ms, direction, cell)

    def _incident(self, minute_ms: int, direction: int, cell: int) -> Incident:
        chance = partial(uniform_at, self._seed, "incident", minute_ms, direction, cell)
        km = float(self._middles_km[direction, cell])
        lanes = int(self._lanes[direction, cell])
        kind = _kind(chance("kind"))
        blocked = min(_lanes_blocked(kind, chance("lanes")), lanes)
        occurred_ms = minute_ms + int(chance("second") * 60) * 1000
        name = f"{datetime.fromtimestamp(minute_ms / 1000, UTC):%Y%m%d-%H%M}"
        return Incident(
            id=f"inc-{name}-{DIRECTIONS[direction]}-{cell:04d}",
            kind=kind,
            direction=direction,
            cell=cell,
            km=km,
            lanes=lanes,
            lanes_blocked=blocked,
            occurred_ms=occurred_ms,
            steps=_steps(_Life(kind, blocked, occurred_ms, _day_end_ms(minute_ms)), chance),
        )


@dataclass(frozen=True, slots=True)
class _Life:
    kind: str
    blocked: int
    occurred_ms: int
    end_ms: int


def scripted(
    events: Sequence[ScriptedEvent], seed: int, lanes: Ints, cell_at: CellAt
) -> tuple[Incident, ...]:
    """The incidents that scripted `close_lanes` and `breakdown` events amount to."""
    wanted = (e for e in events if e.kind in ("close_lanes", "breakdown"))
    return tuple(_scripted(i, e, seed, lanes, cell_at) for i, e in enumerate(wanted))


def _scripted(index: int, event: ScriptedEvent, seed: int, lanes: Ints, cell_at: CellAt) -> Incident:
    direction = DIRECTIONS.index(event.direction or DIRECTIONS[0])
    km = event.km or 0.0
    cell = cell_at(km, direction)
    all_lanes = int(lanes[direction, cell])
    blocked = min(1 if event.lanes is None else event.lanes, all_lanes)
    kind = "breakdown"
    if event.kind == "close_lanes":
        kind = "closure" if blocked >= all_lanes else "roadworks"
    return Incident(
        id=f"inc-script-{index:03d}",
        kind=kind,
        direction=direction,
        cell=cell,
        km=km,
        lanes=all_lanes,
        lanes_blocked=blocked,
        occurred_ms=event.start_ms,
        steps=_scripted_steps(kind, blocked, event, partial(uniform_at, seed, "scripted", index)),
    )


def _scripted_steps(kind: str, blocked: int, event: ScriptedEvent, chance: Chance) -> tuple[Step, ...]:
    span_ms = max(event.end_ms - event.start_ms, 1000)
    offsets = [0, min(60_000, span_ms // 8), min(120_000, span_ms // 4), min(600_000, span_ms // 2), span_ms]
    offsets.append(span_ms + min(120_000, span_ms // 4))
    return _named_steps(kind, blocked, [event.start_ms + o for o in offsets], chance)


def _steps(life: _Life, chance: Chance) -> tuple[Step, ...]:
    detected = 60 + 180 * chance("detected")
    verified = detected + 60 + 120 * chance("verified")
    dispatched = verified + 60 + 60 * chance("dispatched")
    on_scene = dispatched + 300 + 900 * chance("travel")
    cleared = max(detected + _clearance_s(life.kind, chance("clearance")), on_scene + 180)
    lanes_open = on_scene + 0.75 * (cleared - on_scene)
    offsets = (detected, verified, dispatched, on_scene, lanes_open, cleared)
    room_ms = life.end_ms - _DAY_MARGIN_MS - life.occurred_ms
    squeeze = min(1.0, room_ms / (cleared * 1000))
    times = [life.occurred_ms + int(o * squeeze) * 1000 for o in offsets]
    return _named_steps(life.kind, life.blocked, times, chance)


def _named_steps(kind: str, blocked: int, times_ms: Sequence[int], chance: Chance) -> tuple[Step, ...]:
    hurt = 1 + int(chance("hurt") * chance("hurt2") * 4) if kind == "injury_collision" else 0
    severity = _severity(kind, blocked, chance("severity"))
    responder = _responder(kind, chance("responder"))
    unit = f"{responder.replace('_', '-').upper()}-{1 + int(chance('unit') * 40):02d}"
    return tuple(
        Step(
            status=status,
            at_ms=at_ms,
            lanes_blocked=blocked if number < 4 else 0,
            casualties=hurt if number >= 1 else 0,
            severity=severity,
            responder_unit=unit if number >= 2 else None,
            responder_type=responder if number >= 2 else None,
        )
        for number, (status, at_ms) in enumerate(zip(INCIDENT_STATUSES, times_ms, strict=True))
    )


def _clearance_s(kind: str, chance: float) -> float:
    """Lognormal, by the logistic approximation of the normal quantile."""
    clipped = min(max(chance, 0.005), 0.995)
    quantile = math.log(clipped / (1 - clipped)) / 1.702
    return 60 * _CLEARANCE_MEDIAN_MIN[kind] * math.exp(_CLEARANCE_SIGMA * quantile)


def _kind(chance: float) -> str:
    level = chance * sum(_RATES.values())
    for kind, rate in _RATES.items():
        level -= rate
        if level < 0:
            return kind
    return "breakdown"


def _lanes_blocked(kind: str, chance: float) -> int:
    if kind == "breakdown":
        return 1 if chance < 0.22 else 0
    if kind == "obstruction":
        return 1
    if kind == "damage_collision":
        return 1 if chance < 0.6 else 0
    return 2 if chance < 0.35 else 1


def _severity(kind: str, blocked: int, chance: float) -> str:
    if kind == "injury_collision":
        return "critical" if chance < 0.15 else "serious"
    if kind == "closure":
        return "serious"
    return "moderate" if blocked > 0 else "minor"


def _responder(kind: str, chance: float) -> str:
    if kind == "injury_collision":
        return "ambulance" if chance < 0.6 else ("police" if chance < 0.85 else "fire")
    if kind == "damage_collision":
        return "police" if chance < 0.4 else "traffic_officer"
    if kind == "breakdown":
        return "recovery" if chance < 0.6 else "traffic_officer"
    return "traffic_officer"


def _day_end_ms(at_ms: int) -> int:
    return day_start_ms(day_of(at_ms)) + DAY_MS
