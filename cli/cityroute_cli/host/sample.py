"""How the run goes, read once a second from Kafka, the jobs' progress endpoints and the processes."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from cityroute_contracts.progress import Progress
from confluent_kafka import KafkaException

from .folder import now_ms
from .kafka import admin, offsets
from .ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading. Counts are per feed; None where the part did not answer."""

    at_s: float
    end_offsets: Mapping[str, Mapping[int, int]] | None
    first_offsets: Mapping[str, Mapping[int, int]] | None
    jobs: Mapping[str, Progress | None]


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as the board shows it. `lag` is records in Kafka that no table holds yet."""

    produced: int = 0
    events_per_s: float = 0.0
    stored: int = 0
    dead_letters: int = 0
    lag: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The run as the board shows it. `loaded_rows`: copied into the warehouse by the last load."""

    feeds: Mapping[str, FeedState] = field(default_factory=dict)
    batch_ms: int = 0
    data_age_s: float | None = None
    loaded_rows: int = 0
    jobs: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Reads samples. `topics` maps each feed to its topic and partition count."""

    def __init__(
        self, bootstrap_servers: str, topics: Mapping[str, tuple[str, int]], ports: Mapping[str, int]
    ) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._client = admin(bootstrap_servers)
        self._topics = topics
        self._ports = ports

    async def sample(self) -> Sample:
        """One reading, the parts side by side; a part that is away costs nothing but its figures."""
        (ends, firsts), jobs = await asyncio.gather(
            asyncio.to_thread(self._offsets),
            asyncio.gather(*(asyncio.to_thread(read_progress, port) for port in self._ports.values())),
        )
        return Sample(time.monotonic(), ends, firsts, dict(zip(self._ports, jobs, strict=True)))

    def _offsets(self) -> tuple[dict[str, dict[int, int]] | None, dict[str, dict[int, int]] | None]:
        counts = dict(self._topics.values())
        try:
            ends = offsets(self._client, counts)
            firsts = offsets(self._client, counts, earliest=True)
        except KafkaException:
            self._client = admin(self._bootstrap_servers)
            return None, None
        return (
            {feed: ends[topic] for feed, (topic, _) in self._topics.items()},
            {feed: firsts[topic] for feed, (topic, _) in self._topics.items()},
        )


def read_progress(port: int) -> Progress | None:
    """What the job on that port tells; None while it does not answer."""
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/progress", timeout=2) as answer:
            return Progress.from_json(answer.read())
    except (URLError, OSError, ValueError, KeyError, TypeError):
        return None


def produced(sample: Sample) -> dict[str, int] | None:
    """Records in Kafka per feed, from the offsets; None while the broker is away."""
    if sample.end_offsets is None or sample.first_offsets is None:
        return None
    return {
        feed: sum(ends.values()) - sum(sample.first_offsets[feed].values())
        for feed, ends in sample.end_offsets.items()
    }


def state(now: Sample, before: Sample | None, topics: Mapping[str, tuple[str, int]]) -> State:
    """The board's figures from two readings."""
    counts, earlier = produced(now) or {}, (produced(before) if before else None) or {}
    seconds = now.at_s - before.at_s if before else 0.0
    ingest = now.jobs.get("ingest")
    feeds = {feed: _feed_state(feed, topics[feed][0], counts, earlier, seconds, now) for feed in topics}
    return State(
        feeds=feeds,
        batch_ms=ingest.batch_ms if ingest else 0,
        data_age_s=_data_age_s(ingest),
        loaded_rows=_loaded_rows(now),
        jobs={job: progress.state if progress else "starting" for job, progress in now.jobs.items()},
    )


def _feed_state(
    feed: str, topic: str, counts: Mapping[str, int], earlier: Mapping[str, int], seconds: float, now: Sample
) -> FeedState:
    count = counts.get(feed, 0)
    rate = (count - earlier.get(feed, count)) / seconds if seconds > 0 else 0.0
    ingest = now.jobs.get("ingest")
    if ingest is None:
        return FeedState(count, rate)
    return FeedState(
        count, rate, ingest.stored.get(feed, 0), ingest.dead_letters.get(feed, 0), _lag(feed, topic, now)
    )


def _lag(feed: str, topic: str, now: Sample) -> int:
    ingest = now.jobs.get("ingest")
    if now.end_offsets is None or now.first_offsets is None or ingest is None:
        return 0
    done = ingest.offsets.get(topic, {})
    first = now.first_offsets[feed]
    return sum(max(0, end - done.get(str(p), first[p])) for p, end in now.end_offsets[feed].items())


def drained(sample: Sample, job: str, topics: Mapping[str, tuple[str, int]]) -> bool:
    """Whether the job has read to the end of those topics, as its own offsets say."""
    progress = sample.jobs.get(job)
    if sample.end_offsets is None or sample.first_offsets is None or progress is None:
        return False
    return all(
        progress.offsets.get(topic, {}).get(str(p), sample.first_offsets[feed][p]) >= end
        for feed, (topic, _) in topics.items()
        for p, end in sample.end_offsets[feed].items()
    )


def _data_age_s(ingest: Progress | None) -> float | None:
    newest = max(ingest.newest_kafka_ms.values(), default=None) if ingest else None
    return None if newest is None else max(0.0, (now_ms() - newest) / 1000)


def _loaded_rows(now: Sample) -> int:
    analytics = now.jobs.get("analytics")
    return sum(loaded.rows for loaded in analytics.loaded.values()) if analytics else 0


def memory_mb(pids: Mapping[str, int]) -> dict[str, float]:
    """Resident memory by child, its own children included, and of the host itself, in MB.

    Shared pages are counted once where the system tells them apart (PSS), else as resident.
    """
    children = {name: sum(_resident(p) for p in _family(pid)) / 1e6 for name, pid in pids.items()}
    return {**children, "cityroute": _resident(psutil.Process()) / 1e6}


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _resident(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    except psutil.Error:
        return 0
