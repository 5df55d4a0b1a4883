"""Composition: settings, where to begin, what to publish to; the exit codes.

0: ended as asked; 1: could not go on (the supervisor restarts it); 2: cannot be run as asked.
"""

import os
import sys
import time
from collections.abc import Sequence

import structlog
from cityroute_contracts.settings import SimulationSettings

from .arguments import Arguments, UsageProblem, load, parse
from .feeds.cursor import Cursor
from .feeds.source import batches, own_partitions
from .metrics import Metrics
from .publishers.base import Publisher, PublishProblem
from .run import Pace, run
from .stopping import Stopping

_log = structlog.get_logger()


def main(argv: Sequence[str] | None = None) -> int:
    """Run a simulator until it is over or stopped; returns the exit code."""
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv, os.environ)
        settings = load(arguments)
    except UsageProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    _log_json(arguments, settings)
    stopping = Stopping()
    stopping.on_signals()
    try:
        return _simulate(arguments, settings, stopping)
    except PublishProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{arguments.metrics_host}:{arguments.metrics_port}"
        print(f"{where} was not opened: {error}.\nHint: set --metrics-port to 0.", file=sys.stderr)
        return 1


def _simulate(arguments: Arguments, settings: SimulationSettings, stopping: Stopping) -> int:
    metrics = Metrics(arguments.feed)
    if arguments.metrics_port is not None:
        port = metrics.serve(arguments.metrics_host, arguments.metrics_port)
        _log.info("serving metrics", host=arguments.metrics_host, port=port)
    pace = _pace(arguments, settings)
    cursors = _cursors(arguments, settings, pace, stopping)
    if cursors is None:
        _log.info("stopped before the first event", reason=stopping.reason)
        return 0
    source = batches(settings, arguments.feed, arguments.ordinal, cursors)
    _log.info("sending", partitions=list(cursors), from_ms=source.tick_ms(source.next_tick))
    publisher = _publisher(arguments, settings, stopping, metrics)
    try:
        run(source, publisher, pace, stopping, metrics)
    finally:
        undelivered = publisher.close()
        _log.info("ended", reason=stopping.reason or "over", undelivered=undelivered)
    return 0


def _pace(arguments: Arguments, settings: SimulationSettings) -> Pace:
    until_ms = arguments.until_ms
    if arguments.span_ms is not None:
        until_ms = settings.start_ms + arguments.span_ms
    return Pace(
        clock=settings.clock,
        wall_ms=lambda: time.time_ns() // 1_000_000,
        is_paced=not arguments.is_fast,
        may_jump=arguments.publisher == "kafka" and not arguments.is_fast,
        until_ms=until_ms,
    )


def _cursors(
    arguments: Arguments, settings: SimulationSettings, pace: Pace, stopping: Stopping
) -> dict[int, Cursor] | None:
    if arguments.publisher == "stdout":
        return {p: Cursor() for p in own_partitions(settings, arguments.feed, arguments.ordinal)}
    from .resume import cursors_from_kafka

    return cursors_from_kafka(
        settings, arguments.feed, arguments.ordinal, _client_id(arguments, settings), stopping, pace.now_ms()
    )


def _publisher(
    arguments: Arguments, settings: SimulationSettings, stopping: Stopping, metrics: Metrics
) -> Publisher:
    if arguments.publisher == "stdout":
        from .publishers.stdout import StdoutPublisher

        return StdoutPublisher(stopping, metrics)
    from .publishers.kafka import KafkaPublisher

    topic = settings.feeds[arguments.feed].topic
    return KafkaPublisher(settings.kafka, topic, _client_id(arguments, settings), stopping, metrics)


def _client_id(arguments: Arguments, settings: SimulationSettings) -> str:
    return f"{settings.route}-sim-{arguments.feed}-{arguments.ordinal}"


def _log_json(arguments: Arguments, settings: SimulationSettings) -> None:
    """One JSON object a line on standard error, each naming route, feed and replica."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(
        route=settings.route, feed=arguments.feed, ordinal=arguments.ordinal
    )
