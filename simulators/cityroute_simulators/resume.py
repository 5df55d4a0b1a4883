"""How a run begins: from the tails of its partitions, or at the stream's start."""

from collections.abc import Sequence

import structlog
from cityroute_contracts.settings import SimulationSettings
from confluent_kafka import KafkaException

from .feeds.cursor import Cursor, Writer, cursor_from_tail, own_event
from .feeds.devices import partition_of
from .feeds.source import own_devices, own_partitions, writer
from .publishers.tail import Span, TailReader, moved
from .stopping import Stopping

_log = structlog.get_logger()


def cursors_from_kafka(
    settings: SimulationSettings, feed: str, ordinal: int, client_id: str, stopping: Stopping, now_ms: int
) -> dict[int, Cursor] | None:
    """Where the writer of each own partition stands; waits for Kafka. None when stopped meanwhile.

    `now_ms` is the simulated time at which a partition begins whose records have all been removed.
    Raises PublishProblem when the topic can never fit the settings.
    """
    reader = TailReader(settings.kafka, settings.feeds[feed].topic, client_id, stopping)
    try:
        if not reader.await_topic(settings.feeds[feed].partitions):
            return None
        return _settled(_Tails(settings, feed, ordinal, reader, now_ms), stopping)
    finally:
        reader.close()


class _Tails:
    """Reads the tails of one replica's partitions."""

    def __init__(
        self, settings: SimulationSettings, feed: str, ordinal: int, reader: TailReader, now_ms: int
    ):
        self.reader = reader
        self.partitions = own_partitions(settings, feed, ordinal)
        self._writer = writer(settings, feed)
        self._is_open_ended = feed == "emergency"
        self._now_tick = max(0, -((self._writer.start_ms - now_ms) // self._writer.interval_ms))
        self._devices: dict[int, set[str]] = {p: set() for p in self.partitions}
        for device in own_devices(settings, feed, ordinal):
            self._devices[partition_of(device, settings.feeds[feed].partitions)].add(device)

    def cursor(self, partition: int, span: Span) -> Cursor:
        devices = self._devices[partition]
        tail = self.reader.read(
            partition, span, len(devices) * 3 // 2 + 32, lambda values: self._is_enough(devices, values)
        )
        is_cut = tail.is_cut and not self._is_open_ended
        cursor = cursor_from_tail(self._writer, tail.values, is_cut=is_cut)
        return cursor or beginning(self._now_tick, is_cut=is_cut)

    def _is_enough(self, devices: set[str], values: Sequence[bytes | None]) -> bool:
        """Whether each device is among them. An incident may have any age: only all records are enough."""
        if self._is_open_ended:
            return False
        return devices <= seen(self._writer, values)


def seen(writer: Writer, values: Sequence[bytes | None]) -> set[str]:
    """The devices whose events of the stream are among the records."""
    return {event[0] for value in values if (event := own_event(writer, value)) is not None}


def beginning(now_tick: int, *, is_cut: bool) -> Cursor:
    """A partition without events of the stream begins at its start, or now when records were removed.

    Then `seq` begins above the tick's number: a device has sent at most one event per tick.
    """
    if not is_cut:
        return Cursor()
    return Cursor(next_tick=now_tick, not_before=now_tick, unseen_seq=now_tick + 1)


def _settled(tails: _Tails, stopping: Stopping) -> dict[int, Cursor] | None:
    """Read until no record has landed meanwhile."""
    while not stopping.is_set:
        spans = tails.reader.still_spans(tails.partitions)
        if spans is None:
            return None
        try:
            cursors = {p: tails.cursor(p, span) for p, span in spans.items()}
            is_settled = not moved(spans, tails.reader.spans(tails.partitions))
        except KafkaException as error:
            _log.warning("reading the tail again", reason=str(error.args[0]))
            continue
        if is_settled and not stopping.is_set:
            return cursors
    return None
