"""Conditions: what stands in the way, since when, and what to do."""

from dataclasses import replace
from typing import Any

import pytest
from cityroute_contracts import names
from cityroute_contracts.problems import Problem
from cityroute_contracts.progress import Progress
from cityroute_operator.plan import Plan
from cityroute_operator.status import (
    Condition,
    ConditionType,
    KafkaObject,
    Observed,
    Reason,
    Simulators,
    Stream,
    conditions,
    feeds,
    ready_of,
    streams,
    with_condition,
)

from tests.support.routes import EXTERNAL, planned

NOW = 1_790_000_000_000
LATER = NOW + 60_000
GPS_TOPIC = "city.demo.gps.v1"
BAD = Problem("spec.kafka.partitions", "OutOfRange", "it is 0", "Set it to 1.")


def healthy(plan: Plan) -> Observed:
    """Everything that the plan wants, up and running."""
    kafka = (*plan.of_kind("KafkaTopic"), *plan.of_kind("KafkaUser"))
    return Observed(
        generation=plan.route.generation,
        topics={o["metadata"]["name"]: KafkaObject(ready=True) for o in kafka},
        simulators={
            o["metadata"]["name"]: Simulators(o["spec"]["replicas"]) for o in plan.of_kind("StatefulSet")
        },
        streams={names.stream("demo", job): Stream("RUNNING") for job in names.STREAMS},
        progress={job: Progress(job, "demo", state="running", batch_id=3) for job in names.STREAMS},
    )


def judged(plan: Plan | None, observed: Observed, **more: object) -> dict[str, Condition]:
    problems = more.get("problems", ())
    old = more.get("old", ())
    assert isinstance(problems, tuple) and isinstance(old, tuple)
    return {c.type: c for c in conditions(plan, observed, problems, old, NOW)}


def changed(observed: Observed, **change: object) -> Observed:
    """Observed with entries added to its mappings; None takes an entry away."""
    merged: dict[str, Any] = {}
    for field, entries in change.items():
        assert isinstance(entries, dict)
        everything = {**getattr(observed, field), **entries}
        merged[field] = {k: v for k, v in everything.items() if v is not None}
    return replace(observed, **merged)


def test_a_route_with_everything_running_is_ready() -> None:
    found = judged(planned(), healthy(planned()))
    assert {c.status for c in found.values()} == {"True"}
    assert found["Ready"].reason == Reason.ALL_RUNNING
    assert "Stalled" not in found


