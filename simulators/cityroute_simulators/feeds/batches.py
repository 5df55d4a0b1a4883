"""From the world to records: what each partition is sent at each tick, in one fixed order.

At a tick a partition gets the events held back until then (oldest first), then those measured now, in the
view's order; each is followed by its extra records. The order depends on nothing but the settings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from cityroute_contracts.settings import SimulationSettings

from ..world.noise import Bools, Ints
from .cursor import Cursor, Writer
from .devices import Devices
from .rows import Encoder, Rows, View


class Record(NamedTuple):
    """One Kafka record."""

    partition: int
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class _Held:
    """An event that waits to be sent late."""

    device: int
    tick: int
    rest: str


class Batches:
    """The records of the partitions that `cursors` name, tick by tick, from where each cursor stands.

    `batch` takes rising ticks, starting from `next_tick`.
    """

    def __init__(
        self, settings: SimulationSettings, writer: Writer, view: View, cursors: Mapping[int, Cursor]
    ):
        self._writer = writer
        self._view = view
        self._cursors = dict(cursors)
        self._partitions = settings.feeds[writer.feed.name].partitions
        self._encoder = Encoder(writer.feed)
        self._held: dict[int, list[_Held]] = {}
        self._is_warm = False
        self._devices = Devices(
            writer.stream_id, settings.route, settings.seed, self._partitions, self._first_seq
        )

    @property
    def next_tick(self) -> int:
        """The next tick of which a partition lacks records."""
        return min(c.next_tick for c in self._cursors.values())

    def tick_ms(self, tick: int) -> int:
        """Simulated time of a tick, epoch ms."""
        return self._writer.start_ms + tick * self._writer.interval_ms

    def tick_at(self, at_ms: int) -> int:
        """The first tick at or after that simulated time, 0 at least."""
        return max(0, -((self._writer.start_ms - at_ms) // self._writer.interval_ms))

    def jump(self, before: int, to: int) -> list[int]:
        """Partitions whose next tick lies before `before` go on at tick `to`; what lies between is left out.

        `seq` goes on without a gap. Returns the partitions that jumped.
        """
        jumping = [p for p, c in self._cursors.items() if c.next_tick < min(before, to)]
        for p in jumping:
            cursor = self._cursors[p]
            self._cursors[p] = replace(cursor, next_tick=to, not_before=to, after=None, extras=())
        self._held = {t: held for t, held in self._held.items() if t >= self.next_tick}
        return jumping

    def batch(self, tick: int) -> list[Record]:
        """All that is due at `tick`, in the order in which it has to be sent."""
        if not self._is_warm:
            self._warm_up(tick)
        taking = {p: c for p, c in self._cursors.items() if c.next_tick <= tick}
        records = [self._owed(p, c, extra) for p, c in taking.items() if c.after for extra in c.extras]
        devices, rests = self._measure(tick)
        held = [h for h in self._held.pop(tick, ()) if self._is_taken(taking, h)]
        for p, cursor in taking.items():
            self._cursors[p] = replace(cursor, next_tick=tick + 1, after=None, extras=())
        return records + self._due(taking, held, devices, rests, tick)

    def _due(
        self,
        taking: Mapping[int, Cursor],
        held: Sequence[_Held],
        devices: Ints,
        rests: Sequence[str],
        tick: int,
    ) -> list[Record]:
        """The records of the due events that are still to be sent, held ones first."""
        if not held and len(devices) == 0:
            return []
        records: list[Record] = []
        unsent = self._unsent(taking, held, devices, tick)
        for event in (h for h, is_unsent in zip(held, unsent, strict=False) if is_unsent):
            records += self._records(np.array([event.device]), [event.rest], event.tick)
        now = np.flatnonzero(unsent[len(held) :])
        return records + self._records(devices[now], [rests[i] for i in now.tolist()], tick)

    def _first_seq(self, partition: int, device_id: str) -> int:
        cursor = self._cursors.get(partition)
        return 0 if cursor is None else cursor.seqs.get(device_id, cursor.unseen_seq)

    def _warm_up(self, tick: int) -> None:
        """Collect what earlier ticks held back until this one or later."""
        self._is_warm = True
        oldest = min(c.not_before for c in self._cursors.values())
        for earlier in range(max(0, oldest, tick - self._writer.faults.latest_ticks), tick):
            self._hold_back(earlier, self._speaking(earlier))
        self._held = {t: held for t, held in self._held.items() if t >= tick}

    def _measure(self, tick: int) -> tuple[Ints, list[str]]:
        """Devices and texts of the events of this tick; late ones are put aside until they are due."""
        rows = self._hold_back(tick, self._speaking(tick))
        return rows.devices, self._encoder.rests(rows)

    def _speaking(self, tick: int) -> Rows:
        """What is measured at the tick, without the devices that are silent then."""
        rows = self._view.rows(self.tick_ms(tick))
        if len(rows.devices) == 0:
            return rows
        self._devices.learn(self._view.devices)
        silent = self._writer.faults.silent(self._devices.fault_keys[rows.devices], tick)
        return rows.take(np.flatnonzero(~silent)) if silent.any() else rows

    def _hold_back(self, tick: int, rows: Rows) -> Rows:
        """Put the late events aside until they are due; returns the others."""
        delays = self._writer.faults.delay_ticks(self._devices.fault_keys[rows.devices], tick)
        if not delays.any():
            return rows
        late = rows.take(np.flatnonzero(delays))
        texts = zip(
            late.devices.tolist(), delays[delays > 0].tolist(), self._encoder.rests(late), strict=True
        )
        for device, delay, rest in texts:
            self._held.setdefault(tick + delay, []).append(_Held(device, tick, rest))
        return rows.take(np.flatnonzero(delays == 0))

    def _is_taken(self, taking: Mapping[int, Cursor], held: _Held) -> bool:
        cursor = taking.get(int(self._devices.partition[held.device]))
        return cursor is not None and held.tick >= cursor.not_before

    def _unsent(self, taking: Mapping[int, Cursor], held: Sequence[_Held], devices: Ints, tick: int) -> Bools:
        """Which of the due events, held ones first, are still to be sent."""
        order = np.array([h.device for h in held] + devices.tolist(), dtype=np.int64)
        measured = np.array([h.tick for h in held] + [tick] * len(devices), dtype=np.int64)
        partition = self._devices.partition[order]
        unsent: Bools = np.isin(partition, list(taking))
        for p, cursor in taking.items():
            if cursor.after is not None:
                due = np.flatnonzero(partition == p)
                unsent[due[: self._sent(cursor.after, order[due], measured[due])]] = False
        return unsent

    def _sent(self, after: tuple[str, int], order: Ints, measured: Ints) -> int:
        """How many of a partition's due events have been sent: those up to `after`.

        All, when it is not among them: then the settings have changed since, and none may be sent twice.
        """
        for place, (device, tick) in enumerate(zip(order.tolist(), measured.tolist(), strict=True)):
            if (self._devices.names[device], tick) == after:
                return place + 1
        return len(order)

    def _records(self, devices: Ints, rests: Sequence[str], tick: int) -> list[Record]:
        values = self._devices.values(devices, rests)
        keys, partitions = self._devices.record_keys, self._devices.partition[devices].tolist()
        numbers = devices.tolist()
        if not self._writer.faults.has_extras:
            return [Record(p, keys[d], v) for p, d, v in zip(partitions, numbers, values, strict=True)]
        has_extra = self._writer.faults.has_extra(self._devices.fault_keys[devices], tick).tolist()
        records = []
        for p, d, value, more in zip(partitions, numbers, values, has_extra, strict=True):
            group = self._group(d, tick, value) if more else (value,)
            records += [Record(p, keys[d], v) for v in group]
        return records

    def _group(self, device: int, tick: int, value: bytes) -> Sequence[bytes]:
        return self._writer.faults.group(int(self._devices.fault_keys[device]), tick, value)

    @staticmethod
    def _owed(partition: int, cursor: Cursor, extra: bytes) -> Record:
        assert cursor.after is not None
        return Record(partition, cursor.after[0].encode(), extra)
