"""The CityRoute manifest, `cityroute.io/v1alpha1`, as pydantic models: the one home of its fields.

The schema of the CustomResourceDefinition is generated from these classes, hence their habits:
what may be left out has type `Maybe[...]` (no `anyOf` with null in the schema), every text and list
has a largest size, and a default stands here only where it is a constant of the API. What the site
or the corridor decides stays unset and is resolved in the plan.
"""

from typing import Annotated, Any, TypeVar

from cityroute_contracts.corridor import CORRIDORS
from cityroute_contracts.feeds import CONDITIONS, DIRECTIONS
from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints
from pydantic.alias_generators import to_camel

from .fields import Cron, Duration, Given, KubernetesName, Location, Memory, Moment, OneOf, Timestamp

T = TypeVar("T")
Maybe = Annotated[T | None, Given()]
"""What may be left out, and is None then."""

SOURCE_SIMULATED = "simulated"
SOURCE_EXTERNAL = "external"
KEEP = "Keep"
DELETE = "Delete"

Direction = Annotated[str, OneOf(DIRECTIONS)]
Condition = Annotated[str, OneOf(CONDITIONS)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=253)]


def _without_null_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        if field.get("default", ...) is None:
            del field["default"]


class Model(BaseModel):
    """What all parts of the manifest have in common."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        allow_inf_nan=False,
        extra="forbid",
        frozen=True,
        json_schema_extra=_without_null_defaults,
        strict=True,
    )


class Point(Model):
    """A place on the map, WGS 84."""

    lat: float = Field(ge=-90, le=90, description="Latitude in degrees.")
    lon: float = Field(ge=-180, le=180, description="Longitude in degrees.")


class SectionSpec(Model):
    """A stretch of road with one cross-section, in the outbound direction."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        description="What people call this stretch."
    )
    polyline: Maybe[Annotated[tuple[Point, ...], Strict(False), Field(min_length=2, max_length=200)]] = Field(
        default=None, description="Points along the road; or use from and to."
    )
    from_: Maybe[Point] = Field(default=None, alias="from", description="Where it begins, with to.")
    to: Maybe[Point] = Field(default=None, description="Where it ends, with from.")
    length_km: Maybe[float] = Field(
        default=None, ge=0.1, le=1000, description="Length by road in km; the length of the line if left out."
    )
    lanes: int = Field(ge=1, le=8, description="Lanes in each direction.")
    speed_limit_kph: float = Field(ge=10, le=140, description="Speed limit of cars in km/h.")
    daily_flow: float = Field(
        ge=0, le=500_000, description="Vehicles a day in both directions together (AADF)."
    )
    hgv_share: Share = Field(default=0.08, description="Share of heavy goods vehicles, 0 to 1.")


class CorridorSpec(Model):
    """The road: a built-in one by name, or sections of your own."""

    name: Maybe[Annotated[str, OneOf(tuple(CORRIDORS))]] = Field(
        default=None, description="A built-in corridor."
    )
    sections: Maybe[Annotated[tuple[SectionSpec, ...], Strict(False), Field(min_length=1, max_length=64)]] = (
        Field(default=None, description="Your own road, outbound, section by section.")
    )


class SourceSpec(Model):
    """Where the events come from."""

    type: Annotated[str, OneOf((SOURCE_SIMULATED, SOURCE_EXTERNAL))] = Field(
        default=SOURCE_SIMULATED,
        description="simulated: CityRoute's own devices; external: yours write to the topics themselves.",
    )


class FeedSpec(Model):
    """How a feed is simulated."""

    enabled: bool = Field(default=True, description="Whether the feed is sent.")
    replicas: int = Field(default=1, ge=1, le=64, description="Processes that share the feed's devices.")


class TimedFeedSpec(FeedSpec):
    """How a feed that sends at intervals is simulated."""

    interval_seconds: Maybe[float] = Field(
        default=None, ge=0.1, le=3600, description="Simulated seconds between two events of a device."
    )


