"""Every table as each system gets it. A change here changes tables that people already have."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.render import postgres, redshift, spark
from cityroute_contracts.tables import LAKE_TABLES, WAREHOUSE_TABLES

HERE = Path(__file__).parent
ROUTE = "london-birmingham"


def iceberg() -> list[str]:
    return [spark.iceberg_create(t, names.lake_table(ROUTE, t.name)) for t in LAKE_TABLES.values()]


def wire() -> list[str]:
    return [f"{feed.name}: {spark.wire_ddl(feed)}" for feed in FEEDS.values()]


def in_postgres() -> list[str]:
    tables = [sql for t in WAREHOUSE_TABLES.values() for sql in postgres.create_table(t)]
    merges = [postgres.merge(t, f"stage_{t.name}") for t in WAREHOUSE_TABLES.values()]
    return [postgres.create_schema(), *tables, *merges]


def in_redshift() -> list[str]:
    tables = [sql for t in WAREHOUSE_TABLES.values() for sql in redshift.create_table(t)]
    merges = [sql for t in WAREHOUSE_TABLES.values() for sql in redshift.merge(t, f"stage_{t.name}")]
    return [redshift.create_schema(), *tables, *merges]


@pytest.mark.parametrize(
    ("file", "render"),
    [
        ("iceberg.sql", iceberg),
        ("wire.txt", wire),
        ("postgres.sql", in_postgres),
        ("redshift.sql", in_redshift),
    ],
)
def test_renders_are_as_recorded(
    file: str, render: Callable[[], list[str]], golden: Callable[[Path, str], None]
) -> None:
    golden(HERE / file, ";\n\n".join(render()) + ";\n")
