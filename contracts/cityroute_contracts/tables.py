"""The tables of the lake and of the warehouse, each written once."""

from dataclasses import replace

from .feeds import DIRECTIONS, FEEDS, INCIDENT_TYPES, SEVERITIES
from .schema import Feed, Field, Table, Type

LEVELS_OF_SERVICE = ("A", "B", "C", "D", "E", "F")

KAFKA_FIELDS = (
    Field("kafka_topic", Type.STRING, "Topic the record came from.", max_length=249),
    Field("kafka_partition", Type.INT, "Partition the record came from.", minimum=0),
    Field(
        "kafka_offset", Type.LONG, "Offset of the record; with topic and partition its identity.", minimum=0
    ),
    Field("kafka_time", Type.TIMESTAMP, "Kafka's timestamp of the record, UTC."),
)


def events_table(feed: Feed) -> Table:
    """The table of a feed: its fields and where in Kafka each row came from.

    `seq` and `stream_id` are nullable: producers outside the simulators may leave them out.
    `event_id` never is: for those it becomes topic-partition-offset.
    """
    fields = tuple(
        replace(f, nullable=True, optional_external=False)
        if f.name in ("seq", "stream_id")
        else replace(f, max_length=300)
        if f.name == "event_id"
        else f
        for f in feed.fields
    )
    return Table(
        name=f"events_{feed.name}",
        version=feed.version,
        doc=f"Every accepted record of the {feed.name} feed, exactly once, re-sends included.",
        fields=(*fields, *KAFKA_FIELDS),
        key=("kafka_topic", "kafka_partition", "kafka_offset"),
        partition="event_time",
        written_by="ingest",
    )


EVENTS: dict[str, Table] = {name: events_table(feed) for name, feed in FEEDS.items()}

DEAD_LETTER = Table(
    name="dead_letter",
    version=1,
    doc="Every Kafka record that could not be trusted, exactly once, with its bytes and the reason.",
    fields=(
        Field("feed", Type.STRING, "Feed of the topic.", choices=tuple(FEEDS)),
        *KAFKA_FIELDS,
        Field("record_key", Type.BYTES, "Key of the record as it came.", nullable=True),
        Field(
            "record_value", Type.BYTES, "Value of the record as it came; null for a tombstone.", nullable=True
        ),
        Field("reason", Type.STRING, "Why, as one of the reasons of `codec.Reason`.", max_length=40),
        Field("detail", Type.STRING, "The field and the rule that it broke.", max_length=400),
    ),
    key=("kafka_topic", "kafka_partition", "kafka_offset"),
    partition="kafka_time",
    partition_unit="days",
    written_by="ingest",
)

_ROUTE = Field("route", Type.STRING, "Name of the CityRoute.", max_length=24)
_REVISION = Field(
    "revision",
    Type.LONG,
    "Number of the merge that last changed the row; the loader copies what is newer.",
    minimum=0,
)
_SEGMENT = Field("segment_id", Type.STRING, "1 km of one direction.", max_length=32)
_DIRECTION = Field("direction", Type.STRING, "Carriageway.", choices=DIRECTIONS)
_MINUTE = Field("minute", Type.TIMESTAMP, "Start of the minute, event time, UTC.")
_HOUR = Field("hour", Type.TIMESTAMP, "Start of the hour, event time, UTC.")


def _number(name: str, doc: str, unit: str | None = None, nullable: bool = True) -> Field:
    return Field(name, Type.DOUBLE, doc, nullable=nullable, unit=unit, minimum=0)


def _integer(name: str, doc: str, nullable: bool = False) -> Field:
    return Field(name, Type.LONG, doc, nullable=nullable, minimum=0)


def _clock(name: str, doc: str) -> Field:
    return Field(name, Type.TIMESTAMP, doc, nullable=True)


def _analytics(
    name: str, doc: str, key: tuple[str, ...], partition: str, *fields: Field, partition_unit: str = "days"
) -> Table:
    """Partitions of days, or of hours for tables of many rows: a merge rewrites those it touches."""
    return Table(
        name=name,
        version=1,
        doc=doc,
        fields=(_ROUTE, *fields, _REVISION),
        key=("route", *key),
        partition=partition,
        partition_unit=partition_unit,
        in_warehouse=True,
        written_by="analytics",
        sort=("route", partition),
    )


SEGMENT_MINUTE = _analytics(
    "segment_minute",
    "Traffic on each segment, minute by minute.",
    ("segment_id", "minute"),
    "minute",
    _SEGMENT,
    _DIRECTION,
    _MINUTE,
    _number("flow_vph", "Flow over the minute's camera intervals.", "vehicles/h"),
    _number("mean_speed_kph", "Mean speed, weighted by the vehicles counted.", "km/h"),
    _number("p85_speed_kph", "85th percentile of the speeds that vehicles reported.", "km/h"),
    _number("density_vpkm", "Mean density, all lanes.", "vehicles/km"),
    Field(
        "level_of_service",
        Type.STRING,
        "HCM level of service by density per lane.",
        nullable=True,
        choices=LEVELS_OF_SERVICE,
    ),
    _number("travel_time_s", "Time to drive the segment at the mean speed.", "s"),
    _number("free_flow_ratio", "Mean speed over free-flow speed."),
    _integer("vehicle_count", "Vehicles counted by the camera."),
    _integer("probe_count", "Speeds reported by vehicles."),
    partition_unit="hours",
)

