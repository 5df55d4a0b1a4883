"""From a manifest to a `Route`, or to everything that is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cityroute_contracts import names
from cityroute_contracts.problems import Problem
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .checks import contradictions
from .fields import KUBERNETES_NAME_PATTERN
from .reasons import Refusal, problem
from .roads import corridor_of
from .route import Route
from .salvage import contradictions_elsewhere
from .spec import CityRouteSpec
from .text import read_manifest
from .words import did_you_mean, in_words, shown

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
    generation = metadata.get("generation")
    return Route(
        name=metadata["name"],
        namespace=metadata.get("namespace"),
        generation=generation if isinstance(generation, int) else 1,
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
            problems.append(problem(field, reason, f"{field} {found}", f"Set {field} to {wanted}."))
    for field in raw:
        if field not in TOP_LEVEL:
            message = f'there is no field "{field}" in a {names.KIND}'
            problems.append(
                problem(str(field), Refusal.UNKNOWN_FIELD, message, did_you_mean(str(field), TOP_LEVEL))
            )
    return (*problems, *_metadata_problems(raw.get("metadata")))


def _metadata_problems(metadata: Any) -> tuple[Problem, ...]:
    if metadata is not None and not isinstance(metadata, Mapping):
        message = f"metadata is {shown(metadata)}, which is not a mapping of names to values"
        return (problem("metadata", Refusal.WRONG_TYPE, message, "Write a name under metadata."),)
    given = metadata or {}
    return (*_name_problems(given.get("name")), *_namespace_problems(given.get("namespace")))


def _name_problems(name: Any) -> tuple[Problem, ...]:
    at = "metadata.name"
    if name is None:
        message = f"{at} is required. Topics, tables and objects are named after it."
        return (problem(at, Refusal.MISSING_FIELD, message, f"Set {at}."),)
    if isinstance(name, str) and re.fullmatch(names.ROUTE_PATTERN, name):
        return ()
    length = f", {len(name)} characters long" if isinstance(name, str) and len(name) > 24 else ""
    hint = "Use 1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last."
    return (problem(at, Refusal.NAME_REFUSED, f"{at} is {shown(name)}{length}", hint),)


def _namespace_problems(namespace: Any) -> tuple[Problem, ...]:
    at = "metadata.namespace"
    if namespace is None or (isinstance(namespace, str) and re.fullmatch(KUBERNETES_NAME_PATTERN, namespace)):
        return ()
    hint = "Use lower-case letters, digits and hyphens, as in the name of a Kubernetes namespace."
    return (problem(at, Refusal.NAME_REFUSED, f"{at} is {shown(namespace)}", hint),)


def _parse_spec(raw: Any) -> tuple[CityRouteSpec | None, tuple[Problem, ...]]:
    """The spec and its problems; contradictions are looked for in whatever part is well-formed."""
    if raw is None:
        hint = "Give spec.corridor.name; examples/minimal.yaml shows the least."
        return None, (problem("spec", Refusal.MISSING_FIELD, "spec is required", hint),)
    try:
        spec = CityRouteSpec.model_validate(raw)
    except ValidationError as error:
        errors = _telling(error.errors(include_url=False))
        problems = tuple(in_words(e, CityRouteSpec) for e in errors)
        return None, (*problems, *contradictions_elsewhere(raw, errors))
    return spec, contradictions(spec)


def _telling(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that are too short only because their entries are malformed."""
    parents = {e["loc"][:i] for e in errors for i in range(len(e["loc"]))}
    return [e for e in errors if not (e["type"] == "too_short" and e["loc"] in parents)]


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
