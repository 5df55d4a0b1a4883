"""The five feeds: what each kind of device sends, field by field.

Add a feed here; topics, tables, DDL, JSON Schema and docs follow from it.
Ranges are the plausibility bounds of the ingest: a value outside becomes a dead letter.
"""

from .schema import Feed, Field, Type

EVENT_MAX_BYTES = 64 * 1024
"""A larger Kafka record is a dead letter: no event of any feed comes near it."""

PAST_TOLERANCE_S = 7 * 24 * 3600
"""An event older than this, against simulated now at its Kafka timestamp, is implausible."""

FUTURE_TOLERANCE_S = 5 * 60
"""An event further ahead than this of simulated now at its Kafka timestamp is implausible."""

DIRECTIONS = ("outbound", "inbound")
VEHICLE_CLASSES = ("car", "van", "hgv", "bus", "motorcycle")
FUEL_TYPES = ("petrol", "diesel", "hybrid", "electric")
HARSH_EVENTS = ("none", "braking", "acceleration", "cornering")
CONGESTION_LEVELS = ("free", "light", "moderate", "heavy", "severe")
CONDITIONS = ("clear", "cloudy", "fog", "drizzle", "rain", "heavy_rain", "snow")
ROAD_STATES = ("dry", "damp", "wet", "icy", "snow")
INCIDENT_TYPES = ("breakdown", "obstruction", "damage_collision", "injury_collision", "roadworks", "closure")
SEVERITIES = ("minor", "moderate", "serious", "critical")
INCIDENT_STATUSES = ("detected", "verified", "dispatched", "on_scene", "lanes_open", "cleared")
RESPONDER_TYPES = ("traffic_officer", "recovery", "police", "ambulance", "fire")
SOURCES = ("simulated", "external", "replay")


def _common(direction_nullable: bool = False) -> tuple[Field, ...]:
    return (
        Field(
            "event_id",
            Type.STRING,
            "Identity of the event: 128-bit hash of stream, device and seq, in hex.",
            max_length=64,
            optional_external=True,
        ),
        Field(
            "stream_id",
            Type.STRING,
            "Identity of the stream: hash of route, corridor, seed, start time and vehicles.",
            max_length=64,
            optional_external=True,
        ),
        Field("route", Type.STRING, "Name of the CityRoute.", max_length=24),
        Field("device_id", Type.STRING, "The device that measured; also the Kafka key.", max_length=64),
        Field(
            "seq",
            Type.LONG,
            "Number of the event within its stream and device, without gaps.",
            minimum=0,
            optional_external=True,
        ),
        Field("event_time", Type.TIMESTAMP, "When the device measured, UTC."),
        Field(
            "direction",
            Type.STRING,
            "Carriageway: outbound runs from km 0 to the corridor's end.",
            nullable=direction_nullable,
            choices=DIRECTIONS,
        ),
        Field("latitude", Type.DOUBLE, "WGS 84 latitude.", unit="deg", minimum=-90, maximum=90, decimals=6),
        Field(
            "longitude", Type.DOUBLE, "WGS 84 longitude.", unit="deg", minimum=-180, maximum=180, decimals=6
        ),
        Field("source", Type.STRING, "Who made the event.", choices=SOURCES),
    )


def _segment_id(nullable: bool = False) -> Field:
    return Field(
        "segment_id",
        Type.STRING,
        "1 km of one direction, e.g. outbound-098.",
        nullable=nullable,
        max_length=32,
    )


def _speed(nullable: bool = False, name: str = "speed_kph", doc: str = "Speed over ground.") -> Field:
    return Field(name, Type.DOUBLE, doc, nullable=nullable, unit="km/h", minimum=0, maximum=200, decimals=1)


def _heading() -> Field:
    return Field(
        "heading_deg",
        Type.DOUBLE,
        "Heading clockwise from north.",
        unit="deg",
        minimum=0,
        maximum=360,
        decimals=1,
    )


def _vehicle_class() -> Field:
    return Field("vehicle_class", Type.STRING, "Class of the vehicle.", choices=VEHICLE_CLASSES)


def _count(name: str, doc: str) -> Field:
    return Field(name, Type.INT, doc, unit="vehicles", minimum=0, maximum=100_000)


VEHICLE = Feed(
    name="vehicle",
    version=1,
    doc="Telematics of one vehicle.",
    device="one vehicle",
    default_interval_s=5,
    key=("event_id",),
    fields=(
        *_common(),
        _vehicle_class(),
        Field("make", Type.STRING, "Manufacturer.", max_length=40),
        Field("model", Type.STRING, "Model.", max_length=40),
        Field("year", Type.INT, "Year of first registration.", minimum=1950, maximum=2100),
        Field("fuel_type", Type.STRING, "Fuel.", choices=FUEL_TYPES),
        _speed(),
        Field(
            "acceleration_mps2",
            Type.DOUBLE,
            "Acceleration along the road, negative when braking.",
            unit="m/s2",
            minimum=-12,
            maximum=12,
            decimals=2,
        ),
        _heading(),
        Field(
            "odometer_km",
            Type.DOUBLE,
            "Total distance driven; never falls.",
            unit="km",
            minimum=0,
            maximum=5_000_000,
            decimals=3,
        ),
        _segment_id(),
        Field("lane", Type.INT, "Lane, 1 is the nearside.", minimum=1, maximum=24),
        Field("harsh_event", Type.STRING, "Harsh manoeuvre since the last event.", choices=HARSH_EVENTS),
    ),
)

