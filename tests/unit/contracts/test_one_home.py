"""A schema has one home: no other package describes events or tables a second time.

Two signs give a second schema away: a column beside a type, anywhere; and a module that spells many
field names outside the folders whose very work is to fill or read fields.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.render.postgres import POSTGRES
from cityroute_contracts.render.redshift import REDSHIFT
from cityroute_contracts.render.spark import SPARK
from cityroute_contracts.tables import LAKE_TABLES, WAREHOUSE_TABLES

ROOT = Path(__file__).parents[3]
PACKAGES = (
    "operator/cityroute_operator",
    "simulators/cityroute_simulators",
    "spark_jobs/cityroute_spark",
    "dashboard/cityroute_dashboard",
    "cli/cityroute_cli",
)
APPROVED = {
    "simulators/cityroute_simulators/feeds": "fills the fields of events",
    "spark_jobs/cityroute_spark/transforms": "computes columns from fields",
    "dashboard/cityroute_dashboard/live": "shows fields of events",
    "dashboard/cityroute_dashboard/history": "asks columns of the warehouse",
}
HANDFUL = 4
"""Fewer names than this are a use (a place, a key), not a schema."""

RESULT_OF_A_FUNCTION = 2
"""Columns with types that a function over rows may name as its own result."""

NAMES = {f.name for s in (*FEEDS.values(), *LAKE_TABLES.values(), *WAREHOUSE_TABLES.values()) for f in s}
TYPES = {word.split("(")[0] for d in (SPARK, POSTGRES, REDSHIFT) for word in d.words.values()}
TYPED_COLUMN = re.compile(
    rf"\b({'|'.join(sorted(NAMES))})\W{{1,4}}({'|'.join(sorted(TYPES))})\b", re.IGNORECASE
)
MODULES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
QUERIES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.sql"))


def literals(source: str) -> Iterator[str]:
    """All string literals of a module, docstrings left out."""
    tree = ast.parse(source)
    scopes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {id(n.body[0].value) for n in ast.walk(tree) if isinstance(n, scopes) and has_doc(n)}  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def has_doc(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def typed_columns(source: str) -> list[str]:
    return [m[0] for text in literals(source) for m in TYPED_COLUMN.finditer(text)]


def field_names(source: str) -> set[str]:
    return {text for text in literals(source) if text in NAMES}


def is_approved(path: Path) -> bool:
    return any(path.is_relative_to(ROOT / folder) for folder in APPROVED)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_is_a_second_schema(path: Path) -> None:
    source, approved = path.read_text(), is_approved(path)
    typed, names = typed_columns(source), field_names(source)
    assert len(typed) <= (RESULT_OF_A_FUNCTION if approved else 0), (
        f"{'; '.join(typed)}: columns with types are rendered by cityroute_contracts.render"
    )
    assert approved or len(names) < HANDFUL, (
        f"{', '.join(sorted(names))}: take them from a schema, or approve the folder with its reason"
    )


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: str(p.relative_to(ROOT)))
def test_queries_ask_and_define_nothing(path: Path) -> None:
    assert not re.search(r"\b(create|alter)\s+(table|view)\b", path.read_text(), re.IGNORECASE)


def test_approved_folders_exist() -> None:
    assert all((ROOT / folder).is_dir() for folder in APPROVED)


def test_a_second_schema_would_be_found() -> None:
    assert typed_columns("ddl = 'speed_kph DOUBLE, count INT'") == ["speed_kph DOUBLE", "count INT"]
    assert typed_columns('fields = ["`route` varchar(24)"]') == ["route` varchar"]
    assert typed_columns('"""speed_kph double"""\nx = "speed_kph"') == []
    kept = field_names("row = {'latitude': 1, 'longitude': 2, 'speed_kph': 3, 'lane': 4, 'other': 5}")
    assert len(kept) >= HANDFUL
