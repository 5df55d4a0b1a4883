"""The schema of the model: what the CustomResourceDefinition will be generated from."""

from collections.abc import Iterator
from typing import Any

import pytest
from cityroute_contracts.feeds import FEEDS
from cityroute_operator.model import CityRouteSpec
from cityroute_operator.model.spec import FeedsSpec
from cityroute_operator.model.words import FORMS

SCHEMA = CityRouteSpec.model_json_schema(by_alias=True)
FIELDS = [
    (f"{name}.{field}", value)
    for name, model in {**SCHEMA["$defs"], "CityRouteSpec": SCHEMA}.items()
    for field, value in model["properties"].items()
]


def nested(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from nested(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from nested(value)


def test_no_shape_that_a_structural_schema_lacks() -> None:
    for part in nested(SCHEMA):
        assert not {"anyOf", "oneOf", "allOf", "const", "exclusiveMinimum", "exclusiveMaximum"} & set(part)
        assert part.get("type") != "null"
        assert "default" not in part or part["default"] is not None


@pytest.mark.parametrize(("name", "schema"), FIELDS, ids=[name for name, _ in FIELDS])
def test_every_field_has_a_sentence_and_a_largest_size(name: str, schema: dict[str, Any]) -> None:
    refers_to = SCHEMA["$defs"].get(schema.get("$ref", "").removeprefix("#/$defs/"), {})
    assert schema.get("description", refers_to.get("description", "")).endswith(".")
    kind = schema.get("type", "object")
    if kind in ("integer", "number"):
        assert {"minimum", "maximum"} <= set(schema)
    if kind == "string":
        assert "enum" in schema or "maxLength" in schema
    if kind == "array":
        assert "maxItems" in schema


def test_every_pattern_is_explained_in_words() -> None:
    assert {part["pattern"] for part in nested(SCHEMA) if isinstance(part.get("pattern"), str)} <= set(FORMS)


def test_every_feed_of_the_contracts_can_be_set() -> None:
    assert list(FeedsSpec.model_fields) == list(FEEDS)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_has_an_interval_exactly_when_it_is_sent_at_intervals(feed: str) -> None:
    model = FeedsSpec.model_fields[feed].annotation
    assert model is not None
    assert ("interval_seconds" in model.model_fields) == (FEEDS[feed].default_interval_s is not None)
