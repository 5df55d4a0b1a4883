"""From `spec.simulation.events` to the simulators' scripted events."""

from collections.abc import Iterator, Sequence

from cityroute_contracts.corridor import Corridor
from cityroute_contracts.problems import Problem
from cityroute_contracts.settings import ScriptedEvent

from .fields import duration_ms, moment_ms, timestamp_text
from .reasons import Refusal, problem
from .spec import DemandChange, EventSpec, Happening, OnRoad, WeatherChange

KINDS = {
    "close_lanes": "closeLanes",
    "breakdown": "breakdown",
    "weather": "weather",
    "demand": "demand",
}
"""Kinds of `ScriptedEvent`, and their names in a manifest."""


def scripted_events(events: Sequence[EventSpec], start_ms: int) -> tuple[ScriptedEvent, ...]:
    """The events of a spec without problems, for a simulation that starts at `start_ms`."""
    return tuple(_scripted(event, start_ms) for event in events)


def event_problems(
    events: Sequence[EventSpec], corridor: Corridor | None, start_ms: int | None
) -> Iterator[Problem]:
    """What is wrong with scripted events; `corridor` and `start_ms` are None where they are not known."""
    for i, event in enumerate(events):
        at = f"spec.simulation.events[{i}]"
        kinds = [kind for kind in KINDS if getattr(event, kind) is not None]
        if len(kinds) != 1:
            message = f"the happening has {len(kinds)} kinds" if kinds else "the happening has no kind"
            yield problem(
                at, Refusal.EVENT_KIND, message, f"Give exactly one of: {', '.join(KINDS.values())}."
            )
            continue
        at = f"{at}.{KINDS[kinds[0]]}"
        happening = getattr(event, kinds[0])
        yield from _time_problems(happening, at, start_ms)
        if corridor is not None:
            yield from _place_problems(happening, at, corridor)


def _time_problems(happening: Happening, at: str, start_ms: int | None) -> Iterator[Problem]:
    if (happening.to is None) == (happening.for_ is None):
        message = "the happening has both to and for" if happening.to else "the happening has no end"
        yield problem(at, Refusal.EVENT_END, message, f"Set either {at}.to or {at}.for.")
        return
    if start_ms is None and happening.to and not _comparable(happening.from_, happening.to):
        message = f'whether "{happening.to}" comes after "{happening.from_}" depends on when the route starts'
        hint = "Write both in one form, give a length in for, or set spec.simulation.startTime."
        yield problem(at, Refusal.EVENT_TIME, message, hint)
        return
    try:
        # Moments of one form are in one order whatever the start is.
        begin_ms, end_ms = _span(happening, start_ms or 0)
    except ValueError as error:
        hint = 'Write "08:10" in quotes (UTC), "+3m" after the start, or a timestamp with its offset.'
        yield problem(at, Refusal.EVENT_TIME, str(error), hint)
        return
    if end_ms <= begin_ms:
        message = (
            f"it would end at {timestamp_text(end_ms)}, not after its begin at {timestamp_text(begin_ms)}"
        )
        yield problem(at, Refusal.ENDS_BEFORE_START, message, f"Let {at} end after it begins.")
    elif start_ms is not None and end_ms <= start_ms:
        message = (
            f"it ends at {timestamp_text(end_ms)}, and the simulation starts at {timestamp_text(start_ms)}"
        )
        yield problem(
            at, Refusal.BEFORE_THE_START, message, "Move it, or set spec.simulation.startTime earlier."
        )


def _place_problems(happening: Happening, at: str, corridor: Corridor) -> Iterator[Problem]:
    for name, km in _kms(happening):
        if km > corridor.length_km:
            message = f"km {km:g} is beyond the end of the corridor, which is {corridor.length_km:g} km long"
            hint = f"Set {at}.{name} to {corridor.length_km:g} or less."
            yield problem(f"{at}.{name}", Refusal.OFF_THE_ROUTE, message, hint)
            return
    if isinstance(happening, OnRoad):
        section = corridor.section_at(happening.km)
        if happening.lanes > section.lanes:
            message = f'{happening.lanes} lanes are more than "{section.name}" has at km {happening.km:g}'
            hint = f"Set {at}.lanes to {section.lanes} or less."
            yield problem(f"{at}.lanes", Refusal.TOO_MANY_LANES, message, hint)
    if isinstance(happening, WeatherChange):
        yield from _stretch_problems(happening, at)


def _stretch_problems(weather: WeatherChange, at: str) -> Iterator[Problem]:
    if (weather.km is None) != (weather.km_to is None):
        hint = f"Give both {at}.km and {at}.kmTo, or neither for the whole route."
        yield problem(at, Refusal.MISSING_FIELD, "only one end of the stretch is given", hint)
    elif weather.km is not None and weather.km_to is not None and weather.km_to <= weather.km:
        message = f"the stretch ends at km {weather.km_to:g}, not after km {weather.km:g}"
        yield problem(f"{at}.kmTo", Refusal.OUT_OF_RANGE, message, f"Set {at}.kmTo above {weather.km:g}.")


def _kms(happening: Happening) -> Iterator[tuple[str, float]]:
    if isinstance(happening, OnRoad):
        yield "km", happening.km
    if isinstance(happening, WeatherChange):
        for name, km in (("km", happening.km), ("kmTo", happening.km_to)):
            if km is not None:
                yield name, km


def _span(happening: Happening, start_ms: int) -> tuple[int, int]:
    """Begin and end in epoch ms. Raises ValueError when one cannot be read."""
    begin_ms = moment_ms(happening.from_, start_ms, start_ms)
    if happening.for_ is not None:
        return begin_ms, begin_ms + duration_ms(happening.for_)
    return begin_ms, moment_ms(happening.to or "", start_ms, begin_ms)


def _comparable(begin: str, end: str) -> bool:
    """Whether the order of two moments is known without the start; a time of day is the next one."""
    forms = [("after" if m.startswith("+") else "moment" if "T" in m else "time") for m in (begin, end)]
    return forms[1] in (forms[0], "time")


def _scripted(event: EventSpec, start_ms: int) -> ScriptedEvent:
    kind = next(kind for kind in KINDS if getattr(event, kind) is not None)
    happening: Happening = getattr(event, kind)
    begin_ms, end_ms = _span(happening, start_ms)
    on_road = happening if isinstance(happening, OnRoad) else None
    weather = happening if isinstance(happening, WeatherChange) else None
    return ScriptedEvent(
        kind=kind,
        start_ms=begin_ms,
        end_ms=end_ms,
        direction=on_road.direction if on_road else None,
        km=on_road.km if on_road else weather.km if weather else None,
        km_to=weather.km_to if weather else None,
        lanes=on_road.lanes if on_road else None,
        condition=weather.condition if weather else None,
        factor=happening.factor if isinstance(happening, DemandChange) else None,
    )
