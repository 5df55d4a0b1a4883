"""What a query's checkpoint says: its identity, and the offsets of each batch.

Read from the files that Spark 4.1 keeps there (`metadata`, `sources/0/0`, `offsets/<batch>`,
`commits/<batch>`), because a batch function is not told the offsets it was handed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

Offsets = Mapping[str, Mapping[str, int]]
"""Next offset to read, by topic and partition."""

Ranges = Mapping[str, Mapping[str, tuple[int, int]]]
"""First offset of a batch and the one after its last, by topic and partition."""


def parse_offsets(text: str) -> Offsets:
    """The offsets in a file of `offsets/` or `sources/<n>/`: its last line. Raises ValueError."""
    raw = json.loads(text.rstrip().rsplit("\n", 1)[-1])
    return {topic: {p: int(offset) for p, offset in parts.items()} for topic, parts in raw.items()}


def ranges(before: Offsets, until: Offsets) -> Ranges:
    """What lies between two offsets. A partition that `before` does not know begins at 0."""
    return {
        topic: {p: (before.get(topic, {}).get(p, 0), end) for p, end in parts.items()}
        for topic, parts in until.items()
    }


def records(of: Ranges) -> dict[str, int]:
    """How many offsets each topic's ranges span."""
    return {topic: sum(end - start for start, end in parts.values()) for topic, parts in of.items()}


def ends(of: Ranges) -> Offsets:
    """The offsets after the ranges."""
    return {topic: {p: end for p, (_, end) in parts.items()} for topic, parts in of.items()}


@dataclass(frozen=True)
class Checkpoint:
    """A query's checkpoint folder; `path` is a Hadoop path."""

    spark: SparkSession
    path: str

    def query_id(self) -> str | None:
        """Identity of the query, None when it never started."""
        text = self._read("metadata")
        return None if text is None else str(json.loads(text)["id"])

    def batch_ranges(self, batch: int) -> Ranges:
        """The offsets that a batch holds. Raises FileNotFoundError for a batch that was not planned."""
        return ranges(self._offsets_before(batch), self._offsets(f"offsets/{batch}"))

    def committed(self) -> Offsets:
        """The offsets up to which batches are done; empty before the first."""
        names = self._list("commits")
        done = max((int(n) for n in names if n.isdigit()), default=None)
        return {} if done is None else self._offsets(f"offsets/{done}")

    def _offsets_before(self, batch: int) -> Offsets:
        return self._offsets(f"offsets/{batch - 1}" if batch > 0 else "sources/0/0")

    def _offsets(self, name: str) -> Offsets:
        text = self._read(name)
        if text is None:
            raise FileNotFoundError(f"the checkpoint {self.path} lacks {name}")
        return parse_offsets(text)

    def _read(self, name: str) -> str | None:
        jvm, path = self._jvm, self._hadoop_path(name)
        system = self._system(path)
        if not system.exists(path):
            return None
        stream = system.open(path)
        try:
            return str(jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def _list(self, name: str) -> list[str]:
        path = self._hadoop_path(name)
        system = self._system(path)
        if not system.exists(path):
            return []
        return [str(status.getPath().getName()) for status in system.listStatus(path)]

    @property
    def _jvm(self) -> Any:
        return self.spark.sparkContext._jvm

    def _hadoop_path(self, name: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(f"{self.path}/{name}")

    def _system(self, path: Any) -> Any:
        jsc: Any = self.spark.sparkContext._jsc
        return path.getFileSystem(jsc.hadoopConfiguration())
