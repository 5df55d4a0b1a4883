"""The command as a person meets it: exit codes and sentences."""

from pathlib import Path

import pytest
from cityroute_cli.main import app, seconds
from typer import BadParameter
from typer.testing import CliRunner

GOOD = """
apiVersion: cityroute.io/v1alpha1
kind: CityRoute
metadata: {name: demo}
spec:
  corridor: {name: london-birmingham}
"""
BAD = GOOD.replace("london-birmingham", "london-glasgow") + "  kafka: {retentionHours: 0}\n"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "route.yaml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.yaml"
    path.write_text(BAD)
    return path


def test_a_broken_manifest_starts_nothing_and_names_every_problem(broken: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["run", str(broken), "--data", str(tmp_path / "data")])
    assert result.exit_code == 2
    assert "spec.corridor.name" in result.stderr
    assert "spec.kafka.retentionHours" in result.stderr
    assert not (tmp_path / "data").exists()


def test_validate_judges_each_file(manifest: Path, broken: Path) -> None:
    result = CliRunner().invoke(app, ["validate", str(manifest), str(broken)])
    assert result.exit_code == 2
    assert f"{manifest}: valid" in result.stdout
    assert "2 problems" in result.stderr


def test_overrides_are_judged_like_the_manifest(manifest: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["run", str(manifest), "--vehicles", "-1", "--data", str(tmp_path / "data")]
    )
    assert result.exit_code == 2
    assert "spec.simulation.vehicles" in result.stderr


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", str(tmp_path / "nothing.yaml")])
    assert result.exit_code == 2
    assert "could not be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_java_is_one_sentence_and_starts_nothing(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(app, ["run", str(manifest), "--data", str(tmp_path / "data")])
    assert result.exit_code == 1
    assert "Java 17 or 21" in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("site", ["local", "kind"])
def test_a_plan_is_yaml_of_all_kinds(manifest: Path, site: str) -> None:
    result = CliRunner().invoke(app, ["plan", str(manifest), "--site", site])
    assert result.exit_code == 0
    for kind in ("KafkaTopic", "StatefulSet", "SparkApplication", "ConfigMap"):
        assert f"kind: {kind}\n" in result.stdout


def test_a_site_that_does_not_exist_is_named(manifest: Path) -> None:
    result = CliRunner().invoke(app, ["plan", str(manifest), "--site", "moon"])
    assert result.exit_code == 2
    assert 'no site "moon"' in result.stderr


@pytest.mark.parametrize(("text", "value"), [("90s", 90), ("1.5m", 90), ("1h", 3600), ("45", 45)])
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


def test_what_is_no_duration_is_refused() -> None:
    with pytest.raises(BadParameter):
        seconds("soon")
