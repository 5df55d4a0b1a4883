"""A `cityroute run` of its own for tests: started, watched by its run file, killed in parts, ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[2]
CITYROUTE = Path(sys.executable).parent / "cityroute"

T = TypeVar("T")


def eventually(what: str, find: Callable[[], T | None], deadline_s: float = 60.0) -> T:
    """The first value of `find` that is not None. Fails the test after the deadline."""
    until = time.monotonic() + deadline_s
    while (found := find()) is None:
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not seen within {deadline_s:.0f} s")
        time.sleep(0.1)
    return found


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit code, the account of its last line, and what it told."""

    code: int
    account: Mapping[str, Any]
    told: str


class LocalRun:
    """A running `cityroute run`."""

    def __init__(self, process: subprocess.Popen[str], data: Path) -> None:
        self._process = process
        self.data = data

    def facts(self) -> Mapping[str, Any]:
        """The run file: url, kafka, postgres, processes, milestones; empty before this run wrote it."""
        path = self.data / "run.json"
        facts = dict(json.loads(path.read_text())) if path.exists() else {}
        return facts if facts.get("pid") == self._process.pid else {}

    def is_up(self, deadline_s: float = 60.0) -> Mapping[str, Any]:
        """Wait until everything is started; returns the run file's facts."""
        return eventually("everything started", self._facts_when_up, deadline_s)

    def _facts_when_up(self) -> Mapping[str, Any] | None:
        self._is_alive()
        return facts if (facts := self.facts()).get("stage") == "running" else None

    def reaches_stage(self, stage: str, deadline_s: float = 60.0) -> None:
        """Wait until the run says that it is at that stage."""
        eventually(f"stage {stage}", lambda: True if self.facts().get("stage") == stage else None, deadline_s)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the run itself."""
        self._process.send_signal(number)

    def reaches(self, milestone: str, deadline_s: float = 90.0) -> Self:
        """Wait for a milestone such as `first_row`."""
        eventually(f"milestone {milestone}", lambda: self._is_past(milestone), deadline_s)
        return self

    def _is_past(self, milestone: str) -> bool | None:
        self._is_alive()
        return True if milestone in self.facts().get("milestones_s", {}) else None

    def _is_alive(self) -> None:
        if self._process.poll() is not None:
            out, told = self._process.communicate()
            raise AssertionError(f"the run ended with {self._process.returncode}: {out}{told}")

    def pid(self, name: str) -> int:
        """Process id of a child. Raises KeyError when it is not running."""
        return int(self.facts()["processes"][name])

    def kill(self, name: str) -> int:
        """Kill a child with SIGKILL; returns the process id that it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def is_back(self, name: str, instead_of: int, deadline_s: float = 45.0) -> None:
        """Wait until a killed child runs as another process."""
        eventually(f"{name} restarted", lambda: self._other_pid(name, instead_of), deadline_s)

    def _other_pid(self, name: str, old: int) -> int | None:
        pid = self.facts()["processes"].get(name)
        return pid if pid not in (None, old) else None

    def progress(self, job: str) -> Mapping[str, Any] | None:
        """What the job's progress endpoint tells; None while it does not answer."""
        try:
            with urlopen(self.facts()["progress"][job], timeout=2) as answer:
                return dict(json.load(answer))
        except (KeyError, URLError, OSError, ValueError):
            return None

    def end(self, deadline_s: float = 180.0) -> Ended:
        """Ctrl-C, then wait for the account."""
        self.send(signal.SIGINT)
        return self.wait(deadline_s)

    def wait(self, deadline_s: float = 300.0) -> Ended:
        """Wait until the run ends by itself."""
        out, told = self._process.communicate(timeout=deadline_s)
        lines = out.strip().splitlines()
        return Ended(self._process.returncode, json.loads(lines[-1]) if lines else {}, told)


@contextmanager
def local_run(manifest: Path, data: Path, *arguments: str) -> Iterator[LocalRun]:
    """Run a manifest with its data in `data`. What it leaves running is killed and fails the test."""
    argv = (str(CITYROUTE), "run", str(manifest), "--data", str(data), "--json", "--port", "0", *arguments)
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    run = LocalRun(process, data)
    try:
        yield run
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        left = left_over(data)
        for stray in left:
            stray.kill()
    assert not left, f"the run left processes behind: {left}"


def left_over(data: Path) -> list[psutil.Process]:
    """Processes whose command line names the data folder."""
    return [
        p for p in psutil.process_iter(["cmdline"]) if any(str(data) in a for a in p.info["cmdline"] or ())
    ]
