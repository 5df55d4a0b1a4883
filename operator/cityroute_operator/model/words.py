"""What pydantic found, in words for the person who wrote the manifest."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from cityroute_contracts.problems import Problem
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from . import fields
from .reasons import Refusal, problem

Location = tuple[int | str, ...]

FORMS = {
    fields.DURATION_PATTERN: "a number and a unit, such as 10s, 5m or 1h30m",
    fields.TIMESTAMP_PATTERN: "a date, a time and an offset, such as 2026-03-17T07:00:00Z",
    fields.MEMORY_PATTERN: "a number and m or g, such as 700m or 2g",
    fields.CRON_PATTERN: 'five fields of cron, such as "17 * * * *"',
    fields.KUBERNETES_NAME_PATTERN: "lower-case letters, digits and hyphens",
    fields.LOCATION_PATTERN: "an address such as s3://bucket/path",
}
_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a text (put it in quotes)",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a mapping of names to values",
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_LENGTHS = {
    "too_short": ("min_length", "at least", "entries"),
    "too_long": ("max_length", "at most", "entries"),
    "string_too_short": ("min_length", "at least", "characters"),
    "string_too_long": ("max_length", "at most", "characters"),
}


def path(location: Iterable[int | str], root: str = "spec") -> str:
    """A field path such as `spec.corridor.sections[0].name`."""
    return root + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def in_words(error: ErrorDetails, model: type[BaseModel]) -> Problem:
    """One of pydantic's errors about `model` as a problem."""
    kind = error["type"]
    explain = _EXPLAIN.get(kind, _other)
    reason, message, hint = explain(error, path(error["loc"]), model)
    return problem(path(error["loc"]), reason, message, hint)


def shown(value: Any) -> str:
    """A value as the manifest would show it, cut to a readable length."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A hint for a word that is not among the known ones."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if not close:
        close = [name for name in known if name.lower() == word.lower().replace("_", "").replace("-", "")][:1]
    if close:
        return f'Write "{close[0]}" instead of "{word}".'
    return f"Use one of: {', '.join(known)}."


Explained = tuple[Refusal, str, str]


def _unknown(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    *parents, name = error["loc"]
    known = _field_names(model, parents)
    hint = did_you_mean(str(name), known)
    return Refusal.UNKNOWN_FIELD, f'there is no field "{name}" in {path(parents)}', hint


def _missing(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    meaning = _description(model, error["loc"])
    return Refusal.MISSING_FIELD, f"{at} is required. {meaning}".strip(), f"Set {at}."


def _wrong_value(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    valid = _ctx(error, "expected").replace("'", "").replace(" or ", ", ").split(", ")
    message = f"{shown(error['input'])} is not among the values of {at}: {', '.join(valid)}"
    return Refusal.WRONG_VALUE, message, did_you_mean(str(error["input"]), valid)


def _wrong_form(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    form = FORMS[_ctx(error, "pattern")]
    return Refusal.WRONG_FORM, f"{at} is {shown(error['input'])}", f"Write {form}."


def _wrong_type(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    wanted = _TYPES[error["type"]]
    return Refusal.WRONG_TYPE, f"{at} is {shown(error['input'])}, which is not {wanted}", f"Give {wanted}."


def _out_of_range(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    key, words = _BOUNDS[error["type"]]
    bound = f"{words} {float(_ctx(error, key)):g}"
    return (
        Refusal.OUT_OF_RANGE,
        f"{at} is {shown(error['input'])} and must be {bound}",
        f"Set {at} to {bound}.",
    )


def _wrong_length(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    key, words, unit = _LENGTHS[error["type"]]
    wanted = f"{words} {_ctx(error, key)} {unit}"
    return Refusal.WRONG_LENGTH, f"{at} must have {wanted}", f"Give {at} {wanted}."


def _other(error: ErrorDetails, at: str, model: type[BaseModel]) -> Explained:
    return Refusal.WRONG_VALUE, f"{at} is {shown(error['input'])}: {error['msg']}", f"Change {at}."


_EXPLAIN: dict[str, Callable[[ErrorDetails, str, type[BaseModel]], Explained]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "literal_error": _wrong_value,
    "string_pattern_mismatch": _wrong_form,
    **dict.fromkeys(_TYPES, _wrong_type),
    **dict.fromkeys(_BOUNDS, _out_of_range),
    **dict.fromkeys(_LENGTHS, _wrong_length),
}


def _ctx(error: ErrorDetails, key: str) -> str:
    return str(error["ctx"][key])


def _field_names(model: type[BaseModel], parents: Sequence[int | str]) -> list[str]:
    found = _model_at(model, parents)
    return [] if found is None else [f.alias or name for name, f in found.model_fields.items()]


def _description(model: type[BaseModel], location: Sequence[int | str]) -> str:
    found = _model_at(model, location[:-1])
    named = {} if found is None else {f.alias: f for f in found.model_fields.values()}
    field = named.get(str(location[-1]))
    return "" if field is None else field.description or ""


def _model_at(model: type[BaseModel] | None, location: Sequence[int | str]) -> type[BaseModel] | None:
    for part in location:
        if model is None or isinstance(part, int):
            continue
        by_alias: Mapping[str | None, Any] = {f.alias: f.annotation for f in model.model_fields.values()}
        model = _model_in(by_alias.get(part))
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as `Maybe[tuple[SectionSpec, ...]]` speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
