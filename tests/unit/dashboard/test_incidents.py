"""The log of incidents, and how a browser resumes from it."""

import pytest
from cityroute_dashboard.live.incidents import (
    LOG_SIZE,
    MAX_INCIDENTS,
    Incidents,
    format_cursor,
    parse_cursor,
)

from tests.unit.dashboard.givens import row


def put(log: Incidents, partition: int, offset: int, **changed: object) -> bool:
    return log.put(partition, offset, row("emergency", **changed))


def test_what_came_after_the_cursor_is_told_in_order() -> None:
    log = Incidents()
    put(log, 0, 4, incident_id="a")
    put(log, 1, 9, incident_id="b")
    seen = parse_cursor(format_cursor(log.cursor))
    put(log, 1, 10, incident_id="c")
    put(log, 0, 5, incident_id="a", status="cleared")
    assert seen == {0: 4, 1: 9}
    assert [s.incident["incident_id"] for s in log.since(seen)] == ["c", "a"]
    assert [s.cursor for s in log.since(seen)] == ["0:4,1:10", "0:5,1:10"]


def test_a_record_that_was_read_before_is_no_step() -> None:
    log = Incidents()
    assert put(log, 0, 4)
    assert not put(log, 0, 4)
    assert len(log.since({})) == 1


def test_a_late_step_does_not_reopen_an_incident() -> None:
    log = Incidents()
    put(log, 0, 0, event_time=2000, status="cleared")
    put(log, 0, 1, event_time=1000, status="verified")
    assert log.open == []


@pytest.mark.parametrize("text", [None, "", "x", "0:1,", "0", "-1:2", "0:1;drop", "0:" + "9" * 30, "0:1\n"])
def test_an_id_that_is_not_ours_is_no_cursor(text: str | None) -> None:
    assert parse_cursor(text) is None


def test_memory_is_bounded_and_open_incidents_are_kept_longest() -> None:
    log = Incidents()
    put(log, 0, 0, incident_id="open", event_time=1)
    for i in range(1, MAX_INCIDENTS + LOG_SIZE):
        put(log, 0, i, incident_id=f"done{i}", status="cleared")
    assert len(log.latest) == MAX_INCIDENTS
    assert len(log.since({})) == LOG_SIZE
    assert [i["incident_id"] for i in log.open] == ["open"]
