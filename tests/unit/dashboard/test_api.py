"""The HTTP side with a hand-written warehouse: what is served, refused and forbidden."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from cityroute_dashboard.app import create_app
from cityroute_dashboard.history.warehouse import Freshness, SegmentSpeed, WarehouseDown
from cityroute_dashboard.pages import PAGES
from cityroute_dashboard.problems import MEDIA_TYPE
from cityroute_dashboard.service import Service

from tests.unit.dashboard.givens import SETTINGS, SIM_MS, record

MINUTE_MS = 60_000


@dataclass
class FakeWarehouse:
    """Answers from memory, or not at all."""

    rows: list[SegmentSpeed] = field(default_factory=list)
    is_down: bool = False
    asked: list[tuple[str, int, int | None]] = field(default_factory=list)

    def segment_speeds(self, route: str, minutes: int, until_ms: int | None) -> list[SegmentSpeed]:
        self.asked.append((route, minutes, until_ms))
        if self.is_down:
            raise WarehouseDown("the warehouse did not answer within 3 s")
        return self.rows

    def freshness(self, route: str) -> Freshness:
        return Freshness()

    def close(self) -> None:
        pass


class Client:
    """Asks the app in-process. The service is not started: no threads, no network."""

    def __init__(self, warehouse: FakeWarehouse, static: Path) -> None:
        self.service = Service(SETTINGS, warehouse)
        self._app = create_app(self.service, static)

    def get(self, path: str, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(ask())


@pytest.fixture
def warehouse() -> FakeWarehouse:
    return FakeWarehouse()


@pytest.fixture
def client(warehouse: FakeWarehouse, tmp_path: Path) -> Client:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>map</title>")
    (tmp_path / "assets" / "map.js").write_text("1")
    return Client(warehouse, tmp_path)


def problem(response: httpx.Response) -> dict[str, Any]:
    """The problem document, with every part that a person needs."""
    assert response.headers["content-type"] == MEDIA_TYPE
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    assert all(body[name] for name in ("title", "detail", "hint", "instance"))
    return body


def test_routes_and_pages_are_listed(client: Client) -> None:
    body = client.get("/api/routes").json()
    assert [r["name"] for r in body["routes"]] == ["demo"]
    assert [p["path"] for p in body["pages"]] == ["/"]


def test_every_page_of_the_navigation_is_served(client: Client) -> None:
    assert {page.path: client.get(page.path).status_code for page in PAGES} == {
        page.path: 200 for page in PAGES
    }


def test_the_road_has_its_line_and_segments(client: Client) -> None:
    body = client.get("/api/routes/demo/corridor").json()
    assert [s["id"] for s in body["segments"]][:2] == ["outbound-000", "outbound-001"]
    assert len(body["segments"]) == 6
    assert (body["vertices"][0], body["vertices"][-1][0]) == ([0.0, 51.5, -0.1], 3.0)


def test_speeds_come_as_a_grid_with_gaps(client: Client, warehouse: FakeWarehouse) -> None:
    warehouse.rows = [
        SegmentSpeed("outbound-001", SIM_MS, 81.26),
        SegmentSpeed("outbound-001", SIM_MS - 2 * MINUTE_MS, 70.0),
        SegmentSpeed("inbound-000", SIM_MS, None),
    ]
    body = client.get("/api/routes/demo/speed?minutes=3").json()
    assert body["minutes_ms"] == [SIM_MS - 2 * MINUTE_MS, SIM_MS - MINUTE_MS, SIM_MS]
    assert body["directions"]["outbound"][1] == [70.0, None, 81.3]
    assert body["directions"]["inbound"][0] == [None, None, None]
    assert body["unit"] == "km/h"


def test_many_viewers_cost_one_question(client: Client, warehouse: FakeWarehouse) -> None:
    for _ in range(5):
        client.get("/api/routes/demo/speed")
    client.get("/api/routes/demo/speed?minutes=30&until=1768200000000")
    assert warehouse.asked == [("demo", 60, None), ("demo", 30, 1_768_200_000_000)]


@pytest.mark.parametrize("path", ["/api/routes/no/speed", "/api/routes/no/corridor", "/events?route=no"])
def test_an_unknown_route_names_the_known_ones(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert '"demo"' in problem(response)["detail"]


@pytest.mark.parametrize(
    "query", ["minutes=0", "minutes=99999", "minutes=x", "until=-1", "until=1e3", "minutes=1;drop table x"]
)
def test_bad_parameters_are_refused_before_the_warehouse_is_asked(
    client: Client, warehouse: FakeWarehouse, query: str
) -> None:
    response = client.get(f"/api/routes/demo/speed?{query}")
    assert response.status_code == 422
    assert query.split("=")[0] in problem(response)["detail"]
    assert warehouse.asked == []


def test_a_warehouse_that_is_down_is_a_503_and_heals(client: Client, warehouse: FakeWarehouse) -> None:
    warehouse.is_down = True
    response = client.get("/api/routes/demo/speed")
    assert response.status_code == 503
    assert "did not answer" in problem(response)["detail"]
    warehouse.is_down = False
    assert client.get("/api/routes/demo/speed").status_code == 200


def test_unknown_paths_and_methods_are_problems_too(client: Client) -> None:
    assert problem(client.get("/planner"))["status"] == 404
    assert problem(client.get("/assets/none.js"))["status"] == 404


def test_health_tells_of_parts_and_stays_200(client: Client) -> None:
    response = client.get("/healthz")
    parts = response.json()["routes"]["demo"]
    assert response.status_code == 200
    assert (parts["live"]["state"], parts["history"]["state"]) == ("starting", "starting")


def test_a_vehicle_is_found_by_its_slot(client: Client) -> None:
    client.service.absorb("demo", [record("gps", device_id="v9")])
    slot = client.service.hubs["demo"].state.fleet.slots["v9"]
    assert client.get(f"/api/routes/demo/vehicles/{slot}").json()["device_id"] == "v9"
    assert client.get(f"/api/routes/demo/vehicles/{slot + 1}").status_code == 404
    assert client.get("/api/routes/demo/vehicles/-1").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/assets/map.js", "/api/routes", "/api/routes/no/speed", "/events?route=demo"]
)
def test_every_response_forbids_foreign_and_inline_code(client: Client, path: str) -> None:
    client.service.end_streams()
    headers = client.get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["worker-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_built_files_are_kept_and_the_page_is_not(client: Client) -> None:
    assert "immutable" in client.get("/assets/map.js").headers["cache-control"]
    assert client.get("/").headers["cache-control"] == "no-cache"


def test_streams_are_neither_compressed_nor_stored(client: Client) -> None:
    client.service.end_streams()
    response = client.get("/events?route=demo", **{"Accept-Encoding": "gzip"})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_a_page_that_was_not_built_says_how_to(warehouse: FakeWarehouse, tmp_path: Path) -> None:
    response = Client(warehouse, tmp_path).get("/")
    assert response.status_code == 503
    assert "cityroute_dashboard.build" in problem(response)["hint"]
