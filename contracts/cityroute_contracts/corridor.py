"""The road: sections, their 1 km segments in both directions, and the built-in corridor.

Distances along a section are its stated length; the polyline only gives positions, so a polyline
that is shorter than the road (as straight legs are) is stretched to it.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .feeds import DIRECTIONS

EARTH_RADIUS_M = 6_371_008.8
LatLon = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of road with one cross-section. `daily_flow` is two-way vehicles a day (AADF)."""

    name: str
    polyline: tuple[LatLon, ...]
    length_km: float
    lanes: int
    speed_limit_kph: float
    free_speed_kph: float
    daily_flow: float
    hgv_share: float


@dataclass(frozen=True, slots=True)
class Segment:
    """1 km of one direction (the last one of a corridor may be shorter).

    `index` counts along km for both directions alike; `km_from` < `km_to` also for inbound traffic,
    which runs from `km_to` to `km_from`. `heading_deg` is the direction of travel.
    """

    id: str
    index: int
    direction: str
    km_from: float
    km_to: float
    section: Section
    latitude: float
    longitude: float
    heading_deg: float

    @property
    def length_km(self) -> float:
        return self.km_to - self.km_from


@dataclass(frozen=True)
class Corridor:
    """A road from km 0 to `length_km`; outbound traffic runs with rising km, inbound against it."""

    name: str
    sections: tuple[Section, ...]

    @cached_property
    def length_km(self) -> float:
        return sum(s.length_km for s in self.sections)

    @cached_property
    def section_starts_km(self) -> tuple[float, ...]:
        """Where each section begins, in km."""
        starts, km = [], 0.0
        for section in self.sections:
            starts.append(km)
            km += section.length_km
        return tuple(starts)

    @cached_property
    def vertices(self) -> tuple[tuple[float, float, float], ...]:
        """The whole polyline as (km, latitude, longitude), km strictly rising."""
        return tuple(_vertices(self))

    @cached_property
    def _vertex_kms(self) -> tuple[float, ...]:
        return tuple(km for km, _, _ in self.vertices)

    def section_at(self, km: float) -> Section:
        """The section at `km`; the last one for anything beyond the end."""
        return self.sections[max(0, bisect_right(self.section_starts_km, km) - 1)]

    def position(self, km: float) -> LatLon:
        """Latitude and longitude at `km`, clamped to the corridor."""
        kms = self._vertex_kms
        i = min(max(bisect_right(kms, km), 1), len(kms) - 1)
        (k0, lat0, lon0), (k1, lat1, lon1) = self.vertices[i - 1], self.vertices[i]
        share = min(max((km - k0) / (k1 - k0), 0.0), 1.0)
        return lat0 + (lat1 - lat0) * share, lon0 + (lon1 - lon0) * share

    def heading_deg(self, km: float, direction: str) -> float:
        """Direction of travel at `km`, clockwise from north, in degrees."""
        step = min(0.25, self.length_km / 4)
        low, high = max(km - step, 0.0), min(km + step, self.length_km)
        bearing = bearing_deg(self.position(low), self.position(high))
        return bearing if direction == DIRECTIONS[0] else (bearing + 180) % 360

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """All segments: outbound by km, then inbound by km."""
        return tuple(
            _segment(self, direction, i)
            for direction in DIRECTIONS
            for i in range(self.segments_per_direction)
        )

    @property
    def segments_per_direction(self) -> int:
        return max(1, math.ceil(self.length_km - 1e-9))


def segment_id(direction: str, index: int) -> str:
    """Name of the segment from km `index` to `index` + 1, e.g. `outbound-098`."""
    return f"{direction}-{index:03d}"


def _segment(corridor: Corridor, direction: str, index: int) -> Segment:
    km_from, km_to = float(index), min(float(index + 1), corridor.length_km)
    middle = (km_from + km_to) / 2
    latitude, longitude = corridor.position(middle)
    return Segment(
        id=segment_id(direction, index),
        index=index,
        direction=direction,
        km_from=km_from,
        km_to=km_to,
        section=corridor.section_at(middle),
        latitude=round(latitude, 6),
        longitude=round(longitude, 6),
        heading_deg=round(corridor.heading_deg(middle, direction), 1),
    )


def _vertices(corridor: Corridor) -> Iterator[tuple[float, float, float]]:
    for start_km, section in zip(corridor.section_starts_km, corridor.sections, strict=True):
        legs = [distance_m(a, b) for a, b in pairwise(section.polyline)]
        scale = section.length_km / sum(legs)
        km = start_km
        if start_km == 0.0:
            yield (0.0, *section.polyline[0])
        for leg, point in zip(legs, section.polyline[1:], strict=True):
            if leg > 0:  # a point given twice adds nothing
                km += leg * scale
                yield (km, *point)


