"""Labels and annotations of a route's objects, all in one place."""

from cityroute_contracts import names

ROUTE = f"{names.GROUP}/route"
COMPONENT = f"{names.GROUP}/component"
FEED = f"{names.GROUP}/feed"
JOB = f"{names.GROUP}/job"
CONFIG_HASH = f"{names.GROUP}/config-hash"
WRITERS = f"{names.GROUP}/writers"
"""Annotation of simulator pods: how many share the partitions. Pods of different counts must never
run at once, or a partition has two writers: who applies a plan stops all before it starts all."""

STRIMZI_CLUSTER = "strimzi.io/cluster"
MANAGED_BY = "app.kubernetes.io/managed-by"
PART_OF = "app.kubernetes.io/part-of"
OPERATOR = "cityroute-operator"


def owned(route: str, component: str) -> dict[str, str]:
    """Labels of every object of a route; `component` is config, kafka, simulator or stream."""
    return {MANAGED_BY: OPERATOR, PART_OF: "cityroute", ROUTE: route, COMPONENT: component}


def of_simulators(route: str) -> dict[str, str]:
    """What selects all simulator pods of a route."""
    return {ROUTE: route, COMPONENT: "simulator"}


def of_feed(route: str, feed: str) -> dict[str, str]:
    """What selects the simulator pods of one feed."""
    return {**of_simulators(route), FEED: feed}
