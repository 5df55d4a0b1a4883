"""`status.feeds[]` and `status.streams[]`: an entry per part of the route, and how many are ready."""

from collections.abc import Iterable, Mapping
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS

from ..plan import Plan
from .judge import RUNNING, ready_simulators, stream_state
from .observed import Observed


def feeds(plan: Plan, observed: Observed) -> list[dict[str, Any]]:
    """One entry per feed that the route has: all five of an external source, else the enabled ones."""
    return [_feed(plan, observed, feed) for feed in FEEDS if plan.route.external or feed in plan.route.feeds]


def streams(plan: Plan, observed: Observed) -> list[dict[str, Any]]:
    """One entry per stream."""
    return [
        {
            "name": job,
            "application": names.stream(plan.route.name, job),
            "state": stream_state(plan, observed, job) or "NEW",
            "ready": stream_state(plan, observed, job) == RUNNING,
        }
        for job in names.STREAMS
    ]


def ready_of(entries: Iterable[Mapping[str, Any]]) -> str:
    """`ready/all` of such entries, as the columns of `kubectl get` show it."""
    flags = [entry["ready"] for entry in entries]
    return f"{sum(flags)}/{len(flags)}"


def _feed(plan: Plan, observed: Observed, feed: str) -> dict[str, Any]:
    topic = names.topic(plan.route.name, feed)
    seen = observed.topics.get(topic)
    acknowledged = seen is not None and seen.ready is True
    entry: dict[str, Any] = {"name": feed, "topic": topic, "ready": acknowledged}
    if plan.route.external:
        return entry
    wanted = 0 if plan.route.spec.suspend else plan.route.feeds[feed].replicas
    ready = ready_simulators(plan, observed, feed)
    running = not plan.route.spec.suspend and ready >= wanted
    return {**entry, "simulators": f"{ready}/{wanted}", "ready": acknowledged and running}
