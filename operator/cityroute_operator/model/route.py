"""The route: a manifest that is well-formed and free of contradictions, with its values resolved."""

from collections.abc import Mapping
from dataclasses import dataclass

from cityroute_contracts import ids
from cityroute_contracts.corridor import Corridor
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.settings import ScriptedEvent

from .checks import feed_spec
from .fields import duration_ms, timestamp_ms
from .happenings import scripted_events
from .spec import SOURCE_EXTERNAL, CityRouteSpec, TimedFeedSpec


@dataclass(frozen=True, slots=True)
class SimulatedFeed:
    """An enabled feed. `interval_s` is simulated seconds; None: sent on change."""

    replicas: int
    interval_s: float | None


@dataclass(frozen=True)
class Route:
    """What a CityRoute asks for. All that depends on the place is decided in the plan.

    `namespace` is None where the manifest names none; `generation` counts its changes.
    """

    name: str
    namespace: str | None
    generation: int
    spec: CityRouteSpec
    corridor: Corridor

    @property
    def external(self) -> bool:
        """Whether devices of the user's own write the events."""
        return self.spec.source.type == SOURCE_EXTERNAL

    @property
    def start_ms(self) -> int | None:
        """Simulated start in epoch ms; None: the moment at which the route is created."""
        text = self.spec.simulation.start_time
        return None if text is None else timestamp_ms(text)

    @property
    def trigger_s(self) -> float | None:
        """Seconds between two batches; None: the site decides."""
        text = self.spec.streams.trigger
        return None if text is None else duration_ms(text) / 1000

    @property
    def watermark_s(self) -> float:
        """How late, in seconds of event time, an event still counts in the analytics."""
        return duration_ms(self.spec.streams.watermark) / 1000

    @property
    def feeds(self) -> Mapping[str, SimulatedFeed]:
        """The feeds that simulators send, by name; none for external sources."""
        specs = {} if self.external else {name: feed_spec(self.spec, name) for name in FEEDS}
        return {
            name: SimulatedFeed(
                replicas=spec.replicas,
                interval_s=(spec.interval_seconds if isinstance(spec, TimedFeedSpec) else None)
                or FEEDS[name].default_interval_s,
            )
            for name, spec in specs.items()
            if spec.enabled
        }

    def events(self, start_ms: int) -> tuple[ScriptedEvent, ...]:
        """The scripted happenings of a simulation that starts at `start_ms`."""
        return scripted_events(self.spec.simulation.events, start_ms)

    def stream_id(self, start_ms: int) -> str:
        """Identity of the simulated stream that starts at `start_ms`, epoch ms."""
        simulation = self.spec.simulation
        return ids.stream_id(self.name, self.corridor.name, simulation.seed, start_ms, simulation.vehicles)