def distance_m(a: LatLon, b: LatLon) -> float:
    """Great-circle distance in metres (haversine)."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))


def bearing_deg(a: LatLon, b: LatLon) -> float:
    """Initial great-circle bearing from `a` to `b`, clockwise from north, in degrees."""
    lat1, lat2, d_lon = math.radians(a[0]), math.radians(b[0]), math.radians(b[1] - a[1])
    east = math.sin(d_lon) * math.cos(lat2)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(d_lon)
    return math.degrees(math.atan2(east, north)) % 360


def free_speed_kph(speed_limit_kph: float) -> float:
    """Free-flow speed of a section that states none: the limit.

    Observed free speeds of UK cars lie near the motorway limit; a section may state its own.
    """
    return speed_limit_kph


_PLACES: dict[str, tuple[float, LatLon]] = {
    # km, (latitude, longitude). Department for Transport count points and junctions; km is the
    # length of straight legs scaled to the 190 km by road.
    "Charing Cross": (0, (51.5074, -0.1278)),
    "A40 Western Avenue": (16, (51.53448, -0.33782)),
    "A40 Hillingdon": (22, (51.54832, -0.41497)),
    "A40 Denham": (29, (51.56600, -0.50093)),
    "M40 J1A-J2": (33, (51.56509, -0.55596)),
    "M40 J3-J4": (47, (51.61031, -0.73054)),
    "M40 J4-J5": (55, (51.62560, -0.84135)),
    "M40 J5": (62, (51.6603, -0.9131)),
    "M40 J8": (77, (51.7320, -1.0760)),
    "M40 J8A-J9": (84, (51.78515, -1.09068)),
    "M40 J9-J10": (98, (51.88559, -1.20417)),
    "M40 J10": (106, (51.94912, -1.19856)),
    "M40 J11-J12 south": (126, (52.08922, -1.33625)),
    "M40 J11-J12 north": (135, (52.14686, -1.41684)),
    "M40 J14-J15": (154, (52.25782, -1.60585)),
    "M40 J15-J16": (162, (52.30051, -1.69340)),
    "M40 J16-M42": (170, (52.33708, -1.78127)),
    "M42 J3A": (172, (52.34926, -1.80807)),
    "Birmingham": (190, (52.4862, -1.8904)),
}


def _section(
    name: str, start: str, end: str, lanes: int, limit: float, free: float, flow: float, hgv: float
) -> Section:
    names = list(_PLACES)
    along = names[names.index(start) : names.index(end) + 1]
    return Section(
        name=name,
        polyline=tuple(_PLACES[p][1] for p in along),
        length_km=float(_PLACES[end][0] - _PLACES[start][0]),
        lanes=lanes,
        speed_limit_kph=limit,
        free_speed_kph=free,
        daily_flow=flow,
        hgv_share=hgv,
    )


LONDON_BIRMINGHAM = Corridor(
    name="london-birmingham",
    # Flows: AADF 2024 of the count point inside each section; lanes and free speeds are plain
    # values until the world is calibrated against the public figures.
    sections=(
        _section("London, A40 urban", "Charing Cross", "A40 Western Avenue", 2, 48, 48, 90_000, 0.05),
        _section("A40 Western Avenue", "A40 Western Avenue", "A40 Denham", 3, 80, 80, 104_235, 0.06),
        _section("M40 J1-J3", "A40 Denham", "M40 J3-J4", 4, 113, 110, 127_857, 0.076),
        _section("M40 J3-J5", "M40 J3-J4", "M40 J5", 3, 113, 110, 100_340, 0.065),
        _section("M40 J5-J9", "M40 J5", "M40 J9-J10", 3, 113, 112, 64_485, 0.106),
        _section("M40 J9-J11", "M40 J9-J10", "M40 J11-J12 south", 3, 113, 112, 108_452, 0.114),
        _section("M40 J11-J14", "M40 J11-J12 south", "M40 J14-J15", 3, 113, 112, 87_894, 0.123),
        _section("M40 J14-M42", "M40 J14-J15", "M42 J3A", 3, 113, 112, 102_904, 0.108),
        _section("Birmingham, A-roads", "M42 J3A", "Birmingham", 2, 64, 60, 63_113, 0.07),
    ),
)

CORRIDORS: dict[str, Corridor] = {LONDON_BIRMINGHAM.name: LONDON_BIRMINGHAM}
"""The built-in corridors by name."""

PLACES: dict[str, float] = {name: float(km) for name, (km, _) in _PLACES.items()}
"""Places along the built-in corridor and their km, for labels."""


def open_joints(sections: Sequence[Section]) -> list[tuple[int, float]]:
    """Sections that do not begin where the one before ends: (index, gap in metres), gaps over 500 m."""
    gaps = ((i + 1, distance_m(a.polyline[-1], b.polyline[0])) for i, (a, b) in enumerate(pairwise(sections)))
    return [(i, gap) for i, gap in gaps if gap > 500]
