"""One local run from manifest to account: the steps, in order, and the way back."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.clock import Clock
from cityroute_operator.model import Route

from ..errors import Stop
from . import kafka, postgres
from .account import Account, feed_accounts
from .audit import audit
from .board import Board
from .folder import ClockRecord, DataFolder, now_ms, write_clock, write_json
from .machine import Tools
from .planning import LocalRoute, clocks_for, local_plan, world_key
from .ports import LOOPBACK, choose
from .sample import Reader, Sample, drained, memory_mb, produced, state
from .supervisor import ChildSpec, Supervisor, until_ready

DASHBOARD = "dashboard"
DRAIN_DEADLINE_S = 120.0
OFFSETS_DEADLINE_S = 30.0
STAGGER_S = 60.0
"""The second stream starts when the first has stored a row, or after so long."""
MEMORY_EVERY_S = 5.0
_LAST_GROUPS = ((DASHBOARD,), (kafka.NAME,), (postgres.NAME,))


@dataclass(frozen=True, slots=True)
class Options:
    """What `cityroute run` was asked. `seconds` None: until Ctrl-C."""

    route: Route
    data: Path
    seconds: float | None = None
    fresh: bool = False
    port: int = 8080


@dataclass(slots=True)
class Ports:
    """The ports of a run, all free when it began."""

    kafka: int = 0
    controller: int = 0
    postgres: int = 0
    dashboard: int = 0
    progress: dict[str, int] = field(default_factory=dict)

    @classmethod
    def chosen(cls, dashboard: int) -> "Ports":
        taken: set[int] = set()

        def one(preferred: int | None = None) -> int:
            port = choose(preferred, frozenset(taken))
            taken.add(port)
            return port

        page, broker, database = one(dashboard), one(9092), one(5432)
        return cls(broker, one(), database, page, {job: one() for job in names.STREAMS})


class LocalRun:
    """The state of one run. `execute` is the whole of it."""

    def __init__(self, options: Options, tools: Tools, board: Board) -> None:
        self.options = options
        self.tools = tools
        self.board = board
        self.folder = DataFolder(options.data.absolute())
        self.ports = Ports.chosen(options.port)
        self.began_s = time.monotonic()
        self.milestones_s: dict[str, float] = {}
        self.peak_mb: dict[str, float] = {}
        self.supervisor = Supervisor(self.folder.logs, lambda _: self._write_run_file())
        self.stopping = asyncio.Event()
        self.stage = "starting"
        self.local: LocalRoute | None = None
        self.clocks: tuple[Clock, ...] = ()
        self.waiting: list[ChildSpec] = []
        self._main: asyncio.Task[Account] | None = None

    async def execute(self) -> Account:
        """Start everything, keep it running, stop in order, count.

        Raises Stop when something stands in the way; everything is stopped in order then too.
        """
        with self.folder.locked():
            if self.options.fresh:
                self.folder.wipe()
            self.folder.create()
            return await self._supervised()

    async def _supervised(self) -> Account:
        self._main = asyncio.current_task()
        self._listen_for_signals()
        try:
            await self._start_servers()
            local = await self._plan()
            reader = await self._start_route(local)
            await self._keep_running(local, reader)
            return await self._finish(local, reader)
        except asyncio.CancelledError:
            self.supervisor.kill_all()
            raise
        finally:
            self.stage = "stopped"
            await self.supervisor.stop_all(self._stop_order())
            self._write_run_file()
            shutil.rmtree(self.folder.tmp, ignore_errors=True)

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)

    def _on_signal(self) -> None:
        """The first signal ends a running route in order; another one, or one during the start, at once."""
        if self.stage == "running" and not self.stopping.is_set():
            self.stopping.set()
        elif self._main is not None:
            self._main.cancel()

    # The servers that a cluster would offer.

    async def _start_servers(self) -> None:
        with self.board.step("Starting PostgreSQL and Kafka", "PostgreSQL and Kafka answer"):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._start_postgres())
                group.create_task(self._start_kafka())

    @property
    def _database(self) -> postgres.Postgres:
        return postgres.Postgres(
            self.folder.postgres, self.folder.secrets / "postgres-password", self.ports.postgres
        )

    @property
    def _broker(self) -> kafka.Kafka:
        return kafka.Kafka(
            self.folder.kafka,
            self.tools.java.executable,
            self.tools.kafka_jars,
            self.ports.kafka,
            self.ports.controller,
        )

    async def _start_postgres(self) -> None:
        database = self._database
        await asyncio.to_thread(database.initialise)
        child = await self.supervisor.start(database.child(self.tools.base_env))
        await until_ready(child, lambda: asyncio.to_thread(database.is_ready), 60)

    async def _start_kafka(self) -> None:
        broker, log = self._broker, self.folder.logs / f"{kafka.NAME}.log"
        await asyncio.to_thread(broker.initialise, self.tools.base_env, log)
        child = await self.supervisor.start(broker.child(self.tools.base_env))
        await until_ready(child, lambda: asyncio.to_thread(broker.is_ready), 60)

    # The plan's own objects.

    async def _plan(self) -> LocalRoute:
        self.clocks = clocks_for(self.options.route, self.folder.clock_file, now_ms())
        self._beat()
        self.local = local_plan(self.options.route, self.clocks, self.folder, self.tools, self.ports)
        for path, text in (*self.local.plan.files.items(), self._dashboard_file(self.local)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for note in self.local.plan.notes:
            self.board.note(note)
        return self.local

    async def _start_route(self, local: LocalRoute) -> Reader:
        plan = local.plan
        with self.board.step("Creating topics", f"{len(plan.topics)} topics"):
            await asyncio.to_thread(kafka.create_topics, self._broker.bootstrap_servers, plan.topics)
        with self.board.step("Starting the route", f"{len(plan.simulators)} simulators and the streams"):
            first, *self.waiting = plan.streams or (None,)
            for spec in (*([first] if first else []), self._dashboard(), *plan.simulators):
                await self.supervisor.start(spec)
        self.stage = "running"
        self._write_run_file()
        self.board.console.print(f"\n  The page: [bold]{self.url}[/]\n  Logs:     {self.folder.logs}\n")
        return Reader(self._broker.bootstrap_servers, local.topics, self.ports.progress)

    async def _start_waiting(self) -> None:
        """Start the streams behind the first one: two drivers that start at once both start slowly."""
        while self.waiting:
            await self.supervisor.start(self.waiting.pop(0))

    def _dashboard_file(self, local: LocalRoute) -> tuple[Path, str]:
        return self.folder.config / names.DASHBOARD_FILE, local.dashboard_json

    def _dashboard(self) -> ChildSpec:
        config = self.folder.config / names.DASHBOARD_FILE
        argv = (
            *(str(self.tools.python), "-m", "cityroute_dashboard"),
            *("--config", str(config), "--host", LOOPBACK, "--port", str(self.ports.dashboard)),
        )
        return ChildSpec(DASHBOARD, argv, self.tools.base_env, grace_s=10)

    # Running.

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports.dashboard}"

    async def _keep_running(self, local: LocalRoute, reader: Reader) -> None:
        until = None if self.options.seconds is None else time.monotonic() + self.options.seconds
        before: Sample | None = None
        memory: dict[str, float] = {}
        memory_due = 0.0
        with self.board.live():
            while not self.stopping.is_set() and (until is None or time.monotonic() < until):
                now = await reader.sample()
                self._beat()
                self._note_milestones(now)
                if "first_row" in self.milestones_s or time.monotonic() - self.began_s > STAGGER_S:
                    await self._start_waiting()
                if time.monotonic() >= memory_due:
                    memory_due = time.monotonic() + MEMORY_EVERY_S
                    memory = await self._measure_memory()
                self.board.show(self._title(), state(now, before, local.topics), memory, self._restarts())
                if failure := self.supervisor.failure():
                    raise failure
                before = now
                await self._pause(1.0)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _measure_memory(self) -> dict[str, float]:
        memory = await asyncio.to_thread(memory_mb, self.supervisor.pids())
        if sum(memory.values()) > sum(self.peak_mb.values()):
            self.peak_mb = memory
        return memory

    def _note_milestones(self, now: Sample) -> None:
        counts = produced(now) or {}
        ingest, analytics = now.jobs.get("ingest"), now.jobs.get("analytics")
        reached = {
            "first_event": sum(counts.values()) > 0,
            "first_row": ingest is not None and sum(ingest.stored.values()) > 0,
            "first_warehouse_row": analytics is not None and any(t.rows for t in analytics.loaded.values()),
        }
        for name, is_reached in reached.items():
            if is_reached and name not in self.milestones_s:
                self.milestones_s[name] = round(time.monotonic() - self.began_s, 2)
                self._write_run_file()

    def _title(self) -> str:
        return f"{self.options.route.name} · {self.url} · Ctrl-C stops in order"

    def _restarts(self) -> dict[str, int]:
        return {name: child.restarts for name, child in self.supervisor.children.items() if child.restarts}

    def _beat(self) -> None:
        """Keep in the data folder until when simulated time ran, so that the next run goes on from there."""
        if self.clocks:
            record = ClockRecord(world_key(self.options.route), self.clocks, now_ms())
            write_clock(self.folder.clock_file, record)

    # The way back.

    async def _finish(self, local: LocalRoute, reader: Reader) -> Account:
        self.stage = "stopping"
        self._write_run_file()
        seconds = time.monotonic() - self.began_s
        self.stopping.set()
        await self._start_waiting()
        with self.board.step("Stopping the simulators", "Simulators stopped"):
            await self.supervisor.stop(*(s.name for s in local.plan.simulators))
            self._beat()
        with self.board.step("Draining the streams", "Streams drained"):
            problem = await self._drain(local, reader)
        counts = await self._produced(reader)
        with self.board.step("Stopping the streams", "Streams stopped"):
            await self.supervisor.stop(*(s.name for s in local.plan.streams))
        with self.board.step("Counting", "Counted"):
            found = await audit(local, self.tools, self.folder.logs)
        return Account(
            route=self.options.route.name,
            seconds=round(seconds, 1),
            feeds=feed_accounts(counts, found.feeds),
            flawless=local.flawless,
            problem=problem,
            milestones_s=self.milestones_s,
            memory_mb={name: round(mb, 1) for name, mb in self.peak_mb.items()},
            restarts=self._restarts(),
            warehouse=found.warehouse,
        )

    async def _drain(self, local: LocalRoute, reader: Reader) -> str | None:
        """Wait until every job has read to the end. Returns what was left behind, None when nothing."""
        until = time.monotonic() + DRAIN_DEADLINE_S
        waiting = [
            s for s in names.STREAMS if names.stream(self.options.route.name, s) in self.supervisor.children
        ]
        while waiting and time.monotonic() < until:
            if failure := self.supervisor.failure():
                raise failure
            sample = await reader.sample()
            waiting = [job for job in waiting if not drained(sample, job, local.read_by[job])]
            await asyncio.sleep(0.5)
        return f"{' and '.join(waiting)} had not read to the end of the topics" if waiting else None

    async def _produced(self, reader: Reader) -> dict[str, int]:
        """Records in Kafka per feed. Raises Stop when the broker does not tell."""
        until = time.monotonic() + OFFSETS_DEADLINE_S
        while time.monotonic() < until:
            counts = produced(await reader.sample())
            if counts is not None:
                return counts
            await asyncio.sleep(0.5)
        raise Stop(
            f"the run could not be counted: Kafka did not tell its offsets within {OFFSETS_DEADLINE_S:.0f} s",
            "Read its log; the data is sound, and the next run goes on with it.",
            self.folder.logs / f"{kafka.NAME}.log",
        )

    def _stop_order(self) -> tuple[tuple[str, ...], ...]:
        plan = self.local.plan if self.local else None
        simulators = tuple(s.name for s in plan.simulators) if plan else ()
        streams = tuple(s.name for s in plan.streams) if plan else ()
        return (simulators, streams, *_LAST_GROUPS)

    def _write_run_file(self) -> None:
        """Addresses, process ids and milestones, for people, tests and other programs."""
        if not self.folder.root.exists():
            return
        write_json(self.folder.run_file, self._run_file())

    def _run_file(self) -> Mapping[str, Any]:
        return {
            "stage": self.stage,
            "pid": os.getpid(),
            "url": self.url,
            "kafka": self._broker.bootstrap_servers,
            "postgres": {
                "host": LOOPBACK,
                "port": self.ports.postgres,
                "user": postgres.USER,
                "database": postgres.DATABASE,
                "password_file": str(self._database.password_file),
            },
            "progress": {
                job: f"http://{LOOPBACK}:{port}/progress" for job, port in self.ports.progress.items()
            },
            "processes": self.supervisor.pids(),
            "milestones_s": self.milestones_s,
        }
