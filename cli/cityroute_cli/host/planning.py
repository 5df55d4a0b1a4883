"""The plan of a route for this machine, and what the host needs to know of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityroute_contracts import names
from cityroute_contracts.clock import Clock
from cityroute_operator.model import Route
from cityroute_operator.plan import dashboard_settings, local_site, plan

from ..errors import Stop
from . import postgres
from .folder import DataFolder, next_clocks, read_clock
from .machine import Tools
from .ports import LOOPBACK
from .translate import LocalPlan, Machine, translate

if TYPE_CHECKING:
    from .run import Ports

Topics = Mapping[str, tuple[str, int]]
"""Feed to topic and number of partitions."""


@dataclass(frozen=True, slots=True)
class LocalRoute:
    """A route on this machine.

    `read_by` has the topics that each stream reads. `flawless`: the manifest orders no faults, so
    the account may show none.
    """

    plan: LocalPlan
    topics: Topics
    read_by: Mapping[str, Topics]
    ingest: Mapping[str, Any]
    machine: Machine
    flawless: bool
    dashboard_json: str


def world_key(route: Route) -> str:
    """What makes two runs the same world: only then does the second one resume the first."""
    simulation = route.spec.simulation
    return json.dumps([route.corridor.name, simulation.seed, simulation.start_time, simulation.vehicles])


def clocks_for(route: Route, clock_file: Path, now_ms: int) -> tuple[Clock, ...]:
    """The route's clock history up to this run; empty for external sources, which have the wall clock."""
    if route.external:
        return ()
    start_ms = now_ms if route.start_ms is None else route.start_ms
    return next_clocks(
        read_clock(clock_file), world_key(route), start_ms, route.spec.simulation.speedup, now_ms
    )


def local_plan(
    route: Route, clocks: tuple[Clock, ...], folder: DataFolder, tools: Tools, ports: "Ports"
) -> LocalRoute:
    """Plan the route as the operator does, then translate. Raises Stop for what cannot run here."""
    site = local_site(
        data_dir=str(folder.root),
        python=str(tools.python),
        jobs_dir=str(tools.jobs),
        bootstrap_servers=f"{LOOPBACK}:{ports.kafka}",
        postgres_host=LOOPBACK,
        postgres_port=ports.postgres,
        postgres_database=postgres.DATABASE,
        postgres_user=postgres.USER,
        password_file=str(folder.secrets / "postgres-password"),
        progress_ports=ports.progress,
        config_dir=str(folder.config),
    )
    objects = plan(route, site, clocks).objects
    machine = Machine(
        tools.java.home, tools.spark_home, tools.spark_jars, tools.python, folder.tmp, tools.base_env
    )
    local = translate(objects, machine)
    if not isinstance(local, LocalPlan):
        raise Stop(local[0].message, local[0].hint)
    topics = _feed_topics(route.name, local)
    return LocalRoute(
        plan=local,
        topics=topics,
        read_by={
            job: {f: topics[f] for f in feeds if f in topics} for job, feeds in names.STREAM_FEEDS.items()
        },
        ingest=_ingest(objects, route.name),
        machine=machine,
        flawless=_is_flawless(route),
        dashboard_json=dashboard_settings([(route, clocks)], site).to_json(),
    )


def _feed_topics(route: str, local: LocalPlan) -> Topics:
    partitions = {t.name: t.partitions for t in local.topics}
    return {
        feed: (topic, partitions[topic]) for feed, topic in names.topics(route).items() if topic in partitions
    }


def _ingest(objects: tuple[Mapping[str, Any], ...], route: str) -> Mapping[str, Any]:
    wanted = names.stream(route, "ingest")
    return next(o for o in objects if o["kind"] == "SparkApplication" and o["metadata"]["name"] == wanted)


def _is_flawless(route: Route) -> bool:
    faults = route.spec.simulation.faults
    ordered = faults.late + faults.duplicate + faults.malformed + faults.dropout
    return not route.external and not ordered
