"""Routes, sites and clocks for the operator's tests: plain values, changed where a test says so."""

from typing import Any

from cityroute_contracts.clock import Clock
from cityroute_contracts.problems import Problem
from cityroute_operator.model import API_VERSION, Route, parse_route
from cityroute_operator.plan import Plan, Site, eks_site, kind_site, local_site, plan

CLOCKS = (Clock(sim_ms=1_773_730_800_000, wall_ms=1_790_000_000_000),)  # 2026-03-17T07:00:00Z simulated
KIND = kind_site()
EKS = eks_site(
    bucket="lake", redshift={"database": "city"}, simulator_image="sim:1", spark_image="spark:1", region="eu"
)
LOCAL = local_site(
    data_dir="/data",
    python="/venv/bin/python",
    jobs_dir="/jobs",
    bootstrap_servers="127.0.0.1:9092",
    postgres_host="127.0.0.1",
    postgres_port=5432,
    postgres_database="cityroute",
    postgres_user="cityroute",
    password_file="/data/secrets/postgres-password",
    progress_ports={"ingest": 8090, "analytics": 8091},
    config_dir="/data/config",
)
EXTERNAL: dict[str, Any] = {"source": {"type": "external"}}


def manifest(**spec: Any) -> dict[str, Any]:
    """A manifest on the built-in road, with further parts of the spec."""
    return {
        "apiVersion": API_VERSION,
        "kind": "CityRoute",
        "metadata": {"name": "demo", "generation": 3},
        "spec": {"corridor": {"name": "london-birmingham"}, **spec},
    }


def route(**spec: Any) -> Route:
    """The route of such a manifest."""
    parsed = parse_route(manifest(**spec))
    assert isinstance(parsed, Route), parsed
    return parsed


def refused(**spec: Any) -> tuple[Problem, ...]:
    """The problems of such a manifest."""
    parsed = parse_route(manifest(**spec))
    assert not isinstance(parsed, Route), "the manifest was taken"
    return parsed


def planned(site: Site = KIND, **spec: Any) -> Plan:
    """The plan of such a manifest at a site."""
    wanted = route(**spec)
    return plan(wanted, site, () if wanted.external else CLOCKS)
