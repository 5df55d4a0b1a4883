"""Where the writer of a partition stands, and how the tail of the partition says so.

Devices number their events in the order in which they send them, so a device's next `seq` is the one
after its last in the partition, whatever was late, silent or jumped over. The last event of the
partition names its device and time; its delay, duplicate and malformed companion are pure hashes of
these, so the very next record is known.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from cityroute_contracts.codec import check, decode
from cityroute_contracts.schema import Feed

from .devices import fault_key
from .faults import Faults

_COPIES_APART = 8


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a partition needs next.

    `next_tick`: the first tick of which something may be missing. `after`: device and event tick of the
    last event sent in that tick; what stands before it is sent too. `extras`: records still owed to that
    event. `not_before`: events measured earlier than this tick are left out (after a jump). `seqs`: next
    `seq` by device; `unseen_seq`: that of a device which has none there.
    """

    next_tick: int = 0
    after: tuple[str, int] | None = None
    extras: tuple[bytes, ...] = ()
    not_before: int = 0
    seqs: Mapping[str, int] = field(default_factory=dict)
    unseen_seq: int = 0


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: what is needed to know one's own records again. `interval_ms` is simulated."""

    feed: Feed
    stream_id: str
    seed: int
    start_ms: int
    interval_ms: int
    faults: Faults


def cursor_from_tail(writer: Writer, tail: Sequence[bytes | None], *, is_cut: bool = False) -> Cursor | None:
    """The cursor after those last records of a partition; None when no event of the stream is among them.

    `is_cut` says that older records of the partition have been removed, so that a device not seen in the
    tail may have sent before: it goes on with a `seq` that cannot have been used.
    """
    last, event = _last_event(writer, tail)
    if event is None:
        return None
    seqs = _next_seqs(writer, tail)
    value, (device, event_ms) = tail[last] or b"", event
    tick, beside_grid = divmod(event_ms - writer.start_ms, writer.interval_ms)
    if beside_grid:  # the interval was changed since: all of that moment counts as sent
        return Cursor(next_tick=tick + 1, seqs=seqs, unseen_seq=(tick + 1) * is_cut)
    key = fault_key(writer.seed, device)
    sent_tick = tick + int(writer.faults.delay_ticks(np.array([key], dtype=np.uint64), tick)[0])
    return Cursor(
        next_tick=sent_tick,
        after=(device, tick),
        extras=_owed(writer.faults.group(key, tick, value), tail[_first_copy(tail, last) + 1 :]),
        seqs=seqs,
        unseen_seq=(sent_tick + 1) * is_cut,
    )


def _last_event(writer: Writer, tail: Sequence[bytes | None]) -> tuple[int, tuple[str, int] | None]:
    """Place, and (device, event time), of the last record that is a good event of the stream."""
    for place in range(len(tail) - 1, -1, -1):
        value = tail[place]
        if value is None or check(writer.feed, value):
            continue
        row = decode(writer.feed, value)
        if row["stream_id"] == writer.stream_id and row["source"] == "simulated":
            return place, (row["device_id"], row["event_time"])
    return -1, None


def _next_seqs(writer: Writer, tail: Sequence[bytes | None]) -> dict[str, int]:
    """Next `seq` by device, from how the records begin.

    A tail may hold tens of thousands, too many to parse. Malformed records that begin well carry the
    `seq` of the event they follow, so they change nothing.
    """
    stream = re.escape(json.dumps(writer.stream_id).encode())
    begins = re.compile(
        rb'\{"event_id":"[0-9a-f]{32}","stream_id":'
        + stream
        + rb',"route":"[^"]*","device_id":"([!#-\[\]-~]+)","seq":(\d+),'
    )
    seqs: dict[str, int] = {}
    for value in tail:
        begin = begins.match(value) if value else None
        if begin is not None:
            device, seq = begin[1].decode(), int(begin[2]) + 1
            seqs[device] = max(seq, seqs.get(device, 0))
    return seqs


def _first_copy(tail: Sequence[bytes | None], last: int) -> int:
    """Where the event that ends at `last` was sent first; its duplicate follows close behind."""
    near = range(max(0, last - _COPIES_APART), last)
    return next((i for i in near if tail[i] == tail[last]), last)


def _owed(group: Sequence[bytes], behind: Sequence[bytes | None]) -> tuple[bytes, ...]:
    """The records of the event's group that are not yet among those behind it."""
    sent = 1
    for value in behind:
        if sent < len(group) and value == group[sent]:
            sent += 1
    return tuple(group[sent:])
