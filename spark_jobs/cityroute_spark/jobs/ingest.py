"""Every record of the five feed topics into `events_<feed>` or `dead_letter`, exactly once.

    spark-submit ingest.py --config streams.json

One stateless query: a record's row depends on nothing but the record, so nothing is late and
nothing waits.
"""

import sys
import time
from collections.abc import Mapping, Sequence

from cityroute_contracts import names
from cityroute_contracts.tables import DEAD_LETTER, EVENTS
from pyspark.sql import DataFrame

from cityroute_spark.jobs.shell import Part, QueryPart, Refused, Shell, main
from cityroute_spark.parse.reference import Stream
from cityroute_spark.sinks import expiry, lake
from cityroute_spark.sinks.events import Batch, EventSink, Judged
from cityroute_spark.sinks.stamps import last_stamp
from cityroute_spark.sources import kafka
from cityroute_spark.sources.checkpoint import Checkpoint, Ranges, ends, records

JOB = "ingest"
TABLES = (*EVENTS.values(), DEAD_LETTER)


def start(shell: Shell) -> Sequence[Part]:
    """Create what is missing, check that checkpoint and tables belong together, start the query."""
    settings, spark = shell.settings, shell.spark
    lake.create_missing(spark, settings.route, TABLES)
    checkpoint = Checkpoint(spark, f"{settings.checkpoint_root}/{names.checkpoint(settings.route, JOB)}")
    _refuse_strangers(shell, checkpoint.query_id())
    shell.board.set(offsets=checkpoint.committed(), stored=_stored(shell), dead_letters=_dead_letters(shell))
    job = Ingest(shell, checkpoint)
    writer = (
        kafka.stream(spark, settings.kafka, settings.topics.values())
        .writeStream.queryName(names.stream(settings.route, JOB))
        .foreachBatch(job.write)
        .trigger(processingTime=f"{int(settings.trigger_s * 1000)} milliseconds")
        .option("checkpointLocation", checkpoint.path)
    )
    return [QueryPart("the ingest query", writer.start)]


class Ingest:
    """Writes each batch and tells the board about it."""

    def __init__(self, shell: Shell, checkpoint: Checkpoint) -> None:
        self._shell = shell
        self._checkpoint = checkpoint
        self._sink: EventSink | None = None
        self._has_views = False

    def write(self, rows: DataFrame, epoch: int) -> None:
        """The batch function: returns when every table holds its share."""
        with self._shell.batch():
            began = time.monotonic()
            ranges = self._checkpoint.batch_ranges(epoch)
            found = self._opened(rows).write(Batch(rows, epoch, ranges))
            self._report(epoch, ranges, found, time.monotonic() - began)
            if not self._has_views:
                self._create_views()
            if epoch % expiry.EVERY_BATCHES == expiry.EVERY_BATCHES - 1:
                self._expire()

    def _opened(self, rows: DataFrame) -> EventSink:
        """The sink, made with the first batch: only then the checkpoint names the query."""
        if self._sink is None:
            settings = self._shell.settings
            stream = Stream(settings.route, settings.source_type == "external", settings.clocks)
            query = self._checkpoint.query_id() or ""
            self._sink = EventSink(self._shell.spark, stream, settings.topics, query)
        return self._sink

    def _report(self, epoch: int, ranges: Ranges, found: Mapping[str, Judged | None], seconds: float) -> None:
        board, seen = self._shell.board, {f: j for f, j in found.items() if j is not None}
        if len(seen) < len(found):  # run again after a kill: part of it was counted by nobody
            board.set(stored=_stored(self._shell), dead_letters=_dead_letters(self._shell))
        else:
            board.add("stored", {f: j.good for f, j in seen.items()})
            board.add("dead_letters", {f: j.bad for f, j in seen.items()})
        board.merge("newest_kafka_ms", {f: j.newest_ms for f, j in seen.items() if j.newest_ms is not None})
        board.set(
            batch_id=epoch,
            batch_rows=sum(records(ranges).values()),
            batch_ms=int(seconds * 1000),
            batch_ended_ms=int(time.time() * 1000),
            offsets=ends(ranges),
        )

    def _create_views(self) -> None:
        """Once, behind the first batch: nobody waits for a view as they wait for the first row."""
        settings = self._shell.settings
        lake.create_views(self._shell.spark, settings.route, settings.lake.catalog, EVENTS.values())
        self._has_views = True

    def _expire(self) -> None:
        for table in TABLES:
            expiry.expire(_load(self._shell, table.name))


def _refuse_strangers(shell: Shell, query: str | None) -> None:
    """Tables that another query wrote would be filled twice. Raises Refused."""
    for table in TABLES:
        stamp = last_stamp(_load(shell, table.name))
        if stamp is not None and stamp.query != query:
            gone = "is gone" if query is None else f"belongs to query {query}"
            raise Refused(
                f"the checkpoint of route {shell.settings.route} {gone}, but table {table.name} was written"
                f" by query {stamp.query}: its records would be stored twice."
                " Hint: restore the checkpoint, or drop the route's event tables to begin anew."
            )


def _stored(shell: Shell) -> dict[str, int]:
    return {feed: lake.total_records(_load(shell, table.name)) for feed, table in EVENTS.items()}


def _dead_letters(shell: Shell) -> dict[str, int]:
    none = dict.fromkeys(EVENTS, 0)
    if lake.total_records(_load(shell, DEAD_LETTER.name)) == 0:
        return none
    full_name = names.lake_table(shell.settings.route, DEAD_LETTER.name)
    counts = shell.spark.table(full_name).groupBy("feed").count().collect()
    return none | {row["feed"]: row["count"] for row in counts}


def _load(shell: Shell, table: str) -> lake.JavaTable:
    return lake.load(shell.spark, names.lake_table(shell.settings.route, table))


if __name__ == "__main__":
    sys.exit(main(JOB, start))
