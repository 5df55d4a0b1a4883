"""The whole stream with its parts killed half way: nothing is lost, nothing stands twice, and it goes on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.local_run import LocalRun, eventually, local_run

NAME = "london-birmingham"
FEEDS = {"vehicle", "gps", "traffic", "weather", "emergency"}


def stored(run: LocalRun) -> int:
    progress = run.progress("ingest")
    return sum(progress["stored"].values()) if progress else 0


def stores_more(run: LocalRun, than: int) -> None:
    eventually(f"more than {than} rows", lambda: True if stored(run) > than else None, 120)


def is_in_order(account: Mapping[str, Any]) -> None:
    assert account["problem"] is None
    assert set(account["feeds"]) == FEEDS
    for feed, counts in account["feeds"].items():
        assert counts["produced"] > 0, feed
        assert counts["produced"] == counts["stored"], (feed, counts)
        assert (counts["dead_letters"], counts["duplicates"], counts["gaps"]) == (0, 0, 0), (feed, counts)
    assert account["ok"] is True


def test_kills_lose_and_double_nothing_and_a_second_run_goes_on(demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with local_run(demo, data, "--vehicles", "500") as run:
        run.reaches("first_row").reaches("first_warehouse_row")
        for name in (f"{NAME}-sim-gps-0", f"{NAME}-ingest", "kafka"):
            before = stored(run)
            run.is_back(name, instead_of=run.kill(name))
            stores_more(run, before)
        first = run.end()
    assert first.code == 0, first.told
    is_in_order(first.account)
    assert first.account["restarts"] == {f"{NAME}-sim-gps-0": 1, f"{NAME}-ingest": 1, "kafka": 1}

    with local_run(demo, data, "--vehicles", "500") as run:
        stores_more(run, sum(f["stored"] for f in first.account["feeds"].values()))
        second = run.end()
    assert second.code == 0, second.told
    is_in_order(second.account)
    for feed, counts in second.account["feeds"].items():
        assert counts["produced"] >= first.account["feeds"][feed]["produced"], feed
