"""Kafka as a stream: options of the reader, and the columns that every job starts from."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from cityroute_contracts.settings import KafkaSettings
from pyspark.sql import DataFrame, SparkSession

MAX_OFFSETS_PER_TRIGGER = 200_000
"""Bounds a batch while catching up: that many records of a feed fit the smallest driver."""

COLUMNS = ("topic", "partition", "offset", "timestamp", "key", "value")


def options(kafka: KafkaSettings, topics: Iterable[str]) -> dict[str, str]:
    """Options of Spark's Kafka source. Raises OSError when a TLS file cannot be read."""
    return {
        "kafka.bootstrap.servers": kafka.bootstrap_servers,
        "subscribe": ",".join(sorted(topics)),
        "startingOffsets": "earliest",
        "failOnDataLoss": "true",
        "maxOffsetsPerTrigger": str(MAX_OFFSETS_PER_TRIGGER),
        # At a partition's end the consumer has a fetch waiting for more, and its next question, for the
        # end offset, queues behind it: half a second per partition and batch with Kafka's default.
        "kafka.fetch.max.wait.ms": "10",
        **_security(kafka),
    }


def _security(kafka: KafkaSettings) -> Mapping[str, str]:
    if kafka.security_protocol == "PLAINTEXT":
        return {}
    secrets = Path(kafka.secret_dir or ".")
    return {
        "kafka.security.protocol": kafka.security_protocol,
        "kafka.ssl.keystore.type": "PEM",
        "kafka.ssl.keystore.certificate.chain": (secrets / "user.crt").read_text(),
        "kafka.ssl.keystore.key": (secrets / "user.key").read_text(),
        "kafka.ssl.truststore.type": "PEM",
        "kafka.ssl.truststore.certificates": (secrets / "ca.crt").read_text(),
    }


def stream(spark: SparkSession, kafka: KafkaSettings, topics: Iterable[str]) -> DataFrame:
    """The topics as one stream of `COLUMNS`."""
    return spark.readStream.format("kafka").options(**options(kafka, topics)).load().select(*COLUMNS)
