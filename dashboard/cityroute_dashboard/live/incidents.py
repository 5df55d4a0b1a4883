"""What the emergency feed told: the latest step of each incident, and a log to resume from.

The id of an SSE event is the Kafka offset reached in each partition, e.g. `0:15,1:3`, so a browser
that reconnects gets exactly the steps it missed, also from a dashboard that was restarted meanwhile.
"""

import re
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOG_SIZE = 1_000
MAX_INCIDENTS = 1_000
CLEARED = "cleared"

_CURSOR = re.compile(r"\d{1,6}:\d{1,18}(,\d{1,6}:\d{1,18}){0,999}")

Cursor = dict[int, int]
"""Last offset seen, by partition."""


@dataclass(frozen=True, slots=True)
class Step:
    """One emergency event, where Kafka holds it, and the cursor that stands behind it."""

    partition: int
    offset: int
    incident: Mapping[str, Any]
    cursor: str


class Incidents:
    """Bounded: the oldest steps and the oldest cleared incidents are forgotten first."""

    def __init__(self) -> None:
        self.cursor: Cursor = {}
        self.latest: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._log: deque[Step] = deque(maxlen=LOG_SIZE)

    def put(self, partition: int, offset: int, incident: Mapping[str, Any]) -> bool:
        """Take a step; False when that record was taken before."""
        if offset <= self.cursor.get(partition, -1):
            return False
        self.cursor[partition] = offset
        self._log.append(Step(partition, offset, incident, format_cursor(self.cursor)))
        known = self.latest.get(incident["incident_id"])
        if known is None or known["event_time"] <= incident["event_time"]:
            self.latest[incident["incident_id"]] = incident
            self.latest.move_to_end(incident["incident_id"])
        self._forget()
        return True

    @property
    def open(self) -> list[Mapping[str, Any]]:
        """Incidents that are not cleared yet."""
        return [i for i in self.latest.values() if i["status"] != CLEARED]

    def since(self, cursor: Mapping[int, int]) -> list[Step]:
        """The logged steps behind `cursor`, in the order in which they arrived."""
        return [s for s in self._log if s.offset > cursor.get(s.partition, -1)]

    def _forget(self) -> None:
        while len(self.latest) > MAX_INCIDENTS:
            cleared = (key for key, i in self.latest.items() if i["status"] == CLEARED)
            self.latest.pop(next(cleared, next(iter(self.latest))))


def format_cursor(cursor: Mapping[int, int]) -> str:
    """The cursor as an SSE id; empty before the first step."""
    return ",".join(f"{partition}:{offset}" for partition, offset in sorted(cursor.items()))


def parse_cursor(text: str | None) -> Cursor | None:
    """The cursor of a Last-Event-ID; None when there is none or it is not ours."""
    if not text or not _CURSOR.fullmatch(text):
        return None
    pairs = (pair.split(":") for pair in text.split(","))
    return {int(partition): int(offset) for partition, offset in pairs}