INCIDENT = _analytics(
    "incident",
    "One row per incident, with the clocks of the FHWA time line.",
    ("incident_id",),
    "detected_at",
    Field("incident_id", Type.STRING, "The incident.", max_length=64),
    Field("incident_type", Type.STRING, "Kind of incident.", choices=INCIDENT_TYPES),
    Field("severity", Type.STRING, "Latest severity.", choices=SEVERITIES),
    _SEGMENT,
    _DIRECTION,
    Field("detected_at", Type.TIMESTAMP, "T1, first awareness."),
    _clock("verified_at", "T2, verified."),
    _clock("dispatched_at", "T3, response dispatched."),
    _clock("on_scene_at", "T4, first responder arrived."),
    _clock("lanes_open_at", "T5, all lanes open."),
    _clock("cleared_at", "T6, last responder left."),
    _number("response_min", "T4 - T2.", "min"),
    _number("roadway_clearance_min", "T5 - T1.", "min"),
    _number("clearance_min", "T6 - T1.", "min"),
    _integer("lanes_blocked", "Most lanes blocked at once."),
    _number("queue_km", "Longest queue upstream.", "km"),
)

ROUTE_MINUTE = _analytics(
    "route_minute",
    "Journey over the whole route, minute by minute and direction.",
    ("direction", "minute"),
    "minute",
    _DIRECTION,
    _MINUTE,
    _number("travel_time_s", "Sum of the segments' travel times.", "s"),
    _number("free_flow_time_s", "The same at free-flow speed.", "s"),
    _number("travel_time_index", "Travel time over free-flow time."),
    _number("delay_s_per_vehicle_mile", "Average delay.", "s/vehicle-mile"),
    _integer("segments_reporting", "Segments with a speed in this minute."),
)

SEGMENT_WEATHER = _analytics(
    "segment_weather",
    "Weather at each segment, hour by hour, from the nearest stations.",
    ("segment_id", "hour"),
    "hour",
    _SEGMENT,
    _DIRECTION,
    _HOUR,
    Field("temperature_c", Type.DOUBLE, "Mean temperature.", nullable=True, unit="degC"),
    _number("precipitation_mm", "Precipitation over the hour.", "mm"),
    _number("visibility_m", "Lowest visibility.", "m"),
    _number("air_quality_index", "Mean UK air quality index."),
    _number("mean_speed_kph", "Mean speed in that hour.", "km/h"),
)

SAFETY_HOUR = _analytics(
    "safety_hour",
    "Safety of each segment, hour by hour.",
    ("segment_id", "hour"),
    "hour",
    _SEGMENT,
    _DIRECTION,
    _HOUR,
    _integer("incidents", "Incidents that began."),
    _integer("harsh_events", "Harsh manoeuvres reported."),
    _number("vehicle_km", "Exposure.", "vehicle-km"),
    _number("speeding_share", "Share of reported speeds above the limit."),
)

RELIABILITY_HOUR = _analytics(
    "reliability_hour",
    "Reliability of the journey by direction and hour.",
    ("direction", "hour"),
    "hour",
    _DIRECTION,
    _HOUR,
    _number("mean_time_s", "Mean journey time.", "s"),
    _number("p95_time_s", "95th percentile of the journey time.", "s"),
    _number("travel_time_index", "Mean over free flow."),
    _number("planning_time_index", "95th percentile over free flow."),
    _number("buffer_index", "(95th percentile - mean) over mean."),
)

VEHICLE_MINUTE = _analytics(
    "vehicle_minute",
    "The trail of each tracked vehicle, minute by minute.",
    ("device_id", "minute"),
    "minute",
    Field("device_id", Type.STRING, "The vehicle.", max_length=64),
    _MINUTE,
    Field("segment_id", Type.STRING, "Segment at the end of the minute.", nullable=True, max_length=32),
    Field("latitude", Type.DOUBLE, "Last latitude.", unit="deg"),
    Field("longitude", Type.DOUBLE, "Last longitude.", unit="deg"),
    _number("mean_speed_kph", "Mean speed.", "km/h"),
    _number("distance_km", "Distance driven.", "km"),
    _integer("harsh_events", "Harsh manoeuvres."),
    partition_unit="hours",
)

SCORE_HOUR = _analytics(
    "score_hour",
    "The stream's own detector against the truth, hour by hour.",
    ("hour",),
    "hour",
    _HOUR,
    _integer("incidents_true", "Lane-blocking incidents that happened."),
    _integer("incidents_detected", "Of these, detected."),
    _integer("false_alarms", "Alarms without an incident."),
    _number("detection_time_s", "Mean time from start to detection.", "s"),
    _number("travel_time_error", "Mean absolute error of the travel time, as a share."),
)

ANALYTICS: dict[str, Table] = {
    t.name: t
    for t in (
        SEGMENT_MINUTE,
        INCIDENT,
        ROUTE_MINUTE,
        SEGMENT_WEATHER,
        SAFETY_HOUR,
        RELIABILITY_HOUR,
        VEHICLE_MINUTE,
        SCORE_HOUR,
    )
}

LOAD_LEDGER = Table(
    name="load_ledger",
    version=1,
    doc="What the loader has copied into the warehouse; written in the transaction of the copy.",
    fields=(
        _ROUTE,
        Field("table_name", Type.STRING, "The table that was loaded.", max_length=64),
        Field("snapshot_id", Type.LONG, "Lake snapshot that was read."),
        Field("revision", Type.LONG, "Highest revision that was copied.", minimum=0),
        _integer("rows_copied", "Rows in this load."),
        Field("loaded_at", Type.TIMESTAMP, "When the load was committed, wall clock, UTC."),
    ),
    key=("route", "table_name", "snapshot_id"),
    in_warehouse=True,
    written_by="loader",
)

LAKE_TABLES: dict[str, Table] = {
    **{t.name: t for t in EVENTS.values()},
    DEAD_LETTER.name: DEAD_LETTER,
    **ANALYTICS,
}
WAREHOUSE_TABLES: dict[str, Table] = {t.name: t for t in (*ANALYTICS.values(), LOAD_LEDGER) if t.in_warehouse}
