"""What the operator writes into a route's ConfigMap and the pods read: one file per role.

Two files, so that a change of one role restarts nothing of the other.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from .clock import Clock
from .corridor import Corridor, Section


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How to reach Kafka.

    With `security_protocol` SSL the PEM files user.crt, user.key and ca.crt lie in `secret_dir`.
    """

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    secret_dir: str | None = None


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One simulated feed. `interval_s` is simulated seconds between a device's events; None: on change."""

    topic: str
    partitions: int
    replicas: int
    interval_s: float | None


@dataclass(frozen=True, slots=True)
class FaultSettings:
    """Shares, 0 to 1, of events that misbehave on purpose."""

    late: float = 0.0
    duplicate: float = 0.0
    malformed: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class ScriptedEvent:
    """A scripted happening. `start_ms` and `end_ms` are simulated time, epoch ms.

    kind `close_lanes`: `lanes` lanes closed at `km` of `direction`.
    kind `weather`: `condition` (one of the weather feed's) everywhere, or from `km` to `km_to`.
    kind `breakdown`: a vehicle stops at `km` of `direction` and blocks `lanes` lanes.
    kind `demand`: demand times `factor`.
    """

    kind: str
    start_ms: int
    end_ms: int
    direction: str | None = None
    km: float | None = None
    km_to: float | None = None
    lanes: int | None = None
    condition: str | None = None
    factor: float | None = None


@dataclass(frozen=True, slots=True)
class SimulationSettings:
    """The world and what of it is sent: `simulation.json`."""

    route: str
    stream_id: str
    corridor: Corridor
    seed: int
    vehicles: int
    start_ms: int
    clock: Clock
    kafka: KafkaSettings
    feeds: Mapping[str, FeedSettings]
    incident_rate_multiplier: float = 1.0
    weather: str | None = None
    events: tuple[ScriptedEvent, ...] = ()
    faults: FaultSettings = field(default_factory=FaultSettings)
    format: str = "json"

    def to_json(self) -> str:
        """Canonical text: the same settings give the same bytes."""
        return _dump(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError on anything else."""
        raw = json.loads(text)
        raw["corridor"] = _corridor(raw["corridor"])
        raw["clock"] = Clock(**raw["clock"])
        raw["kafka"] = KafkaSettings(**raw["kafka"])
        raw["feeds"] = {name: FeedSettings(**f) for name, f in raw["feeds"].items()}
        raw["events"] = tuple(ScriptedEvent(**e) for e in raw["events"])
        raw["faults"] = FaultSettings(**raw["faults"])
        return cls(**_known(cls, raw))


@dataclass(frozen=True, slots=True)
class WarehouseSettings:
    """Where analytics are loaded. type `postgres`, `redshift` or `none`.

    `password_file` holds the password alone; for Redshift see the sinks' own settings in `options`.
    """

    type: str = "none"
    host: str | None = None
    port: int | None = None
    database: str | None = None
    user: str | None = None
    password_file: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LakeSettings:
    """The Iceberg catalog and where its tables lie.

    catalog `jdbc` (needs `uri`, `user`, `password_file`) or `glue`. `warehouse` is the root path of
    the tables. `options` are further properties of the catalog, as Iceberg names them.
    """

    catalog: str
    warehouse: str
    uri: str | None = None
    user: str | None = None
    password_file: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """What the Spark jobs read: `streams.json`.

    `clocks` is the route's clock history, oldest first; empty for external sources (wall clock).
    `checkpoint_root` is a Hadoop path. `progress_ports` is the port of each job's progress endpoint.
    Nothing here depends on the simulated world: another seed or number of vehicles restarts no stream.
    """

    route: str
    source_type: str
    corridor: Corridor
    kafka: KafkaSettings
    topics: Mapping[str, str]
    clocks: tuple[Clock, ...]
    trigger_s: float
    watermark_s: float
    checkpoint_root: str
    lake: LakeSettings
    warehouse: WarehouseSettings
    events_days: int
    analytics_days: int
    progress_ports: Mapping[str, int]
    progress_host: str = "0.0.0.0"
    format: str = "json"

    def to_json(self) -> str:
        """Canonical text: the same settings give the same bytes."""
        return _dump(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError on anything else."""
        raw = json.loads(text)
        raw["corridor"] = _corridor(raw["corridor"])
        raw["clocks"] = tuple(Clock(**c) for c in raw["clocks"])
        raw["kafka"] = KafkaSettings(**raw["kafka"])
        raw["lake"] = LakeSettings(**raw["lake"])
        raw["warehouse"] = WarehouseSettings(**raw["warehouse"])
        return cls(**_known(cls, raw))


@dataclass(frozen=True, slots=True)
class DashboardRoute:
    """A route as the dashboard needs it. `clocks` is empty for external sources (wall clock)."""

    name: str
    corridor: Corridor
    source_type: str
    topics: Mapping[str, str]
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class DashboardSettings:
    """What the dashboard reads: `dashboard.json`."""

    kafka: KafkaSettings
    warehouse: WarehouseSettings
    routes: tuple[DashboardRoute, ...]

    def to_json(self) -> str:
        """Canonical text: the same settings give the same bytes."""
        return _dump(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError on anything else."""
        raw = json.loads(text)
        return cls(
            kafka=KafkaSettings(**raw["kafka"]),
            warehouse=WarehouseSettings(**raw["warehouse"]),
            routes=tuple(_dashboard_route(r) for r in raw["routes"]),
        )


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def _known(cls: type, raw: dict[str, Any]) -> dict[str, Any]:
    unknown = set(raw) - {f.name for f in fields(cls)}
    if unknown:
        raise ValueError(f"{cls.__name__} knows no field {', '.join(sorted(unknown))}")
    return raw


def _dashboard_route(raw: dict[str, Any]) -> DashboardRoute:
    clocks = tuple(Clock(**c) for c in raw["clocks"])
    return DashboardRoute(**{**raw, "corridor": _corridor(raw["corridor"]), "clocks": clocks})


def _corridor(raw: dict[str, Any]) -> Corridor:
    sections = tuple(
        Section(**{**s, "polyline": tuple((lat, lon) for lat, lon in s["polyline"])}) for s in raw["sections"]
    )
    return Corridor(name=raw["name"], sections=sections)
