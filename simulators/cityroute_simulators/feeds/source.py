"""One replica's share of a feed: which partitions, which devices, which view of the world."""

from collections.abc import Mapping

import numpy as np
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import SimulationSettings

from ..world.noise import Ints
from ..world.world import World
from . import gps, traffic, vehicle, weather
from .batches import Batches
from .cursor import Cursor, Writer
from .devices import partition_of
from .emergency import TICK_MS, EmergencyView
from .faults import Faults
from .rows import View


def own_partitions(settings: SimulationSettings, feed: str, ordinal: int) -> tuple[int, ...]:
    """The partitions that this replica alone writes."""
    f = settings.feeds[feed]
    return tuple(p for p in range(f.partitions) if p % f.replicas == ordinal)


def own_devices(settings: SimulationSettings, feed: str, ordinal: int) -> tuple[str, ...]:
    """The fixed devices of this replica; none for emergency, whose devices are incidents to come."""
    if feed == "emergency":
        return ()
    names = _names(settings, feed)
    return tuple(names[n] for n in _own_numbers(settings, feed, ordinal))


def writer(settings: SimulationSettings, feed: str) -> Writer:
    """How this stream's records of the feed are known."""
    interval_s = settings.feeds[feed].interval_s
    interval_ms = TICK_MS if interval_s is None else max(1, round(interval_s * 1000))
    return Writer(
        feed=FEEDS[feed],
        stream_id=settings.stream_id,
        seed=settings.seed,
        start_ms=settings.start_ms,
        interval_ms=interval_ms,
        faults=Faults(settings.faults, interval_ms),
    )


def batches(settings: SimulationSettings, feed: str, ordinal: int, cursors: Mapping[int, Cursor]) -> Batches:
    """The feed's records for this replica, from where the cursors stand."""
    numbers = np.array(_own_numbers(settings, feed, ordinal), dtype=np.int64)
    as_writer = writer(settings, feed)
    view = _view(settings, feed, numbers, as_writer.interval_ms)
    return Batches(settings, as_writer, view, cursors)


def _view(settings: SimulationSettings, feed: str, numbers: Ints, interval_ms: int) -> View:
    world = World(settings, with_vehicles=feed in ("gps", "vehicle"))
    if feed == "gps":
        return gps.GpsView(world, numbers)
    if feed == "vehicle":
        return vehicle.VehicleView(world, numbers)
    if feed == "traffic":
        return traffic.TrafficView(world, numbers, interval_ms)
    if feed == "weather":
        return weather.WeatherView(world, numbers)
    return EmergencyView(world, settings.start_ms)


def _own_numbers(settings: SimulationSettings, feed: str, ordinal: int) -> list[int]:
    if feed == "emergency":
        return []
    f = settings.feeds[feed]
    names = _names(settings, feed)
    return [n for n, name in enumerate(names) if partition_of(name, f.partitions) % f.replicas == ordinal]


def _names(settings: SimulationSettings, feed: str) -> list[str]:
    if feed == "traffic":
        return [traffic.device_id(s.id) for s in settings.corridor.segments]
    name, count = {
        "gps": (gps.device_id, settings.vehicles),
        "vehicle": (vehicle.device_id, settings.vehicles),
        "weather": (weather.device_id, weather.STATIONS),
    }[feed]
    return [name(n) for n in range(count)]
