"""What a streaming job tells about itself on its progress endpoint (`GET /progress`, JSON)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the loader last copied of one table. Times in epoch ms, wall clock."""

    rows: int
    revision: int
    loaded_ms: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A job's state now.

    state: `starting`, `running`, `stopping` or `failed`. `offsets` is the next offset to be read, per
    topic and partition: everything before it is committed in the tables. `stored` and `dead_letters`
    are rows in the tables per feed. `newest_kafka_ms` is the Kafka time of the newest stored record.
    """

    job: str
    route: str
    state: str = "starting"
    batch_id: int = -1
    batch_rows: int = 0
    batch_ms: int = 0
    batch_ended_ms: int = 0
    offsets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stored: Mapping[str, int] = field(default_factory=dict)
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    newest_kafka_ms: Mapping[str, int] = field(default_factory=dict)
    loaded: Mapping[str, Loaded] = field(default_factory=dict)
    error: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError on anything else."""
        raw = json.loads(text)
        raw["loaded"] = {name: Loaded(**v) for name, v in raw["loaded"].items()}
        return cls(**raw)
