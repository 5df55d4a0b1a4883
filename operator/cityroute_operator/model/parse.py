"""From a manifest to a `Route`, or to everything that is wrong with it."""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.problems import Problem
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .checks import contradictions
from .reasons import Refusal
from .roads import corridor_of
from .route import Route
from .spec import CityRouteSpec
from .text import read_manifest
from .words import Location, did_you_mean, in_words, path, shown

API_VERSION = f"{names.GROUP}/{names.VERSION}"
TOP_LEVEL = ("apiVersion", "kind", "metadata", "spec", "status")


def parse_route(
    manifest: str | bytes | Mapping[str, Any],
    source: str = "manifest",
    overrides: Mapping[str, Any] | None = None,
) -> Route | tuple[Problem, ...]:
    """The route of a manifest, or all its problems, each with field path, reason and hint.

    `manifest` is YAML text or an object as the API server gives it. `source` names the file in
    problems of the text itself. `overrides` are values by field path, such as
    `{"spec.simulation.vehicles": 500}`, that take the place of the manifest's. Never raises.
    """
    of_text: tuple[Problem, ...] = ()
    if not isinstance(manifest, Mapping):
        manifest, of_text = read_manifest(manifest, source)
        if of_text and not manifest:
            return of_text
    raw: dict[str, Any] = _without_nulls(manifest)
    for field, value in (overrides or {}).items():
        _override(raw, field.split("."), value)
    spec, of_spec = _parse_spec(raw.get("spec"))
    problems = (*of_text, *_head_problems(raw), *of_spec)
    if problems or spec is None:
        return problems
    metadata = raw["metadata"]
    return Route(
        name=metadata["name"],
        namespace=metadata.get("namespace"),
        generation=metadata.get("generation", 1),
        spec=spec,
        corridor=corridor_of(spec.corridor),
    )


def _head_problems(raw: Mapping[str, Any]) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    for field, wanted, reason in (
        ("apiVersion", API_VERSION, Refusal.WRONG_API_VERSION),
        ("kind", names.KIND, Refusal.WRONG_KIND),
    ):
        if raw.get(field) != wanted:
            found = f"is {shown(raw[field])}" if field in raw else "is missing"
            problems.append(_problem(field, reason, f"{field} {found}", f"Set {field} to {wanted}."))
    for field in raw:
        if field not in TOP_LEVEL:
            message = f'there is no field "{field}" in a {names.KIND}'
            problems.append(
                _problem(str(field), Refusal.UNKNOWN_FIELD, message, did_you_mean(str(field), TOP_LEVEL))
            )
    return (*problems, *_metadata_problems(raw.get("metadata")))


def _metadata_problems(metadata: Any) -> tuple[Problem, ...]:
    if metadata is not None and not isinstance(metadata, Mapping):
        message = f"metadata is {shown(metadata)}, which is not a mapping of names to values"
        return (_problem("metadata", Refusal.WRONG_TYPE, message, "Write a name under metadata."),)
    name = (metadata or {}).get("name")
    if name is None:
        message = "metadata.name is required. Topics, tables and objects are named after it."
        return (_problem("metadata.name", Refusal.MISSING_FIELD, message, "Set metadata.name."),)
    if isinstance(name, str) and re.fullmatch(names.ROUTE_PATTERN, name):
        return ()
    length = f", {len(name)} characters long" if isinstance(name, str) and len(name) > 24 else ""
    hint = "Use 1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last."
    message = f"metadata.name is {shown(name)}{length}"
    return (_problem("metadata.name", Refusal.NAME_REFUSED, message, hint),)


def _parse_spec(raw: Any) -> tuple[CityRouteSpec | None, tuple[Problem, ...]]:
    """The spec and its problems; contradictions are looked for in whatever part is well-formed."""
    if raw is None:
        hint = "Give spec.corridor.name; examples/minimal.yaml shows the least."
        return None, (_problem("spec", Refusal.MISSING_FIELD, "spec is required", hint),)
    try:
        spec = CityRouteSpec.model_validate(raw)
    except ValidationError as error:
        errors = _telling(error.errors(include_url=False))
        problems = tuple(in_words(e, CityRouteSpec) for e in errors)
        return None, (*problems, *_contradictions_elsewhere(raw, errors))
    return spec, contradictions(spec)


def _telling(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that are too short only because their entries are malformed."""
    parents = {e["loc"][:i] for e in errors for i in range(len(e["loc"]))}
    return [e for e in errors if not (e["type"] == "too_short" and e["loc"] in parents)]


def _contradictions_elsewhere(raw: Any, errors: Sequence[ErrorDetails]) -> tuple[Problem, ...]:
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
    found = (replace(p, at=_renumbered(p.at, kept)) for p in contradictions(spec))
    return tuple(p for p in found if not any(_related(p.at, path(at)) for at in dropped))


_LEFT_OUT = object()
_EVENT = re.compile(r"(?<=^spec\.simulation\.events\[)[0-9]+")


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


def _renumbered(at: str, kept: Sequence[int]) -> str:
    """The place in the manifest of an event that was found after others were left out."""
    return _EVENT.sub(lambda match: str(kept[int(match[0])]), at)


def _related(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))


def _without_nulls(value: Any) -> Any:
    """A deep copy without null fields, which Kubernetes drops before it looks at an object."""
    if isinstance(value, Mapping):
        return {str(k): _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_without_nulls(v) for v in value]
    return value


def _override(raw: dict[str, Any], parts: Sequence[str], value: Any) -> None:
    *parents, last = parts
    for part in parents:
        if not isinstance(raw.setdefault(part, {}), dict):
            return  # the manifest is wrong here, and is refused for it
        raw = raw[part]
    raw[last] = value


def _problem(at: str, reason: Refusal, message: str, hint: str) -> Problem:
    return Problem(at=at, reason=reason.value, message=message, hint=hint)
