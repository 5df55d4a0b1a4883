"""JSON lines on standard output: the records' values, one a line."""

import os
import sys
from collections.abc import Sequence

from ..feeds.batches import Record
from ..metrics import Metrics
from ..stopping import Stopping


class StdoutPublisher:
    """Writes and flushes each batch at once. A reader that goes away ends the run, without an error."""

    def __init__(self, stopping: Stopping, metrics: Metrics):
        self._stopping = stopping
        self._metrics = metrics

    def publish(self, records: Sequence[Record]) -> None:
        text = b"".join(r.value + b"\n" for r in records)
        try:
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            _forget_stdout()
            self._stopping.stop("the reader of standard output has gone")
            return
        self._metrics.produced(len(records))
        self._metrics.delivered(len(records))

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def queued(self) -> int:
        return 0

    def close(self) -> int:
        return 0


def _forget_stdout() -> None:
    """Keep the interpreter from flushing into the broken pipe at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
