"""The reducer of the live path: Kafka records in, the latest state of a route out. No I/O, no clock.

Records that are no good events are counted and left out; the ingest is what keeps them.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cityroute_contracts.clock import clock_at
from cityroute_contracts.codec import check, decode
from cityroute_contracts.feeds import FEEDS, FUTURE_TOLERANCE_S
from cityroute_contracts.settings import DashboardRoute

from .fleet import Fix, Fleet
from .incidents import Incidents

SILENT_MS = 20_000
"""A vehicle not heard of for this long leaves the map."""

RATE_WINDOW_MS = 5_000
FRESH_MS = 30_000
"""A record older than this on arrival is history read at start and counts for no rate."""

MAX_STATIONS = 500

_CAMERA_FIELDS = (
    "segment_id", "event_time", "mean_speed_kph", "flow_vph", "density_vpkm", "occupancy",
    "count", "hgv_count", "congestion_level", "lanes_open",
)  # fmt: skip
_STATION_FIELDS = (
    "device_id", "event_time", "latitude", "longitude", "condition", "temperature_c", "precipitation_mmph",
    "wind_speed_mps", "wind_direction_deg", "humidity_pct", "visibility_m", "pressure_hpa",
    "air_quality_index", "road_state",
)  # fmt: skip
_INCIDENT_FIELDS = (
    "incident_id", "event_time", "incident_type", "severity", "status", "lanes_blocked", "segment_id",
    "direction", "latitude", "longitude", "responder_unit", "responder_type", "casualties", "description",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record of one of the route's feeds. `kafka_ms` is its timestamp, epoch ms."""

    feed: str
    partition: int
    offset: int
    kafka_ms: int
    key: bytes | None
    value: bytes | None


