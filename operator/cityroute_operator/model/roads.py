"""From `spec.corridor` to the road itself."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cityroute_contracts.corridor import CORRIDORS, Corridor, Section, distance_m, free_speed_kph, open_joints
from cityroute_contracts.problems import Problem

from .reasons import Refusal, problem
from .spec import CorridorSpec, Point, SectionSpec

MAX_KM = 999
"""Segments are named by three digits of km."""
LENGTH_TOLERANCE = 0.98
"""A stated length may be this share of the line through the points: coordinates are rounded."""


def corridor_of(spec: CorridorSpec) -> Corridor:
    """The road. Raises ValueError for a spec with problems (see `corridor_problems`)."""
    if spec.name is not None:
        return CORRIDORS[spec.name]
    if not spec.sections:
        raise ValueError("a corridor has a name or sections")
    sections = tuple(_section(s) for s in spec.sections)
    return Corridor(name=_own_name(spec.sections), sections=sections)


def corridor_problems(spec: CorridorSpec) -> tuple[Problem, ...]:
    """What stands between the spec and a road."""
    at = "spec.corridor"
    if spec.name is not None and spec.sections is not None:
        hint = (
            f"Remove {at}.name to drive on your own sections, or {at}.sections to drive on the built-in road."
        )
        return (problem(at, Refusal.CORRIDOR_AMBIGUOUS, f"{at} has both a name and sections", hint),)
    if spec.name is None and spec.sections is None:
        hint = f"Set {at}.name to one of: {', '.join(CORRIDORS)}; or describe the road in {at}.sections."
        return (problem(at, Refusal.CORRIDOR_MISSING, f"{at} has neither a name nor sections", hint),)
    if spec.sections is None:
        return ()
    return tuple(_own_road_problems(spec.sections, f"{at}.sections"))


def _own_road_problems(sections: Sequence[SectionSpec], at: str) -> Iterator[Problem]:
    by_section = [tuple(_section_problems(s, f"{at}[{i}]")) for i, s in enumerate(sections)]
    for problems in by_section:
        yield from problems
    if any(by_section):
        return
    roads = [_section(s) for s in sections]
    for i, gap_m in open_joints(roads):
        message = f'"{roads[i].name}" begins {gap_m / 1000:.1f} km from where "{roads[i - 1].name}" ends'
        hint = f"Let {at}[{i}] begin at the last point of {at}[{i - 1}]."
        yield problem(f"{at}[{i}]", Refusal.SECTIONS_DO_NOT_JOIN, message, hint)
    length_km = sum(s.length_km for s in roads)
    if length_km > MAX_KM:
        message = f"the corridor is {length_km:.0f} km long, at most {MAX_KM} km are taken"
        yield problem(at, Refusal.TOO_LONG, message, "Split the road into several routes.")


def _section_problems(section: SectionSpec, at: str) -> Iterator[Problem]:
    ends = (section.from_, section.to)
    if section.polyline is not None and any(ends):
        hint = f"Remove {at}.polyline, or {at}.from and {at}.to."
        yield problem(at, Refusal.LINE_AMBIGUOUS, "the section has both a polyline and ends", hint)
        return
    if section.polyline is None and not all(ends):
        hint = f"Give {at}.polyline, or both {at}.from and {at}.to."
        yield problem(at, Refusal.LINE_MISSING, "the section has neither a polyline nor both ends", hint)
        return
    points = _points(section)
    if any((a.lat, a.lon) == (b.lat, b.lon) for a, b in pairwise(points)):
        hint = "Give every point once, at least two of them."
        yield problem(at, Refusal.ZERO_LENGTH, "two neighbouring points are the same place", hint)
        return
    line_km = _line_km(points)
    if section.length_km is not None and section.length_km < line_km * LENGTH_TOLERANCE:
        message = f"lengthKm is {section.length_km:g}, but the line through the points has {line_km:.1f} km"
        hint = f"Set {at}.lengthKm to {line_km:.1f} or more, or leave it out."
        yield problem(f"{at}.lengthKm", Refusal.SHORTER_THAN_LINE, message, hint)


def _section(spec: SectionSpec) -> Section:
    points = _points(spec)
    return Section(
        name=spec.name,
        polyline=tuple((p.lat, p.lon) for p in points),
        length_km=spec.length_km if spec.length_km is not None else round(_line_km(points), 3),
        lanes=spec.lanes,
        speed_limit_kph=spec.speed_limit_kph,
        free_speed_kph=free_speed_kph(spec.speed_limit_kph),
        daily_flow=spec.daily_flow,
        hgv_share=spec.hgv_share,
    )


def _points(section: SectionSpec) -> tuple[Point, ...]:
    if section.polyline is not None:
        return section.polyline
    return tuple(point for point in (section.from_, section.to) if point is not None)


def _line_km(points: Sequence[Point]) -> float:
    return sum(distance_m((a.lat, a.lon), (b.lat, b.lon)) for a, b in pairwise(points)) / 1000


def _own_name(sections: Sequence[SectionSpec]) -> str:
    """Names the road by its content: another road makes another stream of events."""
    text = json.dumps([s.model_dump(mode="json", exclude_none=True) for s in sections], sort_keys=True)
    return f"own-{hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"
