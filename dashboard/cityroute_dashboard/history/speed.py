"""Rows of speeds become the grid that the heat map draws: segments by minutes. Pure, but for the cache."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cityroute_contracts.corridor import Corridor
from cityroute_contracts.feeds import DIRECTIONS

from .warehouse import SegmentSpeed

MINUTE_MS = 60_000
CACHE_MS = 3_000
CACHE_ENTRIES = 32

Grid = dict[str, Any]


def speed_grid(route: str, corridor: Corridor, rows: Sequence[SegmentSpeed], minutes: int) -> Grid:
    """Speeds as one list a segment, by km, with a value or null for each minute.

    Always `minutes` columns, ending with the newest minute of `rows`; no columns without rows.
    Segments that the corridor does not have are left out.
    """
    newest = max((r.minute_ms for r in rows), default=None)
    columns = [] if newest is None else [newest - i * MINUTE_MS for i in reversed(range(minutes))]
    place = {minute: i for i, minute in enumerate(columns)}
    grid: dict[str, list[float | None]] = {s.id: [None] * len(columns) for s in corridor.segments}
    for row in rows:
        column = place.get(row.minute_ms)
        if row.segment_id in grid and column is not None and row.mean_speed_kph is not None:
            grid[row.segment_id][column] = round(row.mean_speed_kph, 1)
    return {
        "route": route,
        "unit": "km/h",
        "minutes_ms": columns,
        "directions": {
            direction: [grid[s.id] for s in corridor.segments if s.direction == direction]
            for direction in DIRECTIONS
        },
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    until_ms: int
    grid: Grid


class GridCache:
    """Grids for a few seconds, so that many viewers cost one question. Safe for threads."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._entries: OrderedDict[tuple[Any, ...], _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...], ask: Callable[[], Grid]) -> Grid:
        """The grid of that key, asked anew when it is too old. Raises what `ask` raises."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.until_ms > self._now_ms():
                return entry.grid
        grid = ask()
        with self._lock:
            self._entries[key] = _Entry(self._now_ms() + CACHE_MS, grid)
            self._entries.move_to_end(key)
            while len(self._entries) > CACHE_ENTRIES:
                self._entries.popitem(last=False)
        return grid
