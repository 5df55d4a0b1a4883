"""The latest position of each vehicle of a route, in numbered slots.

Columns instead of objects: a frame of 20,000 vehicles is packed from arrays, and a slot's number
costs two bytes on the wire where a device id costs twenty. A freed slot is used again.
"""

import base64
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from cityroute_contracts.feeds import DIRECTIONS, VEHICLE_CLASSES

MAX_VEHICLES = 60_000
"""Slots are 16-bit; what does not fit is left out of the map."""

DEGREES = 100_000
"""Positions go out as integers of 1e-5 degree, about a metre."""

_INBOUND_FLAG = 8


@dataclass(frozen=True, slots=True)
class Fix:
    """One vehicle as its tracker saw it. Epoch ms: `event_ms` measured, `wall_ms` arrived here."""

    device_id: str
    event_ms: int
    wall_ms: int
    latitude: float
    longitude: float
    speed_kph: float
    heading_deg: float
    vehicle_class: str
    direction: str


class Fleet:
    """Slots of vehicles. `changed` and `gone` gather what the next frame has to tell."""

    def __init__(self) -> None:
        self.slots: dict[str, int] = {}
        self.changed: set[int] = set()
        self.gone: set[int] = set()
        self._fixes: list[Fix | None] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self.slots)

    def put(self, fix: Fix) -> bool:
        """Take a fix unless a newer one is known or all slots are taken; says whether it was taken."""
        slot = self.slots.get(fix.device_id)
        if slot is None:
            slot = self._claim(fix.device_id)
        if slot is None:
            return False
        known = self._fixes[slot]
        if known is not None and known.event_ms >= fix.event_ms:
            return False
        self._fixes[slot] = fix
        self.changed.add(slot)
        return True

    def at(self, slot: int) -> Fix | None:
        """The vehicle of that slot; None when the slot is free or was never used."""
        return self._fixes[slot] if 0 <= slot < len(self._fixes) else None

    def expire(self, older_than_ms: int) -> None:
        """Free the slots of vehicles last heard of before `older_than_ms`, wall clock."""
        silent = [fix for fix in self._fixes if fix is not None and fix.wall_ms < older_than_ms]
        for fix in silent:
            slot = self.slots.pop(fix.device_id)
            self._fixes[slot] = None
            self._free.append(slot)
            self.changed.discard(slot)
            self.gone.add(slot)

    def clear_changes(self) -> None:
        """Forget what the last frame told."""
        self.changed.clear()
        self.gone.clear()

    def pack(self, slots: Iterable[int]) -> str:
        """The vehicles of those slots as base64 (see `pack`); free slots are left out."""
        return pack([(slot, fix) for slot in slots if (fix := self._fixes[slot]) is not None])

    def mean_speed_kph(self) -> float | None:
        """Mean over all vehicles; None without any."""
        speeds = [fix.speed_kph for fix in self._fixes if fix is not None]
        return round(sum(speeds) / len(speeds), 1) if speeds else None

    def _claim(self, device_id: str) -> int | None:
        if self._free:
            slot = self._free.pop()
        elif len(self._fixes) < MAX_VEHICLES:
            slot = len(self._fixes)
            self._fixes.append(None)
        else:
            return None
        self.slots[device_id] = slot
        return slot


def pack(vehicles: list[tuple[int, Fix]]) -> str:
    """Columns one after the other, little-endian, in base64; the page's wire.ts reads them.

    For n vehicles: longitude and latitude int32[n] (1e-5 degree), slot uint16[n], speed uint8[n]
    (km/h), heading uint8[n] (256 steps), flags uint8[n] (class in bits 0-2, inbound is bit 3): 13 n bytes.
    """
    fixes = [fix for _, fix in vehicles]
    columns: tuple[array[int], ...] = (
        array("i", [round(f.longitude * DEGREES) for f in fixes]),
        array("i", [round(f.latitude * DEGREES) for f in fixes]),
        array("H", [slot for slot, _ in vehicles]),
        array("B", [round(f.speed_kph) for f in fixes]),
        array("B", [round(f.heading_deg * 256 / 360) % 256 for f in fixes]),
        array("B", [_flags(f) for f in fixes]),
    )
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    return base64.b64encode(b"".join(column.tobytes() for column in columns)).decode("ascii")


def _flags(fix: Fix) -> int:
    return VEHICLE_CLASSES.index(fix.vehicle_class) | (_INBOUND_FLAG if fix.direction == DIRECTIONS[1] else 0)
