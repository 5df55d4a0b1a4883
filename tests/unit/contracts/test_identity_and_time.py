"""Ids that are the same everywhere, and simulated time."""

import random

import pytest
from cityroute_contracts import ids
from cityroute_contracts.clock import Clock, clock_at

WORLD = ("m6", "london-birmingham", 7, 1_772_420_400_000, 2000)


def test_mix64_gives_the_published_numbers_of_splitmix64() -> None:
    """The first outputs for seed 0, as the reference implementation prints them."""
    states = [(i * ids.GOLDEN64) & ids.MASK64 for i in range(3)]
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [ids.mix64(state) for state in states] == expected


def test_ids_of_events_are_distinct_by_stream_device_and_seq() -> None:
    made = {ids.event_id(s, d, n) for s in ("s1", "s2") for d in ("d1", "d2", "d1\x1f") for n in range(500)}
    assert len(made) == 2 * 3 * 500
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in made)


def test_ids_stay_what_they_were() -> None:
    """Stored events carry them: another formula would double what is re-sent after an upgrade."""
    assert ids.stream_id(*WORLD) == "cab4dd3f57e9a7593b0c12d0e7f2a6b6"
    assert (
        ids.event_id("cab4dd3f57e9a7593b0c12d0e7f2a6b6", "vehicle-000017", 412)
        == "2c31cdd8de85500b6b5268fd8382f39e"
    )


@pytest.mark.parametrize("at", range(5))
def test_every_input_of_a_stream_makes_another_stream(at: int) -> None:
    other = list(WORLD)
    other[at] = other[at] + 1 if isinstance(other[at], int) else "other"  # type: ignore[operator]
    assert ids.stream_id(*other) != ids.stream_id(*WORLD)  # type: ignore[arg-type]


def test_simulated_time_runs_at_its_speedup_from_its_start() -> None:
    clock = Clock(sim_ms=1_000_000, wall_ms=50_000, speedup=60)
    assert clock.sim_at(50_000) == 1_000_000
    assert clock.sim_at(51_000) == 1_060_000
    assert clock.wall_at(1_060_000) == 51_000


@pytest.mark.parametrize("speedup", [0.5, 1.0, 3.0, 60.0, 1000.0])
def test_at_the_wall_time_of_a_moment_the_moment_has_come_and_a_millisecond_before_it_has_not(
    speedup: float,
) -> None:
    clock, chance = Clock(1_772_420_400_000, 1_790_000_000_000, speedup), random.Random(speedup)
    for _ in range(300):
        moment = clock.sim_ms + chance.randrange(10**9)
        wall = clock.wall_at(moment)
        assert clock.sim_at(wall) >= moment > clock.sim_at(wall - 1) - 1


def test_an_event_is_judged_by_the_clock_in_force_when_it_came() -> None:
    first, second, third = Clock(0, 1_000), Clock(500, 5_000), Clock(900, 9_000)
    history = (first, second, third)
    judged = [clock_at(history, wall) for wall in (0, 1_000, 4_999, 5_000, 8_999, 9_000, 10**13)]
    assert judged == [first, first, first, second, second, third, third]


def test_a_later_resume_changes_no_earlier_judgement() -> None:
    history = (Clock(0, 1_000), Clock(500, 5_000))
    for wall in range(0, 8_000, 100):
        assert clock_at((*history, Clock(900, 9_000)), wall) == clock_at(history, wall)


def test_a_history_without_a_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one clock"):
        clock_at((), 0)
