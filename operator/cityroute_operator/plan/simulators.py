"""The simulators: a StatefulSet per feed, since a partition has one writer and a pod knows its ordinal.

Replica i owns the partitions p with p mod replicas = i. Two pods that believe in different counts
would both write a partition, so the count stands in the pods (annotation `labels.WRITERS`), and who
applies a plan scales a StatefulSet to zero, and waits, before that count changes. The local host
does the same with processes. Any other change may roll through the pods one by one.
"""

from typing import Any

from cityroute_contracts import names
from cityroute_contracts.settings import SimulationSettings

from ..model import Route
from . import labels
from .pods import (
    CONFIG_VOLUME,
    SECRET_VOLUME,
    container_security,
    mount,
    pod_security,
    secret_volume,
)
from .settings import text_hash
from .site import SECRET_DIR, Site

Manifest = dict[str, Any]

STOP_GRACE_S = 30
"""Time for a simulator to flush what it has produced."""


def service(route: Route, site: Site) -> Manifest:
    """The headless Service that StatefulSets ask for; it also gives their metrics an address."""
    ports = [{"name": "metrics", "port": site.metrics_port}] if site.metrics_port else []
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": names.simulators_service(route.name),
            "labels": labels.owned(route.name, "simulator"),
        },
        "spec": {
            "clusterIP": "None",
            "selector": labels.of_simulators(route.name),
            **({"ports": ports} if ports else {}),
        },
    }


def stateful_set(route: Route, site: Site, feed: str, settings: SimulationSettings) -> Manifest:
    """The simulators of a feed; none of them run while the route is suspended."""
    name = names.simulator(route.name, feed)
    own = {labels.FEED: feed}
    replicas = settings.feeds[feed].replicas
    annotations = {labels.CONFIG_HASH: text_hash(settings.to_json()), labels.WRITERS: str(replicas)}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": name, "labels": {**labels.owned(route.name, "simulator"), **own}},
        "spec": {
            "serviceName": names.simulators_service(route.name),
            "replicas": 0 if route.spec.suspend else replicas,
            "podManagementPolicy": "Parallel",
            "selector": {"matchLabels": labels.of_feed(route.name, feed)},
            "template": {
                "metadata": {
                    "labels": {**labels.owned(route.name, "simulator"), **own},
                    "annotations": annotations,
                },
                "spec": _pod(route, site, feed),
            },
        },
    }


def _pod(route: Route, site: Site, feed: str) -> Manifest:
    volumes: list[Manifest] = [
        {
            "name": CONFIG_VOLUME,
            "configMap": {
                "name": names.config_map(route.name),
                "items": [{"key": names.SIMULATION_FILE, "path": names.SIMULATION_FILE}],
            },
        }
    ]
    secrets = secret_volume(route.name, names.ROLE_SIMULATORS, route.spec.kafka.cluster, site)
    return {
        "serviceAccountName": names.SERVICE_ACCOUNT_SIMULATORS,
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": STOP_GRACE_S,
        "securityContext": pod_security(),
        "containers": [_container(site, feed, has_secrets=secrets is not None)],
        "volumes": [*volumes, secrets] if secrets else volumes,
    }


def _container(site: Site, feed: str, has_secrets: bool) -> Manifest:
    mounts = [mount(CONFIG_VOLUME, site.config_dir)]
    if has_secrets:
        mounts.append(mount(SECRET_VOLUME, SECRET_DIR))
    size = site.simulator
    return {
        "name": "simulator",
        "image": site.simulator_image,
        "command": [site.python, "-m", "cityroute_simulators"],
        "args": [
            *("--feed", feed),
            *("--config", f"{site.config_dir}/{names.SIMULATION_FILE}"),
            *("--metrics-host", site.listen_host, "--metrics-port", str(site.metrics_port)),
        ],
        "env": [_ordinal(), {"name": "PYTHONUNBUFFERED", "value": "1"}],
        "resources": {
            "requests": {"cpu": size.cpu, "memory": size.memory},
            "limits": {"memory": size.memory_limit},
        },
        "securityContext": {**container_security(), "readOnlyRootFilesystem": True},
        "volumeMounts": mounts,
        **(_probed(site.metrics_port) if site.metrics_port else {}),
    }


def _ordinal() -> Manifest:
    path = "metadata.labels['apps.kubernetes.io/pod-index']"
    return {"name": names.ORDINAL_ENV, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def _probed(port: int) -> Manifest:
    return {
        "ports": [{"name": "metrics", "containerPort": port, "protocol": "TCP"}],
        "readinessProbe": {"httpGet": {"path": "/metrics", "port": "metrics"}, "periodSeconds": 5},
    }
