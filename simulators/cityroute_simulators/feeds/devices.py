"""The devices of one process: partition, keys, the parts of their ids, and the next `seq` of each."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from cityroute_contracts.ids import device_lanes

from ..world.noise import Bits, Ints, key, mix64
from .rows import head

_HEX = 32


def partition_of(device_id: str, partitions: int) -> int:
    """The partition that a device's records go to."""
    return zlib.crc32(device_id.encode()) % partitions


def fault_key(seed: int, device_id: str) -> int:
    """From which a device's faults follow."""
    return key(seed, "faults", device_id)


class Devices:
    """Arrays over the devices known so far; `learn` appends new ones and forgets none."""

    def __init__(
        self,
        stream_id: str,
        route: str,
        seed: int,
        partitions: int,
        first_seq: Callable[[int, str], int],
    ):
        """`first_seq(partition, device_id)` is the number of a device's next event."""
        self._stream_id, self._route, self._seed = stream_id, route, seed
        self._partitions = partitions
        self._first_seq = first_seq
        self.names: list[str] = []
        self.record_keys: list[bytes] = []
        self.heads: list[str] = []
        self.partition: Ints = np.zeros(0, dtype=np.int64)
        self.next_seq: Ints = np.zeros(0, dtype=np.int64)
        self.fault_keys: Bits = np.zeros(0, dtype=np.uint64)
        self._lanes: Bits = np.zeros((0, 2), dtype=np.uint64)

    def learn(self, names: Sequence[str]) -> None:
        """Append what is new at the end of `names`."""
        new = names[len(self.names) :]
        if not new:
            return
        partitions = [partition_of(n, self._partitions) for n in new]
        seqs = [self._first_seq(p, n) for p, n in zip(partitions, new, strict=True)]
        lanes = np.array([device_lanes(self._stream_id, n) for n in new], dtype=np.uint64)
        faults = np.array([fault_key(self._seed, n) for n in new], dtype=np.uint64)
        self.names.extend(new)
        self.record_keys.extend(n.encode() for n in new)
        self.heads.extend(head(self._stream_id, self._route, n) for n in new)
        self.partition = np.append(self.partition, np.array(partitions, dtype=np.int64))
        self.next_seq = np.append(self.next_seq, np.array(seqs, dtype=np.int64))
        self.fault_keys = np.append(self.fault_keys, faults)
        self._lanes = np.concatenate([self._lanes, lanes])

    def values(self, devices: Ints, rests: Sequence[str]) -> list[bytes]:
        """Number and identify the events, in this order. No device may stand twice."""
        seqs = self.next_seq[devices]
        self.next_seq[devices] = seqs + 1
        lanes = mix64(self._lanes[devices] ^ seqs.astype(np.uint64)[:, None])
        ids = lanes.astype(">u8").tobytes().hex()
        heads = self.heads
        return [
            f'{{"event_id":"{ids[at : at + _HEX]}{heads[d]}{seq}{rest}'.encode()
            for at, d, seq, rest in zip(
                range(0, len(ids), _HEX), devices.tolist(), seqs.tolist(), rests, strict=True
            )
        ]
