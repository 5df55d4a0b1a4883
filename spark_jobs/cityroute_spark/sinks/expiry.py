"""Basic snapshot expiry: without it a stream's metadata grows for ever."""

import time

from .lake import JavaTable
from .stamps import tag_last

KEEP_SNAPSHOTS = 50
MAX_AGE_S = 3600
EVERY_BATCHES = 60
"""How often the writer of a table expires its snapshots, in its own batches."""


def expire(table: JavaTable, now_ms: int | None = None) -> None:
    """Drop snapshots older than `MAX_AGE_S`, but never the newest `KEEP_SNAPSHOTS` nor the last stamped."""
    if table.currentSnapshot() is None:
        return
    tag_last(table)
    now_ms = int(time.time() * 1000) if now_ms is None else now_ms
    expiry = table.expireSnapshots().expireOlderThan(now_ms - MAX_AGE_S * 1000)
    expiry.retainLast(KEEP_SNAPSHOTS).commit()
