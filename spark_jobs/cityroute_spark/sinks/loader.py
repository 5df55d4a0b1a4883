"""Copies changed analytics rows from the lake to the warehouse, in a thread of the analytics job."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cityroute_contracts import names
from cityroute_contracts.schema import Table, Type
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from .lake import load
from .stamps import last_stamp
from .warehouse import Row, Unavailable, Warehouse

IDLE_S = 5.0
LONGEST_WAIT_S = 30.0

Loaded = Callable[[Table, int, int, int], None]
"""Called after each load with the table, rows, revision and wall time in epoch ms."""


@dataclass(frozen=True)
class Copier:
    """Loads what is newer in the lake than in the warehouse; one table at a time."""

    spark: SparkSession
    route: str
    warehouse: Warehouse

    def copy(self, table: Table) -> tuple[int, int]:
        """Copy a table's changed rows; returns rows and the revision the warehouse then has.

        Raises Unavailable when the warehouse is down. Copying twice changes nothing.
        """
        full_name = names.lake_table(self.route, table.name)
        lake = load(self.spark, full_name)
        stamp, have = last_stamp(lake), self.warehouse.loaded_revision(table)
        if stamp is None or stamp.revision <= have:
            return 0, have
        snapshot = int(lake.currentSnapshot().snapshotId())
        rows = self._changed(full_name, table, snapshot, have)
        return self.warehouse.load(table, snapshot, stamp.revision, rows), stamp.revision

    def _changed(self, full_name: str, table: Table, snapshot: int, have: int) -> Iterator[Row]:
        frame = self.spark.read.option("versionAsOf", str(snapshot)).table(full_name)
        newer = frame.filter(F.col("revision") > have)
        yield from newer.select(*(_plain(table, name) for name in table.names)).toLocalIterator()


def _plain(table: Table, name: str) -> Column:
    """Times as text with their offset: as Python values they would be of the driver's local time."""
    if table.field(name).type is Type.TIMESTAMP:
        return F.date_format(name, "yyyy-MM-dd HH:mm:ss.SSSSSSXXX").alias(name)
    return F.col(name)


class Loader:
    """The copier as a part of a job: runs after every merge, waits longer while the warehouse is down."""

    name = "the loader"

    def __init__(self, copier: Copier, tables: Sequence[Table], loaded: Loaded) -> None:
        self._copier = copier
        self._tables = tables
        self._loaded = loaded
        self._changed = threading.Event()
        self._ending = threading.Event()
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)

    def start(self) -> None:
        """Begin with what the lake already has."""
        self._thread.start()

    def changed(self) -> None:
        """Say that a table of the lake has new rows."""
        self._changed.set()

    def failure(self) -> str | None:
        return self._failure

    def stop(self) -> None:
        """Copy what is left, as far as the warehouse answers, and end."""
        self._ending.set()
        self._changed.set()
        self._thread.join(LONGEST_WAIT_S)

    def _run(self) -> None:
        try:
            self._patiently(self._copier.warehouse.prepare)
            while not self._ending.is_set():
                self._patiently(self._copy_all)
                self._changed.wait(IDLE_S)
                self._changed.clear()
            self._copy_all()
        except Unavailable:
            return  # ending: the next start copies the rest
        except Exception as error:
            self._failure = f"{type(error).__name__}: {error}"

    def _copy_all(self) -> None:
        for table in self._tables:
            rows, revision = self._copier.copy(table)
            if rows:
                self._loaded(table, rows, revision, int(time.time() * 1000))

    def _patiently(self, act: Callable[[], None]) -> None:
        """Do it, again and again while the warehouse is down. Raises Unavailable when ending."""
        wait_s = 1.0
        while True:
            try:
                return act()
            except Unavailable:
                if self._ending.wait(wait_s):
                    raise
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
