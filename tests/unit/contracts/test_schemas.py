"""Rules that every feed, table and field keeps."""

import pytest
from cityroute_contracts.codec import Reason
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.render import docs
from cityroute_contracts.schema import Schema, Table, Type
from cityroute_contracts.tables import ANALYTICS, EVENTS, LAKE_TABLES, WAREHOUSE_TABLES

SCHEMAS: dict[str, Schema] = {**FEEDS, **LAKE_TABLES, **WAREHOUSE_TABLES}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda s: s.name)
def test_names_and_sentences_are_there(schema: Schema) -> None:
    assert len(set(schema.names)) == len(schema.names)
    for doc in (schema.doc, *(f.doc for f in schema)):
        assert doc[0].isupper() or doc[0].isdigit() or doc[0] == "("
        assert doc.endswith(".")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda s: s.name)
def test_keys_and_partitions_are_fields_that_are_never_null(schema: Schema) -> None:
    assert schema.key
    for name in schema.key:
        assert not schema.field(name).nullable
    if isinstance(schema, Table) and schema.partition:
        assert schema.field(schema.partition).type is Type.TIMESTAMP
        assert not schema.field(schema.partition).nullable
        assert set(schema.sort) <= set(schema.names)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda s: s.name)
def test_the_rules_of_a_field_fit_its_type(schema: Schema) -> None:
    for f in schema:
        if f.type is Type.STRING:
            assert f.choices or f.max_length, f"{schema.name}.{f.name} has no longest length"
            assert f.minimum is None and f.maximum is None
        else:
            assert not f.choices and f.max_length is None
        assert f.decimals is None or f.type is Type.DOUBLE


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda f: f.name)
def test_every_number_of_a_feed_has_plausible_bounds_and_every_double_its_decimals(feed: Schema) -> None:
    for f in feed:
        if f.type is Type.DOUBLE:
            assert f.minimum is not None and f.maximum is not None and f.decimals is not None
        if f.type is Type.INT:
            assert f.minimum is not None and f.maximum is not None


def test_an_unknown_field_is_named_with_its_schema() -> None:
    with pytest.raises(KeyError, match="gps v1 has no field 'altitude'"):
        FEEDS["gps"].field("altitude")


def test_event_tables_hold_their_feed_and_where_in_kafka_it_came_from() -> None:
    for name, table in EVENTS.items():
        assert table.names[: len(FEEDS[name].names)] == FEEDS[name].names
        assert table.key == ("kafka_topic", "kafka_partition", "kafka_offset")
        assert {f.name for f in table if f.nullable} >= {"seq", "stream_id"}
        assert not table.field("event_id").nullable


def test_analytics_are_keyed_by_route_and_numbered_by_revision() -> None:
    for table in ANALYTICS.values():
        assert table.key[0] == "route"
        assert table.names[-1] == "revision"
        assert table.in_warehouse


def test_every_reason_has_a_sentence_in_the_order_in_which_it_is_looked_for() -> None:
    assert list(docs.REASONS) == list(Reason)
    assert all(sentence.endswith(".") for sentence in docs.REASONS.values())


def test_the_pages_name_every_field() -> None:
    for page, schemas in (
        (docs.feeds_page(), FEEDS),
        (docs.tables_page(), {**LAKE_TABLES, **WAREHOUSE_TABLES}),
    ):
        assert page.splitlines()[0] == docs.GENERATED
        for schema in schemas.values():
            section = page.split(f"\n## {schema.name}")[1].split("\n## ")[0]
            assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(
                schema.names
            )
