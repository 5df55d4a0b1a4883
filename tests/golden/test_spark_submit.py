"""The command line that a SparkApplication becomes on one machine, whole."""

from collections.abc import Callable
from pathlib import Path

from cityroute_cli.host.translate import LocalPlan, Machine, translate
from cityroute_contracts.clock import Clock
from cityroute_operator.model import Route, parse_route
from cityroute_operator.plan import local_site, plan

GOLDEN = Path(__file__).parent / "spark-submit"
MANIFEST = """
apiVersion: cityroute.io/v1alpha1
kind: CityRoute
metadata: {name: demo}
spec:
  corridor: {name: london-birmingham}
"""
MACHINE = Machine(
    Path("/java"), Path("/spark"), Path("/jars/spark"), Path("/venv/bin/python"), Path("/data/tmp"), {}
)


def test_every_stream_is_submitted_as_recorded(golden: Callable[[Path, str], None]) -> None:
    route = parse_route(MANIFEST)
    assert isinstance(route, Route)
    site = local_site(
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
    local = translate(plan(route, site, (Clock(0, 0),)).objects, MACHINE)
    assert isinstance(local, LocalPlan)
    for stream in local.streams:
        golden(GOLDEN / f"{stream.name}.txt", "\n".join(stream.argv) + "\n")
