"""Whether a part of the dashboard is well, and since when: shown on the page and on /healthz."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a part is. STALE: reachable, but nothing new arrives."""

    STARTING = "starting"
    OK = "ok"
    STALE = "stale"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Health:
    """A part's state. `since_ms` is when it turned, wall clock; `message` is empty while all is well."""

    state: State
    since_ms: int
    message: str = ""

    def turned(self, state: State, now_ms: int, message: str = "") -> "Health":
        """The next state; `since_ms` is kept unless the state differs."""
        return Health(state, self.since_ms if state is self.state else now_ms, message)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return asdict(self)
