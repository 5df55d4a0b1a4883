"""What the pods read: the files of the route's ConfigMap, and the settings of the dashboard."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cityroute_contracts import names
from cityroute_contracts.clock import Clock
from cityroute_contracts.settings import (
    DashboardRoute,
    DashboardSettings,
    FaultSettings,
    FeedSettings,
    LakeSettings,
    SimulationSettings,
    StreamSettings,
    WarehouseSettings,
)

from ..model import Route
from .site import Site


def start_ms(route: Route, clocks: Sequence[Clock]) -> int:
    """Simulated start in epoch ms: the manifest's, or when the route was created."""
    return clocks[0].sim_ms if route.start_ms is None else route.start_ms


def partitions(route: Route, site: Site) -> int:
    """Partitions of each feed's topic: never fewer than a feed has writers."""
    if route.spec.kafka.partitions is not None:
        return route.spec.kafka.partitions
    return max(site.partitions, *(feed.replicas for feed in route.feeds.values()), 1)


def simulation_settings(route: Route, site: Site, clocks: Sequence[Clock]) -> SimulationSettings:
    """`simulation.json`. Raises IndexError when a simulated route has no clock yet."""
    simulation = route.spec.simulation
    begin_ms = start_ms(route, clocks)
    faults = simulation.faults
    return SimulationSettings(
        route=route.name,
        stream_id=route.stream_id(begin_ms),
        corridor=route.corridor,
        seed=simulation.seed,
        vehicles=simulation.vehicles,
        start_ms=begin_ms,
        clock=clocks[-1],
        kafka=site.kafka,
        feeds={
            name: FeedSettings(
                topic=names.topic(route.name, name),
                partitions=partitions(route, site),
                replicas=feed.replicas,
                interval_s=feed.interval_s,
            )
            for name, feed in route.feeds.items()
        },
        incident_rate_multiplier=simulation.incidents.rate_multiplier,
        weather=simulation.weather,
        events=route.events(begin_ms),
        faults=FaultSettings(faults.late, faults.duplicate, faults.malformed, faults.dropout),
        format=route.spec.kafka.format,
    )


def stream_settings(route: Route, site: Site, clocks: Sequence[Clock]) -> StreamSettings:
    """`streams.json`: nothing of the simulated world but its road and its clocks."""
    return StreamSettings(
        route=route.name,
        source_type=route.spec.source.type,
        corridor=route.corridor,
        kafka=site.kafka,
        topics=names.topics(route.name),
        clocks=() if route.external else tuple(clocks),
        trigger_s=route.trigger_s or site.trigger_s,
        watermark_s=route.watermark_s,
        checkpoint_root=site.checkpoint_root,
        lake=_lake(route, site),
        warehouse=_warehouse(route, site),
        events_days=route.spec.retention.events_days,
        analytics_days=route.spec.retention.analytics_days,
        progress_ports=site.progress_ports,
        progress_host=site.listen_host,
        format=route.spec.kafka.format,
    )


def dashboard_settings(routes: Iterable[tuple[Route, Sequence[Clock]]], site: Site) -> DashboardSettings:
    """`dashboard.json` for the routes and their clocks."""
    return DashboardSettings(
        kafka=site.kafka,
        warehouse=site.warehouse,
        routes=tuple(
            DashboardRoute(
                name=route.name,
                corridor=route.corridor,
                source_type=route.spec.source.type,
                topics=names.topics(route.name),
                clocks=() if route.external else tuple(clocks),
            )
            for route, clocks in routes
        ),
    )


def restart_hash(settings: StreamSettings) -> str:
    """Changes with what a running stream must be restarted for; retention concerns only maintenance."""
    return text_hash(replace(settings, events_days=0, analytics_days=0).to_json())


def text_hash(text: str) -> str:
    """16 hex digits that change with the text."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _lake(route: Route, site: Site) -> LakeSettings:
    location = route.spec.lake.location
    if location is None or site.own_sinks_and_sizes:
        return site.lake
    return replace(site.lake, warehouse=location)


def _warehouse(route: Route, site: Site) -> WarehouseSettings:
    wanted = route.spec.warehouse
    if wanted.type == "none":
        return WarehouseSettings()
    if site.own_sinks_and_sizes:
        return site.warehouse
    given = {name: value for name in wanted.model_fields_set if (value := getattr(wanted, name)) is not None}
    return replace(site.warehouse, **given)
