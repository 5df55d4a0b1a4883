"""Small worlds and readers for the simulators' tests."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cityroute_contracts import ids, names
from cityroute_contracts.clock import Clock
from cityroute_contracts.corridor import LONDON_BIRMINGHAM, Corridor
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import FeedSettings, KafkaSettings, SimulationSettings
from cityroute_simulators.feeds.batches import Batches, Record
from cityroute_simulators.feeds.cursor import Cursor
from cityroute_simulators.feeds.source import batches, own_partitions

MORNING_MS = 1_767_600_000_000  # Monday 2026-01-05 08:00 UTC
NIGHT_MS = MORNING_MS - 5 * 3_600_000  # 03:00, where a simulated day starts
START_MS = NIGHT_MS + 600_000
SHORT = Corridor("short", LONDON_BIRMINGHAM.sections[3:5])


def settings(**changes: Any) -> SimulationSettings:
    """The built-in corridor with 60 vehicles, shortly after a simulated day's start."""
    plain = SimulationSettings(
        route="m40",
        stream_id=ids.stream_id("m40", "london-birmingham", 7, START_MS, 60),
        corridor=LONDON_BIRMINGHAM,
        seed=7,
        vehicles=60,
        start_ms=START_MS,
        clock=Clock(START_MS, 0),
        kafka=KafkaSettings("127.0.0.1:9"),
        feeds=feeds(),
    )
    return replace(plain, **changes)


def feeds(partitions: int = 2, replicas: int = 1) -> dict[str, FeedSettings]:
    """All five feeds at their default intervals."""
    return {
        name: FeedSettings(names.topic("m40", name), partitions, replicas, feed.default_interval_s)
        for name, feed in FEEDS.items()
    }


def from_start(with_settings: SimulationSettings, feed: str, ordinal: int = 0) -> Batches:
    """The feed of a replica from the stream's first tick."""
    cursors = {p: Cursor() for p in own_partitions(with_settings, feed, ordinal)}
    return batches(with_settings, feed, ordinal, cursors)


def take(source: Batches, ticks: int) -> list[Record]:
    """The records of the next ticks."""
    return [record for _ in range(ticks) for record in source.batch(source.next_tick)]


def take_until(source: Batches, tick: int) -> list[Record]:
    """The records of all ticks before `tick`."""
    records: list[Record] = []
    while source.next_tick < tick:
        records += source.batch(source.next_tick)
    return records


def values_of(records: Sequence[Record], partition: int) -> list[bytes]:
    """The values that a partition holds, in order."""
    return [r.value for r in records if r.partition == partition]
