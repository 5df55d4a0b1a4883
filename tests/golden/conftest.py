"""Golden files: what a decision gave when a person last looked at it. `make golden` records anew."""

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="record what the tests get as golden")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to record instead of compare."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def golden(update_golden: bool) -> Callable[[Path, str], None]:
    """Compares a text with a golden file, or records it."""

    def compare(path: Path, got: str) -> None:
        if update_golden:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(got)
        recorded = path.read_text() if path.exists() else ""
        assert got == recorded, f"{path.name} changed: review it, then `make golden`"

    return compare
