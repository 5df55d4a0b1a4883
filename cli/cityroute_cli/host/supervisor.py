"""Processes of the run: started in sessions of their own, watched, restarted, stopped in order."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ..errors import Stop
from .restarts import GiveUp, RestartIn, RestartPolicy, after_exit

Ready = Callable[[], Awaitable[bool]]
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """One process: how to start it, how to stop it, and what its end means."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    restart: RestartPolicy = field(default_factory=RestartPolicy)
    grace_s: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM


class Child:
    """A supervised process. `on_change` is called after every start and end."""

    def __init__(self, spec: ChildSpec, log: Path, on_change: Callable[[], None]) -> None:
        self.spec = spec
        self.log = log
        self.restarts = 0
        self.process: asyncio.subprocess.Process | None = None
        self.gave_up: str | None = None
        self._on_change = on_change
        self._stopping = False
        self._started_s = 0.0
        self._failures_s: list[float] = []
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        running = self.process is not None and self.process.returncode is None
        return self.process.pid if running and self.process else None

    async def start(self) -> None:
        """Start the process and watch it. Raises Stop when it cannot be started at all."""
        await self._spawn()
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End the process: its stop signal, its grace, then SIGKILL; nothing of its session is left."""
        self._stopping = True
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(self.spec.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), self.spec.grace_s)
        self._kill_session()
        if self._watch is not None:
            await self._watch

    def kill(self) -> None:
        """End the process at once, and for good."""
        self._stopping = True
        self._kill_session()

    async def _spawn(self) -> None:
        self._started_s = time.monotonic()
        with self.log.open("ab") as out:
            try:
                self.process = await asyncio.create_subprocess_exec(
                    *self.spec.argv,
                    env=dict(self.spec.env),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                    preexec_fn=partial(_end_with_parent, self.spec.stop_signal),
                )
            except OSError as error:
                raise Stop(
                    f"{self.spec.name} could not be started: {error}",
                    "Run `cityroute doctor` to see what this machine lacks.",
                    self.log,
                ) from error
        self._on_change()

    async def _keep(self) -> None:
        while True:
            assert self.process is not None
            code = await self.process.wait()
            self._kill_session()
            self._on_change()
            if self._stopping or not await self._come_back(code):
                return

    async def _come_back(self, code: int) -> bool:
        now = time.monotonic()
        self._failures_s.append(now)
        verdict = after_exit(self.spec.restart, code, self._started_s, self._failures_s, now)
        if isinstance(verdict, GiveUp):
            self.gave_up = (
                f"{self.spec.name} failed {verdict.failures} times within a minute (last exit code {code})"
            )
            self._on_change()
            return False
        if not isinstance(verdict, RestartIn):
            return False
        await self._pause(verdict.seconds)
        if self._stopping:
            return False
        self.restarts += 1
        await self._spawn()
        return True

    async def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.1))

    def _kill_session(self) -> None:
        """Kill what is left of the child's session: a killed driver's Python would go on writing."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """All children of a run."""

    def __init__(self, logs: Path, on_change: Callable[["Supervisor"], None]) -> None:
        self.children: dict[str, Child] = {}
        self._logs = logs
        self._on_change = on_change

    async def start(self, spec: ChildSpec) -> Child:
        """Start a child under its name."""
        child = Child(spec, self._logs / f"{spec.name}.log", lambda: self._on_change(self))
        self.children[spec.name] = child
        await child.start()
        return child

    async def stop(self, *names: str) -> None:
        """Stop those children together; unknown names are nothing to stop."""
        await asyncio.gather(*(self.children[n].stop() for n in names if n in self.children))

    async def stop_all(self, order: tuple[tuple[str, ...], ...]) -> None:
        """Stop group after group, then whatever is left."""
        for group in order:
            await self.stop(*group)
        await self.stop(*self.children)

    def kill_all(self) -> None:
        """End every child at once. What they wrote is sound: each of them survives a kill."""
        for child in self.children.values():
            child.kill()

    def failure(self) -> Stop | None:
        """Why the run cannot go on; None while it can."""
        for child in self.children.values():
            if child.gave_up:
                return Stop(
                    child.gave_up, "Read the end of its log; mend the cause and start again.", child.log
                )
        return None

    def pids(self) -> dict[str, int]:
        """Process ids of the running children, by name."""
        return {name: child.pid for name, child in self.children.items() if child.pid is not None}


async def until_ready(child: Child, ready: Ready, deadline_s: float) -> None:
    """Wait until `ready` says so. Raises Stop when the child ends first or takes too long."""
    until = time.monotonic() + deadline_s
    while not await ready():
        if child.gave_up:
            raise Stop(child.gave_up, "Read the end of its log; mend the cause and start again.", child.log)
        if time.monotonic() > until:
            raise Stop(
                f"{child.spec.name} was not ready after {deadline_s:.0f} s",
                "Read its log; a slow or full machine may need more time.",
                child.log,
            )
        await asyncio.sleep(0.05)


def _load_prctl() -> Callable[[int, int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl: Callable[[int, int], int] = ctypes.CDLL(None).prctl
    return prctl


_prctl = _load_prctl()


def _end_with_parent(stop_signal: signal.Signals) -> None:
    """In the child: be told to stop when the host ends, even by SIGKILL (Linux)."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, stop_signal)
