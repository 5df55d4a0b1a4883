"""What a route's objects are, and what a change of the route changes in them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cityroute_contracts.clock import Clock
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import SimulationSettings, StreamSettings
from cityroute_operator.plan import Manifest, Plan, Site, dashboard_settings, dump_yaml, plan

from tests.support.routes import CLOCKS, EKS, EXTERNAL, KIND, LOCAL, planned, route

SITES = pytest.mark.parametrize("site", [LOCAL, KIND, EKS], ids=lambda site: site.name)
APPLICATIONS = ("SparkApplication", "ScheduledSparkApplication")


def by_name(found: Plan, kind: str) -> dict[str, Manifest]:
    return {o["metadata"]["name"]: o for o in found.of_kind(kind)}


def files(found: Plan) -> dict[str, str]:
    (config_map,) = found.of_kind("ConfigMap")
    data: dict[str, str] = config_map["data"]
    return data


def pod_specs(found: Plan) -> Iterator[dict[str, Any]]:
    for stateful_set in found.of_kind("StatefulSet"):
        yield stateful_set["spec"]["template"]["spec"]


def spark_specs(found: Plan) -> Iterator[dict[str, Any]]:
    for application in found.of_kind("SparkApplication"):
        yield application["spec"]
    for scheduled in found.of_kind("ScheduledSparkApplication"):
        yield scheduled["spec"]["template"]


@SITES
def test_the_same_route_gives_the_same_bytes(site: Site) -> None:
    assert dump_yaml(planned(site).objects) == dump_yaml(planned(site).objects)


@SITES
def test_the_files_are_what_the_pods_can_read(site: Site) -> None:
    data = files(
        planned(site, simulation={"events": [{"demand": {"factor": 2, "from": "08:00", "for": "1h"}}]})
    )
    simulation = SimulationSettings.from_json(data["simulation.json"])
    streams = StreamSettings.from_json(data["streams.json"])
    assert simulation.clock == CLOCKS[-1] and simulation.start_ms == CLOCKS[0].sim_ms
    assert simulation.events[0].kind == "demand"
    assert streams.clocks == CLOCKS and set(streams.topics) == set(FEEDS)


def test_a_stated_start_time_wins_over_the_time_of_creation() -> None:
    found = planned(simulation={"startTime": "2026-01-01T00:00:00Z"})
    assert SimulationSettings.from_json(files(found)["simulation.json"]).start_ms == 1_767_225_600_000


@pytest.mark.parametrize(
    "change",
    [
        {"vehicles": 9000},
        {"seed": 5},
        {"feeds": {"gps": {"replicas": 2}}},
        {"faults": {"late": 0.5}},
        {"events": [{"demand": {"factor": 2, "from": "08:00", "for": "1h"}}]},
    ],
    ids=lambda change: next(iter(change)),
)
@SITES
def test_another_world_restarts_no_stream(site: Site, change: dict[str, Any]) -> None:
    before, after = planned(site), planned(site, simulation=change)
    for kind in APPLICATIONS:
        assert by_name(before, kind) == by_name(after, kind)
    assert before.of_kind("StatefulSet") != after.of_kind("StatefulSet")


@pytest.mark.parametrize(
    "change",
    [{"streams": {"trigger": "20s"}}, {"warehouse": {"type": "none"}}, {"retention": {"eventsDays": 3}}],
    ids=lambda change: next(iter(change)),
)
@SITES
def test_other_tables_restart_no_simulator(site: Site, change: dict[str, Any]) -> None:
    assert planned(site).of_kind("StatefulSet") == planned(site, **change).of_kind("StatefulSet")


def test_what_a_driver_must_be_restarted_for_changes_its_spec() -> None:
    before, after = (by_name(p, "SparkApplication") for p in (planned(), planned(streams={"trigger": "20s"})))
    assert all(before[name]["spec"] != after[name]["spec"] for name in before)


def test_how_long_rows_are_kept_restarts_no_stream() -> None:
    before, after = planned(), planned(retention={"eventsDays": 3})
    assert by_name(before, "SparkApplication") == by_name(after, "SparkApplication")
    assert files(before)["streams.json"] != files(after)["streams.json"]


def test_another_number_of_writers_shows_in_the_pods() -> None:
    def writers(found: Plan) -> str:
        template = by_name(found, "StatefulSet")["demo-sim-gps"]["spec"]["template"]
        return str(template["metadata"]["annotations"]["cityroute.io/writers"])

    assert writers(planned()) == "1"
    assert writers(planned(simulation={"feeds": {"gps": {"replicas": 3}}})) == "3"
    assert writers(planned(simulation={"feeds": {"gps": {"replicas": 3}}}, suspend=True)) == "3"


@SITES
def test_every_writer_has_a_partition(site: Site) -> None:
    found = planned(site, simulation={"feeds": {"gps": {"replicas": 20}}})
    assert by_name(found, "KafkaTopic")["city.demo.gps.v1"]["spec"]["partitions"] >= 20


@pytest.mark.parametrize(("site", "copies"), [(LOCAL, 1), (KIND, 1), (EKS, 3)], ids=["local", "kind", "eks"])
def test_copies_of_a_partition_are_as_many_as_the_place_can_hold(site: Site, copies: int) -> None:
    for topic in planned(site, kafka={"replicas": 3}).of_kind("KafkaTopic"):
        assert topic["spec"]["replicas"] == copies
        assert topic["spec"]["config"]["min.insync.replicas"] <= copies


@SITES
def test_suspended_stops_the_pods_and_keeps_the_rest(site: Site) -> None:
    running, suspended = planned(site), planned(site, suspend=True)
    assert [s["spec"]["replicas"] for s in suspended.of_kind("StatefulSet")] == [0] * len(FEEDS)
    assert all(o["spec"]["suspend"] for kind in APPLICATIONS for o in suspended.of_kind(kind))
    assert suspended.of_kind("KafkaTopic") == running.of_kind("KafkaTopic")
    assert files(suspended) == files(running)
    for kind in ("StatefulSet", *APPLICATIONS):
        for a, b in zip(running.of_kind(kind), suspended.of_kind(kind), strict=True):
            assert a["spec"].get("template") == b["spec"].get("template")


@SITES
def test_an_external_route_has_topics_and_streams_and_nothing_to_simulate(site: Site) -> None:
    found = planned(site, **EXTERNAL)
    assert not found.of_kind("StatefulSet") and not found.of_kind("Service")
    assert sorted(by_name(found, "KafkaTopic")) == sorted(f"city.demo.{feed}.v1" for feed in FEEDS)
    assert list(files(found)) == ["streams.json"]
    assert StreamSettings.from_json(files(found)["streams.json"]).clocks == ()


def operations(user: Manifest) -> dict[str, set[str]]:
    return {acl["resource"]["name"]: set(acl["operations"]) for acl in user["spec"]["authorization"]["acls"]}


@pytest.mark.parametrize("site", [KIND, EKS], ids=["kind", "eks"])
def test_users_may_do_no_more_than_their_work(site: Site) -> None:
    users = by_name(planned(site), "KafkaUser")
    own_topics = {*(f"city.demo.{feed}.v1" for feed in FEEDS), "city.demo.truth.v1"}
    assert operations(users["demo-simulators"]) == dict.fromkeys(own_topics, {"Write", "Read", "Describe"})
    assert operations(users["demo-streams"]) == dict.fromkeys(own_topics, {"Read", "Describe"})
    devices = by_name(planned(site, **EXTERNAL), "KafkaUser")["demo-devices"]
    assert set(map(frozenset, operations(devices).values())) == {frozenset({"Write", "Describe"})}


def test_topics_outlive_a_route_that_keeps_them() -> None:
    for policy, owned in (("Keep", False), ("Delete", True)):
        found = planned(deletionPolicy=policy)
        assert {found.is_owned(topic) for topic in found.of_kind("KafkaTopic")} == {owned}
        assert all(found.is_owned(o) for o in found.objects if o["kind"] != "KafkaTopic")


@SITES
def test_pods_pass_pod_security_restricted(site: Site) -> None:
    found = planned(site)
    for pod in pod_specs(found):
        (container,) = pod["containers"]
        assert_restricted(pod["securityContext"], container["securityContext"])
    for spec in spark_specs(found):
        for role in ("driver", "executor"):
            assert_restricted(spec[role]["podSecurityContext"], spec[role]["securityContext"])


def assert_restricted(pod: dict[str, Any], container: dict[str, Any]) -> None:
    assert pod["runAsNonRoot"] is True and pod["runAsUser"] > 0
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}


@SITES
def test_workloads_use_only_what_one_machine_can_honour(site: Site) -> None:
    for pod in pod_specs(planned(site)):
        (container,) = pod["containers"]
        kinds = [next(key for key in volume if key != "name") for volume in pod["volumes"]]
        assert kinds.count("configMap") == 1 and len(kinds) - 1 == kinds.count("projected") <= 1
        for variable in container["env"]:
            assert "value" in variable or variable["name"] == "CITYROUTE_ORDINAL"


@pytest.mark.parametrize("site", [KIND, EKS], ids=["kind", "eks"])
def test_brokers_are_verified_by_the_authority_that_signed_them(site: Site) -> None:
    for pod in pod_specs(planned(site, kafka={"cluster": "north"})):
        sources = pod["volumes"][1]["projected"]["sources"]
        from_secret = {item["path"]: s["secret"]["name"] for s in sources for item in s["secret"]["items"]}
        assert from_secret == {
            "user.crt": "demo-simulators",
            "user.key": "demo-simulators",
            "ca.crt": "north-cluster-ca-cert",
        }


@SITES
def test_pods_are_selected_by_exactly_their_stateful_set(site: Site) -> None:
    sets = planned(site).of_kind("StatefulSet")
    for stateful_set in sets:
        selector = stateful_set["spec"]["selector"]["matchLabels"].items()
        chosen = [s for s in sets if selector <= s["spec"]["template"]["metadata"]["labels"].items()]
        assert chosen == [stateful_set]


def test_dynamic_allocation_is_turned_on_by_a_limit() -> None:
    for spec in spark_specs(planned(EKS, streams={"executor": {"maxInstances": 5}})):
        assert spec["dynamicAllocation"]["maxExecutors"] == 5
    assert all("dynamicAllocation" not in spec for spec in spark_specs(planned(EKS)))


def test_one_machine_uses_its_own_sinks_and_sizes() -> None:
    change = {
        "lake": {"location": "s3://elsewhere/lake"},
        "warehouse": {"host": "db.example.org"},
        "streams": {"driver": {"memory": "8g"}},
    }
    assert planned(LOCAL, **change).objects == planned(LOCAL).objects
    there = StreamSettings.from_json(files(planned(EKS, **change))["streams.json"])
    assert (there.lake.warehouse, there.warehouse.host) == ("s3://elsewhere/lake", "db.example.org")
    assert all(spec["driver"]["memory"] == "8g" for spec in spark_specs(planned(EKS, **change)))


@SITES
def test_a_warehouse_can_be_switched_off_everywhere(site: Site) -> None:
    data = files(planned(site, warehouse={"type": "none"}))
    assert StreamSettings.from_json(data["streams.json"]).warehouse.type == "none"


def test_names_are_short_enough_for_the_longest_route() -> None:
    longest = replace(route(), name="a" * 24)
    for manifest in plan(longest, KIND, CLOCKS).objects:
        limit = {"SparkApplication": 40, "ScheduledSparkApplication": 40, "StatefulSet": 52}
        assert len(manifest["metadata"]["name"]) <= limit.get(manifest["kind"], 63)


def test_a_simulated_route_needs_a_clock() -> None:
    with pytest.raises(ValueError, match="has no clock"):
        plan(route(), KIND, ())


def test_the_namespace_is_the_routes_or_else_the_sites() -> None:
    assert {o["metadata"]["namespace"] for o in planned(KIND).objects} == {"cityroute"}


def test_the_dashboard_knows_every_route() -> None:
    later = (*CLOCKS, Clock(sim_ms=1, wall_ms=2))
    settings = dashboard_settings([(route(), later), (route(**EXTERNAL), later)], LOCAL)
    assert [(r.source_type, r.clocks) for r in settings.routes] == [("simulated", later), ("external", ())]
    assert json.loads(settings.to_json())["warehouse"]["type"] == "postgres"