class RouteState:
    """What the map of one route shows now. Not thread-safe: its owner holds a lock."""

    def __init__(self, route: DashboardRoute) -> None:
        self.route = route
        self.fleet = Fleet()
        self.incidents = Incidents()
        self.cameras: dict[str, Mapping[str, Any]] = {}
        self.stations: dict[str, Mapping[str, Any]] = {}
        self.changed_cameras: set[str] = set()
        self.changed_stations: set[str] = set()
        self.malformed = dict.fromkeys(FEEDS, 0)
        self.newest_ms: dict[str, int] = {}
        self.stories = 0
        """How often another simulated stream has begun under this route's name."""
        self.position_feed = "gps" if "gps" in route.topics else "vehicle"
        self._stream: tuple[str, int] | None = None
        self._segments = {s.id for s in route.corridor.segments}
        self._arrivals: dict[str, deque[tuple[int, int]]] = {feed: deque() for feed in FEEDS}

    def apply(self, records: Sequence[Record], wall_ms: int) -> None:
        """Take records in the order in which they were read; `wall_ms` is now."""
        self._count(records, wall_ms)
        positions = [r for r in records if r.feed == self.position_feed]
        self._apply_newest_of_each_device(positions, wall_ms)
        for record in records:
            if record.feed in ("traffic", "weather", "emergency"):
                self._apply_one(record)

    def expire(self, wall_ms: int) -> None:
        """Take vehicles off the map that have gone silent."""
        self.fleet.expire(wall_ms - SILENT_MS)

    def sim_ms(self, wall_ms: int) -> int:
        """Simulated time at that wall time; the wall clock itself for external sources."""
        return clock_at(self.route.clocks, wall_ms).sim_at(wall_ms) if self.route.clocks else wall_ms

    def speedup(self, wall_ms: int) -> float:
        """Simulated seconds per second."""
        return clock_at(self.route.clocks, wall_ms).speedup if self.route.clocks else 1.0

    def rates(self, wall_ms: int) -> dict[str, float]:
        """Events per second of each feed that the route has, over the last seconds."""
        return {feed: self._rate(feed, wall_ms) for feed in FEEDS if feed in self.route.topics}

    def clear_changes(self) -> None:
        """Forget what the last frame told."""
        self.fleet.clear_changes()
        self.changed_cameras.clear()
        self.changed_stations.clear()

    def _count(self, records: Iterable[Record], wall_ms: int) -> None:
        fresh: dict[str, int] = {}
        for record in records:
            self.newest_ms[record.feed] = max(record.kafka_ms, self.newest_ms.get(record.feed, 0))
            if wall_ms - record.kafka_ms <= FRESH_MS:
                fresh[record.feed] = fresh.get(record.feed, 0) + 1
        for feed, count in fresh.items():
            self._arrivals[feed].append((wall_ms, count))

    def _rate(self, feed: str, wall_ms: int) -> float:
        arrivals = self._arrivals[feed]
        while arrivals and arrivals[0][0] <= wall_ms - RATE_WINDOW_MS:
            arrivals.popleft()
        return round(sum(count for _, count in arrivals) * 1000 / RATE_WINDOW_MS, 1)

    def _apply_newest_of_each_device(self, records: Sequence[Record], wall_ms: int) -> None:
        # Only the last good record of a device shows; decoding no more keeps a backlog cheap.
        done: set[bytes] = set()
        for record in reversed(records):
            if record.key in done:
                continue
            row = self._decoded(record)
            if row is not None:
                done.add(record.key or b"")
                self.fleet.put(_fix(row, wall_ms))

    def _apply_one(self, record: Record) -> None:
        row = self._decoded(record)
        if row is None:
            return
        if record.feed == "traffic":
            self._put_camera(row)
        elif record.feed == "weather":
            self._put_station(row)
        else:
            self.incidents.put(record.partition, record.offset, _picked(row, _INCIDENT_FIELDS))

    def _put_camera(self, row: Mapping[str, Any]) -> None:
        segment = row["segment_id"]
        if segment not in self._segments:
            self.malformed["traffic"] += 1
        elif _newer(row, self.cameras.get(segment)):
            self.cameras[segment] = _picked(row, _CAMERA_FIELDS)
            self.changed_cameras.add(segment)

    def _put_station(self, row: Mapping[str, Any]) -> None:
        station = row["device_id"]
        if station not in self.stations and len(self.stations) >= MAX_STATIONS:
            return
        if _newer(row, self.stations.get(station)):
            self.stations[station] = _picked(row, _STATION_FIELDS)
            self.changed_stations.add(station)

    def _decoded(self, record: Record) -> dict[str, Any] | None:
        feed = FEEDS[record.feed]
        external = self.route.source_type == "external"
        if record.value is None or check(feed, record.value, external=external):
            self.malformed[record.feed] += 1
            return None
        row = decode(feed, record.value)
        # A time far ahead would hide all that follows; the ingest refuses it by the same rule.
        latest_ms = self.sim_ms(record.kafka_ms) + FUTURE_TOLERANCE_S * 1000
        if row["route"] != self.route.name or row["event_time"] > latest_ms:
            self.malformed[record.feed] += 1
            return None
        return row if external or self._is_of_the_present_stream(row["stream_id"], record.kafka_ms) else None

    def _is_of_the_present_stream(self, stream: str, kafka_ms: int) -> bool:
        # After a change of seed or start the topics still hold the stream before, whose times may lie
        # ahead of the new one's; what it told is void.
        present, newest_ms = self._stream or (stream, kafka_ms)
        if stream != present:
            if kafka_ms <= newest_ms:
                return False
            self._begin_another_story()
        self._stream = (stream, max(kafka_ms, newest_ms))
        return True

    def _begin_another_story(self) -> None:
        self.stories += 1
        self.fleet = Fleet()
        self.cameras.clear()
        self.stations.clear()
        self.incidents.latest.clear()
        self.clear_changes()


def _newer(row: Mapping[str, Any], known: Mapping[str, Any] | None) -> bool:
    return known is None or bool(row["event_time"] > known["event_time"])


def _picked(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _fix(row: Mapping[str, Any], wall_ms: int) -> Fix:
    return Fix(
        device_id=row["device_id"],
        event_ms=row["event_time"],
        wall_ms=wall_ms,
        latitude=row["latitude"],
        longitude=row["longitude"],
        speed_kph=row["speed_kph"],
        heading_deg=row["heading_deg"],
        vehicle_class=row["vehicle_class"],
        direction=row["direction"],
    )
