"""`cityroute doctor`: what this machine lacks for a run, one line each."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from cityroute_contracts.problems import Problem

from .host.folder import MIN_FREE_BYTES
from .host.machine import Tools, find_tools
from .host.ports import is_free
from .java import Java, find_java

MIN_MEMORY_BYTES = 6 * 1024**3
_PORTS = {8080: "the page", 9092: "Kafka", 5432: "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A `hint` with `ok` is advice, without it what to mend."""

    what: str
    ok: bool
    found: str
    hint: str = ""


def examine(data: Path) -> list[Finding]:
    """Look at everything a run needs."""
    return [
        _java(),
        *_installed(),
        _disk(data),
        _memory(),
        *(_port(port, use) for port, use in _PORTS.items()),
        _root(),
    ]


def _java() -> Finding:
    java = find_java()
    if isinstance(java, Java):
        return Finding("Java", True, f"{java.major} at {java.executable}")
    return Finding("Java", False, java.message, java.hint)


def _installed() -> list[Finding]:
    tools = find_tools()
    if isinstance(tools, Tools):
        return [Finding("installed parts", True, "packages, jars and page are there")]
    return [_from_problem(p) for p in tools if p.reason == "NotInstalled"]


def _from_problem(problem: Problem) -> Finding:
    return Finding("installed parts", False, problem.message, problem.hint)


def _disk(data: Path) -> Finding:
    existing = next(p for p in (data.absolute(), *data.absolute().parents) if p.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1024**3:.0f} GiB free at {existing}"
    return Finding(
        "disk",
        free >= MIN_FREE_BYTES,
        found,
        "" if free >= MIN_FREE_BYTES else "Free some space or use --data.",
    )


def _memory() -> Finding:
    import psutil

    available = psutil.virtual_memory().available
    enough = available >= MIN_MEMORY_BYTES
    hint = "" if enough else "Close other programs, or run fewer vehicles with --vehicles 500."
    return Finding("memory", enough, f"{available / 1024**3:.1f} GiB available; a run takes about 4", hint)


def _port(port: int, use: str) -> Finding:
    free = is_free(port)
    return Finding(
        f"port {port}",
        True,
        "free" if free else "taken",
        "" if free else f"Another port is chosen for {use}.",
    )


def _root() -> Finding:
    if os.geteuid() != 0:
        return Finding("user", True, "not root")
    if shutil.which("setpriv"):
        return Finding("user", True, "root; PostgreSQL runs as nobody")
    return Finding(
        "user", False, "root, and setpriv is missing", "Run as an ordinary user, or install util-linux."
    )
