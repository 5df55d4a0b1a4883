"""Contradictions in what remains of a spec when its malformed fields are left out.

So a typo in one place does not hide a contradiction in another until the next attempt.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cityroute_contracts.problems import Problem
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .checks import contradictions
from .spec import CityRouteSpec
from .words import Location, path

_LEFT_OUT = object()
_EVENT = re.compile(r"(?<=spec\.simulation\.events\[)[0-9]+")


def contradictions_elsewhere(raw: Any, errors: Sequence[ErrorDetails]) -> tuple[Problem, ...]:
    """Contradictions that have nothing to do with the malformed fields, which are left out."""
    if not isinstance(raw, Mapping):
        return ()
    rest = copy.deepcopy(dict(raw))
    dropped = list(dict.fromkeys(_droppable(e["loc"], e["type"]) for e in errors))
    for location in dropped:
        _replace(rest, location, _LEFT_OUT)
    kept = [i for i, e in enumerate(_events(rest)) if e is not _LEFT_OUT]
    rest = _swept(rest)
    rest.setdefault("corridor", {})
    try:
        spec = CityRouteSpec.model_validate(rest)
    except ValidationError:
        return ()
    found = (_renumbered(p, kept) for p in contradictions(spec))
    return tuple(p for p in found if not any(_related(p.at, path(at)) for at in dropped))


def _droppable(location: Location, kind: str) -> Location:
    """The part to leave out: a bad entry of a list, or the mapping around a missing field.

    Of a road with a bad section all sections go: the others no longer join.
    """
    for i, part in enumerate(location):
        if isinstance(part, int):
            return location[: i + 1] if location[0] == "simulation" else location[:i]
    return location[:-1] if kind == "missing" and len(location) > 1 else location


def _replace(raw: dict[str, Any], location: Location, new: object) -> None:
    *parents, last = location
    value: Any = raw
    for part in parents:
        value = value[part]
        if value is _LEFT_OUT:
            return
    value[last] = new


def _events(raw: Mapping[str, Any]) -> Sequence[Any]:
    simulation = raw.get("simulation")
    events = simulation.get("events") if isinstance(simulation, dict) else None
    return events if isinstance(events, list) else ()


def _swept(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _swept(v) for k, v in value.items() if v is not _LEFT_OUT}
    if isinstance(value, list):
        return [_swept(v) for v in value if v is not _LEFT_OUT]
    return value


def _renumbered(found: Problem, kept: Sequence[int]) -> Problem:
    """The problem with the numbers that events have in the manifest, where others were left out."""

    def in_manifest(text: str) -> str:
        return _EVENT.sub(lambda match: str(kept[int(match[0])]), text)

    return replace(
        found,
        at=in_manifest(found.at),
        message=in_manifest(found.message),
        hint=in_manifest(found.hint),
    )


def _related(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))
