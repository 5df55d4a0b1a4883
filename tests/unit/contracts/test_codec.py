"""Encoding, and a check that stands whatever bytes come."""

import json
import math
import random
from typing import Any

import pytest
from cityroute_contracts import samples
from cityroute_contracts.codec import Reason, check, check_row, decode, encode, has_surrogate_half
from cityroute_contracts.feeds import EVENT_MAX_BYTES, FEEDS, GPS, WEATHER
from cityroute_contracts.tables import DEAD_LETTER

MUTATIONS = 1500
TOKENS = (
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\u",
    b"\\ud800",
    b"\xff",
    b"\x00",
    b"-",
    b"1e999",
    b"null",
    b"NaN",
    b":,",
)


def row(feed: str = "gps", **changes: Any) -> dict[str, Any]:
    return samples.rows(feed)[0] | changes


def reasons(**changes: Any) -> list[tuple[Reason, str | None]]:
    return [(b.reason, b.field) for b in check(GPS, json.dumps(row(**changes)).encode())]


@pytest.mark.parametrize("name", FEEDS)
def test_encoded_rows_are_compact_in_schema_order_and_come_back(name: str) -> None:
    for sample in samples.rows(name):
        shuffled = dict(sorted(sample.items(), reverse=True))
        value = encode(FEEDS[name], shuffled)
        assert b": " not in value.replace(b'": "', b"") and b"\n" not in value
        assert tuple(json.loads(value)) == FEEDS[name].names
        assert decode(FEEDS[name], value) == sample


def test_doubles_are_written_with_the_decimals_of_their_field() -> None:
    value = encode(GPS, row(latitude=51.123456789, speed_kph=71.26))
    assert (json.loads(value)["latitude"], json.loads(value)["speed_kph"]) == (51.123457, 71.3)


def test_encode_refuses_what_no_reader_could_take() -> None:
    with pytest.raises(KeyError, match="speed_kph"):
        encode(GPS, {k: v for k, v in row().items() if k != "speed_kph"})
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(GPS, row(speed_kph=math.nan))


def test_unknown_keys_are_no_fault_and_are_dropped() -> None:
    value = json.dumps(row(firmware="2.1", nested={"deep": [1, {}]})).encode()
    assert check(GPS, value) == ()
    assert decode(GPS, value) == row()


def test_all_faults_of_a_record_are_told_at_once() -> None:
    assert reasons(seq=-1, vehicle_class="tram", latitude=None) == [
        (Reason.OUT_OF_RANGE, "seq"),
        (Reason.MISSING_FIELD, "latitude"),
        (Reason.UNKNOWN_VALUE, "vehicle_class"),
    ]


@pytest.mark.parametrize("field", ["latitude", "longitude", "heading_deg"])
def test_bounds_belong_to_the_range(field: str) -> None:
    f = GPS.field(field)
    assert f.minimum is not None and f.maximum is not None
    for bound in (f.minimum, f.maximum):
        assert reasons(**{field: bound}) == []
    assert reasons(**{field: math.nextafter(f.maximum, math.inf)}) == [(Reason.OUT_OF_RANGE, field)]
    assert reasons(**{field: math.nextafter(f.minimum, -math.inf)}) == [(Reason.OUT_OF_RANGE, field)]


def test_lengths_count_characters_not_bytes() -> None:
    longest = "\N{BUS}" * 64
    assert reasons(device_id=longest) == []
    assert reasons(device_id=longest + "x") == [(Reason.OUT_OF_RANGE, "device_id")]


@pytest.mark.parametrize(
    "text", ["[" * 60_000, '{"a":' * 10_000, '{"x":' + "9" * 60_000 + "}", '{"x":1' + "0" * 5_000]
)
def test_hostile_json_is_malformed_and_nothing_is_raised(text: str) -> None:
    (bad,) = check(GPS, text.encode())
    assert bad.reason is Reason.MALFORMED_JSON


def test_the_size_limit_is_inclusive() -> None:
    whole = samples.good("gps")[0]
    assert check(GPS, whole.ljust(EVENT_MAX_BYTES)) == ()
    assert check(GPS, whole.ljust(EVENT_MAX_BYTES + 1))[0].reason is Reason.OVERSIZED


@pytest.mark.parametrize(
    ("text", "half"),
    [
        (r'"plain"', False),
        (r'"\u00e9"', False),
        (r'"\ud83d\ude8c"', False),
        (r'"\uD83D\uDE8C\ud83d\ude8c"', False),
        (r'"\\ud800"', False),
        (r'"\\\\ud800"', False),
        (r'"\ud83d"', True),
        (r'"\ude8c"', True),
        (r'"\ude8c\ud83d"', True),
        (r'"\\\ud83d"', True),
        (r'"\ud83d\\\ude8c"', True),
        (r'"\ud83d\ud83d\ude8c\ude8c"', True),
    ],
)
def test_half_a_surrogate_pair_is_found(text: str, half: bool) -> None:
    assert has_surrogate_half(text) is half
    assert is_storable(json.loads(text)) is not half


def is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("name", FEEDS)
def test_no_mutation_of_a_good_record_makes_the_check_raise(name: str) -> None:
    chance = random.Random(f"mutations of {name}")
    for _ in range(MUTATIONS):
        value = mutated(chance.choice(samples.good(name)), chance)
        faults = check(FEEDS[name], value)
        assert all(len(bad.detail) <= 400 and is_storable(bad.detail) for bad in faults)
        if not faults:
            taken = decode(FEEDS[name], value)
            assert all(is_storable(v) and "\0" not in v for v in taken.values() if isinstance(v, str))
            assert check_row(FEEDS[name], taken) == ()


def mutated(value: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randrange(len(value) + 1), chance.randint(0, 6)
        inserted = chance.choice((b"", chance.choice(TOKENS), chance.randbytes(length), value[at : at + 40]))
        value = value[:at] + inserted + value[at + length :]
    return value


def test_a_field_that_may_be_null_may_be_absent_or_null() -> None:
    without = {k: v for k, v in row("weather").items() if k != "direction"}
    assert check_row(WEATHER, without) == check_row(WEATHER, without | {"direction": None}) == ()


def test_rows_of_tables_are_judged_like_events() -> None:
    letter = samples.rows("dead_letter")[0]
    assert check_row(DEAD_LETTER, letter | {"record_value": "YWJj"}) == ()
    (bad,) = check_row(DEAD_LETTER, letter | {"record_value": "***"})
    assert (bad.reason, bad.field) == (Reason.WRONG_TYPE, "record_value")
