"""The data folder of a local run: what lies where, and what a second run takes over."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cityroute_contracts.clock import Clock

from ..errors import Stop

_MARKER = "cityroute-data"
MIN_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths under the root of one run's data."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def kafka(self) -> Path:
        return self.root / "kafka"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def run_file(self) -> Path:
        """Addresses and process ids of the present run, for people and tests."""
        return self.root / "run.json"

    @property
    def clock_file(self) -> Path:
        return self.root / "clock.json"

    def create(self, min_free_bytes: int = MIN_FREE_BYTES) -> None:
        """Make the folders. Raises Stop when the place or its disk will not do."""
        try:
            for path in (self.config, self.secrets, self.logs, self.kafka, self.tmp):
                path.mkdir(parents=True, exist_ok=True)
            self.secrets.chmod(0o700)
            (self.root / _MARKER).touch()
        except OSError as error:
            raise Stop(
                f"the data folder {self.root} could not be made: {error}", "Name another one with --data."
            ) from error
        free = shutil.disk_usage(self.root).free
        if free < min_free_bytes:
            raise Stop(
                f"the disk of {self.root} has {free / 1024**3:.1f} GiB free and a run needs "
                f"{min_free_bytes // 1024**3}",
                "Free some space, or name a folder on another disk with --data.",
            )

    def wipe(self) -> None:
        """Remove the data of earlier runs. Raises Stop for a folder that no run made."""
        if not self.root.exists() or not any(self.root.iterdir()):
            return
        if not (self.root / _MARKER).exists():
            raise Stop(
                f"--fresh would delete {self.root}, which no run of cityroute made",
                "Name the data folder of an earlier run, or an empty one, with --data.",
            )
        shutil.rmtree(self.root)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process. Raises Stop while another run holds it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root.parent / f".{self.root.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Stop(
                    f"another run is using the data folder {self.root}",
                    "Stop it first, or give this run a folder of its own with --data.",
                ) from None
            yield


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value, indent=1) + "\n")
    fresh.replace(path)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """The clocks of a route's life so far, and when its last run was seen alive (wall, epoch ms)."""

    stream_id: str
    clocks: tuple[Clock, ...]
    seen_wall_ms: int


def next_clocks(
    record: ClockRecord | None, stream_id: str, start_ms: int, speedup: float, now_ms: int
) -> tuple[Clock, ...]:
    """The clock history of a run that begins now.

    A new stream starts at its start time. A known one resumes at the simulated time at which it was
    last seen: nothing is lost and nothing back-filled. Another stream under the same name keeps the
    history too, since its topics may still hold records of the old one.
    """
    if record is None:
        return (Clock(start_ms, now_ms, speedup),)
    if record.stream_id != stream_id:
        return (*record.clocks, Clock(start_ms, now_ms, speedup))
    resumed_ms = record.clocks[-1].sim_at(record.seen_wall_ms)
    return (*record.clocks, Clock(resumed_ms, now_ms, speedup))


def read_clock(path: Path) -> ClockRecord | None:
    """What an earlier run left; None when there was none. Raises Stop for a damaged file."""
    if not path.exists():
        return None
    try:
        raw = json.loads(path.read_text())
        return ClockRecord(raw["stream_id"], tuple(Clock(**c) for c in raw["clocks"]), raw["seen_wall_ms"])
    except (ValueError, KeyError, TypeError) as error:
        raise Stop(
            f"the clock of earlier runs, {path}, cannot be read: {error}", "Start over with --fresh."
        ) from error


def write_clock(path: Path, record: ClockRecord) -> None:
    write_json(path, asdict(record))


def now_ms() -> int:
    """Wall clock, epoch ms."""
    return time.time_ns() // 1_000_000
