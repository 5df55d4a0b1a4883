"""`conditions(plan, observed, problems, old, now)`: the one pure function between a route and its status."""

from collections.abc import Sequence

from cityroute_contracts.problems import Problem

from ..plan import Plan
from . import judge
from .condition import FALSE, TRUE, Condition, ConditionType, with_condition, without_condition
from .judge import Verdict
from .observed import Observed
from .reasons import Reason

STALLING = frozenset({Reason.SPEC_REFUSED, Reason.TOPIC_REFUSED})
"""What does not mend itself: a person has to change something."""


def conditions(
    plan: Plan | None,
    observed: Observed,
    problems: Sequence[Problem],
    old: Sequence[Condition],
    now_ms: int,
) -> tuple[Condition, ...]:
    """The conditions of a route now, `old` being those of its status; `now_ms` is epoch ms.

    `plan` is None where the manifest has problems: then what is known of the children stays as it
    was, for they are left running. Raises ValueError when there is neither a plan nor a problem.
    """
    verdicts = {ConditionType.SPEC_VALID: judge.spec(problems)}
    if not problems:
        if plan is None:
            raise ValueError("a route without problems has a plan")
        verdicts |= {
            ConditionType.TOPICS_READY: judge.topics(plan, observed),
            ConditionType.SIMULATORS_READY: judge.simulators(plan, observed),
            ConditionType.STREAMS_READY: judge.streams(plan, observed),
            ConditionType.SINKS_READY: judge.sinks(plan, observed),
        }
    ready = _ready(plan, tuple(verdicts.values()))
    verdicts[ConditionType.READY] = ready
    if ready.reason in STALLING:
        verdicts[ConditionType.STALLED] = Verdict(TRUE, ready.reason, ready.message)
    found = tuple(old) if ConditionType.STALLED in verdicts else without_condition(old, ConditionType.STALLED)
    for type_, verdict in verdicts.items():
        found = with_condition(found, _condition(type_, verdict, observed.generation, now_ms))
    order = [str(t) for t in ConditionType]
    return tuple(sorted(found, key=lambda c: order.index(c.type) if c.type in order else len(order)))


def _ready(plan: Plan | None, verdicts: Sequence[Verdict]) -> Verdict:
    """The first thing that is not true, in the order of the flow, is why the route is not ready."""
    refused = next((v for v in verdicts if v.reason in STALLING), None)
    if refused is not None:
        return refused
    if plan is not None and plan.route.spec.suspend:
        return judge.suspended()
    blocking = next((v for v in verdicts if v.status != TRUE), None)
    if blocking is not None:
        return Verdict(FALSE, blocking.reason, blocking.message)
    return Verdict(TRUE, Reason.ALL_RUNNING, "Events flow from their source to the tables.")


def _condition(type_: ConditionType, verdict: Verdict, generation: int, now_ms: int) -> Condition:
    return Condition(type_, verdict.status, verdict.reason, verdict.message, generation, now_ms)
