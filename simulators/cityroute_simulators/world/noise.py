"""Counter-based noise: every random number is a hash of (seed, device, tick).

So any moment can be drawn alone, in any order, by any process.
Only exact operations are used (integers, +, -, x, /), never log or cos, whose last bit differs
between CPUs.
"""

import numpy as np
from cityroute_contracts.ids import GOLDEN64, MASK64, hash64
from cityroute_contracts.ids import mix64 as mix64_scalar
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_GOLDEN = np.uint64(GOLDEN64)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11, _S16, _S32, _S48 = (np.uint64(n) for n in (30, 27, 31, 11, 16, 32, 48))
_LOW16 = np.uint64(0xFFFF)
_NORMAL_SCALE = float(np.sqrt(3.0)) / 65536.0
_TWO_NORMALS_SCALE = float(np.sqrt(6.0)) / 65536.0


def mix64(values: Bits) -> Bits:
    """The vectorised twin of `ids.mix64`: scrambles 64-bit integers one to one."""
    x = values + _GOLDEN
    x ^= x >> _S30
    x *= _FIRST
    x ^= x >> _S27
    x *= _SECOND
    x ^= x >> _S31
    return x


def key(*parts: object) -> int:
    """A 64-bit key for a purpose, such as `key(seed, "gps")`."""
    return hash64("\x1f".join(str(part) for part in parts))


def keys(names: list[str], *parts: object) -> Bits:
    """One 64-bit key per device name, for the purpose named by `parts`."""
    return np.array([key(*parts, name) for name in names], dtype=np.uint64)


def draw(device_keys: Bits, *counters: int) -> Bits:
    """64 random bits per device for that moment; `counters` are ticks, salts and the like."""
    state = 0
    for counter in counters:
        state = mix64_scalar(state ^ (counter & MASK64))
    return mix64(device_keys ^ np.uint64(state))


def counted(base: int, numbers: Ints) -> Bits:
    """64 random bits for each of the numbers (steps, trips), under one key."""
    return mix64(mix64(numbers.astype(np.uint64)) ^ np.uint64(base))


def uniform(bits: Bits) -> Floats:
    """Uniform in [0, 1)."""
    return (bits >> _S11).astype(np.float64) * 2.0**-53


def uniform_at(*parts: object) -> float:
    """One uniform number in [0, 1) for the purpose named by `parts`."""
    return float(key(*parts) >> 11) * 2.0**-53


def normal(bits: Bits) -> Floats:
    """Nearly normal, mean 0 and deviation 1: the sum of four 16-bit uniforms (Irwin-Hall)."""
    total = (bits & _LOW16) + ((bits >> _S16) & _LOW16) + ((bits >> _S32) & _LOW16) + (bits >> _S48)
    result: Floats = (total.astype(np.float64) - 131070.0) * _NORMAL_SCALE
    return result


def two_normals(bits: Bits) -> tuple[Floats, Floats]:
    """Two independent bell-shaped (triangular) numbers of mean 0 and deviation 1 from one draw."""
    first = ((bits & _LOW16) + ((bits >> _S16) & _LOW16)).astype(np.float64)
    second = (((bits >> _S32) & _LOW16) + (bits >> _S48)).astype(np.float64)
    return (first - 65535.0) * _TWO_NORMALS_SCALE, (second - 65535.0) * _TWO_NORMALS_SCALE
