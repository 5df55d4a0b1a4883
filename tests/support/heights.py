"""Runs the test heights and says at the end what ran, what was skipped and why.

    python -m tests.support.heights [HEIGHT ...]

Without names, all heights. With CI=true a skip is a failure.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cityroute_cli.java import Java, find_java
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NO_TESTS_COLLECTED = 5

Need = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Height:
    """One height: its commands, and what of the machine it needs (a need returns why it is not met).

    `empty` says why a height has no tests so far.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    needs: tuple[Need, ...] = field(default=())
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a height went: `passed`, `failed`, `skipped` or `empty`, and why."""

    name: str
    outcome: str
    seconds: float = 0.0
    why: str = ""


def needs_java() -> str | None:
    found = find_java()
    return None if isinstance(found, Java) else found.message


def needs_chromium() -> str | None:
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return None
    return "no Chromium on PATH (apt-get install chromium)"


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def _pytest(*arguments: str) -> tuple[str, ...]:
    return _tool("pytest", "-q", *arguments)


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


HEIGHTS = (
    Height(
        "static",
        (
            _tool("ruff", "format", "--check", "--quiet", "."),
            _tool("ruff", "check", "--quiet", "."),
            _tool("mypy"),
            _tool("lint-imports", "--verbose"),
            _python("-m", "cityroute_contracts.render", "check"),
        ),
    ),
    Height("unit", (_pytest("tests/unit", "tests/golden"),)),
    Height("chart", (), empty="there are no charts yet"),
    Height("spark", (_pytest("tests/spark"),), (needs_java,)),
    Height("scenario", (_pytest("tests/scenarios"),), (needs_java,)),
    Height("cluster", (), empty="nothing runs in a cluster yet"),
    Height("browser", (_pytest("tests/browser"),), (needs_java, needs_chromium)),
)


def run(height: Height) -> Result:
    """Run a height's commands until one fails."""
    if height.empty:
        return Result(height.name, "empty", why=height.empty)
    unmet = [why for need in height.needs if (why := need())]
    if unmet:
        return Result(height.name, "skipped", why="; ".join(unmet))
    started = time.monotonic()
    for command in height.commands:
        print(f"── {height.name}: {' '.join((Path(command[0]).name, *command[1:]))}", flush=True)
        code = subprocess.run(command, cwd=ROOT).returncode
        if code:
            why = (
                "no test was collected"
                if code == NO_TESTS_COLLECTED
                else f"{Path(command[0]).name} exited {code}"
            )
            return Result(height.name, "failed", time.monotonic() - started, why)
    return Result(height.name, "passed", time.monotonic() - started)


def is_failure(result: Result, ci: bool) -> bool:
    """Whether the result fails the whole: a failure always, a skip in CI."""
    return result.outcome == "failed" or (ci and result.outcome == "skipped")


def show(results: Sequence[Result]) -> None:
    """Print the closing table."""
    table = Table("height", "outcome", "seconds", "why", title="Tests by height", title_justify="left")
    colours = {"passed": "green", "failed": "red", "skipped": "yellow", "empty": "dim"}
    for r in results:
        table.add_row(r.name, f"[{colours[r.outcome]}]{r.outcome}[/]", f"{r.seconds:.0f}", r.why)
    Console(width=100 if not sys.stdout.isatty() else None).print(table)


def main(names: Sequence[str]) -> int:
    unknown = set(names) - {h.name for h in HEIGHTS}
    if unknown:
        print(f"no height is called {', '.join(sorted(unknown))}")
        print(f"  Hint: choose from {', '.join(h.name for h in HEIGHTS)}.")
        return 2
    results = [run(h) for h in HEIGHTS if not names or h.name in names]
    show(results)
    ci = os.environ.get("CI") == "true"
    return 1 if any(is_failure(r, ci) for r in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
