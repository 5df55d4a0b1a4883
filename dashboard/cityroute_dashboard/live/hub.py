"""Tells all browsers of one route: a ring of encoded messages that every stream reads at its own pace.

A stream keeps nothing but its place in the ring. One that falls out of it (a slow reader) gets the
incidents it missed and a snapshot, so memory is bounded however many are slow.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import frames
from .incidents import Cursor, parse_cursor
from .state import Record, RouteState

FRAME_INTERVAL_S = 0.5
RING_SIZE = 8
RETRY_MS = 1_000
"""How long a browser waits before it connects again."""

Parts = Callable[[], Mapping[str, Any]]
"""How each part of the dashboard is, ready for JSON."""


def wall_ms() -> int:
    """The wall clock, epoch ms."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class _Message:
    number: int
    data: bytes
    cursor: Cursor


class Hub:
    """One route's state and its listeners. `absorb` and `forget` are for the consumer's thread."""

    def __init__(self, state: RouteState, parts: Parts) -> None:
        self.state = state
        self._lock = threading.Lock()
        self._parts = parts
        self._ring: deque[_Message] = deque(maxlen=RING_SIZE)
        self._number = 0
        self._told: Cursor = {}
        self._stories = 0
        self._wake = asyncio.Event()
        self._closed = False
        self._snapshot: tuple[int, bytes, Cursor] | None = None
        self.listeners = 0

    def absorb(self, records: Sequence[Record]) -> bool:
        """Take records into the state; True when an incident took a step, which is to be told at once."""
        with self._lock:
            before = dict(self.state.incidents.cursor)
            self.state.apply(records, wall_ms())
            return before != self.state.incidents.cursor

    def forget(self) -> None:
        """Start over: what was read belongs to topics that no longer exist. `start_over` tells so."""
        with self._lock:
            self.state = RouteState(self.state.route)
            self._stories = 0

    def start_over(self) -> None:
        """Give every browser a new snapshot instead of what comes next."""
        self._told = dict(self.state.incidents.cursor)
        self._ring.clear()
        self._number += 1
        self._awaken()

    def tell_incidents(self) -> None:
        """Push the steps that no message told yet."""
        with self._lock:
            missed = self.state.incidents.since(self._told)
            self._told = dict(self.state.incidents.cursor)
        if missed:
            self._push(frames.steps(missed))

    def tell_frame(self) -> None:
        """Push what changed since the last frame; nothing is encoded while nobody listens."""
        now = wall_ms()
        with self._lock:
            self.state.expire(now)
            data = frames.frame(self.state, self._number + 1, now, self._parts()) if self.listeners else b""
            self.state.clear_changes()
            begun, self._stories = self.state.stories != self._stories, self.state.stories
        if begun:
            self.start_over()
        elif data:
            self._push(data)

    async def run(self) -> None:
        """Tell a frame twice a second until closed."""
        while not self._closed:
            self.tell_frame()
            await asyncio.sleep(FRAME_INTERVAL_S)

    def close(self) -> None:
        """End all streams."""
        self._closed = True
        self._wake.set()

    async def listen(self, last_event_id: str | None) -> AsyncIterator[bytes]:
        """The event stream of one browser, from what it saw last; ends when the hub is closed."""
        self.listeners += 1
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            place, told = -1, parse_cursor(last_event_id)
            while not self._closed:
                # The event is taken before the ring is read, so a message in between wakes us.
                wake = self._wake
                data, place, told = self._after(place, told)
                if data:
                    yield data
                else:
                    await wake.wait()
        finally:
            self.listeners -= 1

    def _after(self, place: int, told: Cursor | None) -> tuple[bytes, int, Cursor | None]:
        news = [m for m in self._ring if m.number > place]
        unbroken = news[0].number == place + 1 if news else place == self._number
        if unbroken:
            last = news[-1] if news else None
            return (
                b"".join(m.data for m in news),
                last.number if last else place,
                last.cursor if last else told,
            )
        return self._catch_up(told)

    def _catch_up(self, told: Cursor | None) -> tuple[bytes, int, Cursor | None]:
        with self._lock:
            missed = [] if told is None else self.state.incidents.since(told)
            if self._snapshot is None or self._snapshot[0] != self._number:
                data = frames.snapshot(self.state, self._number, wall_ms(), self._parts())
                self._snapshot = (self._number, data, dict(self.state.incidents.cursor))
        return frames.steps(missed) + self._snapshot[1], self._number, self._snapshot[2]

    def _push(self, data: bytes) -> None:
        self._number += 1
        self._ring.append(_Message(self._number, data, dict(self._told)))
        self._awaken()

    def _awaken(self) -> None:
        wake, self._wake = self._wake, asyncio.Event()
        wake.set()

    def vehicle(self, slot: int) -> dict[str, Any] | None:
        """What is known of the vehicle in that slot; None when it is free."""
        with self._lock:
            fix = self.state.fleet.at(slot)
        if fix is None:
            return None
        return {
            "slot": slot,
            "device_id": fix.device_id,
            "vehicle_class": fix.vehicle_class,
            "direction": fix.direction,
            "speed_kph": fix.speed_kph,
            "heading_deg": fix.heading_deg,
            "latitude": fix.latitude,
            "longitude": fix.longitude,
            "event_time": fix.event_ms,
            "received_ms": fix.wall_ms,
        }
