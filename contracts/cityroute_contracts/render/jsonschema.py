"""Feeds as JSON Schema (draft 2020-12), for producers in any language.

What JSON Schema cannot say, `codec.check` still judges: the size of a record, keys that stand
twice, escapes of half a character, and that an integer is written without a fraction (`3`, not `3.0`).
"""

import json
from collections.abc import Mapping
from typing import Any

from ..codec import LARGEST
from ..schema import Feed, Field, Type

DRAFT = "https://json-schema.org/draft/2020-12/schema"

WORDS: Mapping[Type, str] = {
    Type.STRING: "string",
    Type.INT: "integer",
    Type.LONG: "integer",
    Type.DOUBLE: "number",
    Type.BOOLEAN: "boolean",
    Type.TIMESTAMP: "integer",  # epoch milliseconds, UTC
    Type.DATE: "string",
    Type.BYTES: "string",
}

TEXT_WITHOUT_NUL = "^[^\\u0000]*$"


def json_schema(feed: Feed, *, external: bool = False) -> dict[str, Any]:
    """The feed's schema; `external` is the one for producers outside the simulators."""
    needed = (f for f in feed.required if not (external and f.optional_external))
    return {
        "$schema": DRAFT,
        "$id": f"urn:cityroute:feed:{feed.name}:v{feed.version}{':external' if external else ''}",
        "title": f"{feed.name} v{feed.version}",
        "description": feed.doc,
        "type": "object",
        "properties": {f.name: _property(f, external) for f in feed.fields},
        "required": [f.name for f in needed],
    }


def json_schema_text(feed: Feed, *, external: bool = False) -> str:
    """`json_schema` as text, the same bytes each time."""
    return json.dumps(json_schema(feed, external=external), indent=2) + "\n"


def _property(f: Field, external: bool) -> dict[str, Any]:
    nullable = f.nullable or (external and f.optional_external)
    word = WORDS[f.type]
    return {
        "description": f.sentence,
        "type": [word, "null"] if nullable else word,
        **(
            _of_choices(f, nullable) if f.choices else _of_text(f) if f.type is Type.STRING else _of_number(f)
        ),
    }


def _of_choices(f: Field, nullable: bool) -> dict[str, Any]:
    return {"enum": [*f.choices, None] if nullable else list(f.choices)}


def _of_text(f: Field) -> dict[str, Any]:
    longest = {} if f.max_length is None else {"maxLength": f.max_length}
    return {"minLength": 1, **longest, "pattern": TEXT_WITHOUT_NUL}


def _of_number(f: Field) -> dict[str, Any]:
    if f.type not in LARGEST:
        return {}
    return {
        "minimum": -LARGEST[f.type] if f.minimum is None else f.minimum,
        "maximum": LARGEST[f.type] if f.maximum is None else f.maximum,
    }
