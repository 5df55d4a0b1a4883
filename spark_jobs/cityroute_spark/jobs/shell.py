"""What every streaming job does around its queries: start, watch, stop, and say why it died.

SIGTERM reaches the JVM of spark-submit, in a pod and on a laptop alike, and never this Python
child. So the handler is installed in the JVM, through py4j; Python's own serves runs without
spark-submit.
"""

import argparse
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cityroute_contracts.settings import StreamSettings
from pyspark import java_gateway
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from .board import Board
from .endpoint import serve
from .session import open_session

GRACE_S = 25.0
"""How long the batch under way may take to end before its query is stopped anyway."""
_LOOK_S = 0.25


class Refused(Exception):
    """The job cannot start; its text is the sentence to show."""


class Part(Protocol):
    """Something that runs until the job ends: a query, or a thread such as the loader."""

    name: str

    def failure(self) -> str | None:
        """Why it died, None while it lives."""

    def stop(self) -> None:
        """End it and wait for that."""


@dataclass
class Shell:
    """What a job's code is handed. `ending` is set when the job shall end."""

    spark: SparkSession
    settings: StreamSettings
    board: Board
    ending: threading.Event = field(default_factory=threading.Event)
    _busy: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Around each batch: an ending job waits for it, and no new one begins."""
        with self._busy:
            if self.ending.is_set():
                raise Refused("the job is ending")
            yield

    def wait_for_batch(self, seconds: float) -> None:
        """Wait until no batch is under way."""
        if self._busy.acquire(timeout=seconds):
            self._busy.release()


_SOURCE_METRICS_BUG = 'the return value of "scala.Option.get()" is null'
_MOST_RESUMES = 3


class QueryPart:
    """A streaming query as a part of a job.

    Spark 4.1.1's Kafka source throws when a query that was killed within a batch reports on the first
    batch it runs again: it has not asked for the newest offsets yet. The batch is committed by then,
    so the query is started once more and goes on.
    """

    def __init__(self, name: str, start: Callable[[], StreamingQuery]) -> None:
        self.name = name
        self._start = start
        self._resumes = 0
        self._query = start()

    def failure(self) -> str | None:
        if self._query.isActive:
            return None
        error = self._query.exception()
        if error is None:
            return "it ended by itself"
        if _SOURCE_METRICS_BUG in str(error) and self._resumes < _MOST_RESUMES:
            self._resumes += 1
            self._query = self._start()
            return None
        return cause_of(str(error))

    def stop(self) -> None:
        self._query.stop()


def cause_of(text: str) -> str:
    """The line of a stack trace that says most: the last cause, without class names' packages."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    python = [line for line in lines if _is_python_error(line)]
    return (causes or python or lines or ["no reason was given"])[-1 if causes or python else 0]


def _is_python_error(line: str) -> bool:
    head = line.split(":", 1)[0]
    return ": " in line and " " not in head and head.endswith(("Error", "Exception", "Refused"))


def main(job: str, start: Callable[[Shell], Sequence[Part]], arguments: Sequence[str] | None = None) -> int:
    """Run a streaming job; the exit code is 0 when it was asked to end, 1 when something died."""
    settings = read_settings(job, arguments)
    board = Board(job, settings.route)
    try:
        server = serve(board, settings.progress_host, settings.progress_ports[job])
        shell = Shell(open_session(settings), settings, board)
        _stop_on_signals(shell)
        parts = start(shell)
    except Exception as error:
        return _failed(job, board, error)
    board.set(state="running")
    try:
        return _watch(job, shell, parts)
    finally:
        server.shutdown()


def read_settings(job: str, arguments: Sequence[str] | None = None) -> StreamSettings:
    """The settings named by `--config`; ends the program with a sentence when they cannot be read."""
    parser = argparse.ArgumentParser(prog=job)
    parser.add_argument("--config", type=Path, required=True, help="streams.json of the route")
    path = parser.parse_args(arguments).config
    try:
        return StreamSettings.from_json(path.read_text())
    except (OSError, KeyError, TypeError, ValueError) as error:
        print(f'{job}: the settings "{path}" cannot be read: {error!r}', file=sys.stderr)
        sys.exit(1)


def _watch(job: str, shell: Shell, parts: Sequence[Part]) -> int:
    dead = None
    while not shell.ending.wait(_LOOK_S) and dead is None:
        dead = next((f"{p.name} died: {why}" for p in parts if (why := p.failure())), None)
    if dead is not None:
        shell.board.set(state="failed", error=dead)
        print(f"{job}: {dead}", file=sys.stderr, flush=True)
    else:
        shell.board.set(state="stopping")
    shell.ending.set()
    shell.wait_for_batch(GRACE_S)
    for part in parts:
        part.stop()
    shell.spark.stop()
    return 1 if dead else 0


def _failed(job: str, board: Board, error: Exception) -> int:
    sentence = str(error) if isinstance(error, Refused) else cause_of(f"{type(error).__name__}: {error}")
    board.set(state="failed", error=sentence)
    if not isinstance(error, Refused):
        traceback.print_exception(error)
    print(f"{job}: could not start: {sentence}", file=sys.stderr, flush=True)
    return 1


def _stop_on_signals(shell: Shell) -> None:
    def end(*_: object) -> None:
        shell.ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    _stop_on_jvm_signals(shell, end)


class _JvmHandler:
    """A `sun.misc.SignalHandler` in Python."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def handle(self, _signal: object) -> None:
        self._end()

    class Java:
        implements = ["sun.misc.SignalHandler"]


def _stop_on_jvm_signals(shell: Shell, end: Callable[[], None]) -> None:
    gateway: Any = shell.spark.sparkContext._gateway
    java_gateway.ensure_callback_server_started(gateway)  # type: ignore[no-untyped-call]
    handler = _JvmHandler(end)
    for name in ("TERM", "INT"):
        gateway.jvm.sun.misc.Signal.handle(gateway.jvm.sun.misc.Signal(name), handler)
