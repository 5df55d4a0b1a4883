"""The page in a real browser: it loads cleanly, moves, and shows what the warehouse holds."""

import re
from pathlib import Path

import pytest
from cityroute_contracts.settings import DashboardSettings
from playwright.sync_api import Browser, expect

from tests.browser.conftest import watched
from tests.browser.sight import Sight, Watched, newest_speeds
from tests.support.local_run import eventually

MANY_COLOURS = 10


def test_it_loads_without_errors_and_within_its_policy(page: Watched) -> None:
    expect(page.page.locator("#live")).to_have_attribute("data-state", "ok", timeout=30_000)
    expect(page.page.locator(".marker.station").first).to_be_visible(timeout=60_000)
    assert page.troubles == []
    assert page.violations() == []


def test_vehicles_move_between_frames(page: Watched) -> None:
    frame = page.page.evaluate("document.body.dataset.frame")
    before = page.positions()

    def moved() -> bool | None:
        after = page.positions()
        kept = before.keys() & after.keys()
        return True if sum(before[s] != after[s] for s in kept) > len(before) / 2 else None

    assert eventually("most vehicles moved", moved, 30)
    assert page.page.evaluate("document.body.dataset.frame") != frame


def test_figures_have_units_and_ages(page: Watched) -> None:
    shown = page.page.locator("#figures")
    expect(shown).to_contain_text("km/h")
    expect(shown).to_contain_text("per second")
    expect(page.page.locator("#age-gps")).to_have_text(re.compile(r"^\d+(\.\d)? (s|min)$"))
    expect(page.page.locator("#figure-vehicles")).not_to_have_text("–")


def test_speeds_are_those_of_the_warehouse(page: Watched, settings: DashboardSettings) -> None:
    page.page.get_by_role("button", name="Table").click()
    page.page.locator("#history-table td[data-segment]").first.wait_for(timeout=60_000)

    def shown() -> dict[str, float]:
        cells = page.page.eval_on_selector_all(
            "#history-table td[data-segment]", "found => found.map(c => [c.dataset.segment, c.textContent])"
        )
        return {segment: float(text) for segment, text in cells if text != "–"}

    def same() -> dict[str, float] | None:
        # The newest minute may be merged again between the two looks, hence until they agree.
        seen = shown()
        return seen if seen and seen == pytest.approx(newest_speeds(settings), abs=0.051) else None

    assert eventually("the page agrees with the warehouse", same, 90)


def test_the_heat_map_is_painted(page: Watched) -> None:
    heat = page.page.locator("#heat canvas")
    expect(heat).to_have_count(2, timeout=60_000)
    colours = """canvas => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const pixels = new Uint32Array(data.buffer);
      return new Set(pixels).size;
    }"""
    assert all(heat.nth(i).evaluate(colours) > MANY_COLOURS for i in range(2))


def test_losing_the_server_is_said_and_mends_itself(page: Watched, sight: Sight) -> None:
    live = page.page.locator("#live")
    expect(live).to_have_attribute("data-state", "ok", timeout=30_000)
    page.page.route("**/events*", lambda route: route.abort())
    page.page.reload()
    expect(live).to_contain_text("Reconnecting")
    expect(live).to_have_attribute("data-state", "down")
    page.page.unroute("**/events*")
    expect(live).to_have_attribute("data-state", "ok", timeout=30_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_both_themes(chromium: Browser, sight: Sight, scheme: str) -> None:
    phone = {"width": 390, "height": 844}
    with watched(chromium, sight, viewport=phone, color_scheme=scheme) as seen:
        widths = seen.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1]
        assert seen.troubles == []


def test_a_picture_is_kept(page: Watched, out: Path) -> None:
    expect(page.page.locator("#heat canvas").first).to_be_visible(timeout=60_000)
    page.page.screenshot(path=out / "page.png")
    assert (out / "page.png").stat().st_size > 20_000
