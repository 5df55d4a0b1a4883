"""What goes over the SSE stream: frames of changes, snapshots of all, steps of incidents.

JSON objects; vehicles in the packed columns of `fleet.pack`. Encoded once, sent to every browser.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .incidents import Step, format_cursor
from .state import RouteState


def frame(state: RouteState, number: int, wall_ms: int, parts: Mapping[str, Any]) -> bytes:
    """What changed since the last frame, as an SSE event `frame`. The caller clears the changes."""
    fleet = state.fleet
    body = _figures(state, number, wall_ms, parts) | {
        "gone": sorted(fleet.gone),
        "moved": fleet.pack(sorted(fleet.changed)),
        "cameras": [state.cameras[s] for s in sorted(state.changed_cameras)],
        "stations": [state.stations[s] for s in sorted(state.changed_stations)],
    }
    return sse("frame", body)


def snapshot(state: RouteState, number: int, wall_ms: int, parts: Mapping[str, Any]) -> bytes:
    """All that the map shows, as an SSE event `snapshot`; its id is the incidents' cursor."""
    fleet = state.fleet
    body = _figures(state, number, wall_ms, parts) | {
        "gone": [],
        "moved": fleet.pack(fleet.slots.values()),
        "cameras": list(state.cameras.values()),
        "stations": list(state.stations.values()),
        "incidents": state.incidents.open,
    }
    return sse("snapshot", body, format_cursor(state.incidents.cursor))


def steps(missed: Iterable[Step]) -> bytes:
    """Steps of incidents as SSE events `incident`, each with its own id."""
    return b"".join(sse("incident", step.incident, step.cursor) for step in missed)


def sse(event: str, body: Mapping[str, Any], event_id: str = "") -> bytes:
    """One event of an event stream. JSON holds no raw line break, so one data line is enough."""
    head = f"event: {event}\nid: {event_id}\n" if event_id else f"event: {event}\n"
    return f"{head}data: {json.dumps(body, separators=(',', ':'), ensure_ascii=False)}\n\n".encode()


def _figures(state: RouteState, number: int, wall_ms: int, parts: Mapping[str, Any]) -> dict[str, Any]:
    rates = state.rates(wall_ms)
    return {
        "number": number,
        "wall_ms": wall_ms,
        "sim_ms": state.sim_ms(wall_ms),
        "speedup": state.speedup(wall_ms),
        "vehicles": len(state.fleet),
        "mean_speed_kph": state.fleet.mean_speed_kph(),
        "open_incidents": len(state.incidents.open),
        "feeds": {
            feed: {"rate": rate, "newest_ms": state.newest_ms.get(feed), "malformed": state.malformed[feed]}
            for feed, rate in rates.items()
        },
        "parts": parts,
    }
