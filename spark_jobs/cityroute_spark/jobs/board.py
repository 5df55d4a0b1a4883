"""What a job tells about itself: the state behind `/progress` and `/metrics`."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cityroute_contracts.progress import Loaded, Progress
from cityroute_contracts.schema import Table

_METRICS = {
    "cityroute_stream_batch_id": "Number of the newest batch.",
    "cityroute_stream_batch_rows": "Records in the newest batch.",
    "cityroute_stream_batch_seconds": "Time the newest batch took.",
    "cityroute_stream_batch_end_timestamp_seconds": "When the newest batch was committed.",
    "cityroute_stream_up": "1 while the job's queries run.",
    "cityroute_stream_offset": "Next offset to be read; all before it is committed in the tables.",
    "cityroute_stream_stored_rows": "Rows in the event tables.",
    "cityroute_stream_dead_letters": "Rows among the dead letters.",
    "cityroute_stream_newest_event_timestamp_seconds": "Kafka time of the newest stored record.",
    "cityroute_loader_revision": "Newest revision that the warehouse holds.",
    "cityroute_loader_timestamp_seconds": "When the loader last copied.",
}


class Board:
    """The job's `Progress`, changed by its threads and read by its endpoint."""

    def __init__(self, job: str, route: str) -> None:
        self._lock = threading.Lock()
        self._progress = Progress(job=job, route=route)

    @property
    def progress(self) -> Progress:
        return self._progress

    def set(self, **changes: Any) -> None:
        """Replace fields of the progress, all at once."""
        with self._lock:
            self._progress = replace(self._progress, **changes)

    def merge(self, field: str, entries: Mapping[str, Any]) -> None:
        """Add or replace entries of one of the progress's mappings."""
        with self._lock:
            self._set(field, {**getattr(self._progress, field), **entries})

    def add(self, field: str, counts: Mapping[str, int]) -> None:
        """Add to the counts of one of the progress's mappings."""
        with self._lock:
            now = getattr(self._progress, field)
            self._set(field, {**now, **{name: now.get(name, 0) + count for name, count in counts.items()}})

    def _set(self, field: str, value: Mapping[str, Any]) -> None:
        changes: dict[str, Any] = {field: value}
        self._progress = replace(self._progress, **changes)

    def loaded(self, table: Table, rows: int, revision: int, loaded_ms: int) -> None:
        """Note what the loader copied."""
        self.merge("loaded", {table.name: Loaded(rows, revision, loaded_ms)})


def metrics_text(progress: Progress) -> str:
    """The progress in Prometheus' text format."""
    lines = []
    for name, samples in _samples(progress).items():
        lines += [f"# HELP {name} {_METRICS[name]}", f"# TYPE {name} gauge"]
        lines += [f"{name}{{{_labels(progress, labels)}}} {value}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _samples(p: Progress) -> dict[str, list[tuple[Mapping[str, str], float]]]:
    return {
        "cityroute_stream_up": [({}, int(p.state == "running"))],
        "cityroute_stream_batch_id": [({}, p.batch_id)],
        "cityroute_stream_batch_rows": [({}, p.batch_rows)],
        "cityroute_stream_batch_seconds": [({}, p.batch_ms / 1000)],
        "cityroute_stream_batch_end_timestamp_seconds": [({}, p.batch_ended_ms / 1000)],
        "cityroute_stream_offset": [
            ({"topic": topic, "partition": partition}, offset)
            for topic, parts in p.offsets.items()
            for partition, offset in parts.items()
        ],
        "cityroute_stream_stored_rows": [({"feed": f}, n) for f, n in p.stored.items()],
        "cityroute_stream_dead_letters": [({"feed": f}, n) for f, n in p.dead_letters.items()],
        "cityroute_stream_newest_event_timestamp_seconds": [
            ({"feed": f}, ms / 1000) for f, ms in p.newest_kafka_ms.items()
        ],
        "cityroute_loader_revision": [({"table": t}, v.revision) for t, v in p.loaded.items()],
        "cityroute_loader_timestamp_seconds": [
            ({"table": t}, v.loaded_ms / 1000) for t, v in p.loaded.items()
        ],
    }


def _labels(progress: Progress, more: Mapping[str, str]) -> str:
    labels = {"route": progress.route, "job": progress.job, **more}
    return ",".join(f'{name}="{value}"' for name, value in labels.items())
