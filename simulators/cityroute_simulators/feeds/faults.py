"""Events that misbehave on purpose; who and when is a pure hash of (seed, device, tick)."""

from collections.abc import Callable

import numpy as np
from cityroute_contracts.feeds import EVENT_MAX_BYTES
from cityroute_contracts.settings import FaultSettings

from ..world.noise import Bits, Bools, Ints, draw, uniform

LATEST_MS = 600_000
_SOONEST_MS = 30_000
_SILENCE_MS = 120_000
_LATE, _DELAY, _DUPLICATE, _MALFORMED, _DROPOUT, _BREAKAGE = range(0xFA01, 0xFA07)


class Faults:
    """What befalls the event of a device at a tick. `interval_ms` is simulated ms between ticks."""

    def __init__(self, settings: FaultSettings, interval_ms: int):
        self._settings = settings
        self._interval_ms = interval_ms
        self.latest_ticks = -(-LATEST_MS // interval_ms) if settings.late > 0 else 0
        self.has_extras = settings.duplicate > 0 or settings.malformed > 0

    def silent(self, keys: Bits, tick: int) -> Bools:
        """Which devices say nothing at that tick."""
        stretch = tick * self._interval_ms // _SILENCE_MS
        return self._befalls(keys, _DROPOUT, stretch, self._settings.dropout)

    def delay_ticks(self, keys: Bits, tick: int) -> Ints:
        """By how many ticks each device's event is held back; 0: not at all."""
        if self._settings.late <= 0:
            return np.zeros(len(keys), dtype=np.int64)
        is_late = self._befalls(keys, _LATE, tick, self._settings.late)
        share = uniform(draw(keys, _DELAY, tick))
        delay_ms = _SOONEST_MS + share * share * (LATEST_MS - _SOONEST_MS)
        ticks = np.clip((delay_ms / self._interval_ms).astype(np.int64), 1, self.latest_ticks)
        return np.where(is_late, ticks, 0)

    def group(self, device_key: int, tick: int, value: bytes) -> list[bytes]:
        """The event's record and the extra ones that follow it: its duplicate, a malformed one."""
        key = np.array([device_key], dtype=np.uint64)
        records = [value]
        if self._befalls(key, _DUPLICATE, tick, self._settings.duplicate)[0]:
            records.append(value)
        if self._befalls(key, _MALFORMED, tick, self._settings.malformed)[0]:
            records.append(malformed(value, int(draw(key, _BREAKAGE, tick)[0])))
        return records

    def has_extra(self, keys: Bits, tick: int) -> Bools:
        """Whose events are followed by extra records."""
        duplicate = self._befalls(keys, _DUPLICATE, tick, self._settings.duplicate)
        return duplicate | self._befalls(keys, _MALFORMED, tick, self._settings.malformed)

    @staticmethod
    def _befalls(keys: Bits, salt: int, counter: int, share: float) -> Bools:
        if share <= 0:
            return np.zeros(len(keys), dtype=np.bool_)
        return uniform(draw(keys, salt, counter)) < share


def malformed(value: bytes, bits: int) -> bytes:
    """A broken record made from a good one; `bits` choose how. No result passes `codec.check`."""
    breakage = _BREAKAGES[bits % len(_BREAKAGES)]
    return breakage(value, bits >> 8)


def _truncated(value: bytes, bits: int) -> bytes:
    return value[: 1 + bits % (len(value) - 1)]


def _trailing(value: bytes, bits: int) -> bytes:
    return value + value[: 1 + bits % 20]


def _not_json(value: bytes, bits: int) -> bytes:
    return f"device reset {bits:x}".encode()


def _not_an_object(value: bytes, bits: int) -> bytes:
    return b"[" + value + b"]"


def _bad_utf8(value: bytes, bits: int) -> bytes:
    place = bits % len(value)
    return value[:place] + b"\xff\xfe" + value[place:]


def _wrong_type(value: bytes, bits: int) -> bytes:
    return value.replace(b'"event_time":', b'"event_time":"soon","was":', 1)


def _missing_field(value: bytes, bits: int) -> bytes:
    return value.replace(b'"device_id":', b'"device":', 1)


def _null_field(value: bytes, bits: int) -> bytes:
    return value.replace(b'"latitude":', b'"latitude":null,"was":', 1)


def _out_of_range(value: bytes, bits: int) -> bytes:
    return value.replace(b'"latitude":', b'"latitude":91.5,"was":', 1)


def _unknown_value(value: bytes, bits: int) -> bytes:
    return value.replace(b'"source":"simulated"', b'"source":"elsewhere"', 1)


def _twice(value: bytes, bits: int) -> bytes:
    return value[:-1] + b',"seq":0}'


def _not_a_number(value: bytes, bits: int) -> bytes:
    return value.replace(b'"latitude":', b'"latitude":NaN,"was":', 1)


def _oversized(value: bytes, bits: int) -> bytes:
    """Seldom, because it is large; otherwise not JSON."""
    if bits % 16:
        return _not_json(value, bits)
    return value[:-1] + b',"padding":"' + b"x" * EVENT_MAX_BYTES + b'"}'


def _empty(value: bytes, bits: int) -> bytes:
    return b""


_BREAKAGES: tuple[Callable[[bytes, int], bytes], ...] = (
    _truncated,
    _trailing,
    _not_json,
    _not_an_object,
    _bad_utf8,
    _wrong_type,
    _missing_field,
    _null_field,
    _out_of_range,
    _unknown_value,
    _twice,
    _not_a_number,
    _oversized,
    _empty,
)
