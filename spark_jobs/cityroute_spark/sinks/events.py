"""One batch into the event tables and the dead letters: each record exactly once.

The tables of a batch commit side by side. Each commit is stamped with the batch's epoch; a
table whose stamp is already there is skipped, so a batch may die anywhere and be run again.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import reduce

from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.schema import Feed
from cityroute_contracts.tables import DEAD_LETTER, EVENTS
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from ..parse.reference import Stream
from ..sources.checkpoint import Ranges, records
from ..transforms.events import dead_letters, event_rows, judged
from .lake import load
from .stamps import Stamp, last_stamp

ROWS_PER_TASK = 25_000
"""A smaller batch is read by fewer tasks than Kafka has partitions: each task costs some milliseconds."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a feed's share of a batch. `newest_ms` is Kafka's time of its newest good record."""

    good: int
    bad: int
    newest_ms: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One micro-batch: Kafka's rows of all feeds, its number, and the offsets it spans."""

    rows: DataFrame
    epoch: int
    ranges: Ranges


@dataclass
class EventSink:
    """Writes the batches of one query. `topics` maps each feed to its topic.

    `committed` is called with the name of a table after each of its commits.
    """

    spark: SparkSession
    stream: Stream
    topics: Mapping[str, str]
    query: str
    committed: Callable[[str], None] = lambda table: None
    _epochs: dict[str, int] = field(default_factory=dict)

    def write(self, batch: Batch) -> dict[str, Judged | None]:
        """Write what is not yet written; the counts per feed, None for a table that had the batch.

        Raises what Spark or Iceberg raise, after all side-by-side commits have ended.
        """
        spans = records(batch.ranges)
        feeds = [feed for name, feed in FEEDS.items() if spans.get(self.topics[name], 0) > 0]
        if not feeds:
            return {}
        rows = _fewer_tasks(batch.rows, sum(spans.values())).persist()
        try:
            with ThreadPoolExecutor(len(feeds)) as pool:
                found = _results({f.name: pool.submit(self._write_events, rows, f, batch) for f in feeds})
            suspects = [f for f in feeds if (seen := found[f.name]) is None or seen.bad]
            if suspects:
                self._write_dead_letters(rows, suspects, batch)
            return found
        finally:
            rows.unpersist()

    def is_done(self, table: str, epoch: int) -> bool:
        """Whether the table holds that batch. The stamp is looked up once, then remembered."""
        if table not in self._epochs:
            stamp = last_stamp(load(self.spark, self._full_name(table)))
            self._epochs[table] = stamp.epoch if stamp and stamp.query == self.query else -1
        return self._epochs[table] >= epoch

    def _write_events(self, rows: DataFrame, feed: Feed, batch: Batch) -> Judged | None:
        table = EVENTS[feed.name].name
        if self.is_done(table, batch.epoch):
            return None
        seen = Observation()
        # The observation also keeps Spark from pushing the filter below the parse and parsing twice.
        good = self._judged(rows, feed).observe(
            seen,
            F.count_if("good").alias("good"),
            F.count_if(~F.col("good")).alias("bad"),
            F.max(F.when(F.col("good"), F.unix_millis("timestamp"))).alias("newest_ms"),
        )
        self._append(event_rows(good.filter("good"), feed), table, batch, [self.topics[feed.name]])
        return Judged(**seen.get)

    def _write_dead_letters(self, rows: DataFrame, feeds: list[Feed], batch: Batch) -> None:
        if self.is_done(DEAD_LETTER.name, batch.epoch):
            return
        letters = [dead_letters(self._judged(rows, f), f, self.stream) for f in feeds]
        all_letters = reduce(DataFrame.unionByName, letters)
        self._append(all_letters, DEAD_LETTER.name, batch, [self.topics[f.name] for f in feeds])

    def _judged(self, rows: DataFrame, feed: Feed) -> DataFrame:
        return judged(rows.filter(F.col("topic") == self.topics[feed.name]), feed, self.stream)

    def _append(self, rows: DataFrame, table: str, batch: Batch, topics: list[str]) -> None:
        stamp = Stamp(self.query, batch.epoch, {t: batch.ranges[t] for t in topics})
        writer = rows.writeTo(self._full_name(table))
        for key, value in stamp.properties().items():
            writer = writer.option(f"snapshot-property.{key}", value)
        # No shuffle and no sort: a task keeps a file open for each hour it meets.
        writer.option("distribution-mode", "none").option("fanout-enabled", "true").append()
        self._epochs[table] = batch.epoch
        self.committed(table)

    def _full_name(self, table: str) -> str:
        return names.lake_table(self.stream.route, table)


def _fewer_tasks(rows: DataFrame, count: int) -> DataFrame:
    cores = rows.sparkSession.sparkContext.defaultParallelism
    return rows.coalesce(max(cores, -(-count // ROWS_PER_TASK)))


def _results(futures: Mapping[str, "Future[Judged | None]"]) -> dict[str, Judged | None]:
    wait(futures.values())
    return {name: future.result() for name, future in futures.items()}
