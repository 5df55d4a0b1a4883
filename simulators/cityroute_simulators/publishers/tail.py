"""Reading the tails of the own partitions, so that a restarted writer goes on with the next record.

A killed writer's last requests may still be on their way to the log when its successor starts. Its
connection is gone, so what can still land lies in the broker already: the tail is taken when the end of
every partition has stood still over several answers of that same broker, and is read again if an end has
moved since by the time the successor is ready to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from cityroute_contracts.settings import KafkaSettings
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from ..stopping import Stopping
from .base import PublishProblem
from .kafka import client_settings

_ANSWER_S = 2.0
_STILL_READS = 3
_STILL_GAP_S = 0.15
_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 5.0
_CHUNK = 2_000
_CHUNK_WAIT_S = 0.5

_log = structlog.get_logger()
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tail:
    """The last records of a partition, oldest first.

    `is_all`: there are no older ones; `is_cut`: there were, and they have been removed.
    """

    values: tuple[bytes | None, ...]
    is_all: bool
    is_cut: bool


class TailReader:
    """Plain reads of one topic; belongs to no consumer group and commits nothing."""

    def __init__(self, kafka: KafkaSettings, topic: str, client_id: str, stopping: Stopping):
        self._topic = topic
        self._stopping = stopping
        self._consumer = Consumer(
            {
                **client_settings(kafka, client_id),
                "group.id": client_id,
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "allow.auto.create.topics": False,
                "auto.offset.reset": "earliest",
                "queued.max.messages.kbytes": 8_192,
                "fetch.wait.max.ms": 50,
                "log_level": 0,
            }
        )

    def close(self) -> None:
        self._consumer.close()

    def await_topic(self, partitions: int) -> bool:
        """Wait until the topic has that many partitions; False when the run is stopped meanwhile."""
        wait_s, said = _FIRST_WAIT_S, ""
        while not self._stopping.is_set:
            lacking = self._lacking(partitions)
            if lacking is None:
                return True
            if lacking != said:
                _log.warning("waiting for kafka", topic=self._topic, reason=lacking)
                said = lacking
            self._stopping.wait(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
        return False

    def spans(self, partitions: Sequence[int]) -> dict[int, Span]:
        """First and next offset of each partition. Raises KafkaException when the broker does not answer."""
        return {
            p: self._consumer.get_watermark_offsets(TopicPartition(self._topic, p), timeout=_ANSWER_S)
            for p in partitions
        }

    def still_spans(self, partitions: Sequence[int]) -> dict[int, Span] | None:
        """The spans once no end moves any more; None when the run is stopped meanwhile."""
        seen: dict[int, Span] = {}
        same = 0
        while not self._stopping.is_set:
            try:
                now = self.spans(partitions)
            except KafkaException as error:
                _log.warning("waiting for kafka", topic=self._topic, reason=str(error.args[0]))
                now = {}
            same = same + 1 if now and now == seen else 0
            if same >= _STILL_READS - 1:
                return now
            seen = now
            self._stopping.wait(_STILL_GAP_S)
        return None

    def last(self, partition: int, span: Span, count: int) -> Tail:
        """The last `count` records of that span, or all when there are fewer."""
        first, end = span
        begin = max(first, end - count)
        return Tail(self._range(partition, begin, end), is_all=begin == first, is_cut=first > 0)

    def _range(self, partition: int, begin: int, end: int) -> tuple[bytes | None, ...]:
        """The values of the offsets from `begin` to before `end`."""
        if begin == end:
            return ()
        self._consumer.assign([TopicPartition(self._topic, partition, begin)])
        values: list[bytes | None] = []
        position, is_at_end = begin, False
        while position < end and not is_at_end and not self._stopping.is_set:
            # never more than there are: `consume` waits for all that it is asked for
            for message in self._consumer.consume(min(_CHUNK, end - position), timeout=_CHUNK_WAIT_S):
                offset, error = message.offset(), message.error()
                is_at_end |= error is not None and error.code() == KafkaError._PARTITION_EOF
                if error is None and offset is not None and offset < end:
                    values.append(message.value())
                    position = offset + 1
        self._consumer.unassign()
        return tuple(values)

    def _lacking(self, partitions: int) -> str | None:
        try:
            topics = self._consumer.list_topics(timeout=_ANSWER_S).topics
        except KafkaException as error:
            return f"no broker answers: {error.args[0].str()}"
        if self._topic not in topics:
            return "the topic does not exist yet"
        found = len(topics[self._topic].partitions)
        if found > partitions:
            raise PublishProblem(
                f'topic "{self._topic}" has {found} partitions, the settings say {partitions}.\n'
                "Hint: recreate the route, or set spec.kafka.partitions to what the topic has."
            )
        return None if found == partitions else f"the topic has {found} of {partitions} partitions"


def moved(before: Mapping[int, Span], now: Mapping[int, Span]) -> bool:
    """Whether records have landed between the two looks."""
    return any(now[p][1] != span[1] for p, span in before.items())
