"""A small road and plausible events for the dashboard's tests."""

from typing import Any

from cityroute_contracts.clock import Clock
from cityroute_contracts.codec import encode
from cityroute_contracts.corridor import Corridor, Section
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.names import topics
from cityroute_contracts.settings import DashboardRoute, DashboardSettings, KafkaSettings, WarehouseSettings
from cityroute_dashboard.live.state import Record, RouteState

NOW_MS = 1_790_000_000_000
SIM_MS = 1_768_200_000_000

ROAD = Corridor(
    name="short",
    sections=(
        Section(
            name="only",
            polyline=((51.50, -0.10), (51.52, -0.14)),
            length_km=3.0,
            lanes=2,
            speed_limit_kph=113,
            free_speed_kph=110,
            daily_flow=50_000,
            hgv_share=0.1,
        ),
    ),
)
ROUTE = DashboardRoute("demo", ROAD, "simulated", topics("demo"), (Clock(SIM_MS, NOW_MS),))
SETTINGS = DashboardSettings(KafkaSettings("127.0.0.1:1"), WarehouseSettings(), (ROUTE,))

_COMMON = {
    "event_id": "e",
    "stream_id": "s",
    "route": "demo",
    "seq": 0,
    "event_time": SIM_MS,
    "direction": "outbound",
    "latitude": 51.51,
    "longitude": -0.12,
    "source": "simulated",
}
_OWN: dict[str, dict[str, Any]] = {
    "gps": {
        "device_id": "v1",
        "speed_kph": 90.0,
        "heading_deg": 90.0,
        "accuracy_m": 4.0,
        "vehicle_class": "car",
    },
    "traffic": {
        "device_id": "cam-1",
        "segment_id": "outbound-001",
        "interval_s": 30.0,
        "count": 4,
        "flow_vph": 480.0,
        "mean_speed_kph": 88.0,
        "occupancy": 0.05,
        "density_vpkm": 5.0,
        "car_count": 4,
        "van_count": 0,
        "hgv_count": 0,
        "bus_count": 0,
        "motorcycle_count": 0,
        "congestion_level": "free",
        "lanes_open": 2,
    },
    "weather": {
        "device_id": "ws-1",
        "direction": None,
        "temperature_c": 7.5,
        "condition": "rain",
        "precipitation_mmph": 2.0,
        "wind_speed_mps": 4.0,
        "wind_direction_deg": 230.0,
        "humidity_pct": 90.0,
        "visibility_m": 4000.0,
        "pressure_hpa": 1009.0,
        "air_quality_index": 2,
        "road_state": "wet",
    },
    "emergency": {
        "device_id": "i1",
        "incident_id": "i1",
        "incident_type": "breakdown",
        "severity": "minor",
        "status": "detected",
        "lanes_blocked": 1,
        "segment_id": "outbound-001",
        "responder_unit": None,
        "responder_type": None,
        "casualties": 0,
        "description": "A car stands in lane 1.",
    },
}


def row(feed: str, **changed: Any) -> dict[str, Any]:
    """A good event of that feed, with some fields changed."""
    return {**_COMMON, **_OWN[feed], **changed}


def record(
    feed: str, offset: int = 0, *, partition: int = 0, kafka_ms: int = NOW_MS, **changed: Any
) -> Record:
    """That event as Kafka holds it."""
    event = row(feed, **changed)
    key = event["device_id"].encode()
    return Record(feed, partition, offset, kafka_ms, key, encode(FEEDS[feed], event))


def spoilt(feed: str, value: bytes | None, offset: int = 0) -> Record:
    """A record with a value that is no event."""
    return Record(feed, 0, offset, NOW_MS, b"v1", value)


def state() -> RouteState:
    """The empty state of the small road."""
    return RouteState(ROUTE)
