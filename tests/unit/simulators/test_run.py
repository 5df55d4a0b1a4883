"""When ticks are sent: on the clock, at full speed when behind, from now when too far behind."""

import json
from collections.abc import Sequence

from cityroute_contracts.clock import Clock
from cityroute_simulators.feeds.batches import Record
from cityroute_simulators.metrics import Metrics
from cityroute_simulators.run import Pace, run
from cityroute_simulators.stopping import Stopping

from .support import START_MS, from_start, settings


class FakePublisher:
    """Keeps what it is given; its waiting is what moves the wall clock."""

    def __init__(self, wall_ms: int) -> None:
        self.wall_ms = wall_ms
        self.sent: list[tuple[int, Record]] = []
        self.stopping: Stopping | None = None
        self.waits_left = 10_000

    def publish(self, records: Sequence[Record]) -> None:
        self.sent += [(self.wall_ms, r) for r in records]

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.wall_ms += max(1, round(seconds * 1000))
        self.waits_left -= 1
        if self.waits_left == 0 and self.stopping is not None:
            self.stopping.stop("enough")

    def queued(self) -> int:
        return 0

    def close(self) -> int:
        return 0


def _run(publisher: FakePublisher, clock: Clock, until_ms: int, **pace: bool) -> list[tuple[int, int]]:
    """(wall time, event time) of all that is sent until that simulated time."""
    source = from_start(settings(vehicles=3), "gps")
    paced = Pace(clock, lambda: publisher.wall_ms, until_ms=until_ms, **pace)
    run(source, publisher, paced, Stopping(), Metrics("gps"))
    return [(wall, json.loads(r.value)["event_time"]) for wall, r in publisher.sent]


def test_no_event_is_sent_before_its_time_and_each_soon_after() -> None:
    clock = Clock(START_MS, 1000, speedup=4.0)
    sent = _run(FakePublisher(1000), clock, START_MS + 20_000)
    assert {event_ms for _, event_ms in sent} == set(range(START_MS, START_MS + 20_000, 1000))
    for wall_ms, event_ms in sent:
        assert 0 <= clock.sim_at(wall_ms) - event_ms <= 40


def test_what_is_behind_by_less_than_an_hour_is_sent_at_once_and_whole() -> None:
    behind_ms = 600_000
    sent = _run(FakePublisher(behind_ms), Clock(START_MS, 0), START_MS + behind_ms)
    assert {wall for wall, _ in sent} == {behind_ms}
    assert len(sent) == 3 * 600


def test_what_is_behind_by_more_than_an_hour_goes_on_at_now() -> None:
    behind_ms = 2 * 3_600_000
    sent = _run(FakePublisher(behind_ms), Clock(START_MS, 0), START_MS + behind_ms + 5000)
    assert min(event_ms for _, event_ms in sent) == START_MS + behind_ms
    assert len(sent) == 3 * 5


def test_a_publisher_without_a_log_catches_up_however_far_behind() -> None:
    publisher = FakePublisher(9 * 3_600_000)
    sent = _run(publisher, Clock(START_MS, 0), START_MS + 10_000, may_jump=False)
    assert min(event_ms for _, event_ms in sent) == START_MS and len(sent) == 30


def test_an_unpaced_run_never_waits() -> None:
    publisher = FakePublisher(0)
    sent = _run(publisher, Clock(START_MS, 0), START_MS + 10_000, is_paced=False)
    assert len(sent) == 30 and publisher.wall_ms == 0


def test_a_stopped_run_ends_between_two_ticks() -> None:
    publisher = FakePublisher(0)
    publisher.stopping, publisher.waits_left = Stopping(), 4
    source = from_start(settings(vehicles=3), "gps")
    pace = Pace(Clock(START_MS, 0), lambda: publisher.wall_ms)
    run(source, publisher, pace, publisher.stopping, Metrics("gps"))
    assert publisher.stopping.is_set
    assert [json.loads(r.value)["event_time"] for _, r in publisher.sent] == [START_MS] * 3
