"""Take the README's picture: `python -m tests.browser.screenshot URL [FILE] [--dark]`."""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.sight import CHROMIUM_FLAGS, Watched
from tests.support.local_run import ROOT

PICTURE = ROOT / "docs" / "images" / "page.png"


def main() -> int:
    """Wait until vehicles and the heat map are there, then write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the page is served, e.g. http://localhost:8080")
    parser.add_argument("file", nargs="?", type=Path, default=PICTURE)
    parser.add_argument("--dark", action="store_true", help="take it in the dark theme")
    options = parser.parse_args()
    options.file.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=True, args=list(CHROMIUM_FLAGS)
        )
        page = browser.new_page(
            viewport={"width": 1440, "height": 810}, color_scheme="dark" if options.dark else "light"
        )
        seen = Watched.load(page, options.url)
        page.locator("#heat canvas").first.wait_for(timeout=60_000)
        page.locator(".marker.station").first.wait_for(timeout=60_000)
        # The last paint of the segments comes a moment after the first frames.
        page.wait_for_timeout(4_000)
        page.screenshot(path=options.file)
        browser.close()
    print(f"{options.file}, {options.file.stat().st_size // 1000} KB; troubles: {seen.troubles or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
