"""When a run's account is in order, and what the last line says."""

import json

import pytest
from cityroute_cli.host.account import Account, FeedAccount, feed_accounts

GOOD = FeedAccount(produced=10, stored=10, dead_letters=0, duplicates=0, gaps=0)


def account(feed: FeedAccount, flawless: bool = True, problem: str | None = None) -> Account:
    return Account("demo", 1.0, {"gps": feed}, flawless, problem)


def test_all_stored_once_is_ok() -> None:
    assert account(GOOD).ok


@pytest.mark.parametrize(
    "feed",
    [
        FeedAccount(10, 9, 0, 0, 0),
        FeedAccount(10, 10, 1, 0, 0),
        FeedAccount(10, 10, 0, 1, 0),
        FeedAccount(10, 10, 0, 0, 1),
        FeedAccount(10, 9, 1, 0, 0),
    ],
)
def test_anything_lost_doubled_or_refused_is_not(feed: FeedAccount) -> None:
    assert not account(feed).ok


def test_ordered_faults_may_show_but_nothing_may_be_lost() -> None:
    assert account(FeedAccount(12, 11, 1, 1, 0), flawless=False).ok
    assert not account(FeedAccount(12, 10, 1, 1, 0), flawless=False).ok


def test_a_problem_is_never_ok() -> None:
    assert not account(GOOD, problem="ingest had not read to the end").ok


def test_the_last_line_begins_with_ok_and_has_the_feeds() -> None:
    text = json.dumps(account(GOOD).as_json())
    assert text.startswith('{"ok": true')
    assert json.loads(text)["feeds"]["gps"] == {
        "produced": 10,
        "stored": 10,
        "dead_letters": 0,
        "duplicates": 0,
        "gaps": 0,
    }


def test_kafka_and_tables_are_put_side_by_side() -> None:
    counted = {"gps": {"stored": 3, "dead_letters": 1, "duplicates": 0, "gaps": 0}}
    assert feed_accounts({"gps": 4}, counted) == {"gps": FeedAccount(4, 3, 1, 0, 0)}
