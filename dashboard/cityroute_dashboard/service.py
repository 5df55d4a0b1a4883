"""Everything that runs behind the pages: one hub a route, the Kafka thread, the warehouse and its watch."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from cityroute_contracts.settings import DashboardRoute, DashboardSettings

from .history.speed import Grid, GridCache, speed_grid
from .history.warehouse import Warehouse
from .history.watch import HistoryWatch
from .live.consumer import LiveConsumer
from .live.hub import Hub, wall_ms
from .live.state import Record, RouteState


class Service:
    """Built before the event loop runs; `start` and `stop` belong to it."""

    def __init__(self, settings: DashboardSettings, warehouse: Warehouse) -> None:
        self.routes: Mapping[str, DashboardRoute] = {r.name: r for r in settings.routes}
        self.hubs = {name: Hub(RouteState(r), partial(self.parts, name)) for name, r in self.routes.items()}
        self.warehouse = warehouse
        self.watch = HistoryWatch(warehouse, tuple(self.routes))
        self.consumer = LiveConsumer(settings.kafka, settings.routes, self)
        self._grids = GridCache(wall_ms)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tellers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to read and to tell. Needs neither Kafka nor the warehouse to be up."""
        self._loop = asyncio.get_running_loop()
        self._tellers = [asyncio.create_task(hub.run()) for hub in self.hubs.values()]
        self.consumer.start()
        self.watch.start()

    async def stop(self) -> None:
        """End the streams, then the threads, then the connections."""
        self.end_streams()
        for teller in self._tellers:
            teller.cancel()
        await asyncio.gather(*self._tellers, return_exceptions=True)
        await asyncio.gather(asyncio.to_thread(self.consumer.stop), asyncio.to_thread(self.watch.stop))
        self.warehouse.close()

    def end_streams(self) -> None:
        """Let every browser's stream end, so that the server can shut down."""
        for hub in self.hubs.values():
            hub.close()

    def absorb(self, route: str, records: Sequence[Record]) -> None:
        """See consumer.Sink."""
        hub = self.hubs[route]
        if hub.absorb(records) and self._loop is not None:
            self._loop.call_soon_threadsafe(hub.tell_incidents)

    def forget(self) -> None:
        """See consumer.Sink."""
        for hub in self.hubs.values():
            hub.forget()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(hub.start_over)

    def parts(self, route: str) -> dict[str, Any]:
        """How the live and the history path of a route are, ready for JSON."""
        history = self.watch.health[route].as_dict() | asdict(self.watch.freshness[route])
        return {"live": self.consumer.health.as_dict(), "history": history}

    def speeds(self, route: str, minutes: int, until_ms: int | None) -> Grid:
        """The heat map's grid with its data age. Raises WarehouseDown."""

        def ask() -> Grid:
            rows = self.warehouse.segment_speeds(route, minutes, until_ms)
            return speed_grid(route, self.routes[route].corridor, rows, minutes)

        grid = self._grids.get((route, minutes, until_ms), ask)
        return grid | {"wall_ms": wall_ms(), "loaded_ms": self.watch.freshness[route].loaded_ms}
