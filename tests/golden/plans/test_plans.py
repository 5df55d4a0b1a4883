"""The objects of every example at every site, whole: a change here changes what runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cityroute_operator.model import Route, parse_route
from cityroute_operator.plan import Site, dump_yaml, eks_site, kind_site, plan

from tests.support.routes import CLOCKS, LOCAL

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[2] / "examples"
MANIFESTS = sorted([*EXAMPLES.glob("*.yaml"), *EXAMPLES.glob("many-routes/*.yaml")])
SITES = (
    LOCAL,
    kind_site(),
    eks_site(
        bucket="example-bucket",
        redshift={"database": "cityroute", "workgroup": "cityroute"},
        simulator_image="registry.example/cityroute-simulators:0.1.0",
        spark_image="registry.example/cityroute-spark:0.1.0",
        region="eu-west-2",
    ),
)
(CREATED,) = CLOCKS


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
