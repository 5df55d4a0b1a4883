"""What the browser tests look at: the run's addresses, and a page that is watched for trouble."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from cityroute_contracts.names import DASHBOARD_FILE
from cityroute_contracts.settings import DashboardSettings
from confluent_kafka import Consumer, Producer, TopicPartition
from playwright.sync_api import ConsoleMessage, Page

from tests.support.local_run import eventually

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)

# Runs before the page's own scripts; the browser tells of whatever the policy forbade.
_VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation',
  (e) => window.violations.push(`${e.effectiveDirective} ${e.blockedURI}`));
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """The page's address and what its dashboard was given."""

    url: str
    settings: DashboardSettings

    @classmethod
    def of(cls, data: Path) -> "Sight":
        """From a run's data folder."""
        url = json.loads((data / "run.json").read_text())["url"]
        return cls(url, DashboardSettings.from_json((data / "config" / DASHBOARD_FILE).read_bytes()))


@dataclass
class Watched:
    """A loaded page; `troubles` holds console errors and uncaught exceptions."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, page: Page, url: str) -> "Watched":
        """Go there and wait until vehicles are on the map."""
        seen = cls(page)
        page.on("console", seen._on_console)
        page.on("pageerror", lambda error: seen.troubles.append(str(error)))
        page.add_init_script(_VIOLATIONS)
        page.goto(url)
        page.locator("body[data-frame]").wait_for(state="attached", timeout=60_000)
        # Playwright's own wait_for_function would evaluate a text in the page, which its policy forbids.
        eventually("vehicles on the map", lambda: seen.positions() or None)
        return seen

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(message.text)

    def violations(self) -> list[str]:
        """What the content security policy forbade."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def positions(self) -> dict[int, tuple[float, float]]:
        """Longitude and latitude of every vehicle as it is drawn now, by slot."""
        shown = self.page.evaluate("window.cityroute.vehicles()")
        return {v["slot"]: (v["longitude"], v["latitude"]) for v in shown}


def newest_speeds(settings: DashboardSettings) -> dict[str, float]:
    """Mean speed of each segment in its newest minute of the last hour of data, asked directly."""
    warehouse, route = settings.warehouse, settings.routes[0].name
    password = Path(warehouse.password_file or "").read_text().strip()
    with psycopg.connect(
        host=warehouse.host,
        port=warehouse.port,
        dbname=warehouse.database,
        user=warehouse.user,
        password=password,
    ) as connection:
        rows = connection.execute(
            "SELECT DISTINCT ON (segment_id) segment_id, mean_speed_kph FROM cityroute.segment_minute"
            " WHERE route = %s AND mean_speed_kph IS NOT NULL AND minute >"
            " (SELECT max(minute) FROM cityroute.segment_minute WHERE route = %s) - interval '60 minutes'"
            " ORDER BY segment_id, minute DESC",
            (route, route),
        ).fetchall()
    return {segment: round(speed, 1) for segment, speed in rows}


def a_recent_event(settings: DashboardSettings, feed: str) -> dict[str, Any]:
    """The last event of a feed's first partition, read with a plain Kafka client."""
    client = {"bootstrap.servers": settings.kafka.bootstrap_servers, "group.id": "browser-test"}
    consumer = Consumer({**client, "enable.auto.commit": False})
    try:
        place = TopicPartition(settings.routes[0].topics[feed], 0)
        _, end = consumer.get_watermark_offsets(place, timeout=10)
        consumer.assign([TopicPartition(place.topic, 0, end - 1)])
        message = consumer.poll(20)
        assert message is not None and message.error() is None
        event: dict[str, Any] = json.loads(message.value() or b"")
        return event
    finally:
        consumer.close()


def send(settings: DashboardSettings, feed: str, event: dict[str, Any]) -> None:
    """Write one event to a feed's topic, and wait until Kafka has it."""
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
    producer.produce(settings.routes[0].topics[feed], json.dumps(event), key=event["device_id"])
    assert producer.flush(20) == 0
