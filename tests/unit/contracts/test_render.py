"""What the renderers promise beyond their golden texts: types, quoting, lengths, order, idempotence."""

import re

import pytest
from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS, GPS
from cityroute_contracts.render import jsonschema, postgres, redshift, spark
from cityroute_contracts.render.dialect import Dialect
from cityroute_contracts.schema import Field, Schema, Table, Type
from cityroute_contracts.tables import (
    DEAD_LETTER,
    LAKE_TABLES,
    LOAD_LEDGER,
    ROUTE_MINUTE,
    SEGMENT_MINUTE,
    WAREHOUSE_TABLES,
)

DIALECTS = (spark.SPARK, postgres.POSTGRES, redshift.REDSHIFT)
SCHEMAS: dict[str, Schema] = {**FEEDS, **LAKE_TABLES, **WAREHOUSE_TABLES}
TRICKY = Table(
    name="tricky",
    version=1,
    doc="It's a table.",
    fields=(
        Field("user", Type.STRING, r"A reserved word; it's a trap \ for quotes.", max_length=20_000),
        Field("when", Type.TIMESTAMP, "Another."),
        Field("revision", Type.LONG, "Number of the merge."),
    ),
    key=("user", "when"),
    partition="when",
)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_a_dialect_has_a_word_for_every_type(dialect: Dialect) -> None:
    assert set(dialect.words) == set(Type)
    assert set(jsonschema.WORDS) == set(Type) == set(spark.WIRE)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_reserved_and_odd_names_are_quoted_and_others_are_not(dialect: Dialect) -> None:
    q = dialect.quote
    assert dialect.identifier("select") == f"{q}select{q}"
    assert dialect.identifier(f"a{q}b") == f"{q}a{q}{q}b{q}"
    assert dialect.identifier("speed_kph") == "speed_kph"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_a_name_that_is_too_long_is_refused_with_its_limit(dialect: Dialect) -> None:
    longest = "x" * dialect.longest_identifier
    assert dialect.identifier(longest) == longest
    with pytest.raises(ValueError, match=str(dialect.longest_identifier)):
        dialect.identifier(longest + "x")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_name_fits_every_dialect_unquoted(name: str) -> None:
    for dialect in DIALECTS:
        for identifier in (name, *SCHEMAS[name].names):
            assert dialect.identifier(identifier) == identifier


def test_spark_reads_event_time_off_the_wire_as_a_number_and_keeps_it_as_a_timestamp() -> None:
    assert "event_time BIGINT" in spark.wire_ddl(GPS).split(", ")
    assert "event_time TIMESTAMP" in spark.spark_ddl(GPS).split(", ")
    assert [c.split()[0] for c in spark.wire_ddl(GPS).split(", ")] == list(GPS.names)


@pytest.mark.parametrize("table", LAKE_TABLES.values(), ids=lambda t: t.name)
def test_lake_tables_are_partitioned_by_hidden_time(table: Table) -> None:
    sql = spark.iceberg_create(table, names.lake_table("m6", table.name))
    assert sql.startswith(f"CREATE TABLE IF NOT EXISTS city.cityroute_m6.{table.name} (")
    assert f"PARTITIONED BY ({table.partition_unit}({table.partition}))" in sql
    assert "'format-version' = '2'" in sql


def test_only_columns_that_are_never_null_are_declared_so_in_the_lake() -> None:
    sql = spark.iceberg_create(DEAD_LETTER, "city.a.dead_letter")
    assert re.search(r"kafka_offset BIGINT NOT NULL COMMENT", sql)
    assert re.search(r"record_value BINARY COMMENT", sql)


def test_quotes_and_backslashes_in_sentences_stay_in_their_literal() -> None:
    assert r"COMMENT 'A reserved word; it\'s a trap \\ for quotes.'" in spark.iceberg_create(
        TRICKY, "city.a.b"
    )
    assert r"IS 'A reserved word; it''s a trap \ for quotes.'" in "\n".join(postgres.create_table(TRICKY))


