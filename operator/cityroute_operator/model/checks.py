"""What a schema cannot say: fields that contradict each other."""

from collections.abc import Callable, Iterator

from cityroute_contracts.corridor import Corridor
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.problems import Problem

from .fields import duration_ms, timestamp_ms, timestamp_text
from .happenings import event_problems
from .reasons import Refusal, problem
from .roads import corridor_of, corridor_problems
from .spec import SOURCE_EXTERNAL, CityRouteSpec, FeedSpec

TRIGGER_RANGE_S = (1, 600)
WATERMARK_RANGE_S = (60, 24 * 3600)
START_RANGE_MS = (timestamp_ms("2000-01-01T00:00:00Z"), timestamp_ms("2100-01-01T00:00:00Z"))


def contradictions(spec: CityRouteSpec) -> tuple[Problem, ...]:
    """Everything wrong with a spec whose fields are each well-formed."""
    return tuple(problem for check in _CHECKS for problem in check(spec))


def _corridor(spec: CityRouteSpec) -> Iterator[Problem]:
    yield from corridor_problems(spec.corridor)


def _events(spec: CityRouteSpec) -> Iterator[Problem]:
    corridor: Corridor | None = None if corridor_problems(spec.corridor) else corridor_of(spec.corridor)
    yield from event_problems(spec.simulation.events, corridor, _start_ms(spec))


def _start(spec: CityRouteSpec) -> Iterator[Problem]:
    if spec.simulation.start_time is None:
        return
    at, start_ms, (low, high) = "spec.simulation.startTime", _start_ms(spec), START_RANGE_MS
    if start_ms is None:
        message = f'"{spec.simulation.start_time}" is no day or time of the calendar'
        yield problem(at, Refusal.WRONG_FORM, message, "Write a moment such as 2026-03-17T07:00:00Z.")
    elif not low <= start_ms < high:
        message = f"{spec.simulation.start_time} is outside {timestamp_text(low)} to {timestamp_text(high)}"
        yield problem(at, Refusal.OUT_OF_RANGE, message, f"Set {at} to a day of this century.")


def _source(spec: CityRouteSpec) -> Iterator[Problem]:
    if spec.source.type != SOURCE_EXTERNAL or not spec.simulation.model_fields_set:
        return
    message = "the source is external, so nothing is simulated, but spec.simulation is given"
    hint = "Remove spec.simulation, or set spec.source.type to simulated."
    yield problem("spec.simulation", Refusal.NOTHING_TO_SIMULATE, message, hint)


def _feeds(spec: CityRouteSpec) -> Iterator[Problem]:
    feeds = {name: feed_spec(spec, name) for name in FEEDS}
    if spec.source.type != SOURCE_EXTERNAL and not any(f.enabled for f in feeds.values()):
        hint = "Enable at least one feed, or set spec.source.type to external."
        yield problem("spec.simulation.feeds", Refusal.NO_FEED_ENABLED, "every feed is switched off", hint)
    partitions = spec.kafka.partitions
    for name, feed in feeds.items():
        if partitions is not None and feed.replicas > partitions:
            at = f"spec.simulation.feeds.{name}.replicas"
            message = f"{feed.replicas} replicas would share {partitions} partitions, and each has one writer"
            hint = f"Set {at} to {partitions} or less, or raise spec.kafka.partitions on a new route."
            yield problem(at, Refusal.MORE_REPLICAS_THAN_PARTITIONS, message, hint)


def _streams(spec: CityRouteSpec) -> Iterator[Problem]:
    streams = spec.streams
    if streams.trigger is not None:
        yield from _duration_in(streams.trigger, TRIGGER_RANGE_S, "spec.streams.trigger")
    yield from _duration_in(streams.watermark, WATERMARK_RANGE_S, "spec.streams.watermark")
    first, most = streams.executor.instances, streams.executor.max_instances
    if first is not None and most is not None and first > most:
        at = "spec.streams.executor.maxInstances"
        message = f"{first} executors at the start are more than the {most} that may run"
        yield problem(at, Refusal.EXECUTORS, message, f"Set {at} to {first} or more.")


def _warehouse(spec: CityRouteSpec) -> Iterator[Problem]:
    given = sorted(spec.warehouse.model_fields_set - {"type"})
    if spec.warehouse.type == "none" and given:
        message = f"spec.warehouse.type is none, but {', '.join(given)} is given"
        hint = "Remove what describes the warehouse, or its type."
        yield problem("spec.warehouse", Refusal.WAREHOUSE_CONTRADICTS, message, hint)


_CHECKS: tuple[Callable[[CityRouteSpec], Iterator[Problem]], ...] = (
    _corridor,
    _source,
    _start,
    _feeds,
    _events,
    _streams,
    _warehouse,
)


def feed_spec(spec: CityRouteSpec, feed: str) -> FeedSpec:
    """How a feed is simulated."""
    found: FeedSpec = getattr(spec.simulation.feeds, feed)
    return found


def _start_ms(spec: CityRouteSpec) -> int | None:
    try:
        return None if spec.simulation.start_time is None else timestamp_ms(spec.simulation.start_time)
    except ValueError:
        return None


def _duration_in(text: str, range_s: tuple[int, int], at: str) -> Iterator[Problem]:
    low, high = range_s
    if not low <= duration_ms(text) / 1000 <= high:
        hint = f"Set {at} to {low}s or more and {high}s or less."
        yield problem(at, Refusal.OUT_OF_RANGE, f"{at} is {text}, outside {low}s to {high}s", hint)
