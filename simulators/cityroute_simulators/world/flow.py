"""Traffic as a fluid of whole milli-vehicles: the cell transmission model, exact in int64.

Daganzo, "The cell transmission model" (1994): what passes from a cell to the next is the smaller of what
the first can send and the second can take. Below capacity a cell sends by a speed-flow curve shaped as the
Highway Capacity Manual's: flat at first, falling to 76 % of free speed at capacity. Nothing is rounded
away: vehicles entered = vehicles left + vehicles on the road, to the milli-vehicle.
"""

from dataclasses import dataclass

import numpy as np
from cityroute_contracts.corridor import Corridor

from .demand import Demand
from .geometry import Geometry
from .noise import Floats, Ints
from .time import STEP_S

MILLI = 1000
_SPEED_AT_CAPACITY = 0.76
_JAM_VPKM_PER_LANE = 125.0
_HGV_CAR_UNITS = 2.0
_PPM = 1_000_000
_SLOWEST_KPH = 3.0
_RAMP_SHARE = 2  # an entry on the way takes at most half of what a cell can still take


@dataclass(frozen=True)
class Road:
    """What does not change: per cell and step, all of shape (2, cells); counts in milli-vehicles."""

    lanes: Ints
    free_kph: Floats
    critical: Floats
    capacity: Floats
    jam: Floats
    travelled: Floats  # share of a cell crossed in one step at free speed
    wave: Floats  # share of the free room that opens in one step


@dataclass
class FlowState:
    """What changes. `passed` counts all that left each cell downstream since the day began."""

    stored: Ints
    waiting: Ints
    passed: Ints
    entered: int
    left: int
    speed_kph: Floats


def capacity_pcph_per_lane(free_kph: float) -> float:
    """Car units an hour and lane: HCM's 2,400 at 70 mph, 10 fewer per mph below; 1,500 at least."""
    return min(2400.0, max(1500.0, 2400.0 - 10.0 * (70.0 - free_kph / 1.609344)))


def road(corridor: Corridor, geometry: Geometry) -> Road:
    """The corridor's cells from its sections."""
    index = geometry.section_index(geometry.cell_middles_km().ravel()).reshape(2, -1)
    lanes = np.array([s.lanes for s in corridor.sections])[index]
    free = np.array([s.free_speed_kph for s in corridor.sections])[index]
    hgv = np.array([s.hgv_share for s in corridor.sections])[index]
    per_lane = np.array([capacity_pcph_per_lane(s.free_speed_kph) for s in corridor.sections])[index]
    capacity_vph = lanes * per_lane / (1 + hgv * (_HGV_CAR_UNITS - 1))
    critical_vpkm = capacity_vph / (free * _SPEED_AT_CAPACITY)
    jam_vpkm = lanes * _JAM_VPKM_PER_LANE
    wave_kph = capacity_vph / (jam_vpkm - critical_vpkm)
    hours = STEP_S / 3600
    return Road(
        lanes=lanes.astype(np.int64),
        free_kph=free,
        critical=critical_vpkm * geometry.cell_km * MILLI,
        capacity=capacity_vph * hours * MILLI,
        jam=jam_vpkm * geometry.cell_km * MILLI,
        travelled=np.minimum(free * hours / geometry.cell_km, 1.0),
        wave=np.minimum(wave_kph * hours / geometry.cell_km, 1.0),
    )


def first_state(roads: Road, demand: Demand, at_ms: int) -> FlowState:
    """The road at the start of a day: each cell holds what its flow needs at free speed."""
    per_step = demand.through_vph(at_ms) * (STEP_S / 3600 * MILLI)
    stored = np.minimum(per_step / roads.travelled, roads.critical).astype(np.int64)
    return FlowState(
        stored=stored,
        waiting=np.zeros_like(stored),
        passed=np.zeros_like(stored),
        entered=int(stored.sum()),
        left=0,
        speed_kph=roads.free_kph.copy(),
    )


def step(
    roads: Road,
    state: FlowState,
    arriving: Ints,
    exit_ppm: Ints,
    capacity_left: Floats,
    speed_left: Floats,
) -> None:
    """Move the road on by one step (10 s), in place. `arriving` joins the queues before the cells."""
    sending = _sending(roads, state.stored, capacity_left, speed_left)
    room = _receiving(roads, state.stored, capacity_left)
    state.waiting += arriving
    open_to_entry = room // _RAMP_SHARE
    open_to_entry[:, 0] = room[:, 0]
    joining = np.minimum(state.waiting, open_to_entry)
    room -= joining
    leaving = sending
    fits = room[:, 1:] * _PPM // np.maximum(_PPM - exit_ppm[:, :-1], 1)
    np.minimum(leaving[:, :-1], fits, out=leaving[:, :-1])
    onward = leaving - leaving * exit_ppm // _PPM
    _set_speeds(roads, state, leaving, speed_left)
    state.stored += joining - leaving
    state.stored[:, 1:] += onward[:, :-1]
    state.waiting -= joining
    state.passed += leaving
    state.entered += int(joining.sum())
    state.left += int(leaving.sum()) - int(onward[:, :-1].sum())


def _sending(roads: Road, stored: Ints, capacity_left: Floats, speed_left: Floats) -> Ints:
    """What each cell can send in a step: by the speed-flow curve, at most its capacity."""
    flowing = np.minimum(stored, roads.critical)
    filled = flowing / roads.critical
    pace = roads.travelled * speed_left * (1 - (1 - _SPEED_AT_CAPACITY) * filled * filled * filled)
    return np.minimum(flowing * pace, roads.capacity * capacity_left).astype(np.int64)


def _receiving(roads: Road, stored: Ints, capacity_left: Floats) -> Ints:
    """What each cell can take in a step: room opens at the speed of the backward wave."""
    room = np.minimum((roads.jam - stored) * roads.wave, roads.capacity)
    return np.maximum(room, 0).astype(np.int64)


def _set_speeds(roads: Road, state: FlowState, leaving: Ints, speed_left: Floats) -> None:
    """Space-mean speed of each cell in this step: what left it over what was in it."""
    free = roads.free_kph * speed_left
    kph = leaving / np.maximum(state.stored, 1) * (roads.free_kph / roads.travelled)
    kph = np.where(state.stored < MILLI // 2, free, kph)
    state.speed_kph = np.clip(kph, _SLOWEST_KPH, free)
