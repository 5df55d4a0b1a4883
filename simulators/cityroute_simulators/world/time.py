"""Simulated days: each starts at 03:00 UTC, when roads are emptiest, from a state of its own."""

DAY_MS = 86_400_000
DAY_START_MS = 3 * 3_600_000
STEP_S = 10
STEP_MS = STEP_S * 1000
STEPS_PER_DAY = DAY_MS // STEP_MS
STEPS_PER_MINUTE = 60 // STEP_S


def day_of(at_ms: int) -> int:
    """Number of the simulated day that holds the moment (days since 1970-01-01 03:00 UTC)."""
    return (at_ms - DAY_START_MS) // DAY_MS


def day_start_ms(day: int) -> int:
    """When that simulated day starts, epoch ms."""
    return day * DAY_MS + DAY_START_MS


def hour_of_day(at_ms: int) -> float:
    """Hours since midnight UTC, 0 to 24."""
    return (at_ms % DAY_MS) / 3_600_000


def day_of_year(at_ms: int) -> float:
    """Days into a year of 365.25 days, near enough for the seasons."""
    return (at_ms / DAY_MS) % 365.25


def is_weekend(at_ms: int) -> bool:
    """Whether the moment lies on a Saturday or Sunday (1970-01-01 was a Thursday)."""
    return (at_ms // DAY_MS + 3) % 7 >= 5
