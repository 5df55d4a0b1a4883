"""Misbehaviour on request: the shares asked for, by hashes, and broken records that are truly broken."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from cityroute_contracts import codec
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import FaultSettings
from cityroute_simulators.feeds.faults import malformed
from cityroute_simulators.world.noise import key

from .support import from_start, settings, take

BASE = settings(vehicles=25)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_malformed_record_never_passes_the_codec(feed: str) -> None:
    record = take(
        from_start(settings(incident_rate_multiplier=500.0), feed), 400 if feed == "emergency" else 1
    )[0]
    broken = {malformed(record.value, key(feed, n)) for n in range(1000)}
    assert all(codec.check(FEEDS[feed], value) for value in broken)
    reasons = {codec.check(FEEDS[feed], value)[0].reason for value in broken}
    assert {"Empty", "Oversized", "InvalidUtf8", "MalformedJson", "MissingField", "WrongType"} <= reasons
    assert {"OutOfRange", "UnknownValue"} <= reasons
    assert not any(b"\n" in value for value in broken)


def _hour(faults: FaultSettings) -> list[bytes]:
    return [r.value for r in take(from_start(replace(BASE, faults=faults), "vehicle"), 360)]


def test_a_duplicate_follows_its_event_and_uses_no_seq() -> None:
    plain, doubled = _hour(FaultSettings()), _hour(FaultSettings(duplicate=0.1))
    extra = len(doubled) - len(plain)
    assert 0.08 < extra / len(plain) < 0.12
    assert list(dict.fromkeys(doubled)) == plain
    assert sum(a == b for a, b in zip(doubled, doubled[1:], strict=False)) == extra


def test_malformed_records_are_extra() -> None:
    plain, broken = _hour(FaultSettings()), _hour(FaultSettings(malformed=0.1))
    good = [v for v in broken if not codec.check(FEEDS["vehicle"], v)]
    assert good == plain
    assert 0.08 < (len(broken) - len(plain)) / len(plain) < 0.12


def test_silent_devices_use_no_seq_and_come_back() -> None:
    plain, fewer = _hour(FaultSettings()), _hour(FaultSettings(dropout=0.2))
    assert 0.70 < len(fewer) / len(plain) < 0.90
    seqs: dict[str, list[int]] = {}
    for value in fewer:
        row = json.loads(value)
        seqs.setdefault(row["device_id"], []).append(row["seq"])
    assert len(seqs) == BASE.vehicles
    assert all(s == list(range(len(s))) for s in seqs.values())


def test_late_events_are_sent_later_and_none_is_lost() -> None:
    plain, late = _hour(FaultSettings()), _hour(FaultSettings(late=0.1))
    rows = [json.loads(v) for v in late]
    behind, newest = 0, 0
    for row in rows:
        behind += row["event_time"] < newest
        newest = max(newest, row["event_time"])
    assert 0.05 < behind / len(plain) < 0.12
    measured = Counter((r["device_id"], r["event_time"]) for r in rows)
    assert max(measured.values()) == 1
    assert len(plain) * 0.9 < len(rows) < len(plain)
