"""How a run begins: from the tails of its partitions, or at the stream's start."""

import structlog
from cityroute_contracts.settings import SimulationSettings
from confluent_kafka import KafkaException

from .feeds.cursor import Cursor, cursor_from_tail
from .feeds.devices import partition_of
from .feeds.source import own_devices, own_partitions, writer
from .publishers.tail import Span, TailReader, moved
from .stopping import Stopping

_MORE_RECORDS = 32
_GROWTH = 4

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
        """Read back until the tail shows every device of the partition, or to its beginning.

        An incident may be of any age, so of the few emergency records all are read.
        """
        devices = self._devices[partition]
        count = span[1] - span[0] if self._is_open_ended else len(devices) * 3 // 2 + _MORE_RECORDS
        while True:
            tail = self.reader.last(partition, span, count)
            is_cut = tail.is_cut and not self._is_open_ended
            cursor = cursor_from_tail(self._writer, tail.values, is_cut=is_cut)
            if tail.is_all or (cursor is not None and devices <= cursor.seqs.keys()):
                return cursor or beginning(self._now_tick, is_cut=is_cut)
            count *= _GROWTH


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
