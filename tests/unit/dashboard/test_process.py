"""The process as it is run: alone, with neither Kafka nor a warehouse, until SIGTERM."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cityroute_contracts.settings import WarehouseSettings
from cityroute_dashboard.__main__ import main

from tests.unit.dashboard.givens import SETTINGS

DEADLINE_S = 30


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    settings = replace(SETTINGS, warehouse=WarehouseSettings("postgres", "127.0.0.1", 1, "city", "city"))
    (tmp_path / "dashboard.json").write_text(settings.to_json())
    port = free_port()
    command = [sys.executable, "-m", "cityroute_dashboard", "--config", str(tmp_path / "dashboard.json")]
    with subprocess.Popen([*command, "--port", str(port)]) as process:
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def first_answer(url: str) -> httpx.Response:
    """The first answer of a server that is starting; fails after the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise


def test_it_serves_while_everything_else_is_down_and_stops_with_open_streams(
    dashboard: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, url = dashboard
    assert first_answer(f"{url}/healthz").json()["ok"] is True
    with httpx.stream("GET", f"{url}/events?route=demo", trust_env=False, timeout=DEADLINE_S) as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event: ")) == "event: snapshot"
        process.send_signal(signal.SIGTERM)
        assert all(line == "" or line.split(":")[0] in ("event", "data", "id") for line in lines)
    assert process.wait(timeout=DEADLINE_S) == 0


def test_a_down_warehouse_is_told_on_the_stream(dashboard: tuple[subprocess.Popen[bytes], str]) -> None:
    _, url = dashboard
    first_answer(f"{url}/healthz")
    with httpx.stream("GET", f"{url}/events?route=demo", trust_env=False, timeout=DEADLINE_S) as stream:
        told = (line for line in stream.iter_lines() if line.startswith("data: "))
        assert next(line for line in told if '"history":{"state":"down"' in line)


@pytest.mark.parametrize("text", [None, "", "{}", "[1]", '{"kafka": {"bootstrap": 1}}'])
def test_settings_that_cannot_be_read_are_one_sentence_and_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    config = tmp_path / "dashboard.json"
    if text is not None:
        config.write_text(text)
    assert main(["--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert str(config) in said
    assert "Hint: name the dashboard.json" in said
