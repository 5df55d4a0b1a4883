"""A running route, and a real Chromium that looks at its page.

By default a route is started for these tests. CITYROUTE_TEST_DATA names the data folder of a run that
goes on already, to spare the wait while working on the page.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cityroute_contracts.settings import DashboardSettings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.sight import CHROMIUM_FLAGS, Sight, Watched
from tests.support.local_run import ROOT, LocalRun, local_run

OUT = ROOT / "tests" / "out"
VEHICLES = "400"


@pytest.fixture(scope="session")
def sight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    """Where the page is, and where its data lies."""
    if given := os.environ.get("CITYROUTE_TEST_DATA"):
        yield Sight.of(Path(given))
        return
    data = tmp_path_factory.mktemp("browser") / "data"
    with local_run(ROOT / "examples" / "london-birmingham.yaml", data, "--vehicles", VEHICLES) as run:
        yield _ready(run)


def _ready(run: LocalRun) -> Sight:
    run.is_up(120)
    run.reaches("first_warehouse_row", 240)
    return Sight.of(run.data)


@pytest.fixture(scope="session")
def settings(sight: Sight) -> DashboardSettings:
    """What that run's dashboard was given."""
    return sight.settings


# Not for the whole session: Playwright's loop would be in the way of other tests' loops.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; software-rendered WebGL."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@contextmanager
def watched(chromium: Browser, sight: Sight, **context: object) -> Iterator[Watched]:
    """The page in a fresh browser context; all that goes wrong in it is written down."""
    opened = chromium.new_context(**context)  # type: ignore[arg-type]
    page: Page = opened.new_page()
    try:
        yield Watched.load(page, sight.url)
    finally:
        opened.close()


@pytest.fixture
def page(chromium: Browser, sight: Sight) -> Iterator[Watched]:
    """The page on a desktop."""
    with watched(chromium, sight, viewport={"width": 1280, "height": 720}) as seen:
        yield seen


@pytest.fixture(scope="session")
def out() -> Path:
    """Where pictures are kept for people."""
    OUT.mkdir(parents=True, exist_ok=True)
    return OUT