GPS = Feed(
    name="gps",
    version=1,
    doc="Position of one vehicle's tracker, with the noise a receiver has.",
    device="the tracker of one vehicle",
    default_interval_s=1,
    key=("event_id",),
    fields=(
        *_common(),
        _speed(),
        _heading(),
        Field(
            "accuracy_m",
            Type.DOUBLE,
            "Estimated horizontal accuracy.",
            unit="m",
            minimum=0,
            maximum=1000,
            decimals=1,
        ),
        _vehicle_class(),
    ),
)

TRAFFIC = Feed(
    name="traffic",
    version=1,
    doc="Counts and speeds of one traffic camera, over its interval.",
    device="one camera per segment",
    default_interval_s=30,
    key=("event_id",),
    fields=(
        *_common(),
        _segment_id(),
        Field(
            "interval_s",
            Type.DOUBLE,
            "Length of the measuring interval.",
            unit="s",
            minimum=0.1,
            maximum=3600,
            decimals=1,
        ),
        _count("count", "Vehicles that passed in the interval."),
        Field("flow_vph", Type.DOUBLE, "Flow.", unit="vehicles/h", minimum=0, maximum=70_000, decimals=1),
        _speed(nullable=True, name="mean_speed_kph", doc="Mean speed; null when no vehicle passed."),
        Field(
            "occupancy",
            Type.DOUBLE,
            "Share of time the detector is covered.",
            minimum=0,
            maximum=1,
            decimals=4,
        ),
        Field(
            "density_vpkm",
            Type.DOUBLE,
            "Vehicles per km, all lanes.",
            unit="vehicles/km",
            minimum=0,
            maximum=4000,
            decimals=2,
        ),
        _count("car_count", "Cars that passed in the interval."),
        _count("van_count", "Vans that passed in the interval."),
        _count("hgv_count", "Heavy goods vehicles that passed in the interval."),
        _count("bus_count", "Buses and coaches that passed in the interval."),
        _count("motorcycle_count", "Motorcycles that passed in the interval."),
        Field(
            "congestion_level", Type.STRING, "Congestion as the camera grades it.", choices=CONGESTION_LEVELS
        ),
        Field("lanes_open", Type.INT, "Lanes open to traffic.", minimum=0, maximum=24),
    ),
)

WEATHER = Feed(
    name="weather",
    version=1,
    doc="Readings of one roadside weather station.",
    device="one station; ten stand along the route",
    default_interval_s=60,
    key=("event_id",),
    fields=(
        *_common(direction_nullable=True),
        Field(
            "temperature_c", Type.DOUBLE, "Air temperature.", unit="degC", minimum=-50, maximum=60, decimals=1
        ),
        Field("condition", Type.STRING, "Present weather.", choices=CONDITIONS),
        Field(
            "precipitation_mmph",
            Type.DOUBLE,
            "Precipitation intensity.",
            unit="mm/h",
            minimum=0,
            maximum=300,
            decimals=2,
        ),
        Field(
            "wind_speed_mps", Type.DOUBLE, "Mean wind speed.", unit="m/s", minimum=0, maximum=100, decimals=1
        ),
        Field(
            "wind_direction_deg",
            Type.DOUBLE,
            "Direction the wind comes from.",
            unit="deg",
            minimum=0,
            maximum=360,
            decimals=0,
        ),
        Field(
            "humidity_pct", Type.DOUBLE, "Relative humidity.", unit="%", minimum=0, maximum=100, decimals=1
        ),
        Field("visibility_m", Type.DOUBLE, "Visibility.", unit="m", minimum=0, maximum=100_000, decimals=0),
        Field(
            "pressure_hpa",
            Type.DOUBLE,
            "Air pressure at sea level.",
            unit="hPa",
            minimum=850,
            maximum=1100,
            decimals=1,
        ),
        Field(
            "air_quality_index",
            Type.INT,
            "UK daily air quality index, 1 low to 10 very high.",
            minimum=1,
            maximum=10,
        ),
        Field("road_state", Type.STRING, "State of the road surface.", choices=ROAD_STATES),
    ),
)

EMERGENCY = Feed(
    name="emergency",
    version=1,
    doc="One step in the life of an incident, from detection to clearance.",
    device="one incident",
    default_interval_s=None,
    key=("event_id",),
    fields=(
        *_common(),
        Field("incident_id", Type.STRING, "The incident; the same as the device.", max_length=64),
        Field("incident_type", Type.STRING, "Kind of incident.", choices=INCIDENT_TYPES),
        Field("severity", Type.STRING, "Severity as judged on scene.", choices=SEVERITIES),
        Field("status", Type.STRING, "Step reached in the FHWA time line.", choices=INCIDENT_STATUSES),
        Field("lanes_blocked", Type.INT, "Lanes blocked at this step.", minimum=0, maximum=24),
        _segment_id(),
        Field(
            "responder_unit",
            Type.STRING,
            "Call sign of the unit; null before dispatch.",
            nullable=True,
            max_length=40,
        ),
        Field(
            "responder_type",
            Type.STRING,
            "Kind of unit; null before dispatch.",
            nullable=True,
            choices=RESPONDER_TYPES,
        ),
        Field("casualties", Type.INT, "People hurt, as known at this step.", minimum=0, maximum=1000),
        Field("description", Type.STRING, "A sentence for people.", max_length=400),
    ),
)

FEEDS: dict[str, Feed] = {f.name: f for f in (VEHICLE, GPS, TRAFFIC, WEATHER, EMERGENCY)}
"""The feeds by name, in the order in which they are listed everywhere."""
