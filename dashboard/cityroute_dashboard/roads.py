"""A route's road as the map draws it."""

from typing import Any

from cityroute_contracts.corridor import CORRIDORS, PLACES, Corridor


def road(corridor: Corridor) -> dict[str, Any]:
    """Line, sections, segments and places of a corridor; km and WGS 84 degrees, ready for JSON."""
    return {
        "name": corridor.name,
        "length_km": corridor.length_km,
        "vertices": [[round(km, 3), lat, lon] for km, lat, lon in corridor.vertices],
        "sections": [
            {
                "name": section.name,
                "km_from": start,
                "km_to": start + section.length_km,
                "lanes": section.lanes,
                "speed_limit_kph": section.speed_limit_kph,
                "free_speed_kph": section.free_speed_kph,
            }
            for section, start in zip(corridor.sections, corridor.section_starts_km, strict=True)
        ],
        "segments": [
            {"id": s.id, "direction": s.direction, "km_from": s.km_from, "km_to": s.km_to}
            for s in corridor.segments
        ],
        "places": [_place(corridor, name, km) for name, km in _places(corridor).items()],
    }


def _places(corridor: Corridor) -> dict[str, float]:
    if CORRIDORS.get(corridor.name) == corridor:
        return PLACES
    return dict(zip((s.name for s in corridor.sections), corridor.section_starts_km, strict=True))


def _place(corridor: Corridor, name: str, km: float) -> dict[str, Any]:
    latitude, longitude = corridor.position(km)
    return {"name": name, "km": km, "latitude": latitude, "longitude": longitude}
