"""Keyed merges into an analytics table of the lake: each row as the newest batch has it.

Every merge gets the next `revision`, which the loader goes by. Number and batch are stamped in the
snapshot, so that a batch run again after a kill is skipped and revisions go on rising.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from cityroute_contracts import names
from cityroute_contracts.schema import Table
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .lake import load
from .stamps import Stamp, last_stamp

_PROPERTY = "spark.sql.iceberg.snapshot-property."
_SOURCE = "cityroute_changed"


@dataclass
class MergeSink:
    """Writes one table; the only one to do so. `committed` is called after each merge."""

    spark: SparkSession
    route: str
    table: Table
    query: str
    committed: Callable[[], None] = lambda: None
    _last: Stamp | None = field(default=None)

    def write(self, rows: DataFrame, epoch: int) -> int:
        """Merge rows, which hold a key at most once and all columns but `revision`.

        Returns how many rows were merged; 0 for a batch that the table already holds.
        """
        last = self._last_stamp()
        if last.query == self.query and last.epoch >= epoch:
            return 0
        rows = rows.persist()
        try:
            count, oldest = self._extent(rows)
            if count:
                self._merge(rows, Stamp(self.query, epoch, revision=last.revision + 1), oldest)
            return int(count)
        finally:
            rows.unpersist()

    def _extent(self, rows: DataFrame) -> tuple[int, str]:
        """How many rows, and the oldest of their times, as text: Python's would be of local time."""
        counted = rows.agg(
            F.count(F.lit(1)).alias("n"), F.min(self._partition).cast("string").alias("oldest")
        )
        found = counted.collect()[0]
        return int(found["n"]), str(found["oldest"])

    def _merge(self, rows: DataFrame, stamp: Stamp, oldest: str) -> None:
        session = rows.sparkSession
        for key, value in stamp.properties().items():
            session.conf.set(_PROPERTY + key, value)
        revised = rows.withColumn("revision", F.lit(stamp.revision).cast("bigint"))
        revised.createOrReplaceTempView(_SOURCE)
        session.sql(self._statement(oldest))
        self._last = stamp
        self.committed()

    def _statement(self, oldest: str) -> str:
        # The bound on the partition column lets Iceberg leave older files alone.
        same = " AND ".join(f"t.{name} = s.{name}" for name in self.table.key)
        columns = self.table.names
        updates = ", ".join(f"t.{name} = s.{name}" for name in columns if name not in self.table.key)
        return (
            f"MERGE INTO {names.lake_table(self.route, self.table.name)} t USING {_SOURCE} s"
            f" ON {same} AND t.{self._partition} >= TIMESTAMP '{oldest}'"
            f" WHEN MATCHED THEN UPDATE SET {updates}"
            f" WHEN NOT MATCHED THEN INSERT ({', '.join(columns)})"
            f" VALUES ({', '.join(f's.{name}' for name in columns)})"
        )

    @property
    def _partition(self) -> str:
        if self.table.partition is None:
            raise ValueError(f"table {self.table.name} has no time to partition by")
        return self.table.partition

    def _last_stamp(self) -> Stamp:
        if self._last is None:
            found = last_stamp(load(self.spark, names.lake_table(self.route, self.table.name)))
            self._last = found or Stamp(self.query, epoch=-1)
        return self._last
