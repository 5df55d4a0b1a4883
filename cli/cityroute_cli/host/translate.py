"""What each object of a plan becomes on this machine: pure.

The host honours what the plan's workloads use (command, arguments, literal environment, one
ConfigMap, one Secret, the ordinal) and refuses the rest, so that nothing is silently left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.problems import Problem

from .kafka import TopicSpec
from .restarts import RestartPolicy, When
from .supervisor import ChildSpec

Manifest = Mapping[str, Any]

LOCAL_SCHEME = "local://"
_NEEDS_NOTHING = {
    "KafkaUser": "the local broker serves loopback without users",
    "Service": "processes on one machine need no service names",
    "ScheduledSparkApplication": "schedules run in a cluster only",
}


@dataclass(frozen=True, slots=True)
class Machine:
    """What the processes of a run share on this machine."""

    java_home: Path
    spark_home: Path
    spark_jars: Path
    python: Path
    tmp: Path
    base_env: Mapping[str, str]
    cores: int = 2


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """A plan in terms of this machine.

    `files` maps absolute paths to texts; `notes` tells which objects need nothing here.
    """

    files: Mapping[Path, str] = field(default_factory=dict)
    topics: tuple[TopicSpec, ...] = ()
    simulators: tuple[ChildSpec, ...] = ()
    streams: tuple[ChildSpec, ...] = ()
    notes: tuple[str, ...] = ()


def translate(objects: Sequence[Manifest], machine: Machine) -> LocalPlan | tuple[Problem, ...]:
    """The local form of the objects, or everything about them that this host cannot honour."""
    problems = [p for o in objects for p in _refused(o)]
    if problems:
        return tuple(problems)
    by_kind: dict[str, list[Manifest]] = {}
    for o in objects:
        by_kind.setdefault(o["kind"], []).append(o)
    config_maps = {o["metadata"]["name"]: o["data"] for o in by_kind.get("ConfigMap", [])}
    sets, applications = by_kind.get("StatefulSet", []), by_kind.get("SparkApplication", [])
    return LocalPlan(
        files={path: text for o in (*sets, *applications) for path, text in _mounted(o, config_maps)},
        topics=tuple(_topic(o) for o in by_kind.get("KafkaTopic", [])),
        simulators=tuple(spec for o in sets for spec in replicas_of(o, machine)),
        streams=tuple(spark_child(o, machine) for o in applications if not o["spec"].get("suspend")),
        notes=tuple(f"{kind}: {_NEEDS_NOTHING[kind]}" for kind in by_kind if kind in _NEEDS_NOTHING),
    )


def replicas_of(stateful_set: Manifest, machine: Machine) -> tuple[ChildSpec, ...]:
    """One process per replica, with the container's command, arguments, environment and ordinal."""
    pod = stateful_set["spec"]["template"]["spec"]
    container = pod["containers"][0]
    argv = (*container["command"], *container.get("args", ()))
    return tuple(
        ChildSpec(
            name=f"{stateful_set['metadata']['name']}-{ordinal}",
            argv=argv,
            env={**machine.base_env, **_environment(container, ordinal)},
            restart=RestartPolicy(When(pod.get("restartPolicy", "Always"))),
            grace_s=float(pod.get("terminationGracePeriodSeconds", 30)),
        )
        for ordinal in range(stateful_set["spec"]["replicas"])
    )


def spark_child(application: Manifest, machine: Machine) -> ChildSpec:
    """The SparkApplication as a supervised spark-submit."""
    policy = application["spec"]["restartPolicy"]
    return ChildSpec(
        name=application["metadata"]["name"],
        argv=spark_submit(application, machine),
        env={**machine.base_env, **spark_environment(application, machine)},
        restart=RestartPolicy(When(policy["type"]), policy.get("onFailureRetryInterval")),
        grace_s=float(application["spec"]["driver"].get("terminationGracePeriodSeconds", 60)),
    )


