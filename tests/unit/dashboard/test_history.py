"""The history path: grids, their cache, and how well the warehouse is judged to be."""

from pathlib import Path

import psycopg
import pytest
from cityroute_contracts.settings import WarehouseSettings
from cityroute_dashboard.health import Health, State
from cityroute_dashboard.history.speed import CACHE_MS, GridCache, speed_grid
from cityroute_dashboard.history.warehouse import (
    Freshness,
    NoWarehouse,
    SegmentSpeed,
    WarehouseDown,
    conninfo,
    open_warehouse,
)
from cityroute_dashboard.history.watch import STALE_MS, judged

from tests.unit.dashboard.givens import ROAD, SIM_MS


def test_no_rows_give_no_columns() -> None:
    grid = speed_grid("demo", ROAD, [], 60)
    assert grid["minutes_ms"] == []
    assert grid["directions"]["outbound"] == [[], [], []]


def test_segments_of_another_road_are_left_out() -> None:
    grid = speed_grid("demo", ROAD, [SegmentSpeed("outbound-777", SIM_MS, 50.0)], 2)
    assert grid["directions"]["outbound"] == [[None, None]] * 3


def test_a_grid_is_asked_again_when_it_is_too_old() -> None:
    now = [0]
    cache = GridCache(lambda: now[0])
    asked = []

    def ask() -> dict[str, object]:
        asked.append(now[0])
        return {"n": len(asked)}

    assert cache.get(("a",), ask) == cache.get(("a",), ask) == {"n": 1}
    now[0] = CACHE_MS + 1
    assert cache.get(("a",), ask) == {"n": 2}


def test_a_refusal_is_not_remembered() -> None:
    cache = GridCache(lambda: 0)

    def refuse() -> dict[str, object]:
        raise WarehouseDown("no")

    with pytest.raises(WarehouseDown):
        cache.get(("a",), refuse)
    assert cache.get(("a",), lambda: {"n": 1}) == {"n": 1}


@pytest.mark.parametrize(
    ("fresh", "state"),
    [
        (Freshness(None, None), State.STARTING),
        (Freshness(SIM_MS, 1_000_000), State.OK),
        (Freshness(SIM_MS, 1_000_000 - STALE_MS - 1), State.STALE),
    ],
)
def test_the_warehouse_is_judged_by_its_last_load(fresh: Freshness, state: State) -> None:
    assert judged(Health(State.DOWN, 5), fresh, 1_000_000).state is state


def test_health_keeps_the_time_when_it_turned() -> None:
    down = Health(State.OK, 1).turned(State.DOWN, 50, "gone")
    assert down.turned(State.DOWN, 90, "still gone") == Health(State.DOWN, 50, "still gone")


@pytest.mark.parametrize("kind", ["none", "redshift"])
def test_a_site_without_a_readable_warehouse_says_so(kind: str) -> None:
    warehouse = open_warehouse(WarehouseSettings(type=kind))
    assert isinstance(warehouse, NoWarehouse)
    with pytest.raises(WarehouseDown, match="warehouse"):
        warehouse.freshness("demo")


def test_the_password_is_read_anew_for_each_connection(tmp_path: Path) -> None:
    file = tmp_path / "password"
    settings = WarehouseSettings("postgres", "127.0.0.1", 1, "city", "city", str(file))
    file.write_text("first\n")
    assert "password=first " in conninfo(settings) + " "
    file.write_text("it's second\n")
    assert r"it\'s second" in conninfo(settings)


def test_a_missing_password_file_is_an_operational_error(tmp_path: Path) -> None:
    settings = WarehouseSettings("postgres", password_file=str(tmp_path / "none"))
    with pytest.raises(psycopg.OperationalError, match="password file"):
        conninfo(settings)
