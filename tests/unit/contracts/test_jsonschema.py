"""The JSON Schemas for producers give the codec's verdict on everything that JSON Schema can say."""

import json
from functools import cache
from typing import Any

import pytest
from cityroute_contracts import samples
from cityroute_contracts.codec import Reason
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.render.jsonschema import json_schema, json_schema_text
from cityroute_contracts.samples import Broken
from jsonschema import Draft202012Validator

BEYOND_JSON_SCHEMA = {Reason.EMPTY, Reason.OVERSIZED, Reason.INVALID_UTF8, Reason.MALFORMED_JSON}


@cache
def validator(feed: str, external: bool = False) -> Draft202012Validator:
    return Draft202012Validator(json_schema(FEEDS[feed], external=external))


def is_integer_with_fraction(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def judged_alike(feed: str) -> list[Broken]:
    """Broken samples whose fault JSON Schema can see: not `4.0` for an integer, which it takes."""
    return [
        broken
        for broken in samples.broken(feed)
        if broken.reason not in BEYOND_JSON_SCHEMA
        and broken.value is not None
        and not is_integer_with_fraction(json.loads(broken.value).get(broken.field))
    ]


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("external", [False, True])
def test_the_schema_is_one(feed: str, external: bool) -> None:
    Draft202012Validator.check_schema(json_schema(FEEDS[feed], external=external))


@pytest.mark.parametrize("feed", FEEDS)
def test_good_samples_are_valid(feed: str) -> None:
    for value in samples.rows(feed):
        assert validator(feed).is_valid(value)
        assert validator(feed, external=True).is_valid(value)


@pytest.mark.parametrize("feed", FEEDS)
def test_external_samples_are_valid_only_from_outside(feed: str) -> None:
    for value in map(json.loads, samples.external(feed)):
        assert validator(feed, external=True).is_valid(value)
        assert not validator(feed).is_valid(value)


@pytest.mark.parametrize(
    ("feed", "broken"),
    [(feed, broken) for feed in FEEDS for broken in judged_alike(feed)],
    ids=lambda v: f"{v.reason}-{v.field}" if isinstance(v, Broken) else v,
)
def test_broken_samples_are_not_valid(feed: str, broken: Broken) -> None:
    assert broken.value is not None
    errors = list(validator(feed).iter_errors(json.loads(broken.value)))
    places = {e.path[0] if e.path else broken.field for e in errors}
    assert places == {broken.field}


def test_the_text_has_a_sentence_for_every_property() -> None:
    for feed in FEEDS.values():
        properties = json.loads(json_schema_text(feed))["properties"]
        assert all(p["description"].endswith(".") for p in properties.values())
        assert list(properties) == list(feed.names)
