"""The analytics tables that are kept fresh by a stateful query each: table name -> how it comes about.

A table that is recomputed hour by hour instead has its transform beside these and its own place
in the analytics job.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cityroute_contracts.schema import Table
from cityroute_contracts.settings import StreamSettings
from cityroute_contracts.tables import SEGMENT_MINUTE
from pyspark.sql import DataFrame

from ..parse.reference import Stream
from . import segment_minute


@dataclass(frozen=True, slots=True)
class Streamed:
    """A table fed by a stateful query over the topics of `feeds`.

    `aggregate` is the stateful part, on the stream; `finish` makes the table's rows of each batch.
    """

    table: Table
    feeds: tuple[str, ...]
    aggregate: Callable[[DataFrame, StreamSettings], DataFrame]
    finish: Callable[[DataFrame, StreamSettings], DataFrame]


def stream_of(settings: StreamSettings) -> Stream:
    """What the verdict on a record needs to know of its stream."""
    return Stream(settings.route, settings.source_type == "external", settings.clocks)


STREAMED: Mapping[str, Streamed] = {
    s.table.name: s
    for s in (
        Streamed(
            table=SEGMENT_MINUTE,
            feeds=segment_minute.SOURCES,
            aggregate=lambda raw, s: segment_minute.aggregate(raw, s.topics, stream_of(s), s.watermark_s),
            finish=lambda sums, s: segment_minute.finish(sums, s.corridor, s.route),
        ),
    )
}
