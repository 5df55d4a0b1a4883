"""Simulated time: simulated now = `sim` + (wall - `wall`) x speedup."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Ties simulated time to wall time. Both in epoch milliseconds UTC.

    Rewritten only when a route is created or resumed.
    """

    sim_ms: int
    wall_ms: int
    speedup: float = 1.0

    def sim_at(self, wall_ms: int) -> int:
        """Simulated time at that wall time, in epoch ms."""
        return self.sim_ms + int((wall_ms - self.wall_ms) * self.speedup)

    def wall_at(self, sim_ms: int) -> int:
        """First wall time at which simulated time has reached `sim_ms`, in epoch ms."""
        return self.wall_ms + math.ceil((sim_ms - self.sim_ms) / self.speedup)


def clock_at(history: Sequence[Clock], wall_ms: int) -> Clock:
    """The clock that was in force at `wall_ms`; the first one for anything earlier.

    A route keeps all its clocks: an event is judged by the one of its Kafka timestamp, so that
    judging it again after a pause and a resume gives the same answer.
    """
    if not history:
        raise ValueError("a clock history holds at least one clock")
    in_force = history[0]
    for clock in history[1:]:
        if clock.wall_ms > wall_ms:
            break
        in_force = clock
    return in_force
