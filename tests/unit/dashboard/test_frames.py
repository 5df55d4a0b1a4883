"""What goes over the wire, read as a browser reads it."""

import base64
import json
import struct
from typing import Any

from cityroute_dashboard.live import frames
from cityroute_dashboard.live.state import RouteState

from tests.unit.dashboard.givens import NOW_MS, SIM_MS, record, state


def read(event: bytes) -> tuple[dict[str, str], dict[str, Any]]:
    """The fields of one SSE event, and its data."""
    assert event.endswith(b"\n\n")
    fields = dict(line.split(": ", 1) for line in event.decode().strip("\n").split("\n"))
    return fields, json.loads(fields["data"])


def unpacked(packed: str) -> list[tuple[int, ...]]:
    """(slot, longitude, latitude, speed, heading, flags) of each vehicle, as wire.ts reads them."""
    data = base64.b64decode(packed)
    n, rest = divmod(len(data), 13)
    assert rest == 0
    columns = struct.unpack(f"<{n}i{n}i{n}H{n}B{n}B{n}B", data)
    longitude, latitude, slot, speed, heading, flags = (columns[i * n : (i + 1) * n] for i in range(6))
    return list(zip(slot, longitude, latitude, speed, heading, flags, strict=True))


def filled() -> RouteState:
    live = state()
    live.apply(
        [
            record("gps", 0, longitude=-0.12345, latitude=51.5, speed_kph=99.6, heading_deg=180.0),
            record("gps", 1, device_id="v2", vehicle_class="hgv", direction="inbound"),
            record("traffic", 0),
            record("weather", 0),
            record("emergency", 7),
        ],
        NOW_MS,
    )
    return live


def test_vehicles_are_packed_in_columns() -> None:
    live = filled()
    _, body = read(frames.snapshot(live, 3, NOW_MS, {}))
    vehicles = {v[0]: v[1:] for v in unpacked(body["moved"])}
    assert vehicles[live.fleet.slots["v1"]] == (-12_345, 5_150_000, 100, 128, 0)
    assert vehicles[live.fleet.slots["v2"]][-1] == 2 | 8


def test_a_frame_holds_what_changed_and_a_snapshot_all() -> None:
    live = filled()
    live.clear_changes()
    live.apply([record("gps", 2, event_time=SIM_MS + 1000)], NOW_MS)
    _, frame = read(frames.frame(live, 1, NOW_MS, {}))
    _, snapshot = read(frames.snapshot(live, 1, NOW_MS, {}))
    assert [v[0] for v in unpacked(frame["moved"])] == [live.fleet.slots["v1"]]
    assert (frame["cameras"], frame["stations"]) == ([], [])
    assert len(unpacked(snapshot["moved"])) == 2
    assert [len(snapshot[name]) for name in ("cameras", "stations", "incidents")] == [1, 1, 1]


def test_figures_carry_their_time() -> None:
    _, body = read(frames.frame(filled(), 1, NOW_MS + 40, {}))
    assert (body["wall_ms"], body["sim_ms"]) == (NOW_MS + 40, SIM_MS + 40)
    assert body["feeds"]["traffic"]["newest_ms"] == NOW_MS
    assert (body["vehicles"], body["open_incidents"]) == (2, 1)


def test_the_id_of_a_snapshot_is_the_cursor_of_the_incidents() -> None:
    fields, _ = read(frames.snapshot(filled(), 1, NOW_MS, {}))
    assert (fields["event"], fields["id"]) == ("snapshot", "0:7")


def test_text_from_an_event_cannot_leave_its_data_line() -> None:
    live = state()
    text = "x\n\nevent: frame\ndata: {}\r\u2028 <img src=x onerror=alert(1)>"
    live.apply([record("emergency", 0, description=text)], NOW_MS)
    _, body = read(frames.steps(live.incidents.since({})))
    assert body["description"] == text
