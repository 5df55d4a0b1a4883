"""What a second run takes over, and what --fresh may delete."""

from pathlib import Path

import pytest
from cityroute_cli.errors import Stop
from cityroute_cli.host.folder import ClockRecord, DataFolder, next_clocks, read_clock, write_clock
from cityroute_contracts.clock import Clock, clock_at

START_MS = 1_773_730_800_000


def test_a_new_world_begins_at_its_start_time() -> None:
    assert next_clocks(None, "world", START_MS, 2.0, 5_000) == (Clock(START_MS, 5_000, 2.0),)


def test_a_known_world_resumes_where_it_was_last_seen() -> None:
    first = Clock(START_MS, 0, 10.0)
    record = ClockRecord("world", (first,), seen_wall_ms=60_000)
    clocks = next_clocks(record, "world", START_MS, 1.0, 3_600_000)
    assert clocks == (first, Clock(START_MS + 600_000, 3_600_000, 1.0))


def test_records_of_the_first_run_are_still_judged_by_its_clock() -> None:
    record = ClockRecord("world", (Clock(START_MS, 0, 1.0),), seen_wall_ms=60_000)
    clocks = next_clocks(record, "world", START_MS, 1.0, 3_600_000)
    assert clock_at(clocks, 30_000).sim_at(30_000) == START_MS + 30_000
    assert clock_at(clocks, 3_600_000).sim_at(3_600_000) == START_MS + 60_000


def test_another_world_starts_anew_and_keeps_the_history() -> None:
    record = ClockRecord("world", (Clock(START_MS, 0, 1.0),), seen_wall_ms=60_000)
    assert next_clocks(record, "other", 77, 1.0, 90_000) == (*record.clocks, Clock(77, 90_000, 1.0))


def test_the_clock_file_gives_back_what_was_written(tmp_path: Path) -> None:
    record = ClockRecord("world", (Clock(START_MS, 0, 1.5),), seen_wall_ms=1)
    write_clock(tmp_path / "clock.json", record)
    assert read_clock(tmp_path / "clock.json") == record


def test_a_damaged_clock_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("{")
    with pytest.raises(Stop, match="--fresh"):
        read_clock(tmp_path / "clock.json")


def test_fresh_deletes_only_what_a_run_made(tmp_path: Path) -> None:
    mine, strangers = DataFolder(tmp_path / "mine"), DataFolder(tmp_path / "strangers")
    mine.create()
    mine.wipe()
    assert not mine.root.exists()
    strangers.root.mkdir()
    (strangers.root / "thesis.txt").write_text("years of work")
    with pytest.raises(Stop, match="no run of cityroute made"):
        strangers.wipe()
    assert (strangers.root / "thesis.txt").exists()


def test_two_runs_cannot_share_a_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with folder.locked(), pytest.raises(Stop, match="another run"), folder.locked():
        pytest.fail("the second run got in")


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="GiB free and a run needs"):
        DataFolder(tmp_path / "data").create(min_free_bytes=2**62)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Stop, match="could not be made"):
        DataFolder(tmp_path / "file" / "data").create()
