"""The command line that a SparkApplication becomes on one machine, whole."""

from collections.abc import Callable
from pathlib import Path

from cityroute_cli.host.translate import LocalPlan, Machine, translate

from tests.support.routes import LOCAL, planned

GOLDEN = Path(__file__).parent / "spark-submit"
MACHINE = Machine(
    Path("/java"), Path("/spark"), Path("/jars/spark"), Path("/venv/bin/python"), Path("/data/tmp"), {}
)


def test_every_stream_is_submitted_as_recorded(golden: Callable[[Path, str], None]) -> None:
    local = translate(planned(LOCAL).objects, MACHINE)
    assert isinstance(local, LocalPlan)
    for stream in local.streams:
        golden(GOLDEN / f"{stream.name}.txt", "\n".join(stream.argv) + "\n")
