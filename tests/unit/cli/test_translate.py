"""What the objects of a plan become on this machine, and what is refused."""

import copy
from pathlib import Path
from typing import Any

import pytest
from cityroute_cli.host.restarts import RestartPolicy, When
from cityroute_cli.host.translate import LocalPlan, Machine, translate
from cityroute_contracts.names import ORDINAL_ENV
from cityroute_contracts.problems import Problem

MACHINE = Machine(
    java_home=Path("/java"),
    spark_home=Path("/spark"),
    spark_jars=Path("/jars/spark"),
    python=Path("/venv/bin/python"),
    tmp=Path("/data/tmp"),
    base_env={"PATH": "/bin"},
)
CONFIG: dict[str, Any] = {
    "kind": "ConfigMap",
    "metadata": {"name": "demo-config"},
    "data": {"simulation.json": "{}\n", "streams.json": "[]\n"},
}
TOPIC: dict[str, Any] = {
    "kind": "KafkaTopic",
    "metadata": {"name": "city.demo.gps.v1"},
    "spec": {"partitions": 2, "replicas": 1, "config": {"retention.ms": 3600000}},
}
SET: dict[str, Any] = {
    "kind": "StatefulSet",
    "metadata": {"name": "demo-sim-gps"},
    "spec": {
        "replicas": 2,
        "template": {
            "spec": {
                "terminationGracePeriodSeconds": 20,
                "containers": [
                    {
                        "name": "simulator",
                        "command": ["python3", "-m", "cityroute_simulators"],
                        "args": ["--feed", "gps"],
                        "env": [
                            {"name": "MODE", "value": "calm"},
                            {"name": ORDINAL_ENV, "valueFrom": {"fieldRef": {"fieldPath": "pod-index"}}},
                        ],
                        "volumeMounts": [{"name": "config", "mountPath": "/etc/city"}],
                    }
                ],
                "volumes": [{"name": "config", "configMap": {"name": "demo-config"}}],
            }
        },
    },
}
APPLICATION: dict[str, Any] = {
    "kind": "SparkApplication",
    "metadata": {"name": "demo-ingest"},
    "spec": {
        "type": "Python",
        "mainApplicationFile": "local:///opt/jobs/ingest.py",
        "arguments": ["--config", "/etc/city/streams.json"],
        "restartPolicy": {"type": "Always", "onFailureRetryInterval": 10},
        "driver": {"memory": "700m", "configMaps": [{"name": "demo-config", "path": "/etc/city"}]},
    },
}


def translated(*objects: dict[str, Any]) -> LocalPlan:
    found = translate(objects, MACHINE)
    assert isinstance(found, LocalPlan)
    return found


def refused(manifest: dict[str, Any]) -> list[str]:
    found = translate([CONFIG, manifest], MACHINE)
    assert isinstance(found, tuple)
    assert all(isinstance(p, Problem) for p in found)
    return [p.message for p in found]


def test_a_topic_keeps_its_partitions_and_settings() -> None:
    (topic,) = translated(TOPIC).topics
    assert (topic.name, topic.partitions, topic.config) == (
        "city.demo.gps.v1",
        2,
        {"retention.ms": "3600000"},
    )


def test_a_stateful_set_becomes_a_process_per_replica_with_its_ordinal() -> None:
    first, second = translated(CONFIG, SET).simulators
    assert (first.name, second.name) == ("demo-sim-gps-0", "demo-sim-gps-1")
    assert first.argv == ("python3", "-m", "cityroute_simulators", "--feed", "gps")
    assert dict(second.env) == {"PATH": "/bin", "MODE": "calm", ORDINAL_ENV: "1"}
    assert first.grace_s == 20


def test_the_config_map_is_laid_where_the_pods_mount_it() -> None:
    files = translated(CONFIG, SET, APPLICATION).files
    assert files == {Path("/etc/city/simulation.json"): "{}\n", Path("/etc/city/streams.json"): "[]\n"}


def test_a_spark_application_restarts_as_its_manifest_says() -> None:
    (stream,) = translated(CONFIG, APPLICATION).streams
    assert stream.restart == RestartPolicy(When.ALWAYS, 10)
    assert stream.argv[-3:] == ("/opt/jobs/ingest.py", "--config", "/etc/city/streams.json")


def test_a_suspended_stream_is_not_started() -> None:
    suspended = copy.deepcopy(APPLICATION)
    suspended["spec"]["suspend"] = True
    assert translated(CONFIG, suspended).streams == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"initContainers": [{"name": "first"}]}, "more than one container"),
        ({"volumes": [{"name": "disk", "persistentVolumeClaim": {"claimName": "x"}}]}, "volume disk"),
    ],
)
def test_a_pod_that_needs_more_than_this_host_has_is_refused(change: dict[str, Any], said: str) -> None:
    odd = copy.deepcopy(SET)
    odd["spec"]["template"]["spec"].update(change)
    assert any(said in message for message in refused(odd))


def test_environment_from_elsewhere_is_refused_by_name() -> None:
    odd = copy.deepcopy(SET)
    container = odd["spec"]["template"]["spec"]["containers"][0]
    container["env"].append({"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}})
    assert any("environment NODE" in message for message in refused(odd))


def test_an_unknown_kind_is_refused() -> None:
    assert refused({"kind": "DaemonSet", "metadata": {"name": "x"}}) == [
        "the local host does not run objects of kind DaemonSet"
    ]


def test_all_refusals_come_at_once() -> None:
    scala = copy.deepcopy(APPLICATION)
    scala["spec"]["type"] = "Scala"
    scala["spec"]["mainApplicationFile"] = "s3a://bucket/job.jar"
    assert len(refused(scala)) == 2


def test_what_needs_nothing_here_is_told() -> None:
    notes = translated({"kind": "KafkaUser", "metadata": {"name": "demo-streams"}}).notes
    assert notes == ("KafkaUser: the local broker serves loopback without users",)
