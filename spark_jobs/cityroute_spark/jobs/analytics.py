"""Analytics tables from the live topics, and their rows on to the warehouse.

    spark-submit analytics.py --config streams.json

One stateful query per table of `transforms.registry`; one loader for all of them.
"""

import sys
import time
from collections.abc import Sequence

from cityroute_contracts import names
from cityroute_contracts.tables import ANALYTICS
from pyspark.sql import DataFrame

from cityroute_spark.jobs.shell import Part, QueryPart, Shell, main
from cityroute_spark.sinks import expiry, lake
from cityroute_spark.sinks.loader import Copier, Loader
from cityroute_spark.sinks.merges import MergeSink
from cityroute_spark.sinks.warehouse import open_warehouse
from cityroute_spark.sources import kafka
from cityroute_spark.sources.checkpoint import Checkpoint, ends, records
from cityroute_spark.transforms.registry import STREAMED, Streamed

JOB = "analytics"


def start(shell: Shell) -> Sequence[Part]:
    """Create what is missing, start the loader and a query per table."""
    tables = [ANALYTICS[name] for name in STREAMED]
    lake.create_missing(shell.spark, shell.settings.route, tables)
    warehouse = open_warehouse(shell.settings.warehouse, shell.settings.route)
    loader = None
    if warehouse is not None:
        copier = Copier(shell.spark, shell.settings.route, warehouse)
        loader = Loader(copier, tables, shell.board.loaded)
        loader.start()
    queries = [TableQuery(shell, streamed, loader).start() for streamed in STREAMED.values()]
    return [*queries, *([loader] if loader else [])]


class TableQuery:
    """The stateful query that keeps one table fresh."""

    def __init__(self, shell: Shell, streamed: Streamed, loader: Loader | None) -> None:
        self._shell = shell
        self._streamed = streamed
        self._loader = loader
        self._sink: MergeSink | None = None
        folder = f"{names.checkpoint(shell.settings.route, JOB)}/{streamed.table.name}"
        self._checkpoint = Checkpoint(shell.spark, f"{shell.settings.checkpoint_root}/{folder}")

    def start(self) -> Part:
        """Start the query."""
        settings, table = self._shell.settings, self._streamed.table
        self._shell.board.merge("offsets", self._checkpoint.committed())
        topics = [settings.topics[feed] for feed in self._streamed.feeds]
        raw = kafka.stream(self._shell.spark, settings.kafka, topics)
        writer = (
            self._streamed.aggregate(raw, settings)
            .writeStream.queryName(f"{names.stream(settings.route, JOB)}-{table.name}")
            .outputMode("update")
            .foreachBatch(self.write)
            .trigger(processingTime=f"{int(settings.trigger_s * 1000)} milliseconds")
            .option("checkpointLocation", self._checkpoint.path)
        )
        return QueryPart(f"the query of {table.name}", writer.start)

    def write(self, sums: DataFrame, epoch: int) -> None:
        """The batch function: returns when the lake has the batch's rows."""
        with self._shell.batch():
            began = time.monotonic()
            rows = self._streamed.finish(sums, self._shell.settings)
            self._opened().write(rows, epoch)
            self._report(epoch, time.monotonic() - began)
            if epoch % expiry.EVERY_BATCHES == expiry.EVERY_BATCHES - 1:
                expiry.expire(lake.load(self._shell.spark, self._full_name))

    def _opened(self) -> MergeSink:
        if self._sink is None:
            told = self._loader.changed if self._loader else lambda: None
            query = self._checkpoint.query_id() or ""
            route = self._shell.settings.route
            self._sink = MergeSink(self._shell.spark, route, self._streamed.table, query, told)
        return self._sink

    def _report(self, epoch: int, seconds: float) -> None:
        ranges = self._checkpoint.batch_ranges(epoch)
        self._shell.board.merge("offsets", ends(ranges))
        self._shell.board.set(
            batch_id=epoch,
            batch_rows=sum(records(ranges).values()),
            batch_ms=int(seconds * 1000),
            batch_ended_ms=int(time.time() * 1000),
        )

    @property
    def _full_name(self) -> str:
        return names.lake_table(self._shell.settings.route, self._streamed.table.name)


if __name__ == "__main__":
    sys.exit(main(JOB, start))
