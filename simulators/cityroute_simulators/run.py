"""The run of one simulator: when to send which tick."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from cityroute_contracts.clock import Clock

from .feeds.batches import Batches
from .metrics import Metrics
from .publishers.base import Publisher
from .stopping import Stopping

JUMP_MS = 3_600_000
"""A writer further behind than this, in simulated ms, goes on at simulated now."""

_LONGEST_WAIT_S = 0.25
_MARGIN_S = 0.0005

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """When a tick may be sent. `until_ms`: simulated time of the end, exclusive; None for no end.

    `is_paced` False sends as fast as can be; `may_jump` False catches up however far behind it is.
    """

    clock: Clock
    wall_ms: Callable[[], int]
    is_paced: bool = True
    may_jump: bool = True
    until_ms: int | None = None

    def now_ms(self) -> int:
        """Simulated now, epoch ms."""
        return self.clock.sim_at(self.wall_ms())

    def wait_s(self, tick_ms: int) -> float:
        """Wall seconds until the tick is due; 0 when it is."""
        if not self.is_paced:
            return 0.0
        now_ms = self.wall_ms()
        if self.clock.sim_at(now_ms) >= tick_ms:
            return 0.0
        return max(_MARGIN_S, (self.clock.wall_at(tick_ms) - now_ms) / 1000)

    def lag_ms(self, tick_ms: int) -> int:
        """How far simulated now is past the tick, in simulated ms."""
        return max(0, self.now_ms() - tick_ms) if self.is_paced else 0

    def is_over(self, tick_ms: int) -> bool:
        """Whether the tick lies at or past the end."""
        return self.until_ms is not None and tick_ms >= self.until_ms


def run(source: Batches, publisher: Publisher, pace: Pace, stopping: Stopping, metrics: Metrics) -> None:
    """Send tick after tick until stopped or over. Raises PublishProblem when the publisher gives up."""
    while not stopping.is_set:
        tick_ms = source.tick_ms(source.next_tick)
        if pace.is_over(tick_ms):
            return
        metrics.standing(pace.lag_ms(tick_ms) / 1000, publisher.queued())
        wait_s = pace.wait_s(tick_ms)
        if wait_s > 0:
            publisher.wait(min(wait_s, _LONGEST_WAIT_S))
            continue
        if pace.may_jump and pace.lag_ms(tick_ms) > JUMP_MS:
            _jump(source, pace)
            continue
        publisher.publish(source.batch(source.next_tick))


def _jump(source: Batches, pace: Pace) -> None:
    now_ms = pace.now_ms()
    from_ms = source.tick_ms(source.next_tick)
    partitions = source.jump(source.tick_at(now_ms - JUMP_MS), source.tick_at(now_ms))
    _log.warning(
        "more than one simulated hour behind: going on at simulated now",
        left_out_s=(now_ms - from_ms) // 1000,
        from_ms=from_ms,
        to_ms=now_ms,
        partitions=partitions,
    )
