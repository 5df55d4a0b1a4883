"""`cityroute plan`: the objects of a route at one of the three sites, as YAML."""

from dataclasses import dataclass
from pathlib import Path

from cityroute_contracts import names
from cityroute_contracts.clock import Clock
from cityroute_operator.model import Route
from cityroute_operator.plan import Site, dump_yaml, eks_site, kind_site, local_site, plan

from .errors import EXIT_BAD_INPUT, Stop

SITES = ("local", "kind", "eks")


@dataclass(frozen=True, slots=True)
class EksOptions:
    """What the plan for EKS cannot know by itself."""

    bucket: str | None = None
    region: str = "eu-west-2"
    workgroup: str = "cityroute"


def plan_text(route: Route, site: str, eks: EksOptions, now_ms: int) -> str:
    """The route's objects as YAML. A route without a start time is planned as created at `now_ms`."""
    start_ms = now_ms if route.start_ms is None else route.start_ms
    clocks = () if route.external else (Clock(start_ms, now_ms, route.spec.simulation.speedup),)
    return dump_yaml(plan(route, _site(site, eks), clocks).objects)


def _site(name: str, eks: EksOptions) -> Site:
    if name == "local":
        return _example_local_site()
    if name == "kind":
        return kind_site()
    if name != "eks":
        hint = f"Choose --site {', '.join(SITES[:-1])} or {SITES[-1]}."
        raise Stop(f'there is no site "{name}"', hint, code=EXIT_BAD_INPUT)
    if eks.bucket is None:
        hint = "Name it: --bucket my-city-lake."
        raise Stop("a plan for EKS needs the bucket of the lake", hint, code=EXIT_BAD_INPUT)
    return eks_site(
        bucket=eks.bucket,
        redshift={"workgroup": eks.workgroup, "database": "cityroute"},
        simulator_image="cityroute-simulators",
        spark_image="cityroute-spark",
        region=eks.region,
    )


def _example_local_site() -> Site:
    """The local site as `cityroute run` makes it, with the ports it takes when they are free."""
    data = Path(".cityroute").absolute()
    return local_site(
        data_dir=str(data),
        python="python3",
        jobs_dir="/opt/cityroute/jobs",
        bootstrap_servers="127.0.0.1:9092",
        postgres_host="127.0.0.1",
        postgres_port=5432,
        postgres_database="cityroute",
        postgres_user="cityroute",
        password_file=str(data / "secrets" / "postgres-password"),
        progress_ports={job: 8090 + i for i, job in enumerate(names.STREAMS)},
        config_dir=str(data / "config"),
    )
