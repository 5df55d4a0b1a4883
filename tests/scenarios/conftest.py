"""Routes for the scenarios: the demo at a size that leaves the two cores some air."""

from pathlib import Path

import pytest

from tests.support.local_run import ROOT


@pytest.fixture
def demo() -> Path:
    return ROOT / "examples" / "london-birmingham.yaml"


@pytest.fixture
def external() -> Path:
    return ROOT / "examples" / "external.yaml"
