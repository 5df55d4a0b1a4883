"""The road: geometry against known distances, and segments that cover it exactly."""

from itertools import pairwise

import pytest
from cityroute_contracts.corridor import (
    LONDON_BIRMINGHAM,
    PLACES,
    Corridor,
    Section,
    bearing_deg,
    distance_m,
    open_joints,
)
from cityroute_contracts.feeds import DIRECTIONS

LONDON, BIRMINGHAM = (51.5074, -0.1278), (52.4862, -1.8904)
A, B, C = (52.0, -1.0), (52.01, -1.0), (52.01, -0.98)


def section(*polyline: tuple[float, float], length_km: float = 2.0, name: str = "a") -> Section:
    return Section(name, polyline, length_km, 2, 113, 110, 60_000, 0.1)


def turned(a: float, b: float) -> float:
    """Smallest angle between two headings, in degrees."""
    return abs((a - b + 180) % 360 - 180)


def test_the_great_circle_from_london_to_birmingham() -> None:
    assert distance_m(LONDON, BIRMINGHAM) == pytest.approx(162_500, rel=1e-3)
    assert bearing_deg(LONDON, BIRMINGHAM) == pytest.approx(313, abs=1)


def test_the_built_in_corridor_is_190_km_from_london_to_birmingham_in_nine_joined_sections() -> None:
    assert LONDON_BIRMINGHAM.length_km == 190
    assert len(LONDON_BIRMINGHAM.sections) == 9
    assert open_joints(LONDON_BIRMINGHAM.sections) == []
    assert LONDON_BIRMINGHAM.position(0) == pytest.approx(LONDON)
    assert LONDON_BIRMINGHAM.position(190) == pytest.approx(BIRMINGHAM)


def test_segments_cover_both_directions_without_gap_or_overlap() -> None:
    segments = LONDON_BIRMINGHAM.segments
    assert len({s.id for s in segments}) == len(segments) == 2 * 190
    for direction in DIRECTIONS:
        own = [s for s in segments if s.direction == direction]
        assert (own[0].km_from, own[-1].km_to) == (0, 190)
        assert all(a.km_to == b.km_from for a, b in pairwise(own))


def test_a_segment_has_the_section_and_heading_of_its_middle() -> None:
    by_id = {s.id: s for s in LONDON_BIRMINGHAM.segments}
    out, back = by_id["outbound-098"], by_id["inbound-098"]
    assert out.section is back.section is LONDON_BIRMINGHAM.section_at(98.5)
    assert (out.latitude, out.longitude) == (back.latitude, back.longitude)
    assert turned(out.heading_deg, back.heading_deg) == pytest.approx(180, abs=0.2)


def test_a_kilometre_of_road_is_never_more_than_a_kilometre_on_the_map() -> None:
    positions = [LONDON_BIRMINGHAM.position(km) for km in range(191)]
    legs = [distance_m(a, b) for a, b in pairwise(positions)]
    assert min(legs) > 700 and max(legs) < 1100


def test_places_lie_where_they_say() -> None:
    for km in PLACES.values():
        assert 0 <= km <= LONDON_BIRMINGHAM.length_km
    assert LONDON_BIRMINGHAM.section_at(PLACES["M40 J10"]).name == "M40 J9-J11"


def test_beyond_its_ends_the_road_stands_still() -> None:
    assert LONDON_BIRMINGHAM.position(-5) == LONDON_BIRMINGHAM.position(0)
    assert LONDON_BIRMINGHAM.position(500) == LONDON_BIRMINGHAM.position(190)
    assert LONDON_BIRMINGHAM.section_at(-5) is LONDON_BIRMINGHAM.sections[0]
    assert LONDON_BIRMINGHAM.section_at(500) is LONDON_BIRMINGHAM.sections[-1]


def test_a_polyline_is_stretched_to_the_stated_length() -> None:
    road = Corridor("a", (section(A, B, length_km=4.0),))
    assert road.position(2.0) == pytest.approx((52.005, -1.0))
    assert road.heading_deg(2.0, "outbound") == pytest.approx(0)
    assert road.heading_deg(2.0, "inbound") == pytest.approx(180)


def test_the_last_segment_of_a_road_may_be_shorter() -> None:
    road = Corridor("a", (section(A, B, length_km=1.25), section(B, C, length_km=1.0)))
    assert [s.length_km for s in road.segments if s.direction == "inbound"] == [1, 1, 0.25]


def test_a_road_shorter_than_a_kilometre_is_one_segment_each_way() -> None:
    road = Corridor("a", (section(A, B, length_km=0.4),))
    assert [(s.id, s.length_km) for s in road.segments] == [("outbound-000", 0.4), ("inbound-000", 0.4)]


def test_lengths_that_do_not_add_up_exactly_make_no_sliver() -> None:
    road = Corridor("a", tuple(section(A, B, length_km=0.1) for _ in range(30)))
    assert road.segments_per_direction == 3


def test_a_point_given_twice_changes_nothing() -> None:
    once, twice = Corridor("a", (section(A, B, C),)), Corridor("a", (section(A, A, B, B, C, C),))
    assert [once.position(km / 4) for km in range(9)] == [twice.position(km / 4) for km in range(9)]


def test_a_joint_that_does_not_meet_is_told_with_its_gap() -> None:
    ((index, gap_m),) = open_joints([section(A, B), section(B, C), section(A, B)])
    assert index == 2
    assert gap_m == pytest.approx(distance_m(C, A))
