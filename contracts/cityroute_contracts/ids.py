"""Identity of streams and events, by counter-based hashes: the same inputs give the same ids everywhere.

`mix64` is SplitMix64's finaliser (Steele, Lea, Flood: "Fast splittable pseudorandom number
generators", OOPSLA 2014). The simulators have a vectorised twin; a test holds the two together.
"""

import hashlib

MASK64 = (1 << 64) - 1
GOLDEN64 = 0x9E3779B97F4A7C15
_SECOND_LANE = 0xD1B54A32D192ED03


def mix64(value: int) -> int:
    """Scramble a 64-bit integer, one to one."""
    value = (value + GOLDEN64) & MASK64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK64
    return value ^ (value >> 31)


def hash64(text: str) -> int:
    """64-bit hash of a text (BLAKE2b)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def stream_id(route: str, corridor: str, seed: int, start_ms: int, vehicles: int) -> str:
    """Identity of a stream as 32 hex digits. `start_ms` is the simulated start, epoch ms."""
    text = "\x1f".join((route, corridor, str(seed), str(start_ms), str(vehicles)))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def event_id(stream: str, device_id: str, seq: int) -> str:
    """Identity of an event: 128 bits as 32 hex digits.

    Two independent 64-bit lanes over (stream, device, seq): for a given device no two `seq` collide
    (`mix64` is one to one), and across devices a collision among 10^12 events has a chance near 10^-15.
    """
    high, low = device_lanes(stream, device_id)
    return f"{mix64(high ^ seq):016x}{mix64(low ^ seq):016x}"


def device_lanes(stream: str, device_id: str) -> tuple[int, int]:
    """The two 64-bit states from which the ids of a device's events follow."""
    digest = hashlib.blake2b(f"{stream}\x1f{device_id}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big") ^ _SECOND_LANE
