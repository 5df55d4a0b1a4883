"""The local Kafka: one KRaft broker on loopback, its topics and offsets."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec  # type: ignore[attr-defined]

from ..errors import Stop
from .ports import LOOPBACK, answers
from .supervisor import ChildSpec

NAME = "kafka"
LEADER_DEADLINE_S = 30.0
OFFSETS_DEADLINE_S = 3.0
_CLUSTER_ID = "Q2l0eVJvdXRlTG9jYWwwMQ"
_JVM = (
    "-Xms96m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as its KafkaTopic object describes it."""

    name: str
    partitions: int
    replicas: int
    config: Mapping[str, str] = field(default_factory=dict)


def properties(data: Path, port: int, controller_port: int) -> str:
    """The broker's server.properties: broker and controller in one, nothing beyond loopback."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data / "log",
        "auto.create.topics.enable": "false",
        "offsets.topic.num.partitions": 1,
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        # A killed broker's own session must end before its successor serves.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "num.recovery.threads.per.data.dir": 1,
        "log.cleaner.dedupe.buffer.size": 4 * 1024**2,
        "group.initial.rebalance.delay.ms": 0,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


@dataclass(frozen=True, slots=True)
class Kafka:
    """One broker: where it keeps its data, which Java and jars run it, and its ports."""

    data: Path
    java: Path
    jars: Path
    port: int
    controller_port: int

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def initialise(self, env: Mapping[str, str], log: Path) -> None:
        """Write the settings and format the storage unless it is formatted. Raises Stop when refused."""
        self.data.mkdir(parents=True, exist_ok=True)
        config = self.data / "server.properties"
        config.write_text(properties(self.data, self.port, self.controller_port))
        (self.data / "log4j2.properties").write_text(_LOGGING)
        if (self.data / "log" / "meta.properties").exists():
            return
        argv = (*self._java(), "kafka.tools.StorageTool", "format", "-t", _CLUSTER_ID, "-c", str(config))
        with log.open("ab") as out:
            ran = subprocess.run(argv, stdout=out, stderr=out, env=dict(env))
        if ran.returncode:
            raise Stop(
                "Kafka could not format its storage", "Free some disk space or start over with --fresh.", log
            )

    def child(self, env: Mapping[str, str]) -> ChildSpec:
        """The broker as a child."""
        return ChildSpec(
            NAME, (*self._java(), "kafka.Kafka", str(self.data / "server.properties")), env, grace_s=30
        )

    def _java(self) -> tuple[str, ...]:
        logging = f"-Dlog4j2.configurationFile={self.data / 'log4j2.properties'}"
        return (str(self.java), *_JVM, logging, "-cp", f"{self.jars}/*")

    def is_ready(self) -> bool:
        """Whether the broker serves metadata."""
        if not answers(self.port):
            return False
        try:
            return bool(admin(self.bootstrap_servers).list_topics(timeout=2).brokers)
        except KafkaException:
            return False


_LOGGING = """\
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %m (%c)%n
"""


def admin(bootstrap_servers: str) -> AdminClient:
    """A client for topics and offsets that keeps quiet while the broker is away."""
    return AdminClient(
        {"bootstrap.servers": bootstrap_servers, "log_level": 0, "socket.timeout.ms": 10_000}, logger=None
    )


def create_topics(bootstrap_servers: str, topics: Sequence[TopicSpec]) -> None:
    """Create the topics that are not there and wait for them. Raises Stop naming the first refused one."""
    client = admin(bootstrap_servers)
    new = [
        NewTopic(t.name, num_partitions=t.partitions, replication_factor=t.replicas, config=dict(t.config))
        for t in topics
    ]
    for name, future in client.create_topics(new, operation_timeout=30).items():
        try:
            future.result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise Stop(
                    f'Kafka refused the topic "{name}": {error.args[0].str()}',
                    "Mend spec.kafka, or start over with --fresh.",
                ) from error
    _same_partitions(client, topics)
    _await_leaders(client, {t.name: t.partitions for t in topics})


def _same_partitions(client: AdminClient, topics: Sequence[TopicSpec]) -> None:
    known = client.list_topics(timeout=10).topics
    for topic in topics:
        found = len(known[topic.name].partitions) if topic.name in known else topic.partitions
        if found != topic.partitions:
            raise Stop(
                f'the topic "{topic.name}" has {found} partitions, and the manifest asks for '
                f"{topic.partitions}",
                "Partitions never change: restore spec.kafka.partitions, or start over with --fresh.",
            )


def _await_leaders(client: AdminClient, topics: Mapping[str, int]) -> None:
    """Wait until every partition serves its leader: before that nobody can write or read."""
    until = time.monotonic() + LEADER_DEADLINE_S
    while True:
        try:
            offsets(client, topics)
            return
        except KafkaException as error:
            if time.monotonic() > until:
                raise Stop(
                    f"Kafka's topics had no leader within {LEADER_DEADLINE_S:.0f} s: {error.args[0].str()}",
                    "Read Kafka's log; start over with --fresh.",
                ) from error
        time.sleep(0.05)


def offsets(
    client: AdminClient, topics: Mapping[str, int], *, earliest: bool = False
) -> dict[str, dict[int, int]]:
    """End (or first) offset of every partition. `topics` maps names to partition counts.

    Raises KafkaException while the broker is away, and with the same client also after it came back:
    librdkafka's list_offsets then asks with the leader epoch it once learned. Take a new client.
    """
    spec: OffsetSpec = OffsetSpec.earliest() if earliest else OffsetSpec.latest()  # type: ignore[no-untyped-call]
    asked = {TopicPartition(t, p): spec for t, count in topics.items() for p in range(count)}
    found: dict[str, dict[int, int]] = {t: {} for t in topics}
    for partition, future in client.list_offsets(asked, request_timeout=OFFSETS_DEADLINE_S).items():
        offset = int(future.result().offset)
        if offset < 0:
            raise KafkaException(KafkaError(KafkaError._NO_OFFSET))
        found[partition.topic][partition.partition] = offset
    return found