@pytest.mark.parametrize(
    ("change", "type_", "status", "reason", "said"),
    [
        ({"topics": {GPS_TOPIC: None}}, "TopicsReady", "False", Reason.TOPIC_MISSING, GPS_TOPIC),
        (
            {"topics": {GPS_TOPIC: KafkaObject(None)}},
            "TopicsReady",
            "False",
            Reason.TOPIC_NOT_ACKNOWLEDGED,
            GPS_TOPIC,
        ),
        (
            {"topics": {GPS_TOPIC: KafkaObject(False, "replication factor 3 is larger than 1 broker")}},
            "TopicsReady",
            "False",
            Reason.TOPIC_REFUSED,
            "larger than 1 broker",
        ),
        (
            {"topics": {"demo-streams": KafkaObject(None)}},
            "TopicsReady",
            "False",
            Reason.TOPIC_NOT_ACKNOWLEDGED,
            "demo-streams",
        ),
        (
            {"simulators": {"demo-sim-gps": Simulators(0)}},
            "SimulatorsReady",
            "False",
            Reason.SIMULATORS_STARTING,
            "gps 0/1",
        ),
        (
            {"simulators": {"demo-sim-weather": None}},
            "SimulatorsReady",
            "False",
            Reason.SIMULATORS_STARTING,
            "weather 0/1",
        ),
        ({"streams": {"demo-ingest": None}}, "StreamsReady", "False", Reason.STREAMS_STARTING, "demo-ingest"),
        (
            {"streams": {"demo-ingest": Stream("PENDING_RERUN")}},
            "StreamsReady",
            "False",
            Reason.STREAMS_STARTING,
            "demo-ingest",
        ),
        (
            {"streams": {"demo-analytics": Stream("FAILED", "exit code 1")}},
            "StreamsReady",
            "False",
            Reason.STREAM_FAILED,
            "exit code 1",
        ),
        (
            {"streams": {"demo-ingest": Stream("SUBMITTED"), "demo-analytics": Stream("SUBMISSION_FAILED")}},
            "StreamsReady",
            "False",
            Reason.STREAM_FAILED,
            "demo-analytics",
        ),
        (
            {"streams": {"demo-analytics": Stream("COMPLETED")}},
            "StreamsReady",
            "False",
            Reason.STREAM_ENDED,
            "demo-analytics",
        ),
        (
            {"streams": {"demo-ingest": Stream("UNKNOWN")}},
            "StreamsReady",
            "Unknown",
            Reason.STREAM_UNKNOWN,
            "demo-ingest",
        ),
        ({"progress": {"ingest": None}}, "SinksReady", "Unknown", Reason.SINKS_NOT_REPORTED, "ingest"),
        (
            {"progress": {"analytics": Progress("analytics", "demo", batch_id=-1)}},
            "SinksReady",
            "Unknown",
            Reason.SINKS_NOT_REPORTED,
            "analytics",
        ),
        (
            {"progress": {"analytics": Progress("analytics", "demo", error="no route to the warehouse")}},
            "SinksReady",
            "False",
            Reason.SINK_REFUSED,
            "no route to the warehouse",
        ),
    ],
)
def test_what_is_missing_is_named_and_is_why_the_route_is_not_ready(
    change: dict[str, dict[str, object]], type_: str, status: str, reason: Reason, said: str
) -> None:
    plan = planned()
    found = judged(plan, changed(healthy(plan), **change))
    assert (found[type_].status, found[type_].reason) == (status, reason)
    assert said in found[type_].message
    assert (found["Ready"].status, found["Ready"].reason) == ("False", reason)
    others = set(found) - {type_, "Ready", "Stalled"}
    assert {found[other].status for other in others} == {"True"}


def test_every_state_of_the_spark_operator_is_understood() -> None:
    plan = planned()
    for state in (
        *("", "SUBMITTED", "RUNNING", "COMPLETED", "FAILED", "SUBMISSION_FAILED", "PENDING_RERUN"),
        *("INVALIDATING", "SUCCEEDING", "FAILING", "SUSPENDING", "SUSPENDED", "RESUMING", "UNKNOWN"),
    ):
        found = judged(plan, changed(healthy(plan), streams={"demo-ingest": Stream(state)}))
        assert (found["StreamsReady"].status == "True") == (state == "RUNNING"), state


def test_the_earliest_step_that_stands_is_the_reason() -> None:
    plan = planned()
    found = judged(plan, Observed(generation=3))
    assert found["Ready"].reason == found["TopicsReady"].reason == Reason.TOPIC_MISSING


def test_a_refused_topic_waits_for_a_person() -> None:
    plan = planned()
    stuck = changed(healthy(plan), topics={GPS_TOPIC: KafkaObject(False, "no")})
    assert judged(plan, stuck)["Stalled"].status == "True"
    mended = conditions(plan, healthy(plan), (), tuple(judged(plan, stuck).values()), LATER)
    assert "Stalled" not in {c.type for c in mended}


def test_suspended_is_no_failure_and_not_ready() -> None:
    plan = planned(suspend=True)
    found = judged(plan, healthy(plan))
    assert (found["Ready"].status, found["Ready"].reason) == ("False", Reason.SUSPENDED)
    assert found["TopicsReady"].status == "True"
    assert {found[t].reason for t in ("SimulatorsReady", "StreamsReady", "SinksReady")} == {Reason.SUSPENDED}
    assert "Stalled" not in found


def test_external_devices_need_no_simulators() -> None:
    plan = planned(**EXTERNAL)
    found = judged(plan, healthy(plan))
    assert (found["SimulatorsReady"].status, found["SimulatorsReady"].reason) == ("True", Reason.NOT_NEEDED)
    assert found["Ready"].status == "True"


