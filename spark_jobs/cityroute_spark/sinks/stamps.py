"""The stamp that each commit of a stream leaves in the snapshot's summary: what makes it exactly once.

A batch that is run again after a kill finds its own stamp and skips the table. Compaction leaves
no stamp and expiry may remove old snapshots, so before either the last stamped one gets a tag.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from ..sources.checkpoint import Ranges
from .lake import JavaTable, summaries

TAG = "cityroute-stamped"
_PREFIX = "cityroute."


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which batch of which query a snapshot holds. `revision` counts the merges of a table."""

    query: str
    epoch: int
    ranges: Ranges = field(default_factory=dict)
    revision: int = 0

    def properties(self) -> dict[str, str]:
        """As entries of a snapshot's summary."""
        return {
            f"{_PREFIX}query": self.query,
            f"{_PREFIX}epoch": str(self.epoch),
            f"{_PREFIX}offsets": json.dumps(self.ranges, separators=(",", ":"), sort_keys=True),
            f"{_PREFIX}revision": str(self.revision),
        }

    @classmethod
    def of(cls, summary: Mapping[str, str]) -> Self | None:
        """The stamp in a summary, None when there is none."""
        if f"{_PREFIX}epoch" not in summary:
            return None
        return cls(
            query=summary[f"{_PREFIX}query"],
            epoch=int(summary[f"{_PREFIX}epoch"]),
            ranges=_ranges(json.loads(summary[f"{_PREFIX}offsets"])),
            revision=int(summary[f"{_PREFIX}revision"]),
        )


def last_stamp(table: JavaTable) -> Stamp | None:
    """The newest stamp of a table, by its snapshots or by the tag that outlives them."""
    for summary in summaries(table):
        if stamp := Stamp.of(summary):
            return stamp
    tagged = table.refs().get(TAG)
    return None if tagged is None else Stamp.of(dict(table.snapshot(tagged.snapshotId()).summary()))


def tag_last(table: JavaTable) -> None:
    """Tag the newest stamped snapshot, so that expiry keeps it."""
    snapshot = table.currentSnapshot()
    while snapshot is not None and Stamp.of(dict(snapshot.summary())) is None:
        parent = snapshot.parentId()
        snapshot = None if parent is None else table.snapshot(parent)
    if snapshot is None:
        return
    manage, identity = table.manageSnapshots(), snapshot.snapshotId()
    tagged = table.refs().containsKey(TAG)
    (manage.replaceTag(TAG, identity) if tagged else manage.createTag(TAG, identity)).commit()


def _ranges(raw: Any) -> Ranges:
    return {t: {p: (int(r[0]), int(r[1])) for p, r in parts.items()} for t, parts in raw.items()}
