"""From YAML text to plain values, with everything refused that has no place in a manifest.

Scalars are read as YAML 1.2 does (`yes` and `08:10` are texts), a key may stand once, and neither
aliases nor tags of one's own are taken, so a file cannot grow beyond its size.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from cityroute_contracts.problems import Problem

from .reasons import Refusal, problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_PARTS = 30_000
"""Values and brackets: a road of thousands of points, read in about a second."""


class _Loader(yaml.SafeLoader):
    """PyYAML's reader with YAML 1.2's idea of what is a number, a truth value or nothing."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile("^(~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?$|^[-+]?[0-9]+[eE][-+]?[0-9]+$"),
    list("-+.0123456789"),
)


def read_manifest(text: str | bytes, source: str) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """The one mapping in a YAML text, and what is wrong with the text.

    Problems of the text as a whole leave an empty mapping; of a repeated key the last value counts.
    `source` names the file in the places of problems.
    """
    if len(text) > MAX_BYTES:
        return {}, (_too_large(source, f"{len(text)} characters long, at most {MAX_BYTES} are read"),)
    try:
        text = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        return {}, (
            problem(source, Refusal.NOT_TEXT, f"byte {error.start} is not UTF-8", "Save the file as UTF-8."),
        )
    try:
        if refused := _refused_at_sight(text, source):
            return {}, refused
        node = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        return {}, (_syntax(error, source),)
    if not isinstance(node, yaml.MappingNode):
        return {}, (_not_a_mapping(source, node),)
    problems: list[Problem] = []
    value = _mapping(node, source, problems)
    return value, tuple(problems)


def _refused_at_sight(text: str, source: str) -> tuple[Problem, ...]:
    """Looks at the stream of YAML events, which costs no more than the text is long."""
    depth = documents = 0
    for count, event in enumerate(yaml.parse(text, _Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.AliasEvent):
            return (_alias(_place(source, event.start_mark), event.anchor or ""),)
        if count > MAX_PARTS:
            return (_too_large(_place(source, event.start_mark), f"made of more than {MAX_PARTS} parts"),)
        if depth > MAX_DEPTH:
            return (_too_large(_place(source, event.start_mark), f"nested deeper than {MAX_DEPTH} levels"),)
        if documents > 1:
            return (_several(_place(source, event.start_mark)),)
    return ()


def _mapping(node: yaml.MappingNode, source: str, problems: list[Problem]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _text(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        if key in value:
            problems.append(_duplicate(_place(source, key_node.start_mark), key))
        value[key] = _value(value_node, source, problems)
    return value


def _value(node: yaml.Node, source: str, problems: list[Problem]) -> Any:
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(node, source, problems)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_value(item, source, problems) for item in node.value]
    if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
        return _SCALARS[node.tag](node.value)
    problems.append(_tag(_place(source, node.start_mark), node.tag))
    return None


def _text(value: str) -> str:
    """Without halves of characters, which escapes can write and nothing can print."""
    return value.encode("utf-8", "replace").decode()


def _number(text: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(text)
    except ValueError:  # thousands of digits, which Python does not convert
        return text


_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": _text,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda text: None,
    "tag:yaml.org,2002:int": lambda text: _number(text, int),
    "tag:yaml.org,2002:float": lambda text: _number(text, float),
}


def _place(source: str, mark: Any) -> str:
    """`mark` is PyYAML's, of its Python or its C reader; None where it has no place."""
    return source if mark is None else f"{source}:{mark.line + 1}:{mark.column + 1}"


def _syntax(error: yaml.YAMLError, source: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        said = ", ".join(part for part in (error.context, error.problem) if part)
        at = _place(source, error.problem_mark or error.context_mark)
    else:
        said, at = str(error).splitlines()[0], source
    hint = "Look at the indentation, quotes and colons at and before this place."
    return problem(at, Refusal.YAML_SYNTAX, f"the text stops being YAML here: {said}", hint)


def _too_large(at: str, what: str) -> Problem:
    return problem(at, Refusal.TOO_LARGE, f"the manifest is {what}", "Give the manifest of one CityRoute.")


def _alias(at: str, name: str) -> Problem:
    hint = "Write the value out at each place."
    return problem(at, Refusal.ALIAS_REFUSED, f'"*{name}" refers to another place of the file', hint)


def _several(at: str) -> Problem:
    hint = 'Keep one CityRoute per file; a line of "---" begins another document.'
    return problem(at, Refusal.SEVERAL_DOCUMENTS, "a second YAML document begins here", hint)


def _duplicate(at: str, key: str) -> Problem:
    return problem(
        at, Refusal.DUPLICATE_KEY, f'"{key}" stands twice in this mapping', "Remove one of the two."
    )


def _tag(at: str, tag: str) -> Problem:
    return problem(at, Refusal.TAG_REFUSED, f'the tag "{tag}" means nothing here', "Remove the tag.")


def _not_a_mapping(source: str, node: yaml.Node | None) -> Problem:
    found = {yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value"}.get(type(node), "empty")
    hint = "Begin with apiVersion, kind, metadata and spec; examples/minimal.yaml shows the least."
    return problem(source, Refusal.NOT_A_MAPPING, f"the manifest is {found}", hint)
