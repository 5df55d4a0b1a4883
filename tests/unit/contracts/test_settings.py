"""What the operator writes is what the pods read."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cityroute_contracts.clock import Clock
from cityroute_contracts.corridor import LONDON_BIRMINGHAM
from cityroute_contracts.names import topics
from cityroute_contracts.progress import Loaded, Progress
from cityroute_contracts.settings import (
    DashboardRoute,
    DashboardSettings,
    FaultSettings,
    FeedSettings,
    KafkaSettings,
    LakeSettings,
    ScriptedEvent,
    SimulationSettings,
    StreamSettings,
    WarehouseSettings,
)

KAFKA = KafkaSettings("city-kafka:9093", "SSL", "/etc/kafka-user")
CLOCKS = (Clock(1_000, 2_000, 60.0), Clock(3_000, 9_000, 1.0))
WAREHOUSE = WarehouseSettings("postgres", "127.0.0.1", 5432, "city", "loader", "/secret/pw", {"a": "b"})

SIMULATION = SimulationSettings(
    route="m6",
    stream_id="ab" * 16,
    corridor=LONDON_BIRMINGHAM,
    seed=7,
    vehicles=2000,
    start_ms=1_772_420_400_000,
    clock=CLOCKS[0],
    kafka=KAFKA,
    feeds={
        "gps": FeedSettings("city.m6.gps.v1", 3, 1, 1.0),
        "emergency": FeedSettings("city.m6.emergency.v1", 3, 1, None),
    },
    weather="rain",
    events=(ScriptedEvent("close_lanes", 1, 2, direction="outbound", km=98.0, lanes=2),),
    faults=FaultSettings(late=0.1),
)
STREAMS = StreamSettings(
    route="m6",
    source_type="simulated",
    corridor=LONDON_BIRMINGHAM,
    kafka=KAFKA,
    topics=topics("m6"),
    clocks=CLOCKS,
    trigger_s=5.0,
    watermark_s=30.0,
    checkpoint_root="file:///data/checkpoints",
    lake=LakeSettings(
        "jdbc", "file:///data/lake", "jdbc:postgresql://127.0.0.1:5432/city", "lake", "/secret/pw"
    ),
    warehouse=WAREHOUSE,
    events_days=30,
    analytics_days=365,
    progress_ports={"ingest": 4041, "analytics": 4042},
)
DASHBOARD = DashboardSettings(
    kafka=KAFKA,
    warehouse=WAREHOUSE,
    routes=(DashboardRoute("m6", LONDON_BIRMINGHAM, "simulated", topics("m6"), CLOCKS),),
)
PROGRESS = Progress(
    job="ingest",
    route="m6",
    state="running",
    offsets={"city.m6.gps.v1": {"0": 17}},
    stored={"gps": 16},
    loaded={"segment_minute": Loaded(rows=3, revision=4, loaded_ms=5)},
)


@pytest.mark.parametrize(
    "written", [SIMULATION, STREAMS, DASHBOARD, PROGRESS], ids=lambda s: type(s).__name__
)
def test_what_is_written_is_read_back_and_gives_the_same_bytes(written: Any) -> None:
    text = written.to_json()
    read = type(written).from_json(text)
    assert read == written
    assert read.to_json() == text
    assert type(written).from_json(text.encode()) == written


@pytest.mark.parametrize(
    "written", [SIMULATION, STREAMS, DASHBOARD, PROGRESS], ids=lambda s: type(s).__name__
)
@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"route": "m6"}'])
def test_anything_else_is_refused_with_the_promised_errors(written: Any, text: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        type(written).from_json(text)


@pytest.mark.parametrize("written", [SIMULATION, STREAMS], ids=lambda s: type(s).__name__)
def test_a_field_of_another_release_is_named(written: Any) -> None:
    raw = json.loads(written.to_json()) | {"speed_of_light": 3}
    with pytest.raises(ValueError, match="speed_of_light"):
        type(written).from_json(json.dumps(raw))


def test_the_order_of_mappings_changes_no_byte() -> None:
    turned = replace(SIMULATION, feeds=dict(reversed(list(SIMULATION.feeds.items()))))
    assert list(turned.feeds) != list(SIMULATION.feeds)
    assert turned.to_json() == SIMULATION.to_json()
