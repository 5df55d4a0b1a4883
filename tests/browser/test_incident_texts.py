"""An incident comes and goes on the page at once, and what its text says is only ever text."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from cityroute_contracts.settings import DashboardSettings
from playwright.sync_api import expect

from tests.browser.sight import Watched, a_recent_event, send

HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script> \'"`${window.pwned=3}'
COMMON = ("stream_id", "route", "event_time", "direction", "latitude", "longitude", "source")


@pytest.fixture
def incident(settings: DashboardSettings) -> Iterator[dict[str, Any]]:
    """An incident at the place of a vehicle, cleared at the end."""
    seen = a_recent_event(settings, "gps")
    name = f"incident-{uuid.uuid4().hex[:12]}"
    event = {field: seen[field] for field in COMMON} | {
        "event_id": uuid.uuid4().hex,
        "device_id": name,
        "seq": 0,
        "incident_id": name,
        "incident_type": "obstruction",
        "severity": "critical",
        "status": "detected",
        "lanes_blocked": 1,
        "segment_id": "outbound-010",
        "responder_unit": None,
        "responder_type": None,
        "casualties": 0,
        "description": HOSTILE,
    }
    send(settings, "emergency", event)
    yield event
    send(settings, "emergency", cleared(event))


def cleared(event: dict[str, Any]) -> dict[str, Any]:
    return event | {
        "status": "cleared",
        "seq": 1,
        "event_id": uuid.uuid4().hex,
        "event_time": event["event_time"] + 1,
    }


def test_its_marker_comes_and_goes_and_its_text_runs_no_script(
    page: Watched, settings: DashboardSettings, incident: dict[str, Any]
) -> None:
    marker = page.page.locator(f'.marker[data-incident="{incident["incident_id"]}"]')
    expect(marker).to_be_visible(timeout=10_000)
    marker.dispatch_event("click")
    details = page.page.locator(f'#details[data-incident="{incident["incident_id"]}"]')
    expect(details).to_contain_text(HOSTILE)
    assert page.page.evaluate(
        "[window.pwned, document.querySelectorAll('#details img, #details script').length]"
    ) == [
        None,
        0,
    ]
    send(settings, "emergency", cleared(incident))
    expect(marker).to_have_count(0, timeout=10_000)
    assert (page.troubles, page.violations()) == ([], [])
