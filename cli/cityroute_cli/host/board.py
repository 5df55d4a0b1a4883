"""What a person sees of a run: steps, then a live board; all on standard error."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from .sample import State

QUIET_LINE_EVERY_S = 10.0


class Board:
    """Steps as they pass, then the figures: redrawn in place on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.console = Console(file=sys.stderr, highlight=False)
        self._live: Live | None = None
        self._last_line_s = 0.0

    @contextmanager
    def step(self, doing: str, done: str | None = None) -> Iterator[None]:
        """Show a step while it runs and how long it took."""
        started = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(doing):
                yield
        else:
            yield
        self.console.print(f"[green]✓[/] {done or doing} [dim]{time.monotonic() - started:.1f} s[/]")

    def note(self, text: str) -> None:
        self.console.print(f"[dim]{text}[/]")

    @contextmanager
    def live(self) -> Iterator[None]:
        """Show the board while the block runs."""
        if not self.console.is_terminal:
            yield
            return
        with Live(console=self.console, refresh_per_second=2, transient=True) as self._live:
            yield
        self._live = None

    def show(
        self, title: str, state: State, memory: Mapping[str, float], restarts: Mapping[str, int]
    ) -> None:
        """Draw the figures, or print a line of them every few seconds where nothing can be redrawn."""
        if self._live is not None:
            self._live.update(render(title, state, memory, restarts))
        elif time.monotonic() - self._last_line_s >= QUIET_LINE_EVERY_S:
            self._last_line_s = time.monotonic()
            self.console.print(line(state, memory), soft_wrap=True)


def render(
    title: str, state: State, memory: Mapping[str, float], restarts: Mapping[str, int]
) -> RenderableType:
    """The board: a table of feeds and a line of figures."""
    table = Table(title=title, title_justify="left", min_width=76)
    table.add_column("feed")
    for column in ("events/s", "produced", "stored", "dead letters", "lag"):
        table.add_column(column, justify="right")
    for feed, f in state.feeds.items():
        table.add_row(
            feed,
            f"{f.events_per_s:,.0f}",
            f"{f.produced:,}",
            f"{f.stored:,}",
            f"{f.dead_letters:,}",
            f"{f.lag:,}",
        )
    came_back = ", ".join(f"{name} ×{count}" for name, count in restarts.items() if count)
    return Group(table, Text(figures(state, memory)), Text(f"restarted: {came_back}" if came_back else ""))


def figures(state: State, memory: Mapping[str, float]) -> str:
    """Batch time, data age, the last load into the warehouse, memory and the jobs' states in one line."""
    age = "–" if state.data_age_s is None else f"{state.data_age_s:.0f} s"
    jobs = " · ".join(f"{job} {status}" for job, status in state.jobs.items())
    return (
        f"batch {state.batch_ms / 1000:.1f} s · data age {age} · last load {state.loaded_rows:,} rows · "
        f"memory {sum(memory.values()) / 1000:.2f} GB · {jobs}"
    )


def line(state: State, memory: Mapping[str, float]) -> str:
    """The figures of all feeds together, for a log."""
    feeds = state.feeds.values()
    return (
        f"{sum(f.events_per_s for f in feeds):,.0f} events/s · produced {sum(f.produced for f in feeds):,} · "
        f"stored {sum(f.stored for f in feeds):,} · dead letters {sum(f.dead_letters for f in feeds):,} · "
        f"lag {sum(f.lag for f in feeds):,} · {figures(state, memory)}"
    )
