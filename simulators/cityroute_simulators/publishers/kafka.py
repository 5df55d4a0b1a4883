"""Kafka, by confluent-kafka's idempotent producer: in order, nothing lost, nothing doubled by a retry.

An outage of the brokers is waited out: messages never time out, and a full queue holds the world back.
What must not happen silently ends the process (PublishProblem): whoever restarts it resumes from the tail.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import structlog
from cityroute_contracts.settings import KafkaSettings
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from ..feeds.batches import Record
from ..metrics import Metrics
from ..stopping import Stopping
from .base import PublishProblem

_QUEUE_MESSAGES = 50_000
_QUEUE_KBYTES = 24_576
_FLUSH_S = 5.0
_FULL_WAIT_S = 0.1
_SAY_AGAIN_S = 10.0
_POLL_EVERY = 1_000

_log = structlog.get_logger()


def client_settings(kafka: KafkaSettings, client_id: str) -> dict[str, str | int | float | bool]:
    """What every client of the route's Kafka is told: where, and by which certificates."""
    settings: dict[str, str | int | float | bool] = {
        "bootstrap.servers": kafka.bootstrap_servers,
        "client.id": client_id,
        "security.protocol": kafka.security_protocol,
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 1_000,
        "socket.keepalive.enable": True,
    }
    if kafka.secret_dir is not None:
        secret = Path(kafka.secret_dir)
        settings["ssl.ca.location"] = str(secret / "ca.crt")
        settings["ssl.certificate.location"] = str(secret / "user.crt")
        settings["ssl.key.location"] = str(secret / "user.key")
    return settings


class KafkaPublisher:
    """Publishes to one topic. Not to be used from two threads."""

    def __init__(
        self, kafka: KafkaSettings, topic: str, client_id: str, stopping: Stopping, metrics: Metrics
    ):
        self._topic = topic
        self._stopping = stopping
        self._metrics = metrics
        self._problem: str | None = None
        self._said = 0.0
        self._producer = Producer(
            {
                **client_settings(kafka, client_id),
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "lz4",
                "linger.ms": 20,
                "batch.size": 262_144,
                "message.timeout.ms": 0,  # never: an outage is waited out, however long
                "queue.buffering.max.messages": _QUEUE_MESSAGES,
                "queue.buffering.max.kbytes": _QUEUE_KBYTES,
                "error_cb": self._on_error,
                "log_level": 3,
            }
        )

    def publish(self, records: Sequence[Record]) -> None:
        """Queue the records in order; while the queue is full, wait for deliveries."""
        for number, record in enumerate(records):
            while not self._queue(record):
                if self._stopping.is_set:
                    return
                self._say_waiting()
                self._serve(_FULL_WAIT_S)
            if number % _POLL_EVERY == 0:
                self._serve(0.0)
        self._metrics.produced(len(records))
        self._serve(0.0)

    def wait(self, seconds: float) -> None:
        self._serve(seconds)

    def queued(self) -> int:
        return len(self._producer)

    def close(self) -> int:
        left = self._producer.flush(_FLUSH_S)
        if left:
            self._producer.purge()
            self._producer.flush(1.0)
        return left

    def _queue(self, record: Record) -> bool:
        """Hand one record to the client; False when its queue is full."""
        try:
            self._producer.produce(
                self._topic,
                value=record.value,
                key=record.key,
                partition=record.partition,
                on_delivery=self._on_delivery,
            )
        except BufferError:
            return False
        except KafkaException as error:
            raise PublishProblem(_sentence(self._topic, error.args[0])) from error
        return True

    def _serve(self, seconds: float) -> None:
        self._producer.poll(seconds)
        if self._problem is not None and not self._stopping.is_set:
            raise PublishProblem(self._problem)

    def _on_delivery(self, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self._metrics.delivered(1)
            return
        self._metrics.failed(1)
        if error.code() not in (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT):
            self._problem = self._problem or _sentence(self._topic, error)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self._problem = self._problem or _sentence(self._topic, error)
        else:
            _log.warning("kafka is troubled", topic=self._topic, reason=error.str())

    def _say_waiting(self) -> None:
        if time.monotonic() - self._said > _SAY_AGAIN_S:
            self._said = time.monotonic()
            _log.warning("waiting for kafka to take records", topic=self._topic, queued=self.queued())


def _sentence(topic: str, error: KafkaError) -> str:
    return (
        f'Kafka no longer takes records for topic "{topic}": {error.str()}.\n'
        "Hint: look at the broker's log; a restart of this simulator resumes with the next record."
    )
