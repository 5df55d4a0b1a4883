"""What every benchmark prints last: one line of JSON with hardware, versions and measures."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from statistics import median
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: the median of several runs with its range, and a peer's where one ran beside it."""

    id: str
    value: float
    min: float
    max: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None


def measure(name: str, values: Sequence[float], unit: str) -> Measure:
    """The median and range of the runs."""
    return Measure(name, round(median(values), 2), round(min(values), 2), round(max(values), 2), unit)


def hardware() -> dict[str, Any]:
    return {
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions(*packages: str) -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def last_line(bench: str, measures: Sequence[Measure], *packages: str) -> str:
    """The line that other programs read."""
    value = {
        "bench": bench,
        "hardware": hardware(),
        "versions": versions(*packages),
        "measures": [asdict(m) for m in measures],
    }
    return json.dumps(value)