def spark_submit(application: Manifest, machine: Machine) -> tuple[str, ...]:
    """The command line of a SparkApplication: driver and executors in one JVM on this machine."""
    spec = application["spec"]
    conf = {
        **spec.get("sparkConf", {}),
        **{f"spark.hadoop.{k}": v for k, v in spec.get("hadoopConf", {}).items()},
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraClassPath": f"{machine.spark_jars}/*",
        "spark.local.dir": str(machine.tmp),
        "spark.sql.warehouse.dir": str(machine.tmp / "spark-warehouse"),
    }
    flags = [part for key in sorted(conf) for part in ("--conf", f"{key}={conf[key]}")]
    main_file = spec["mainApplicationFile"].removeprefix(LOCAL_SCHEME)
    return (
        str(machine.spark_home / "bin" / "spark-submit"),
        "--master",
        f"local[{machine.cores}]",
        "--name",
        application["metadata"]["name"],
        "--driver-memory",
        spec["driver"]["memory"],
        *flags,
        main_file,
        *spec.get("arguments", ()),
    )


def spark_environment(application: Manifest, machine: Machine) -> dict[str, str]:
    """The environment of spark-submit: the driver's own literals, and where Java and Python are."""
    literals = {e["name"]: e["value"] for e in application["spec"]["driver"].get("env", ())}
    return {
        **literals,
        "JAVA_HOME": str(machine.java_home),
        "SPARK_HOME": str(machine.spark_home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": str(machine.python),
        "PYSPARK_DRIVER_PYTHON": str(machine.python),
    }


def _topic(o: Manifest) -> TopicSpec:
    spec = o["spec"]
    config = {k: str(v) for k, v in spec.get("config", {}).items()}
    return TopicSpec(
        spec.get("topicName", o["metadata"]["name"]), spec["partitions"], spec["replicas"], config
    )


def _environment(container: Manifest, ordinal: int) -> dict[str, str]:
    return {e["name"]: e["value"] if "value" in e else str(ordinal) for e in container.get("env", ())}


def _mounted(o: Manifest, config_maps: Mapping[str, Mapping[str, str]]) -> list[tuple[Path, str]]:
    return [
        (Path(path) / name, text)
        for config_map, path in _mounts(o)
        for name, text in config_maps[config_map].items()
    ]


def _mounts(o: Manifest) -> list[tuple[str, str]]:
    """(ConfigMap, path) of every ConfigMap that a workload mounts."""
    if o["kind"] == "SparkApplication":
        return [(m["name"], m["path"]) for m in o["spec"]["driver"].get("configMaps", ())]
    pod = o["spec"]["template"]["spec"]
    paths = {m["name"]: m["mountPath"] for m in pod["containers"][0].get("volumeMounts", ())}
    return [(v["configMap"]["name"], paths[v["name"]]) for v in pod.get("volumes", ()) if "configMap" in v]


def _refused(o: Manifest) -> list[Problem]:
    kind = o["kind"]
    at = f"{kind}/{o['metadata']['name']}"
    if kind in ("ConfigMap", "KafkaTopic") or kind in _NEEDS_NOTHING:
        return []
    if kind == "StatefulSet":
        return [_cannot(at, what) for what in _set_refusals(o)]
    if kind == "SparkApplication":
        return [_cannot(at, what) for what in _application_refusals(o)]
    return [_cannot(at, f"objects of kind {kind}")]


def _set_refusals(o: Manifest) -> list[str]:
    pod = o["spec"]["template"]["spec"]
    container = pod["containers"][0]
    refused = []
    if len(pod["containers"]) != 1 or pod.get("initContainers"):
        refused.append("pods with more than one container")
    if not container.get("command"):
        refused.append("containers without a command of their own")
    if container.get("envFrom"):
        refused.append("envFrom")
    refused += [
        f"environment {e['name']} from {e['valueFrom']}"
        for e in container.get("env", ())
        if not _known_env(e)
    ]
    refused += [
        f"volume {v['name']}"
        for v in pod.get("volumes", ())
        if not {"configMap", "emptyDir", "secret"} & set(v)
    ]
    return refused


def _known_env(entry: Manifest) -> bool:
    return "value" in entry or entry["name"] == names.ORDINAL_ENV


def _application_refusals(o: Manifest) -> list[str]:
    spec = o["spec"]
    refused = []
    if spec.get("type") != "Python":
        refused.append(f"Spark applications of type {spec.get('type')}")
    if not spec["mainApplicationFile"].startswith(LOCAL_SCHEME):
        refused.append(f"main file {spec['mainApplicationFile']}")
    refused += [f"environment {e['name']}" for e in spec["driver"].get("env", ()) if "value" not in e]
    refused += [f"deps.{name}" for name, value in spec.get("deps", {}).items() if value]
    return refused


def _cannot(at: str, what: str) -> Problem:
    return Problem(
        at,
        "NotOnThisMachine",
        f"the local host does not run {what}",
        "Deploy this route to a cluster, or leave it out.",
    )
