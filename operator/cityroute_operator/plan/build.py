"""`plan(route, site, clocks)`: the one pure function between a route and its objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from cityroute_contracts import names
from cityroute_contracts.clock import Clock

from ..model import Route
from ..model.spec import KEEP
from . import kafka, labels, simulators, streams
from .settings import simulation_settings, stream_settings
from .site import Site

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What must exist for a route, in the order in which it is to be made.

    Objects name no namespace where the route names none: the site's is meant (`namespace`).
    """

    route: Route
    site: Site
    clocks: tuple[Clock, ...]
    namespace: str
    objects: tuple[Manifest, ...]

    def of_kind(self, kind: str) -> tuple[Manifest, ...]:
        """The objects of a kind, in order."""
        return tuple(o for o in self.objects if o["kind"] == kind)

    def is_owned(self, manifest: Manifest) -> bool:
        """Whether the object carries an owner reference, and so goes when the route is deleted.

        With `deletionPolicy: Keep` topics outlive their route.
        """
        return not (manifest["kind"] == "KafkaTopic" and self.route.spec.deletion_policy == KEEP)


def plan(route: Route, site: Site, clocks: Sequence[Clock]) -> Plan:
    """The route's objects at that site. The same arguments give the same objects.

    `clocks` is the route's history of clocks, oldest first; external routes need none. Raises
    ValueError for a simulated route without a clock.
    """
    if not clocks and not route.external:
        raise ValueError(f'the simulated route "{route.name}" has no clock to be planned by')
    namespace = route.namespace or site.namespace
    objects = [
        _config_map(route, site, clocks),
        *kafka.topics(route, site),
        *kafka.users(route, site),
        *_simulators(route, site, clocks),
        *_streams(route, site, clocks),
    ]
    for manifest in objects:
        manifest["metadata"] = {
            "name": manifest["metadata"]["name"],
            "namespace": namespace,
            **manifest["metadata"],
        }
    return Plan(route, site, tuple(clocks), namespace, tuple(objects))


def dump_yaml(objects: Sequence[Manifest]) -> str:
    """The objects as YAML documents; the same objects give the same bytes."""
    return yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False, explicit_start=True, width=110)


def _config_map(route: Route, site: Site, clocks: Sequence[Clock]) -> Manifest:
    files = {names.STREAMS_FILE: stream_settings(route, site, clocks).to_json()}
    if not route.external:
        files[names.SIMULATION_FILE] = simulation_settings(route, site, clocks).to_json()
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": names.config_map(route.name), "labels": labels.owned(route.name, "config")},
        "data": dict(sorted(files.items())),
    }


def _simulators(route: Route, site: Site, clocks: Sequence[Clock]) -> list[Manifest]:
    if route.external:
        return []
    settings = simulation_settings(route, site, clocks)
    sets = [simulators.stateful_set(route, site, feed, settings) for feed in route.feeds]
    return [simulators.service(route, site), *sets]


def _streams(route: Route, site: Site, clocks: Sequence[Clock]) -> list[Manifest]:
    settings = stream_settings(route, site, clocks)
    jobs = [streams.application(route, site, job, settings) for job in names.STREAMS]
    return [*jobs, streams.maintenance(route, site)]


class _Dumper(yaml.SafeDumper):
    """Writes long texts as they are, and repeats values rather than point at them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
