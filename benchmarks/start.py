"""How fast `make run` comes alive (P14) and what memory it takes (P15).

    make bench-start

Every run starts from an empty data folder with everything installed. Times count from the start of
the command: the first event in Kafka, the first row in the lake, the first picture (a headless
Chromium shows moving vehicles). Memory is the highest sum over all processes of the run.
"""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, async_playwright

from benchmarks.report import last_line, measure
from tests.browser.sight import CHROMIUM_FLAGS

ROOT = Path(__file__).parents[1]
CITYROUTE = Path(sys.executable).parent / "cityroute"
ROUTE = ROOT / "examples" / "london-birmingham.yaml"
DEADLINE_S = 120.0
TARGETS = {"P14a": 15.0, "P14b": 40.0, "P14c": 45.0, "P15": 4.0}


@dataclass(frozen=True, slots=True)
class Started:
    """One run: seconds from the start of the command, and peak memory in GB."""

    first_event_s: float
    first_row_s: float
    first_picture_s: float
    memory_gb: float


async def one_run(browser: Browser, stay_s: float) -> Started:
    """Start a run, watch it come alive, let it run for `stay_s` seconds in all, end it."""
    with tempfile.TemporaryDirectory(prefix="cityroute-bench-") as folder:
        data = Path(folder) / "data"
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(str(CITYROUTE), "run", str(ROUTE), "--data", str(data), "--json", "--port", "0"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            event, row, picture = await asyncio.gather(
                _milestone(data, "first_event", began),
                _milestone(data, "first_row", began),
                _picture(browser, data, began),
            )
            await asyncio.sleep(max(0.0, began + stay_s - time.monotonic()))
        finally:
            process.send_signal(signal.SIGINT)
            out, _ = await process.communicate()
        account = json.loads(out.decode().strip().splitlines()[-1])
        if not account["ok"]:
            raise SystemExit(f"the run did not count right: {json.dumps(account['feeds'])}")
        return Started(event, row, picture, sum(account["memory_mb"].values()) / 1000)


def _facts(data: Path) -> dict[str, Any]:
    path = data / "run.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


async def _milestone(data: Path, name: str, began: float) -> float:
    """Seconds until the run file names the milestone."""
    while name not in _facts(data).get("milestones_s", {}):
        _in_time(began, name)
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def _picture(browser: Browser, data: Path, began: float) -> float:
    """Seconds until a page shows vehicles that have moved."""
    while _facts(data).get("stage") != "running":
        _in_time(began, "the page's address")
        await asyncio.sleep(0.1)
    url = _facts(data)["url"]
    await _serving(url, began)
    page = await browser.new_page(viewport={"width": 1280, "height": 720})
    try:
        await page.goto(url, wait_until="commit")
        while not await page.evaluate("window.cityroute ? window.cityroute.vehicles().length : 0"):
            _in_time(began, "a vehicle on the page")
            await asyncio.sleep(0.1)
        return time.monotonic() - began
    finally:
        await page.close()


async def _serving(url: str, began: float) -> None:
    """Wait until the page's server takes connections."""
    address = urlsplit(url)
    while True:
        try:
            _, writer = await asyncio.open_connection(address.hostname, address.port)
        except OSError:
            _in_time(began, "the page")
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return


def _in_time(began: float, what: str) -> None:
    if time.monotonic() - began > DEADLINE_S:
        raise SystemExit(f"{what} was not there after {DEADLINE_S:.0f} s")


async def bench(runs: int, stay_s: float) -> list[Started]:
    executable = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    if executable is None:
        raise SystemExit("no Chromium on PATH\n  Hint: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))
        results = []
        for number in range(1, runs + 1):
            result = await one_run(browser, stay_s)
            print(f"run {number} of {runs}: {result}", flush=True)
            results.append(result)
        await browser.close()
    return results


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="runs to take the median of")
    parser.add_argument(
        "--stay", type=float, default=60.0, help="seconds that each run lasts, for its memory"
    )
    options = parser.parse_args(arguments)
    results = asyncio.run(bench(options.runs, options.stay))
    measures = [
        measure("P14a", [r.first_event_s for r in results], "s to the first event"),
        measure("P14b", [r.first_row_s for r in results], "s to the first row"),
        measure("P14c", [r.first_picture_s for r in results], "s to the first picture"),
        measure("P15", [r.memory_gb for r in results], "GB resident"),
    ]
    for m in measures:
        verdict = "met" if m.value <= TARGETS[m.id] else "missed"
        print(f"{m.id}: {m.value} {m.unit} ({m.min}-{m.max}), target {TARGETS[m.id]}: {verdict}")
    print(last_line("start", measures, "pyspark", "confluent-kafka", "numpy"))


if __name__ == "__main__":
    main()
