"""`python -m cityroute_contracts.render`: writes what is generated, and says when it is not up to date."""

import json
from pathlib import Path

import pytest
from cityroute_contracts.lock import LOCK_FILE, LockedSchema, dump
from cityroute_contracts.render.__main__ import main, today

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root where everything has just been generated."""
    (tmp_path / LOCK_FILE).parent.mkdir()
    assert run("docs", tmp_path) == run("lock", tmp_path) == 0
    return tmp_path


def run(what: str, root: Path) -> int:
    return main([what, "--root", str(root)])


def test_the_repository_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    status = run("check", REPOSITORY)
    assert (status, capsys.readouterr().err) == (0, "")


def test_what_is_generated_passes_the_check(root: Path) -> None:
    assert run("check", root) == 0
    assert json.loads((root / "docs/schemas/gps.v1.json").read_text())["title"] == "gps v1"


@pytest.mark.parametrize("path", ["docs/feeds.md", "docs/tables.md", "docs/schemas/gps.v1.json", LOCK_FILE])
@pytest.mark.parametrize("missing", [False, True])
def test_an_outdated_file_is_named_with_the_command_that_mends_it(
    root: Path, path: str, missing: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / path).unlink() if missing else (root / path).write_text((root / path).read_text() + "\n")
    assert run("check", root) == 1
    told = capsys.readouterr().err
    assert path in told and 'Hint: Run "make generate"' in told
    assert run("docs", root) == run("lock", root) == run("check", root) == 0


def test_the_lock_is_not_overwritten_when_a_released_version_is_gone(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = LockedSchema(
        name="tram", version=1, key=("id",), partition=None, fields={"id": {"type": "string"}}
    )
    released = dump((*today(), gone))
    (root / LOCK_FILE).write_text(released)
    assert run("lock", root) == run("check", root) == 1
    assert "tram v1" in capsys.readouterr().err
    assert (root / LOCK_FILE).read_text() == released


def test_a_lock_that_cannot_be_read_is_a_problem_not_a_trace(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / LOCK_FILE).write_text("<<<<<<< HEAD")
    assert run("check", root) == 1
    assert "LockUnreadable" in capsys.readouterr().err
