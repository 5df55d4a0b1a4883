"""What the cluster shows of a route's objects, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cityroute_contracts.progress import Progress


@dataclass(frozen=True, slots=True)
class KafkaObject:
    """A KafkaTopic or KafkaUser. `ready` is Strimzi's verdict on its present generation; None: none yet."""

    ready: bool | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Simulators:
    """A StatefulSet: how many of its pods, in their present form, are ready."""

    ready_replicas: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A SparkApplication: `status.applicationState`. `state` is empty before it was first submitted."""

    state: str
    message: str = ""


@dataclass(frozen=True)
class Observed:
    """Everything seen of a route. Objects that do not exist are not in the mappings.

    `generation` is that of the manifest; `topics` (also users), `simulators` and `streams` go by the
    objects' names; `progress` by the job's, without those whose endpoint did not answer.
    """

    generation: int
    topics: Mapping[str, KafkaObject] = field(default_factory=dict)
    simulators: Mapping[str, Simulators] = field(default_factory=dict)
    streams: Mapping[str, Stream] = field(default_factory=dict)
    progress: Mapping[str, Progress] = field(default_factory=dict)
