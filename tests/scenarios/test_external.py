"""Anyone's producer can feed a route: here a plain Kafka client that shares no code of ours."""

import json
import time
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from tests.support.local_run import local_run

ROUTE = "devices"
GOOD, BAD = 300, 4


def reading(number: int, **changes: Any) -> bytes:
    """A gps event as a device of somebody else writes it: no event_id, no seq, no stream."""
    return json.dumps(
        {
            "route": ROUTE,
            "device_id": f"bus-{number % 7}",
            "event_time": time.time_ns() // 1_000_000,
            "direction": "outbound",
            "latitude": 51.6,
            "longitude": -0.7,
            "source": "external",
            "speed_kph": 50 + number % 40,
            "heading_deg": 310,
            "accuracy_m": 4.2,
            "vehicle_class": "bus",
            **changes,
        }
    ).encode()


def hostile() -> list[bytes]:
    """Malformed, wrong-typed, implausible, oversized."""
    return [
        b'{"route": "devices", "device_id": ',
        reading(1, speed_kph="fast"),
        reading(2, event_time=946_684_800_000),
        reading(3, device_id="x" * 200_000),
    ]


def test_events_of_other_producers_are_stored_or_dead_letters(external: Path, tmp_path: Path) -> None:
    with local_run(external, tmp_path / "data") as run:
        producer = Producer({"bootstrap.servers": run.is_up()["kafka"], "message.max.bytes": 1_000_000})
        for number, value in enumerate([*(reading(n) for n in range(GOOD)), *hostile()]):
            producer.produce(f"city.{ROUTE}.gps.v1", key=f"bus-{number % 7}", value=value)
        assert producer.flush(30) == 0
        run.reaches("first_row")
        ended = run.end()
    assert ended.code == 0, ended.told
    assert ended.account["feeds"]["gps"] == {
        "produced": GOOD + BAD,
        "stored": GOOD,
        "dead_letters": BAD,
        "duplicates": 0,
        "gaps": 0,
    }