class FeedsSpec(Model):
    """The five feeds; every one has defaults of its own."""

    vehicle: TimedFeedSpec = Field(
        default_factory=TimedFeedSpec, description="Vehicles' own data, every 5 s."
    )
    gps: TimedFeedSpec = Field(
        default_factory=TimedFeedSpec, description="The vehicles' trackers, every second."
    )
    traffic: TimedFeedSpec = Field(default_factory=TimedFeedSpec, description="Traffic cameras, every 30 s.")
    weather: TimedFeedSpec = Field(default_factory=TimedFeedSpec, description="Weather stations, every 60 s.")
    emergency: FeedSpec = Field(default_factory=FeedSpec, description="Incidents, sent when one changes.")


class IncidentsSpec(Model):
    """How often things go wrong."""

    rate_multiplier: float = Field(
        default=1.0, ge=0, le=1000, description="Times the usual rate of incidents; 0 for none."
    )


class FaultsSpec(Model):
    """Shares, 0 to 1, of events that misbehave on purpose."""

    late: Share = Field(default=0.0, description="Sent minutes after they happened.")
    duplicate: Share = Field(default=0.0, description="Sent twice; the second one uses no seq.")
    malformed: Share = Field(default=0.0, description="Followed by a broken record, which uses no seq.")
    dropout: Share = Field(default=0.0, description="Share of devices that fall silent for a while.")


class Happening(Model):
    """When a scripted happening begins and ends."""

    from_: Moment = Field(
        alias="from", description='Its begin: "08:10" (UTC, first one from the start), "+3m", or a timestamp.'
    )
    to: Maybe[Moment] = Field(default=None, description="Its end, in the same forms; or use for.")
    for_: Maybe[Duration] = Field(default=None, alias="for", description="How long it lasts, e.g. 40m.")


class OnRoad(Happening):
    """A happening at one place of one carriageway."""

    km: float = Field(ge=0, le=1000, description="Where, in km from the start of the corridor.")
    direction: Direction = Field(description="Carriageway.")
    lanes: int = Field(default=1, ge=1, le=8, description="Lanes that are blocked.")


class CloseLanes(OnRoad):
    """Lanes closed on purpose, as for roadworks."""


class Breakdown(OnRoad):
    """A vehicle that stops and blocks lanes."""


class WeatherChange(Happening):
    """Weather that is not left to chance."""

    condition: Condition = Field(description="The weather.")
    km: Maybe[float] = Field(default=None, ge=0, le=1000, description="From this km; everywhere if left out.")
    km_to: Maybe[float] = Field(default=None, ge=0, le=1000, description="Up to this km.")


class DemandChange(Happening):
    """More or fewer vehicles than usual."""

    factor: float = Field(ge=0, le=10, description="Times the usual demand.")


class EventSpec(Model):
    """A scripted happening: exactly one of the kinds."""

    close_lanes: Maybe[CloseLanes] = Field(default=None, description="Lanes closed at a place.")
    breakdown: Maybe[Breakdown] = Field(default=None, description="A vehicle that stops at a place.")
    weather: Maybe[WeatherChange] = Field(default=None, description="Weather on the route or part of it.")
    demand: Maybe[DemandChange] = Field(default=None, description="Demand times a factor.")


class SimulationSpec(Model):
    """The simulated world: a function of these values and of time."""

    seed: int = Field(default=1, ge=0, le=2**53 - 1, description="The same seed gives the same world.")
    start_time: Maybe[Timestamp] = Field(
        default=None, description="Simulated time at the start; the time of creation if left out."
    )
    speedup: float = Field(default=1.0, ge=0.1, le=100, description="Simulated seconds per real second.")
    vehicles: int = Field(default=2000, ge=1, le=1_000_000, description="Vehicles that are tracked.")
    feeds: FeedsSpec = Field(default_factory=FeedsSpec, description="The five feeds.")
    incidents: IncidentsSpec = Field(default_factory=IncidentsSpec, description="How often things go wrong.")
    weather: Maybe[Condition] = Field(default=None, description="One weather for the whole run.")
    events: Annotated[tuple[EventSpec, ...], Strict(False)] = Field(
        default=(), max_length=100, description="Scripted happenings."
    )
    faults: FaultsSpec = Field(default_factory=FaultsSpec, description="Misbehaviour on purpose.")


