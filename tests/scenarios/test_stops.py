"""How a run ends that is cut short, or cannot begin: promptly, with a sentence, and nothing left running."""

import signal
from pathlib import Path

from tests.support.local_run import local_run


def test_a_second_ctrl_c_stops_at_once_and_counts_nothing(demo: Path, tmp_path: Path) -> None:
    with local_run(demo, tmp_path / "data", "--vehicles", "50") as run:
        run.is_up()
        run.send(signal.SIGINT)
        run.reaches_stage("stopping")
        ended = run.end(deadline_s=20)
    assert ended.code == 1
    assert ended.account == {}
    assert "Stopped at once" in ended.told


def test_a_broker_that_cannot_start_is_named_with_its_log(demo: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "data" / "kafka" / "log"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_text("not a folder")
    with local_run(demo, tmp_path / "data") as run:
        ended = run.wait(deadline_s=60)
    assert ended.code == 1
    assert "Kafka could not format its storage" in ended.told
    assert str(tmp_path / "data" / "logs" / "kafka.log").replace("\n", "") in ended.told.replace("\n", "")
    assert "Traceback" not in ended.told
