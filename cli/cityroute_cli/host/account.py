"""The account of a run: what was produced, what the tables hold, and whether that agrees; pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FeedAccount:
    """One feed. `produced` is from Kafka's offsets, the rest is counted in the tables."""

    produced: int
    stored: int
    dead_letters: int
    duplicates: int
    gaps: int

    @property
    def agrees(self) -> bool:
        """Every record is stored or a dead letter, exactly once."""
        return self.produced == self.stored + self.dead_letters


@dataclass(frozen=True, slots=True)
class Account:
    """A whole run. `flawless` asks also for no duplicates, gaps and dead letters: nobody ordered any."""

    route: str
    seconds: float
    feeds: Mapping[str, FeedAccount]
    flawless: bool
    problem: str | None = None
    milestones_s: Mapping[str, float] = field(default_factory=dict)
    memory_mb: Mapping[str, float] = field(default_factory=dict)
    restarts: Mapping[str, int] = field(default_factory=dict)
    warehouse: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        clean = all(not (f.duplicates or f.gaps or f.dead_letters) for f in self.feeds.values())
        return (
            self.problem is None
            and all(f.agrees for f in self.feeds.values())
            and (clean or not self.flawless)
        )

    def as_json(self) -> dict[str, Any]:
        """The last line of `cityroute run --json`."""
        return {"ok": self.ok, **asdict(self)}


def feed_accounts(
    produced: Mapping[str, int], audit: Mapping[str, Mapping[str, int]]
) -> dict[str, FeedAccount]:
    """Kafka's counts beside the audit's, per feed."""
    return {feed: FeedAccount(produced=count, **audit[feed]) for feed, count in produced.items()}
