"""When a child comes back and when the run gives up."""

import pytest
from cityroute_cli.host.restarts import GiveUp, RestartIn, RestartPolicy, StayEnded, When, after_exit

ALWAYS = RestartPolicy(When.ALWAYS)


def test_a_first_death_restarts_at_once() -> None:
    assert after_exit(ALWAYS, -9, 0.0, [100.0], 100.0) == RestartIn(0.0)


def test_a_second_death_within_the_minute_waits_longer() -> None:
    assert after_exit(ALWAYS, -9, 0.0, [80.0, 100.0], 100.0) == RestartIn(1.0)


def test_three_deaths_within_a_minute_end_the_run() -> None:
    assert after_exit(ALWAYS, 1, 0.0, [50.0, 80.0, 100.0], 100.0) == GiveUp(3)


def test_deaths_of_long_ago_do_not_count() -> None:
    assert after_exit(ALWAYS, 1, 0.0, [10.0, 20.0, 100.0], 100.0) == RestartIn(0.0)


@pytest.mark.parametrize(
    ("policy", "code", "ended"),
    [(When.NEVER, 1, True), (When.ON_FAILURE, 0, True), (When.ON_FAILURE, 1, False), (When.ALWAYS, 0, False)],
)
def test_the_policy_decides_whether_a_child_comes_back(policy: When, code: int, ended: bool) -> None:
    verdict = after_exit(RestartPolicy(policy), code, 0.0, [100.0], 100.0)
    assert (verdict == StayEnded()) is ended


def test_a_spark_application_that_ran_long_restarts_at_once_and_a_fresh_one_waits() -> None:
    policy = RestartPolicy(When.ALWAYS, interval_s=5)
    assert after_exit(policy, 1, 0.0, [100.0], 100.0) == RestartIn(0.0)
    assert after_exit(policy, 1, 98.0, [100.0], 100.0) == RestartIn(3.0)
    assert after_exit(policy, 1, 98.0, [60.0, 100.0], 100.0) == RestartIn(8.0)
