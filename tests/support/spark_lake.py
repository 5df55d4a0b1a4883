"""Real Spark and a lake of its own for a test: sessions with the locked jars, rows shaped like Kafka's."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cityroute_cli import jars
from cityroute_cli.host.ports import LOOPBACK
from cityroute_cli.host.postgres import DATABASE, USER, Postgres
from cityroute_cli.java import Java, find_java
from cityroute_contracts import names
from cityroute_contracts.corridor import LONDON_BIRMINGHAM
from cityroute_contracts.settings import KafkaSettings, LakeSettings, StreamSettings, WarehouseSettings
from cityroute_spark.jobs.session import open_session
from cityroute_spark.sinks import lake
from pyspark.sql import DataFrame, SparkSession

ROOT = Path(__file__).parents[2]
ROUTE = "london-birmingham"
KAFKA_DDL = "topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, key BINARY, value BINARY"


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record as a test writes it. `kafka_ms` is epoch ms."""

    feed: str
    offset: int
    value: bytes | None
    kafka_ms: int
    partition: int = 0


def stream_settings(folder: Path, warehouse: WarehouseSettings | None = None) -> StreamSettings:
    """Settings of a route with its lake in `folder`; no database is needed for the catalog."""
    return StreamSettings(
        route=ROUTE,
        source_type="simulated",
        corridor=LONDON_BIRMINGHAM,
        kafka=KafkaSettings("127.0.0.1:1"),
        topics=names.topics(ROUTE),
        clocks=(),
        trigger_s=2,
        watermark_s=60,
        checkpoint_root=f"file:{folder}/checkpoints",
        lake=LakeSettings(catalog="hadoop", warehouse=f"file:{folder}/lake"),
        warehouse=warehouse or WarehouseSettings(),
        events_days=30,
        analytics_days=90,
        progress_ports={"ingest": 0, "analytics": 0},
        progress_host=LOOPBACK,
    )


def start_spark(folder: Path) -> SparkSession:
    """The one JVM of a test run, with the jars that `jars.lock` names."""
    java = find_java()
    assert isinstance(java, Java), str(java)
    jars.fetch(ROOT, jars.cache_root(os.environ, Path.home()))
    os.environ["JAVA_HOME"] = str(java.home)
    os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_SUBMIT_ARGS"] = (
        f"--master local[2] --driver-memory 1g --driver-class-path {ROOT / jars.RUNTIME_DIR / 'spark'}/*"
        " --driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
    )
    return open_session(
        stream_settings(folder),
        **{
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.local.dir": str(folder / "tmp"),
            "spark.sql.warehouse.dir": str(folder / "spark-warehouse"),
        },
    )


def lake_session(spark: SparkSession, settings: StreamSettings) -> SparkSession:
    """A session of its own in the same JVM, its catalog where the settings say."""
    session = spark.newSession()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    lake.connect(session, settings.lake)
    # A catalog is made with the conf of the thread's active session, not of the one that asks for it.
    spark._jvm.org.apache.spark.sql.classic.SparkSession.setActiveSession(session._jsparkSession)  # type: ignore[union-attr]
    return session


def kafka_rows(session: SparkSession, records: Iterable[Record]) -> DataFrame:
    """Records as Spark's Kafka source gives them."""
    topics = names.topics(ROUTE)
    rows = [
        (
            topics[r.feed],
            r.partition,
            r.offset,
            datetime.fromtimestamp(r.kafka_ms / 1000, UTC),
            b"key",
            r.value,
        )
        for r in records
    ]
    return session.createDataFrame(rows, KAFKA_DDL)


@contextmanager
def postgres(folder: Path, port: int) -> Iterator[WarehouseSettings]:
    """A PostgreSQL of its own on a loopback port, as the local host starts it."""
    server = Postgres(folder / "data", folder / "password", port)
    server.initialise()
    child = server.child(dict(os.environ))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(child.argv, env=child.env, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while not server.is_ready():
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)
        yield WarehouseSettings(
            type="postgres",
            host=LOOPBACK,
            port=port,
            database=DATABASE,
            user=USER,
            password_file=str(folder / "password"),
        )
    finally:
        process.send_signal(child.stop_signal)
        process.wait(30)