def test_an_invalid_edit_stalls_the_route_and_leaves_its_children_as_they_are() -> None:
    plan = planned()
    before = tuple(judged(plan, healthy(plan)).values())
    found = {c.type: c for c in conditions(None, Observed(generation=4), (BAD,), before, LATER)}
    assert {t: found[t].status for t in ("SpecValid", "Ready", "Stalled")} == {
        "SpecValid": "False",
        "Ready": "False",
        "Stalled": "True",
    }
    for type_ in ("SpecValid", "Ready", "Stalled"):
        assert found[type_].reason == Reason.SPEC_REFUSED and found[type_].generation == 4
        assert BAD.at in found[type_].message and BAD.hint in found[type_].message
    for type_ in ("TopicsReady", "SimulatorsReady", "StreamsReady", "SinksReady"):
        assert found[type_] in before


def test_a_first_manifest_that_is_refused_says_nothing_of_children() -> None:
    assert set(judged(None, Observed(generation=1), problems=(BAD,))) == {"SpecValid", "Ready", "Stalled"}


def test_time_stands_still_until_the_status_turns() -> None:
    plan = planned()
    starting = changed(healthy(plan), streams={"demo-ingest": Stream("SUBMITTED")})
    failed = changed(healthy(plan), streams={"demo-ingest": Stream("FAILED")})
    first = conditions(plan, starting, (), (), NOW)
    second = {c.type: c for c in conditions(plan, failed, (), first, LATER)}
    assert second["StreamsReady"].reason == Reason.STREAM_FAILED
    assert second["StreamsReady"].since_ms == NOW
    third = {c.type: c for c in conditions(plan, healthy(plan), (), tuple(second.values()), LATER)}
    assert third["StreamsReady"].since_ms == third["Ready"].since_ms == LATER
    assert third["TopicsReady"].since_ms == NOW


def test_nothing_is_rewritten_while_nothing_turns() -> None:
    plan = planned()
    first = conditions(plan, healthy(plan), (), (), NOW)
    further = changed(
        healthy(plan), progress={"ingest": Progress("ingest", "demo", batch_id=99, stored={"gps": 10**6})}
    )
    assert conditions(plan, further, (), first, LATER) == first


def test_conditions_survive_the_api_server() -> None:
    for condition in judged(planned(), healthy(planned())).values():
        assert Condition.from_status(condition.to_status()) == condition


def test_conditions_of_other_writers_are_kept() -> None:
    foreign = Condition("Audited", "True", "Checked", "by hand", 1, 0)
    found = conditions(planned(), healthy(planned()), (), (foreign,), NOW)
    assert foreign in found


def test_with_condition_replaces_one_type_only() -> None:
    a = Condition(ConditionType.READY, "False", Reason.SUSPENDED, "", 1, NOW)
    b = replace(a, type=ConditionType.SPEC_VALID)
    assert with_condition((a, b), replace(a, status="True", since_ms=LATER)) == (
        b,
        replace(a, status="True", since_ms=LATER),
    )


def test_messages_fit_a_status() -> None:
    plan = planned()
    trace = changed(healthy(plan), streams={"demo-ingest": Stream("FAILED", "at line\n" * 10_000)})
    assert len(judged(plan, trace)["StreamsReady"].message) <= 1000


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    assert reason.sentence.endswith(".") and reason.value.isalnum()


def test_lists_of_feeds_and_streams_count_what_is_ready() -> None:
    plan = planned(simulation={"feeds": {"emergency": {"enabled": False}}})
    observed = changed(
        healthy(plan),
        simulators={"demo-sim-gps": Simulators(0)},
        streams={"demo-analytics": None},
    )
    assert ready_of(feeds(plan, observed)) == "3/4"
    assert ready_of(streams(plan, observed)) == "1/2"
    assert {f["name"]: f["simulators"] for f in feeds(plan, observed)}["gps"] == "0/1"


def test_the_feeds_of_external_devices_are_ready_with_their_topics() -> None:
    plan = planned(**EXTERNAL)
    observed = changed(healthy(plan), topics={GPS_TOPIC: KafkaObject(None)})
    assert ready_of(feeds(plan, observed)) == "4/5"
