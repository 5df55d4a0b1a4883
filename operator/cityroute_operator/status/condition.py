"""A condition, its form in `status.conditions`, and the rule of its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ..model.fields import timestamp_ms, timestamp_text

TRUE, FALSE, UNKNOWN = "True", "False", "Unknown"


class ConditionType(StrEnum):
    """The conditions of a route. `STALLED` is there only while it is true."""

    SPEC_VALID = "SpecValid"
    TOPICS_READY = "TopicsReady"
    SIMULATORS_READY = "SimulatorsReady"
    STREAMS_READY = "StreamsReady"
    SINKS_READY = "SinksReady"
    READY = "Ready"
    STALLED = "Stalled"


@dataclass(frozen=True, slots=True)
class Condition:
    """How one thing stands, why, and what to do. `since_ms`: when the status last turned, epoch ms.

    `reason` is a word of `Reason`; one that an older operator wrote is kept as it was.
    """

    type: str
    status: str
    reason: str
    message: str
    generation: int
    since_ms: int

    def to_status(self) -> dict[str, Any]:
        """The entry of `status.conditions`."""
        return {
            "type": str(self.type),
            "status": self.status,
            "reason": str(self.reason),
            "message": self.message,
            "observedGeneration": self.generation,
            "lastTransitionTime": timestamp_text(self.since_ms),
        }

    @classmethod
    def from_status(cls, raw: Mapping[str, Any]) -> "Condition":
        """Read what `to_status` wrote. Raises KeyError or ValueError on anything else."""
        return cls(
            type=raw["type"],
            status=raw["status"],
            reason=raw["reason"],
            message=raw["message"],
            generation=raw["observedGeneration"],
            since_ms=timestamp_ms(raw["lastTransitionTime"]),
        )


def with_condition(old: Sequence[Condition], new: Condition) -> tuple[Condition, ...]:
    """Replace the condition of that type; keep its time unless the status turned."""
    same = next((c for c in old if c.type == new.type), None)
    if same is not None and same.status == new.status:
        new = replace(new, since_ms=same.since_ms)
    return (*(c for c in old if c.type != new.type), new)


def without_condition(old: Sequence[Condition], type_: str) -> tuple[Condition, ...]:
    """All conditions but that one."""
    return tuple(c for c in old if c.type != type_)