def test_reserved_words_are_quoted_wherever_a_column_stands() -> None:
    merged = postgres.merge(TRICKY, "order")
    assert merged.startswith('MERGE INTO cityroute.tricky AS t USING "order" AS s')
    assert 't."user" = s."user" AND t."when" = s."when"' in merged
    assert 'DISTKEY ("user")' in redshift.create_table(TRICKY)[0]
    assert "PARTITIONED BY (hours(`when`))" in spark.iceberg_create(TRICKY, "city.a.b")


@pytest.mark.parametrize("table", WAREHOUSE_TABLES.values(), ids=lambda t: t.name)
def test_every_warehouse_table_can_be_merged_by_revision(table: Table) -> None:
    assert "revision" in table.names
    assert "revision" not in table.key
    assert table.key[0] == "route"


def test_a_merge_changes_no_key_and_takes_newer_rows_only() -> None:
    sql = postgres.merge(SEGMENT_MINUTE, "stage")
    updated = re.search(r"UPDATE SET (.*)", sql)
    assert updated is not None
    columns = [assignment.split(" = ")[0] for assignment in updated[1].split(", ")]
    assert set(columns) == set(SEGMENT_MINUTE.names) - set(SEGMENT_MINUTE.key)
    assert "WHEN MATCHED AND s.revision > t.revision" in sql


def test_redshift_drops_rows_that_are_not_newer_before_its_unconditional_merge() -> None:
    delete, merge = redshift.merge(SEGMENT_MINUTE, "stage")
    assert delete.startswith("DELETE FROM stage USING cityroute.segment_minute WHERE")
    assert delete.endswith("stage.revision <= segment_minute.revision")
    assert "WHEN MATCHED THEN UPDATE" in merge


@pytest.mark.parametrize(
    ("name", "word"),
    [("route", "VARCHAR(96)"), ("direction", "VARCHAR(32)"), ("minute", "TIMESTAMPTZ")],
)
def test_redshift_text_has_room_for_four_bytes_a_character(name: str, word: str) -> None:
    assert redshift.column_type(SEGMENT_MINUTE.field(name)) == word


def test_redshift_text_never_passes_the_longest_varchar() -> None:
    assert redshift.column_type(TRICKY.field("user")) == "VARCHAR(65535)"


@pytest.mark.parametrize(
    ("table", "column"),
    [(SEGMENT_MINUTE, "segment_id"), (ROUTE_MINUTE, "direction"), (LOAD_LEDGER, "table_name")],
    ids=lambda v: v.name if isinstance(v, Table) else v,
)
def test_redshift_spreads_rows_by_neither_route_nor_time(table: Table, column: str) -> None:
    assert redshift.distribution_key(table) == column


def test_the_external_schema_reads_the_lake_of_one_route() -> None:
    sql = redshift.external_schema("lake_m6", names.lake_database("m6"), "arn:aws:iam::1:role/o'neil")
    assert "DATABASE 'cityroute_m6' IAM_ROLE 'arn:aws:iam::1:role/o''neil'" in sql
    assert redshift.external_schema("lake_m6", "cityroute_m6", "default").endswith("IAM_ROLE default")


def test_nullable_columns_of_a_later_release_reach_tables_of_an_earlier_one() -> None:
    alter = next(sql for sql in postgres.create_table(SEGMENT_MINUTE) if sql.startswith("ALTER"))
    added = re.findall(r"ADD COLUMN IF NOT EXISTS (\w+)", alter)
    assert added == [f.name for f in SEGMENT_MINUTE if f.nullable]
    assert spark.iceberg_add_column(SEGMENT_MINUTE.field("flow_vph"), "city.a.segment_minute") == (
        "ALTER TABLE city.a.segment_minute ADD COLUMN flow_vph DOUBLE "
        "COMMENT 'Flow over the minute\\'s camera intervals. Unit: vehicles/h.'"
    )
    assert redshift.add_column(SEGMENT_MINUTE, SEGMENT_MINUTE.field("flow_vph")) == (
        "ALTER TABLE cityroute.segment_minute ADD COLUMN flow_vph DOUBLE PRECISION"
    )
