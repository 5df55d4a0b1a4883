"""Reading a manifest: everything wrong with it at once, and never an exception."""

from typing import Any

import pytest
from cityroute_contracts.problems import Problem
from cityroute_operator.model import Route, parse_route

from tests.support.routes import manifest, refused, route

TEXT = """
apiVersion: cityroute.io/v1alpha1
kind: CityRoute
metadata: {name: demo}
spec: {corridor: {name: london-birmingham}}
"""


def found(problems: Route | tuple[Problem, ...]) -> list[tuple[str, str]]:
    assert not isinstance(problems, Route), "the manifest was taken"
    return [(p.at, p.reason) for p in problems]


def test_five_lines_are_a_useful_route() -> None:
    parsed = parse_route(TEXT)
    assert isinstance(parsed, Route)
    assert parsed.name == "demo" and parsed.corridor.length_km == 190
    assert {name: f.interval_s for name, f in parsed.feeds.items()} == {
        "vehicle": 5,
        "gps": 1,
        "traffic": 30,
        "weather": 60,
        "emergency": None,
    }


def test_an_object_of_the_api_server_parses_like_its_text() -> None:
    stored = manifest() | {"status": {"conditions": []}}
    stored["metadata"] |= {"uid": "4711", "resourceVersion": "9", "managedFields": [{}], "namespace": "north"}
    parsed = parse_route(stored)
    assert isinstance(parsed, Route)
    assert (parsed.namespace, parsed.generation) == ("north", 3)


def test_null_means_left_out_as_in_kubernetes() -> None:
    assert route(simulation=None, kafka={"partitions": None}).spec.kafka.partitions is None


def test_malformed_fields_do_not_hide_contradictions_elsewhere() -> None:
    problems = refused(
        kafka={"partitions": 2, "replicas": "one"},
        simulation={
            "feeds": {"gps": {"replicas": 3}},
            "events": [{"demand": {"factor": -1}}, {"demand": {"factor": 1, "from": "08:00"}}],
        },
    )
    assert found(problems) == [
        ("spec.simulation.events[0].demand.from", "MissingField"),
        ("spec.simulation.events[0].demand.factor", "OutOfRange"),
        ("spec.kafka.replicas", "WrongType"),
        ("spec.simulation.feeds.gps.replicas", "MoreReplicasThanPartitions"),
        ("spec.simulation.events[1].demand", "EventEnd"),
    ]
    assert "events[1]" in problems[-1].hint


def test_a_malformed_corridor_hides_no_other_problem() -> None:
    problems = parse_route(
        manifest() | {"spec": {"corridor": {"name": "m1"}, "streams": {"trigger": "1h"}}, "extra": 1}
    )
    assert found(problems) == [
        ("extra", "UnknownField"),
        ("spec.corridor.name", "WrongValue"),
        ("spec.streams.trigger", "OutOfRange"),
    ]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"kafka": {"partitons": 1}}, 'Write "partitions" instead of "partitons".'),
        ({"kafka": {"retention_hours": 1}}, 'Write "retentionHours" instead of "retention_hours".'),
        ({"simulation": {"feeds": {"emergancy": {}}}}, 'Write "emergency" instead of "emergancy".'),
        ({"deletionPolicy": "delete"}, 'Write "Delete" instead of "delete".'),
        (
            {"simulation": {"weather": "hail"}},
            "Use one of: clear, cloudy, fog, drizzle, rain, heavy_rain, snow.",
        ),
    ],
)
def test_hint_names_what_was_probably_meant(wrong: dict[str, Any], hint: str) -> None:
    (problem,) = refused(**wrong)
    assert problem.hint == hint


@pytest.mark.parametrize("name", ["", "Demo", "9lives", "a-", "a" * 25, "a_b", "a\n", 7, ["a"]])
def test_names_that_would_not_fit_derived_names_are_refused(name: Any) -> None:
    raw = manifest()
    raw["metadata"]["name"] = name
    assert found(parse_route(raw)) == [("metadata.name", "NameRefused")]


@pytest.mark.parametrize("name", ["a", "m40", "a" * 24, "london-birmingham"])
def test_names_that_fit_are_taken(name: str) -> None:
    raw = manifest()
    raw["metadata"]["name"] = name
    assert isinstance(parse_route(raw), Route)


def test_a_namespace_that_kubernetes_would_not_take_is_refused() -> None:
    raw = manifest()
    raw["metadata"]["namespace"] = "North West"
    assert found(parse_route(raw)) == [("metadata.namespace", "NameRefused")]


def test_problems_can_be_printed_whatever_the_text_holds() -> None:
    problems = parse_route(TEXT + '"\\ud800": "\\udfff"\n')
    assert not isinstance(problems, Route)
    assert all(str(problem).encode() for problem in problems)


def test_overrides_take_the_place_of_the_manifests_values() -> None:
    parsed = parse_route(TEXT, overrides={"spec.simulation.vehicles": 50, "spec.simulation.speedup": 8.0})
    assert isinstance(parsed, Route)
    assert (parsed.spec.simulation.vehicles, parsed.spec.simulation.speedup) == (50, 8.0)


def test_overrides_are_judged_like_the_manifest() -> None:
    problems = parse_route(TEXT, overrides={"spec.simulation.vehicles": 0})
    assert found(problems) == [("spec.simulation.vehicles", "OutOfRange")]


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("", "file", "NotAMapping"),
        ("just words", "file", "NotAMapping"),
        ("a:\n\t- b", "file:2:1", "YamlSyntax"),
        ("a: 'b", "file:1:6", "YamlSyntax"),
        ("a: \x07", "file", "YamlSyntax"),
        (b"a: \xff", "file", "NotText"),
        ("a: 1\n---\nb: 2", "file:2:1", "SeveralDocuments"),
        ("a: &x [1]\nb: [*x, *x]", "file:2:5", "AliasRefused"),
        ("&x a: *x", "file:1:7", "AliasRefused"),
        ("a: " + "[" * 100_000, "file:1:35", "TooLarge"),
        ("{" * 100_000, "file:1:33", "TooLarge"),
        ("# " + "x" * 300_000, "file", "TooLarge"),
        ("- 1\n" * 40_000, "file:29999:3", "TooLarge"),
    ],
)
def test_texts_that_are_no_manifest_are_refused_with_their_place(
    text: str | bytes, at: str, reason: str
) -> None:
    assert found(parse_route(text, source="file")) == [(at, reason)]


def test_a_tag_of_ones_own_runs_nothing() -> None:
    problems = found(parse_route(TEXT + "x: !!python/object/apply:os.abort []\n", source="file"))
    assert problems == [("file:6:4", "TagRefused")]


def test_yaml_reads_as_kubernetes_users_mean_it() -> None:
    text = TEXT.replace("}}", "}, simulation: {events: [{demand: {factor: 2, from: 10:10, to: 11:00:30}}]}}")
    parsed = parse_route(text)
    assert isinstance(parsed, Route)
    (event,) = parsed.events(0)
    assert (event.start_ms, event.end_ms) == (36_600_000, 39_630_000)


@pytest.mark.parametrize(
    "value",
    [None, 7, "text", [], [[]], {"": {}}, {"corridor": []}, {"corridor": {"sections": [None, 3]}}, 10**400],
)
@pytest.mark.parametrize("field", ["apiVersion", "metadata", "spec", "kind"])
def test_nothing_makes_the_parser_raise(field: str, value: Any) -> None:
    assert found(parse_route(manifest() | {field: value}))
