"""The command, as a supervisor and a person in a shell see it."""

import json
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from cityroute_contracts.clock import Clock
from cityroute_simulators.arguments import UsageProblem, duration_ms, load, parse
from cityroute_simulators.metrics import Metrics

from .support import START_MS, feeds, from_start, settings, take

COMMAND = [sys.executable, "-m", "cityroute_simulators"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "simulation.json"
    path.write_text(settings(vehicles=20, clock=Clock(START_MS, 0, 1.0)).to_json())
    return path


def test_standard_output_gets_the_events_as_json_lines(config: Path) -> None:
    command = [*COMMAND, "--feed", "gps", "--config", str(config), "--publisher", "stdout", "--fast"]
    done = subprocess.run([*command, "--for", "5s"], capture_output=True, check=True, timeout=60)
    expected = take(from_start(settings(vehicles=20), "gps"), 5)
    assert done.stdout.splitlines() == [r.value for r in expected]
    assert all(json.loads(line)["event"] for line in done.stderr.splitlines())


def test_a_closed_pipe_ends_the_run_cleanly(config: Path) -> None:
    command = [*COMMAND, "--feed", "gps", "--config", str(config), "--publisher", "stdout", "--fast"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["seq"] == 0
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(timeout=30) == 0


def test_sigterm_ends_a_run_that_waits_for_kafka_with_0(config: Path) -> None:
    command = [*COMMAND, "--feed", "weather", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = json.loads(process.stderr.readline())
        assert said["event"] == "waiting for kafka" and "no broker answers" in said["reason"]
        process.send_signal(signal.SIGTERM)
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "holds no simulation settings"),
        ("{}", "it lacks 'corridor'"),
        ("[]", "holds no simulation settings"),
        (None, "was not read: No such file or directory"),
    ],
)
def test_a_bad_settings_file_is_one_sentence_and_exit_2(
    text: str | None, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "simulation.json"
    if text is not None:
        path.write_text(text)
    command = [*COMMAND, "--feed", "gps", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[0] and done.stderr.splitlines()[1].startswith("Hint: ")


def _load(path: Path, ordinal: str = "0") -> None:
    arguments = parse(["--feed", "gps", "--config", str(path)], {"CITYROUTE_ORDINAL": ordinal})
    load(arguments)


def test_what_cannot_be_run_is_said_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "simulation.json"
    path.write_text(settings(feeds={}).to_json())
    with pytest.raises(UsageProblem, match='no feed "gps"'):
        _load(path)
    path.write_text(settings(feeds=feeds(4, 2)).to_json())
    _load(path, "1")
    with pytest.raises(UsageProblem, match="owns nothing: there are 2"):
        _load(path, "2")
    with pytest.raises(UsageProblem, match='CITYROUTE_ORDINAL is "x"'):
        _load(path, "x")
    path.write_text(replace(settings(), format="avro").to_json())
    with pytest.raises(UsageProblem, match='format "avro"'):
        _load(path)


@pytest.mark.parametrize(
    ("text", "expected"), [("90s", 90_000), ("90", 90_000), ("1.5m", 90_000), ("2h", 7_200_000)]
)
def test_durations_are_read(text: str, expected: int) -> None:
    assert duration_ms(text) == expected


def test_metrics_are_served_on_a_free_port() -> None:
    metrics = Metrics("gps")
    metrics.produced(5)
    metrics.delivered(4)
    metrics.failed(1)
    metrics.standing(1.5, 7)
    port = metrics.serve("127.0.0.1", 0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    for line in (
        'cityroute_events_produced_total{feed="gps"} 5.0',
        'cityroute_events_delivered_total{feed="gps"} 4.0',
        'cityroute_events_failed_total{feed="gps"} 1.0',
        'cityroute_simulator_lag_seconds{feed="gps"} 1.5',
        'cityroute_simulator_queue_length{feed="gps"} 7.0',
    ):
        assert line in text.splitlines()
