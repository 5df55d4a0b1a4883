"""The vectorised hash agrees with the contract's, and its numbers look random."""

import numpy as np
from cityroute_contracts import ids
from cityroute_simulators.feeds.devices import Devices
from cityroute_simulators.world import noise


def test_the_vectorised_mix64_is_the_twin_of_the_contracts() -> None:
    values = [0, 1, 2**63, ids.MASK64, ids.GOLDEN64, *(ids.hash64(str(n)) for n in range(500))]
    twin = noise.mix64(np.array(values, dtype=np.uint64)).tolist()
    assert twin == [ids.mix64(v) for v in values]


def test_vectorised_event_ids_are_those_of_the_contract() -> None:
    devices = Devices("stream", "m40", 7, 4, lambda _partition, _device: 41)
    devices.learn([f"gps-{n}" for n in range(50)])
    for seq in (41, 42):
        records = devices.values(np.arange(50), ["}"] * 50)
        expected = [ids.event_id("stream", name, seq) for name in devices.names]
        assert [r[13:45].decode() for r in records] == expected


def test_draws_of_other_ticks_and_devices_are_unrelated() -> None:
    keys = noise.keys([str(n) for n in range(4000)], 7, "test")
    first, second = noise.uniform(noise.draw(keys, 1)), noise.uniform(noise.draw(keys, 2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.06
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.06
    assert 0.48 < first.mean() < 0.52 and first.min() >= 0 and first.max() < 1


def test_normals_have_mean_0_and_deviation_1() -> None:
    bits = noise.draw(noise.keys([str(n) for n in range(4000)], 7, "test"), 5)
    for numbers in (noise.normal(bits), *noise.two_normals(bits)):
        assert abs(numbers.mean()) < 0.06
        assert abs(numbers.std() - 1) < 0.05
