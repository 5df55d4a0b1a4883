"""The named questions: bound values only, and columns that the contracts know."""

import re
from importlib.resources import files

import pytest
from cityroute_contracts.names import WAREHOUSE_SCHEMA
from cityroute_contracts.tables import WAREHOUSE_TABLES
from cityroute_dashboard.history import queries

SQL = queries.load()
PARAMETER = re.compile(r"%\((\w+)\)s")


def code(name: str) -> str:
    """The statement without its comments."""
    return re.sub(r"--.*", "", SQL[name])


def test_every_file_is_a_named_question() -> None:
    folder = files("cityroute_dashboard.history") / "sql"
    assert sorted(f.name for f in folder.iterdir()) == sorted(f"{name}.sql" for name in queries.NAMES)


@pytest.mark.parametrize("name", queries.NAMES)
def test_values_are_bound_and_each_is_explained(name: str) -> None:
    bound = set(PARAMETER.findall(SQL[name]))
    assert "route" in bound
    assert "%" not in PARAMETER.sub("", SQL[name])
    explained = SQL[name].split("Bound:")[1].split("\n")[0]
    assert all(parameter in explained for parameter in bound)


@pytest.mark.parametrize("name", queries.NAMES)
def test_tables_and_columns_are_those_of_the_contracts(name: str) -> None:
    tables = re.findall(rf"{WAREHOUSE_SCHEMA}\.(\w+)", code(name))
    assert tables
    known = {column for table in tables for column in WAREHOUSE_TABLES[table].names}
    asked = {"route", "segment_id", "minute", "mean_speed_kph", "loaded_at", "table_name"}
    assert {c for c in asked if re.search(rf"\b{c}\b", code(name))} <= known


def test_the_grid_is_bounded() -> None:
    assert re.search(r"LIMIT %\(limit\)s\s*$", SQL["segment_speed"])
