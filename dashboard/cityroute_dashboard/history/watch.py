"""Looks at the warehouse every few seconds, so that the page can say how old its history is."""

import threading
from collections.abc import Mapping, Sequence

import structlog

from ..health import Health, State
from ..live.hub import wall_ms
from .warehouse import Freshness, Warehouse, WarehouseDown

EVERY_S = 3.0
STALE_MS = 120_000
"""The loader runs with every trigger; this long without a load is worth a word."""

log = structlog.get_logger()


class HistoryWatch:
    """A thread of its own: the live path never waits for the warehouse."""

    def __init__(self, warehouse: Warehouse, routes: Sequence[str]) -> None:
        self._warehouse = warehouse
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="history-watch", daemon=True)
        self.freshness: Mapping[str, Freshness] = dict.fromkeys(routes, Freshness())
        self.health: Mapping[str, Health] = dict.fromkeys(
            routes, Health(State.STARTING, wall_ms(), "Connecting to the warehouse")
        )

    def start(self) -> None:
        """Begin to look; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; waits a few seconds at most."""
        self._stop.set()
        self._thread.join(timeout=4)

    def _run(self) -> None:
        while not self._stop.is_set():
            for route in self.freshness:
                self._look(route)
            self._stop.wait(EVERY_S)

    def _look(self, route: str) -> None:
        now, before = wall_ms(), self.health[route]
        try:
            fresh = self._warehouse.freshness(route)
        except WarehouseDown as down:
            after = before.turned(State.DOWN, now, str(down))
        else:
            self.freshness = {**self.freshness, route: fresh}
            after = judged(before, fresh, now)
        if after.state is not before.state:
            log.info("history path", route=route, state=after.state, reason=after.message)
        self.health = {**self.health, route: after}


def judged(before: Health, fresh: Freshness, now_ms: int) -> Health:
    """The health that follows from what the warehouse holds."""
    if fresh.newest_minute_ms is None:
        return before.turned(State.STARTING, now_ms, "The warehouse has no minutes of this route yet")
    if fresh.loaded_ms is not None and now_ms - fresh.loaded_ms > STALE_MS:
        return before.turned(State.STALE, now_ms, "Nothing was loaded lately")
    return before.turned(State.OK, now_ms)
