"""Strimzi's objects (`kafka.strimzi.io/v1`): a topic per feed and a user per role, with least rights."""

from collections.abc import Iterable
from typing import Any

from cityroute_contracts import names

from ..model import Route
from . import labels
from .settings import partitions
from .site import Site

Manifest = dict[str, Any]

API_VERSION = "kafka.strimzi.io/v1"
HOUR_MS = 3_600_000


def topics(route: Route, site: Site) -> list[Manifest]:
    """The topics of the feeds and, where the world is simulated, of its truth.

    A feed that is switched off keeps its topic: the streams read all five.
    """
    count = partitions(route, site)
    found = [_topic(route, site, name, count) for name in names.topics(route.name).values()]
    if not route.external:
        found.append(_topic(route, site, names.topic(route.name, names.TRUTH), 1))
    return found


def users(route: Route, site: Site) -> list[Manifest]:
    """Who may do what: simulators or devices write, streams read. None where Kafka is not secured."""
    if site.kafka.secret_dir is None:
        return []
    feeds = list(names.topics(route.name).values())
    if route.external:
        writers = _user(route, names.ROLE_DEVICES, feeds, ["Describe", "Write"])
    else:
        # Simulators read the tail of their partitions to go on where they stopped.
        own = [*feeds, names.topic(route.name, names.TRUTH)]
        writers = _user(route, names.ROLE_SIMULATORS, own, ["Describe", "Read", "Write"])
    readable = feeds if route.external else [*feeds, names.topic(route.name, names.TRUTH)]
    return [writers, _user(route, names.ROLE_STREAMS, readable, ["Describe", "Read"])]


def _topic(route: Route, site: Site, name: str, count: int) -> Manifest:
    replicas = _replicas(route, site)
    return {
        "apiVersion": API_VERSION,
        "kind": "KafkaTopic",
        "metadata": _metadata(route, name),
        "spec": {
            "partitions": count,
            "replicas": replicas,
            "config": {
                # The broker's clock judges when a record came: a device's own may be wrong.
                "message.timestamp.type": "LogAppendTime",
                "min.insync.replicas": min(site.min_insync_replicas, replicas),
                "retention.ms": route.spec.kafka.retention_hours * HOUR_MS,
            },
        },
    }


def _replicas(route: Route, site: Site) -> int:
    wanted = route.spec.kafka.replicas or site.topic_replicas
    return wanted if site.brokers is None else min(wanted, site.brokers)


def _user(route: Route, role: str, topic_names: Iterable[str], operations: list[str]) -> Manifest:
    return {
        "apiVersion": API_VERSION,
        "kind": "KafkaUser",
        "metadata": _metadata(route, names.user(route.name, role)),
        "spec": {
            "authentication": {"type": "tls"},
            "authorization": {
                "type": "simple",
                "acls": [
                    {
                        "resource": {"type": "topic", "name": topic, "patternType": "literal"},
                        "operations": list(operations),
                    }
                    for topic in topic_names
                ],
            },
        },
    }


def _metadata(route: Route, name: str) -> Manifest:
    cluster = {labels.STRIMZI_CLUSTER: route.spec.kafka.cluster}
    return {"name": name, "labels": {**labels.owned(route.name, "kafka"), **cluster}}
