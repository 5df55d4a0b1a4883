"""Why a record cannot be trusted, in plain Python: the reference that `fast` agrees with.

It runs for the records that `fast` refused, to name the reason; a test holds the two together.
"""

from dataclasses import dataclass

from cityroute_contracts import codec
from cityroute_contracts.clock import Clock, clock_at
from cityroute_contracts.codec import BadField, Reason
from cityroute_contracts.feeds import FEEDS, FUTURE_TOLERANCE_S, PAST_TOLERANCE_S

FAR_IN_THE_PAST_MS = PAST_TOLERANCE_S * 1000
FAR_AHEAD_MS = FUTURE_TOLERANCE_S * 1000


@dataclass(frozen=True, slots=True)
class Stream:
    """What is known of the stream a record came by. `clocks` is empty for wall-clock time."""

    route: str
    external: bool
    clocks: tuple[Clock, ...]

    def now_ms(self, kafka_ms: int) -> int:
        """Simulated now at a Kafka timestamp, both in epoch ms; the timestamp itself without clocks."""
        return clock_at(self.clocks, kafka_ms).sim_at(kafka_ms) if self.clocks else kafka_ms


def why_bad(feed: str, value: bytes | None, kafka_ms: int, stream: Stream) -> BadField | None:
    """The first reason against a record, None for a good event. Never raises."""
    found = codec.check(FEEDS[feed], value, external=stream.external)
    if found:
        return found[0]
    event = codec.decode(FEEDS[feed], value or b"")
    if event["route"] != stream.route:
        return BadField(Reason.WRONG_ROUTE, "route", f"route is not {stream.route}")
    ahead_ms = event["event_time"] - stream.now_ms(kafka_ms)
    if not -FAR_IN_THE_PAST_MS <= ahead_ms <= FAR_AHEAD_MS:
        return BadField(Reason.IMPLAUSIBLE_TIME, "event_time", f"event_time is {ahead_ms} ms ahead of now")
    return None


def reason_and_detail(feed: str, value: bytes | None, kafka_ms: int, stream: Stream) -> tuple[str, str]:
    """Reason and detail of a dead letter; for a record that `fast` alone refused, that it is unreadable."""
    bad = why_bad(feed, value, kafka_ms, stream)
    if bad is None:
        return Reason.MALFORMED_JSON.value, "the stream's JSON parser refused it"
    return bad.reason.value, bad.detail[:400]
