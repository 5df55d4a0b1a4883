"""How many vehicles want to enter where: daily flow x hourly profile, per entry of each direction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cityroute_contracts.corridor import Corridor
from cityroute_contracts.settings import ScriptedEvent

from .geometry import Geometry
from .noise import Floats, Ints, draw, key, keys, normal
from .time import hour_of_day, is_weekend

# Share of a day's flow by hour UTC, in percent: plain values in the shape of a UK motorway's weekday
# and weekend, until the world is calibrated.
_WEEKDAY: tuple[float, ...] = (0.9, 0.7, 0.6, 0.7, 1.3, 2.9, 5.4, 7.0, 6.9, 5.8, 5.3, 5.3)
_WEEKDAY += (5.4, 5.5, 5.9, 6.6, 7.2, 7.2, 5.8, 4.2, 3.2, 2.6, 2.1, 1.5)
_WEEKEND: tuple[float, ...] = (1.3, 0.9, 0.7, 0.6, 0.8, 1.3, 2.3, 3.5, 5.0, 6.4, 7.2, 7.4)
_WEEKEND += (7.3, 7.1, 6.9, 6.8, 6.8, 6.5, 5.7, 4.7, 3.8, 3.0, 2.3, 1.7)
_WEEKEND_FACTOR = 0.88
_TIDE = 0.10  # of an even split; inbound is heavier in the morning, outbound in the evening
_NOISE = 0.04


@dataclass(frozen=True)
class Demand:
    """Entries and exits of both directions. Rows are directions, columns cells in travel order.

    `entry_daily` is one-way vehicles a day that enter before a cell; `exit_ppm` the share, in millionths,
    of what leaves a cell and turns off; `through_daily` the one-way flow inside each cell.
    """

    entry_daily: Floats
    exit_ppm: Ints
    through_daily: Floats
    events: tuple[ScriptedEvent, ...]
    seed_key: int
    noise_keys: tuple[int, ...]

    def entering_vph(self, at_ms: int) -> Floats:
        """Vehicles an hour that want to enter before each cell, shape (2, cells)."""
        minute = at_ms // 300_000
        bits = draw(np.array(self.noise_keys, dtype=np.uint64), self.seed_key, minute)
        wobble = (1 + _NOISE * normal(bits))[:, None]
        return self.entry_daily * self._hourly(at_ms)[:, None] * wobble

    def through_vph(self, at_ms: int) -> Floats:
        """Vehicles an hour inside each cell if nothing queued, shape (2, cells)."""
        return self.through_daily * self._hourly(at_ms)[:, None]

    def _hourly(self, at_ms: int) -> Floats:
        share = profile(at_ms) * _scripted_factor(self.events, at_ms)
        tide = _TIDE * _tide(hour_of_day(at_ms))
        return np.array([share * (1 - tide), share * (1 + tide)])


def demand(corridor: Corridor, geometry: Geometry, seed: int, events: Sequence[ScriptedEvent]) -> Demand:
    """Entries and exits from the daily flows: where flow rises vehicles join, where it falls some leave."""
    flows = np.array([s.daily_flow / 2 for s in corridor.sections])
    sections = geometry.section_index(geometry.cell_middles_km().ravel()).reshape(2, -1)
    through = flows[sections]
    before = np.concatenate([np.zeros((2, 1)), through[:, :-1]], axis=1)
    after = np.concatenate([through[:, 1:], through[:, -1:]], axis=1)
    exits = np.clip(1 - after / np.maximum(through, 1e-9), 0, None)
    return Demand(
        entry_daily=np.clip(through - before, 0, None),
        exit_ppm=(exits * 1_000_000).astype(np.int64),
        through_daily=through,
        events=tuple(e for e in events if e.kind == "demand"),
        seed_key=key(seed, "demand"),
        noise_keys=tuple(int(k) for k in keys(["outbound", "inbound"], seed, "demand")),
    )


def profile(at_ms: int) -> float:
    """Share of the day's flow per hour at that moment (1/24 on average)."""
    table = _WEEKEND if is_weekend(at_ms) else _WEEKDAY
    factor = _WEEKEND_FACTOR if is_weekend(at_ms) else 1.0
    place = hour_of_day(at_ms) - 0.5
    low = int(np.floor(place)) % 24
    share = place - np.floor(place)
    return float(factor * (table[low] * (1 - share) + table[(low + 1) % 24] * share) / sum(table))


def _tide(hour: float) -> float:
    """+1 at the morning peak, -1 at the evening peak, 0 far from both."""
    morning = max(0.0, 1 - abs(hour - 7.75) / 2.5)
    evening = max(0.0, 1 - abs(hour - 17.0) / 2.5)
    return morning - evening


def _scripted_factor(events: Sequence[ScriptedEvent], at_ms: int) -> float:
    factor = 1.0
    for event in events:
        if event.factor is not None and event.start_ms <= at_ms < event.end_ms:
            factor *= event.factor
    return factor
