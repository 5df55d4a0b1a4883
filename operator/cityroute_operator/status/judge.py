"""From what is planned and what is observed to one verdict per condition."""

from collections.abc import Sequence
from dataclasses import dataclass

from cityroute_contracts import names
from cityroute_contracts.problems import Problem

from ..plan import Plan
from .condition import FALSE, TRUE, UNKNOWN
from .observed import Observed
from .reasons import Reason

MESSAGE_MAX = 1000
"""Characters of a message: what Strimzi and Spark say may be a whole trace."""

STARTING = frozenset(
    {"", "SUBMITTED", "PENDING_RERUN", "INVALIDATING", "SUSPENDING", "SUSPENDED", "RESUMING"}
)
FAILED = frozenset({"FAILED", "SUBMISSION_FAILED", "FAILING"})
ENDED = frozenset({"COMPLETED", "SUCCEEDING"})
RUNNING = "RUNNING"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition without its time."""

    status: str
    reason: Reason
    message: str


def spec(problems: Sequence[Problem]) -> Verdict:
    """SpecValid: whether the manifest was taken."""
    if not problems:
        return Verdict(TRUE, Reason.SPEC_ACCEPTED, "The manifest is valid.")
    return Verdict(FALSE, Reason.SPEC_REFUSED, _cut("\n".join(str(p) for p in problems)))


def topics(plan: Plan, observed: Observed) -> Verdict:
    """TopicsReady: whether Strimzi has made the topics and users."""
    wanted = [o["metadata"]["name"] for o in (*plan.of_kind("KafkaTopic"), *plan.of_kind("KafkaUser"))]
    missing = [name for name in wanted if name not in observed.topics]
    if missing:
        message = f"{len(missing)} of {len(wanted)} topics and users do not exist yet: {_listed(missing)}."
        return Verdict(FALSE, Reason.TOPIC_MISSING, message)
    refused = [name for name in wanted if observed.topics[name].ready is False]
    if refused:
        said = observed.topics[refused[0]].message or "it gives no reason"
        message = f'Strimzi refused "{refused[0]}": {said}. Hint: change what it names, or the Kafka cluster.'
        return Verdict(FALSE, Reason.TOPIC_REFUSED, _cut(message))
    waiting = [name for name in wanted if observed.topics[name].ready is None]
    if waiting:
        message = f"Strimzi has not yet reported on {_listed(waiting)}. Hint: see that its operators run."
        return Verdict(FALSE, Reason.TOPIC_NOT_ACKNOWLEDGED, message)
    return Verdict(TRUE, Reason.TOPICS_ACKNOWLEDGED, f"All {len(wanted)} topics and users are ready.")


def simulators(plan: Plan, observed: Observed) -> Verdict:
    """SimulatorsReady: whether every simulator sends, or none is needed."""
    if plan.route.external:
        return Verdict(TRUE, Reason.NOT_NEEDED, "The source is external: devices write to the topics.")
    if plan.route.spec.suspend:
        return suspended()
    waiting = [
        f"{feed} {ready}/{wanted.replicas}"
        for feed, wanted in plan.route.feeds.items()
        if (ready := ready_simulators(plan, observed, feed)) < wanted.replicas
    ]
    if waiting:
        message = f"Simulators are not ready yet: {', '.join(waiting)}. Hint: look at their pods if it lasts."
        return Verdict(FALSE, Reason.SIMULATORS_STARTING, message)
    return Verdict(TRUE, Reason.SIMULATORS_RUNNING, f"The simulators of {len(plan.route.feeds)} feeds run.")


def streams(plan: Plan, observed: Observed) -> Verdict:
    """StreamsReady: whether the Spark streams run."""
    if plan.route.spec.suspend:
        return suspended()
    for states, status, reason, words in _NOT_RUNNING:
        for job in names.STREAMS:
            state = stream_state(plan, observed, job)
            if state in states:
                return Verdict(status, reason, _cut(_of_stream(plan, observed, job, words)))
    return Verdict(TRUE, Reason.STREAMS_RUNNING, f"{' and '.join(names.STREAMS)} run.")


_NOT_RUNNING = (
    (FAILED, FALSE, Reason.STREAM_FAILED, "failed and is started again"),
    (ENDED, FALSE, Reason.STREAM_ENDED, "ended, and is started again"),
    (frozenset({"UNKNOWN"}), UNKNOWN, Reason.STREAM_UNKNOWN, "is out of the Spark Operator's sight"),
    (STARTING, FALSE, Reason.STREAMS_STARTING, "is starting"),
)


def sinks(plan: Plan, observed: Observed) -> Verdict:
    """SinksReady: whether rows reach the lake and the warehouse, by the drivers' own account.

    Messages hold no counts: a condition is written only when it turns.
    """
    if plan.route.spec.suspend:
        return Verdict(UNKNOWN, Reason.SUSPENDED, "The route is suspended: nothing is written.")
    for job in names.STREAMS:
        progress = observed.progress.get(job)
        if progress is not None and progress.error:
            message = f'"{job}" reports: {progress.error}. Hint: see that the lake and the warehouse answer.'
            return Verdict(FALSE, Reason.SINK_REFUSED, _cut(message))
    silent = [
        job for job in names.STREAMS if job not in observed.progress or observed.progress[job].batch_id < 0
    ]
    if silent:
        message = f"No committed batch was reported yet by {' and '.join(silent)}."
        return Verdict(UNKNOWN, Reason.SINKS_NOT_REPORTED, message)
    return Verdict(TRUE, Reason.SINKS_WRITING, "The streams commit batches.")


def ready_simulators(plan: Plan, observed: Observed, feed: str) -> int:
    """Ready simulators of a feed."""
    seen = observed.simulators.get(names.simulator(plan.route.name, feed))
    return 0 if seen is None else seen.ready_replicas


def stream_state(plan: Plan, observed: Observed, job: str) -> str:
    """State of a stream as the Spark Operator names it; empty before it was submitted."""
    seen = observed.streams.get(names.stream(plan.route.name, job))
    return "" if seen is None else seen.state


def _of_stream(plan: Plan, observed: Observed, job: str, words: str) -> str:
    name = names.stream(plan.route.name, job)
    seen = observed.streams.get(name)
    said = f": {seen.message}" if seen is not None and seen.message else ""
    return f'"{name}" {words}{said}. Hint: look at the log of pod {name}-driver.'


def suspended() -> Verdict:
    """What holds for everything that a suspended route has stopped."""
    return Verdict(
        FALSE, Reason.SUSPENDED, "The route is suspended. Hint: set spec.suspend to false to go on."
    )


def _listed(names_: Sequence[str]) -> str:
    """At most three names, and how many more there are."""
    more = f" and {len(names_) - 3} more" if len(names_) > 3 else ""
    return ", ".join(f'"{name}"' for name in names_[:3]) + more


def _cut(text: str) -> str:
    return text if len(text) <= MESSAGE_MAX else f"{text[: MESSAGE_MAX - 3]}..."
