"""The Spark jobs (`sparkoperator.k8s.io/v1beta2`): two streams that always run, and maintenance by the clock.

Any change of a SparkApplication's spec other than `suspend` restarts its driver. So the specs are
stable to the byte, and what a driver must be restarted for stands in them as a hash.
"""

from typing import Any

from cityroute_contracts import names
from cityroute_contracts.settings import StreamSettings

from ..model import Route
from ..model.spec import DriverSpec
from . import labels
from .pods import SECRET_VOLUME, container_security, mount, pod_security, secret_volume
from .settings import restart_hash
from .site import SECRET_DIR, Site, SparkSize

Manifest = dict[str, Any]

API_VERSION = "sparkoperator.k8s.io/v1beta2"
SPARK_VERSION = "4.1.1"
STOP_GRACE_S = 60
"""Time for a driver to end its batch."""
MAINT_FILE = "expire.py"
SPARK_CONF = {"spark.sql.session.timeZone": "UTC", "spark.sql.streaming.metricsEnabled": "true"}


def application(route: Route, site: Site, job: str, settings: StreamSettings) -> Manifest:
    """A stream that runs until it is suspended and is started again whenever it ends."""
    return {
        "apiVersion": API_VERSION,
        "kind": "SparkApplication",
        "metadata": _metadata(route, job),
        "spec": {
            **_spec(route, site, job, f"{job}.py"),
            "suspend": route.spec.suspend,
            "restartPolicy": {
                "type": "Always",
                "onFailureRetryInterval": 10,
                "onSubmissionFailureRetryInterval": 20,
            },
            "driver": {
                **_driver(route, site, job),
                "annotations": {labels.CONFIG_HASH: restart_hash(settings)},
            },
        },
    }


def maintenance(route: Route, site: Site) -> Manifest:
    """The maintenance job; it reads its settings anew at every run, so it carries no hash."""
    return {
        "apiVersion": API_VERSION,
        "kind": "ScheduledSparkApplication",
        "metadata": _metadata(route, names.MAINT),
        "spec": {
            "schedule": route.spec.streams.maintenance_schedule,
            "timeZone": "UTC",
            "suspend": route.spec.suspend,
            # Two compactions of one table would undo each other's work.
            "concurrencyPolicy": "Forbid",
            "successfulRunHistoryLimit": 1,
            "failedRunHistoryLimit": 3,
            "template": {
                **_spec(route, site, names.MAINT, MAINT_FILE),
                "restartPolicy": {"type": "Never"},
                "driver": _driver(route, site, names.MAINT),
            },
        },
    }


def _spec(route: Route, site: Site, job: str, file: str) -> Manifest:
    secrets = secret_volume(route.name, names.ROLE_STREAMS, route.spec.kafka.cluster, site)
    return {
        "type": "Python",
        "pythonVersion": "3",
        "mode": "cluster",
        "sparkVersion": SPARK_VERSION,
        "image": site.spark_image,
        "mainApplicationFile": f"local://{site.jobs_dir}/{file}",
        "arguments": ["--config", f"{site.config_dir}/{names.STREAMS_FILE}"],
        "sparkConf": {**SPARK_CONF, **site.spark_conf},
        "executor": _executor(route, site, job),
        **_dynamic_allocation(route, site),
        **({"volumes": [secrets]} if secrets else {}),
    }


def _driver(route: Route, site: Site, job: str) -> Manifest:
    port = site.progress_ports.get(job)
    return {
        **_size(route.spec.streams.driver, site.driver, site),
        **_pod(route, site, job),
        "serviceAccount": names.SERVICE_ACCOUNT_STREAMS,
        "terminationGracePeriodSeconds": STOP_GRACE_S,
        "configMaps": [{"name": names.config_map(route.name), "path": site.config_dir}],
        **({"ports": [{"name": "progress", "containerPort": port, "protocol": "TCP"}]} if port else {}),
    }


def _executor(route: Route, site: Site, job: str) -> Manifest:
    wanted = None if site.own_sinks_and_sizes else route.spec.streams.executor.instances
    return {
        **_size(route.spec.streams.executor, site.executor, site),
        **_pod(route, site, job),
        "instances": wanted or site.executor.instances,
        "deleteOnTermination": True,
    }


def _pod(route: Route, site: Site, job: str) -> Manifest:
    has_secrets = secret_volume(route.name, names.ROLE_STREAMS, route.spec.kafka.cluster, site) is not None
    return {
        "labels": {**labels.owned(route.name, "stream"), labels.JOB: job},
        "podSecurityContext": pod_security(),
        "securityContext": container_security(),
        **({"volumeMounts": [mount(SECRET_VOLUME, SECRET_DIR)]} if has_secrets else {}),
    }


def _size(wanted: DriverSpec, own: SparkSize, site: Site) -> Manifest:
    if site.own_sinks_and_sizes:
        return {"cores": own.cores, "memory": own.memory}
    return {"cores": wanted.cores or own.cores, "memory": wanted.memory or own.memory}


def _dynamic_allocation(route: Route, site: Site) -> Manifest:
    most = route.spec.streams.executor.max_instances
    if most is None or site.own_sinks_and_sizes:
        return {}
    first = route.spec.streams.executor.instances or min(site.executor.instances, most)
    return {
        "dynamicAllocation": {
            "enabled": True,
            "initialExecutors": first,
            "minExecutors": 1,
            "maxExecutors": most,
        }
    }


def _metadata(route: Route, job: str) -> Manifest:
    return {
        "name": names.stream(route.name, job),
        "labels": {**labels.owned(route.name, "stream"), labels.JOB: job},
    }
