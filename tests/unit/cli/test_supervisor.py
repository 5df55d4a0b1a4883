"""Children are started, restarted and stopped as real processes."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cityroute_cli.errors import Stop
from cityroute_cli.host.restarts import RestartPolicy, When
from cityroute_cli.host.supervisor import ChildSpec, Supervisor, until_ready

FOREVER = "import signal; signal.pause()"


def spec(name: str, program: str, when: When = When.ALWAYS) -> ChildSpec:
    return ChildSpec(name, (sys.executable, "-c", program), dict(os.environ), RestartPolicy(when), grace_s=5)


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def supervised(folder: Path, body: Callable[[Supervisor], Awaitable[None]]) -> None:
    async def main() -> None:
        supervisor = Supervisor(folder, lambda _: None)
        try:
            await body(supervisor)
        finally:
            await supervisor.stop_all(())

    asyncio.run(main())


def test_a_killed_child_comes_back_with_another_process(tmp_path: Path) -> None:
    async def body(supervisor: Supervisor) -> None:
        child = await supervisor.start(spec("one", FOREVER))
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: child.restarts == 1 and child.pid not in (None, first))

    supervised(tmp_path, body)


def test_a_child_that_cannot_stay_up_ends_the_run_with_its_log(tmp_path: Path) -> None:
    async def body(supervisor: Supervisor) -> None:
        await supervisor.start(spec("one", "print('no luck'); raise SystemExit(3)"))
        await eventually(lambda: supervisor.failure() is not None)
        failure = supervisor.failure()
        assert failure is not None
        assert "one failed 3 times" in failure.message
        assert failure.log is not None
        assert "no luck" in failure.log.read_text()

    supervised(tmp_path, body)


def test_what_a_killed_child_started_dies_with_it(tmp_path: Path) -> None:
    grandchild_file = tmp_path / "pid"
    program = (
        f"import subprocess, sys, pathlib; p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}]);"
        f"pathlib.Path({str(grandchild_file)!r}).write_text(str(p.pid)); {FOREVER}"
    )

    async def body(supervisor: Supervisor) -> None:
        child = await supervisor.start(spec("one", program, When.NEVER))
        await eventually(lambda: grandchild_file.exists() and grandchild_file.read_text() != "")
        grandchild = int(grandchild_file.read_text())
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        await eventually(lambda: not runs(grandchild))

    supervised(tmp_path, body)


def test_stopping_asks_first_and_leaves_nothing(tmp_path: Path) -> None:
    polite = (
        "import signal, sys, pathlib\n"
        f"def bye(*_): pathlib.Path({str(tmp_path / 'bye')!r}).touch(); sys.exit(0)\n"
        f"signal.signal(signal.SIGTERM, bye); pathlib.Path({str(tmp_path / 'up')!r}).touch()\n"
        "while True: signal.pause()"
    )

    async def body(supervisor: Supervisor) -> None:
        child = await supervisor.start(spec("one", polite))
        await eventually((tmp_path / "up").exists)
        await supervisor.stop("one")
        assert (tmp_path / "bye").exists()
        assert child.pid is None
        assert child.restarts == 0

    supervised(tmp_path, body)


def test_killing_all_waits_for_nobody_and_nobody_comes_back(tmp_path: Path) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"

    async def body(supervisor: Supervisor) -> None:
        children = [await supervisor.start(spec(name, stubborn)) for name in ("one", "two")]
        supervisor.kill_all()
        await eventually(lambda: all(child.pid is None for child in children))
        await supervisor.stop_all(())
        assert [child.restarts for child in children] == [0, 0]

    supervised(tmp_path, body)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    async def body(supervisor: Supervisor) -> None:
        with pytest.raises(Stop, match="one could not be started"):
            await supervisor.start(ChildSpec("one", (str(tmp_path / "missing"),), {}))

    supervised(tmp_path, body)


def test_waiting_for_a_child_that_never_answers_ends(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    async def body(supervisor: Supervisor) -> None:
        child = await supervisor.start(spec("one", FOREVER))
        with pytest.raises(Stop, match="not ready"):
            await until_ready(child, never, deadline_s=0.1)

    supervised(tmp_path, body)


def runs(pid: int) -> bool:
    """Whether the process is alive; one that only waits to be reaped is not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
