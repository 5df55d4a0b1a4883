"""The objects of every example at every site, whole: a change here changes what runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cityroute_contracts.clock import Clock
from cityroute_operator.model import Route, parse_route
from cityroute_operator.plan import Site, dump_yaml, eks_site, kind_site, local_site, plan

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[2] / "examples"
MANIFESTS = sorted([*EXAMPLES.glob("*.yaml"), *EXAMPLES.glob("many-routes/*.yaml")])
SITES = (
    local_site(
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
    ),
    kind_site(),
    eks_site(
        bucket="example-bucket",
        redshift={"database": "cityroute", "workgroup": "cityroute"},
        simulator_image="registry.example/cityroute-simulators:0.1.0",
        spark_image="registry.example/cityroute-spark:0.1.0",
        region="eu-west-2",
    ),
)
CREATED = Clock(sim_ms=1_773_730_800_000, wall_ms=1_790_000_000_000)  # 2026-03-17T07:00:00Z simulated


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.stem)
def test_plan_is_as_recorded(manifest: Path, site: Site, golden: Callable[[Path, str], None]) -> None:
    route = parse_route(manifest.read_text(), source=manifest.name)
    assert isinstance(route, Route), route
    clocks = () if route.external else (CREATED,)
    golden(HERE / site.name / f"{manifest.stem}.yaml", dump_yaml(plan(route, site, clocks).objects))


def test_every_recorded_plan_still_has_its_example() -> None:
    recorded = {path.relative_to(HERE) for path in HERE.glob("*/*.yaml")}
    assert recorded == {Path(site.name) / f"{path.stem}.yaml" for site in SITES for path in MANIFESTS}
