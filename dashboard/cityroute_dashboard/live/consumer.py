"""Reads the routes' topics from Kafka in a thread of its own, near their ends, and never gives up.

No consumer group: every dashboard reads everything, and where to begin is decided anew at each start.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import DashboardRoute, KafkaSettings
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from ..health import Health, State
from .hub import wall_ms
from .state import Record

TAIL_RECORDS: Mapping[str, int] = {
    "gps": 0,
    "vehicle": 0,
    "traffic": 1_000,
    "weather": 200,
    "emergency": 1_000,
}
"""How many records before the end of each partition a fresh dashboard reads, so that cameras,
weather and open incidents are there at once; positions come within a second by themselves."""

BATCH_RECORDS = 500
POLL_S = 0.1
ASSIGN_EVERY_MS = 2_000
PROBE_MS = 3_000
QUIET_MS = 10_000
REQUEST_S = 3.0


class Sink(Protocol):
    """Takes what is read; called on the consumer's thread."""

    def absorb(self, route: str, records: Sequence[Record]) -> None:
        """Records of a route, in the order of each partition."""

    def forget(self) -> None:
        """The topics were made anew: what was told before is void."""


log = structlog.get_logger()


class LiveConsumer:
    """The thread. `health` tells whether records arrive."""

    def __init__(self, kafka: KafkaSettings, routes: Sequence[DashboardRoute], sink: Sink) -> None:
        self._config = consumer_config(kafka)
        self._topics = {
            topic: (r.name, feed) for r in routes for feed, topic in r.topics.items() if feed in FEEDS
        }
        self._sink = sink
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-consumer", daemon=True)
        self._assigned: set[str] = set()
        self._asked_ms = 0
        self._heard_ms = 0
        self.health = Health(State.STARTING, wall_ms(), "Connecting to Kafka")

    def start(self) -> None:
        """Begin to read; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and leave Kafka; waits a few seconds at most."""
        self._stop.set()
        self._thread.join(timeout=REQUEST_S + 2)

    def _run(self) -> None:
        consumer = Consumer({**self._config, "error_cb": self._on_error})
        try:
            while not self._stop.is_set():
                try:
                    self._step(consumer)
                except KafkaException as error:
                    self._turn(State.DOWN, f"Kafka: {error.args[0].str()}")
                    self._stop.wait(1)
        finally:
            consumer.close()

    def _step(self, consumer: Consumer) -> None:
        now = wall_ms()
        if len(self._assigned) < len(self._topics) and now - self._asked_ms > ASSIGN_EVERY_MS:
            self._asked_ms = now
            self._assign(consumer)
        if not self._assigned:
            self._stop.wait(0.2)
            return
        self._deliver(consumer, consumer.consume(BATCH_RECORDS, timeout=POLL_S))
        self._examine_silence(consumer)

    def _examine_silence(self, consumer: Consumer) -> None:
        """Ask Kafka itself while no records come: only that tells a lost broker from silent devices."""
        now = wall_ms()
        quiet_ms = now - self._heard_ms
        if quiet_ms < PROBE_MS or now - self._asked_ms < ASSIGN_EVERY_MS:
            return
        self._asked_ms = now
        consumer.list_topics(timeout=REQUEST_S)
        if quiet_ms > QUIET_MS or self.health.state is State.DOWN:
            self._turn(State.STALE, "Kafka answers, but no device sends")

    def _assign(self, consumer: Consumer) -> None:
        known = consumer.list_topics(timeout=REQUEST_S).topics
        missing = [t for t in self._topics if t not in known or not known[t].partitions]
        fresh = [t for t in self._topics if t not in missing and t not in self._assigned]
        if fresh:
            places = [TopicPartition(topic, number) for topic in fresh for number in known[topic].partitions]
            consumer.incremental_assign([self._near_the_end(consumer, place) for place in places])
            self._assigned.update(fresh)
            log.info("reading", topics=len(self._assigned), partitions=len(places))
        if missing and self.health.state is not State.OK:
            self._turn(State.STARTING, f'Waiting for topic "{missing[0]}"')

    def _near_the_end(self, consumer: Consumer, place: TopicPartition) -> TopicPartition:
        low, high = consumer.get_watermark_offsets(place, timeout=REQUEST_S)
        feed = self._topics[place.topic][1]
        return TopicPartition(place.topic, place.partition, max(low, high - TAIL_RECORDS[feed]))

    def _deliver(self, consumer: Consumer, messages: Sequence[Message]) -> None:
        batches: dict[str, list[Record]] = {}
        for message in messages:
            error = message.error()
            if error is not None:
                self._on_message_error(consumer, error)
                continue
            route, feed = self._topics[message.topic() or ""]
            batches.setdefault(route, []).append(_record(feed, message))
        for route, records in batches.items():
            self._sink.absorb(route, records)
        if batches:
            self._heard_ms = wall_ms()
            self._turn(State.OK)

    def _on_message_error(self, consumer: Consumer, error: KafkaError) -> None:
        if error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):
            # The topic was made anew behind our back: what we hold of it is another stream's.
            consumer.unassign()
            self._assigned.clear()
            self._sink.forget()
            raise KafkaException(error)
        if error.code() != KafkaError._PARTITION_EOF:
            self._turn(State.DOWN, f"Kafka: {error.str()}")

    def _on_error(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN or error.fatal():
            self._turn(State.DOWN, "Kafka is out of reach")

    def _turn(self, state: State, message: str = "") -> None:
        if state is not self.health.state:
            log.info("live path", state=state, reason=message)
        self.health = self.health.turned(state, wall_ms(), message)


def consumer_config(kafka: KafkaSettings) -> dict[str, Any]:
    """librdkafka's settings: small buffers, and never a stored offset."""
    config: dict[str, Any] = {
        "bootstrap.servers": kafka.bootstrap_servers,
        "security.protocol": kafka.security_protocol,
        "client.id": "cityroute-dashboard",
        "group.id": "cityroute-dashboard",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "error",
        "fetch.wait.max.ms": 50,
        "queued.max.messages.kbytes": 8_192,
        "fetch.message.max.bytes": 1_048_576,
        "reconnect.backoff.max.ms": 2_000,
        "topic.metadata.refresh.interval.ms": 30_000,
        "log_level": 2,
    }
    if kafka.secret_dir is not None:
        secrets = Path(kafka.secret_dir)
        config["ssl.ca.location"] = str(secrets / "ca.crt")
        config["ssl.certificate.location"] = str(secrets / "user.crt")
        config["ssl.key.location"] = str(secrets / "user.key")
    return config


def _record(feed: str, message: Message) -> Record:
    key, value = message.key(), message.value()
    return Record(
        feed=feed,
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        kafka_ms=message.timestamp()[1],
        key=key.encode() if isinstance(key, str) else key,
        value=value.encode() if isinstance(value, str) else value,
    )
