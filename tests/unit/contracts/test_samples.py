"""Samples and codec hold each other: what is good passes, what is broken gives the one reason it states."""

import json

import pytest
from cityroute_contracts import samples
from cityroute_contracts.codec import BadField, Reason, check, check_row
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.samples import Broken
from cityroute_contracts.schema import Field, Schema, Type
from cityroute_contracts.tables import LAKE_TABLES, WAREHOUSE_TABLES

TABLES = {**LAKE_TABLES, **WAREHOUSE_TABLES}
SCHEMAS: dict[str, Schema] = {**FEEDS, **TABLES}
JUDGED_BY_THE_INGEST = {Reason.WRONG_ROUTE, Reason.IMPLAUSIBLE_TIME}


def verdict(name: str, value: bytes | None) -> tuple[BadField, ...]:
    if name in FEEDS:
        return check(FEEDS[name], value)
    assert value is not None
    return check_row(TABLES[name], json.loads(value))


@pytest.mark.parametrize("name", SCHEMAS)
def test_good_samples_are_whole_and_nothing_is_wrong_with_them(name: str) -> None:
    assert len(samples.good(name)) >= 3
    for value, row in zip(samples.good(name), samples.rows(name), strict=True):
        assert verdict(name, value) == ()
        assert tuple(row) == SCHEMAS[name].names


@pytest.mark.parametrize("name", SCHEMAS)
def test_good_rows_have_keys_of_their_own(name: str) -> None:
    keys = [tuple(row[k] for k in SCHEMAS[name].key) for row in samples.rows(name)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("name", "broken"),
    [(name, broken) for name in SCHEMAS for broken in samples.broken(name)],
    ids=lambda v: f"{v.reason}-{v.field}" if isinstance(v, Broken) else v,
)
def test_a_broken_sample_gives_its_one_reason(name: str, broken: Broken) -> None:
    assert [(b.reason, b.field) for b in verdict(name, broken.value)] == [(broken.reason, broken.field)]


@pytest.mark.parametrize("feed", FEEDS)
def test_external_samples_are_good_only_from_outside(feed: str) -> None:
    assert samples.external(feed)
    for value in samples.external(feed):
        assert check(FEEDS[feed], value, external=True) == ()
        assert {b.reason for b in check(FEEDS[feed], value)} == {Reason.MISSING_FIELD}


@pytest.mark.parametrize("feed", FEEDS)
def test_every_reason_that_the_codec_can_give_has_a_sample(feed: str) -> None:
    assert {b.reason for b in samples.broken(feed)} == set(Reason) - JUDGED_BY_THE_INGEST


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_rule_of_every_field_has_a_sample(name: str) -> None:
    broken = {(b.reason, b.field) for b in samples.broken(name)}
    expected = {(reason, f.name) for f in SCHEMAS[name] for reason in rules_of(f)}
    assert expected <= broken


def rules_of(f: Field) -> set[Reason]:
    rules = {Reason.WRONG_TYPE}
    if not f.nullable:
        rules.add(Reason.MISSING_FIELD)
    if f.choices:
        rules.add(Reason.UNKNOWN_VALUE)
    elif f.type is Type.STRING or (f.minimum, f.maximum) != (None, None):
        rules.add(Reason.OUT_OF_RANGE)
    return rules


def test_a_recipe_that_no_longer_fits_its_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing usable"):
        samples._broken_value({"replace": ["no such text", "x"]}, b"{}")