class KafkaSpec(Model):
    """The route's topics."""

    cluster: KubernetesName = Field(default="city", description="Name of the Strimzi Kafka cluster.")
    partitions: Maybe[int] = Field(
        default=None, ge=1, le=256, description="Partitions of each feed's topic; cannot be changed later."
    )
    replicas: Maybe[int] = Field(default=None, ge=1, le=7, description="Copies of each partition.")
    retention_hours: int = Field(
        default=24, ge=1, le=8760, description="How long Kafka keeps events, in hours."
    )
    format: Annotated[str, OneOf(("json",))] = Field(default="json", description="Form of the events.")


class DriverSpec(Model):
    """Size of a Spark driver."""

    cores: Maybe[int] = Field(default=None, ge=1, le=64, description="Cores.")
    memory: Maybe[Memory] = Field(default=None, description="Memory of the JVM, e.g. 1g.")


class ExecutorSpec(DriverSpec):
    """Size and number of a stream's Spark executors."""

    instances: Maybe[int] = Field(default=None, ge=1, le=200, description="Executors at the start.")
    max_instances: Maybe[int] = Field(
        default=None, ge=1, le=200, description="Turns dynamic allocation on, up to so many executors."
    )


class StreamsSpec(Model):
    """The Spark streams."""

    trigger: Maybe[Duration] = Field(default=None, description="Time between two batches, e.g. 10s.")
    watermark: Duration = Field(
        default="10m", description="How late, in event time, an event still counts in the analytics."
    )
    driver: DriverSpec = Field(default_factory=DriverSpec, description="Size of the drivers.")
    executor: ExecutorSpec = Field(default_factory=ExecutorSpec, description="Size of the executors.")
    maintenance_schedule: Cron = Field(
        default="17 * * * *", description="When the maintenance job runs, as cron, UTC."
    )


class LakeSpec(Model):
    """Where the lake's tables lie, if not where the site puts them."""

    location: Maybe[Location] = Field(default=None, description="Root of the tables, e.g. s3://bucket/path.")


class WarehouseSpec(Model):
    """The warehouse, if not the site's."""

    type: Maybe[Annotated[str, OneOf(("postgres", "redshift", "none"))]] = Field(
        default=None, description="Kind of warehouse; none for no warehouse."
    )
    host: Maybe[Text] = Field(default=None, description="Host name of the warehouse.")
    port: Maybe[int] = Field(default=None, ge=1, le=65535, description="Port of the warehouse.")
    database: Maybe[Annotated[str, StringConstraints(min_length=1, max_length=63)]] = Field(
        default=None, description="Database in the warehouse."
    )
    user: Maybe[Annotated[str, StringConstraints(min_length=1, max_length=63)]] = Field(
        default=None, description="User of the warehouse."
    )


class RetentionSpec(Model):
    """How long tables keep their rows."""

    events_days: int = Field(default=30, ge=1, le=3650, description="Days that events are kept.")
    analytics_days: int = Field(default=730, ge=1, le=36500, description="Days that analytics are kept.")


class CityRouteSpec(Model):
    """A route: a road, where its events come from, and what becomes of them."""

    corridor: CorridorSpec = Field(description="The road.")
    source: SourceSpec = Field(default_factory=SourceSpec, description="Where the events come from.")
    simulation: SimulationSpec = Field(default_factory=SimulationSpec, description="The simulated world.")
    kafka: KafkaSpec = Field(default_factory=KafkaSpec, description="The route's topics.")
    streams: StreamsSpec = Field(default_factory=StreamsSpec, description="The Spark streams.")
    lake: LakeSpec = Field(default_factory=LakeSpec, description="Overrides of the site's lake.")
    warehouse: WarehouseSpec = Field(
        default_factory=WarehouseSpec, description="Overrides of the site's warehouse."
    )
    retention: RetentionSpec = Field(default_factory=RetentionSpec, description="How long tables keep rows.")
    suspend: bool = Field(
        default=False, description="Pause: simulators and streams stop, topics and tables stay."
    )
    deletion_policy: Annotated[str, OneOf((KEEP, DELETE))] = Field(
        default=KEEP, description="Whether deleting the route keeps its topics and tables or deletes them."
    )
