"""When a child that ended comes back, and when the run has to give up: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

GIVE_UP_FAILURES = 3
GIVE_UP_WINDOW_S = 60.0
_BACK_OFF_S = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)


class When(StrEnum):
    """Restart policies, as Kubernetes names them."""

    ALWAYS = "Always"
    ON_FAILURE = "OnFailure"
    NEVER = "Never"


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """`interval_s` is a Spark application's: its operator waits interval x attempts since the last start."""

    when: When = When.ALWAYS
    interval_s: float | None = None


@dataclass(frozen=True, slots=True)
class RestartIn:
    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The child failed too often; `failures` within the last minute."""

    failures: int


@dataclass(frozen=True, slots=True)
class StayEnded:
    """The policy wants no restart."""


def after_exit(
    policy: RestartPolicy, exit_code: int, started_s: float, failures_s: Sequence[float], now_s: float
) -> RestartIn | GiveUp | StayEnded:
    """What follows the end of a child.

    `failures_s` are the times of its failures so far, this one included; all times on one clock.
    """
    if policy.when is When.NEVER or (policy.when is When.ON_FAILURE and exit_code == 0):
        return StayEnded()
    recent = [t for t in failures_s if now_s - t <= GIVE_UP_WINDOW_S]
    if len(recent) >= GIVE_UP_FAILURES:
        return GiveUp(len(recent))
    if policy.interval_s is None:
        return RestartIn(_BACK_OFF_S[min(max(len(recent) - 1, 0), len(_BACK_OFF_S) - 1)])
    attempts = max(len(recent), 1)
    return RestartIn(max(0.0, started_s + policy.interval_s * attempts - now_s))
