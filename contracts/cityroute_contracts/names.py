"""Every name that two parts must agree on, computed in one place."""

from .feeds import FEEDS

GROUP = "cityroute.io"
VERSION = "v1alpha1"
KIND = "CityRoute"

ROUTE_PATTERN = r"^[a-z]([-a-z0-9]{0,22}[a-z0-9])?$"
"""Route names: short enough that every derived name fits uncut."""

STREAMS = ("ingest", "analytics")
STREAM_FEEDS = {"ingest": tuple(FEEDS), "analytics": ("vehicle", "traffic")}
"""The feeds that each stream reads from Kafka."""

TRUTH = "truth"
TOPIC_PREFIX = "city."

WAREHOUSE_SCHEMA = "cityroute"
CATALOG = "city"

SIMULATION_FILE = "simulation.json"
STREAMS_FILE = "streams.json"
DASHBOARD_FILE = "dashboard.json"

SERVICE_ACCOUNT_SIMULATORS = "cityroute-simulators"
SERVICE_ACCOUNT_STREAMS = "cityroute-streams"

MAINT = "maint"
"""The maintenance job, beside the streams."""

ROLE_SIMULATORS = "simulators"
ROLE_STREAMS = "streams"
ROLE_DEVICES = "devices"

ORDINAL_ENV = "CITYROUTE_ORDINAL"


def topic(route: str, feed: str) -> str:
    """Kafka topic of a feed, e.g. `city.london-birmingham.gps.v1`."""
    version = FEEDS[feed].version if feed in FEEDS else 1
    return f"{TOPIC_PREFIX}{route}.{feed}.v{version}"


def topics(route: str) -> dict[str, str]:
    """Topic by feed, for the five feeds."""
    return {feed: topic(route, feed) for feed in FEEDS}


def config_map(route: str) -> str:
    """ConfigMap with the files that the route's pods read."""
    return f"{route}-config"


def simulator(route: str, feed: str) -> str:
    """StatefulSet of a feed's simulators."""
    return f"{route}-sim-{feed}"


def simulators_service(route: str) -> str:
    """Headless Service of all simulators of the route, which their StatefulSets need."""
    return f"{route}-sim"


def stream(route: str, job: str) -> str:
    """SparkApplication of a stream (`ingest`, `analytics`) or `maint`."""
    return f"{route}-{job}"


def user(route: str, role: str) -> str:
    """KafkaUser of a role: `simulators`, `streams` or `devices` (external sources)."""
    return f"{route}-{role}"


def lake_database(route: str) -> str:
    """Iceberg and Glue database of the route; those names take no hyphen."""
    return f"cityroute_{route.replace('-', '_')}"


def lake_table(route: str, table: str) -> str:
    """Full name of a lake table in Spark SQL."""
    return f"{CATALOG}.{lake_database(route)}.{table}"


def distinct_view(events_table: str) -> str:
    """View of an event table without re-sends."""
    return f"{events_table}_distinct"


def checkpoint(route: str, job: str) -> str:
    """Folder of a query's checkpoint under the site's checkpoint root. Never keyed by image or generation."""
    return f"{route}/{job}"
