"""PLAN AND OBSERVED -> STATUS: conditions that say why and what to do, and a line per feed and stream.

`observed` is what was read from the cluster, `judge` gives a verdict per condition, `conditions` adds
times and puts them together, `summary` makes the lists, `reasons` has every reason and its sentence.
"""

from .condition import Condition, ConditionType, with_condition
from .conditions import conditions
from .observed import KafkaObject, Observed, Simulators, Stream
from .reasons import Reason
from .summary import feeds, ready_of, streams

__all__ = [
    "Condition",
    "ConditionType",
    "KafkaObject",
    "Observed",
    "Reason",
    "Simulators",
    "Stream",
    "conditions",
    "feeds",
    "ready_of",
    "streams",
    "with_condition",
]
