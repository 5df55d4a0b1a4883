"""Each broken example says in its first lines what it must report, and reports exactly that."""

from pathlib import Path

import pytest
from cityroute_operator.model import Route, parse_route
from cityroute_operator.model.reasons import Refusal

BROKEN = sorted((Path(__file__).parents[3] / "examples" / "broken").glob("*.yaml"))
HEADER = "# Must report:"


def promised(text: str) -> list[tuple[str, ...]]:
    """(place, reason) of each problem that the file announces."""
    first, *lines = text.splitlines()
    assert first == HEADER
    announced = []
    for line in lines:
        if not line.startswith("#   "):
            break
        announced.append(tuple(line[4:].split()))
    return announced


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_example_reports_what_it_announces(path: Path) -> None:
    text = path.read_text()
    problems = parse_route(text, source=path.name)
    assert not isinstance(problems, Route)
    assert sorted((p.at, p.reason) for p in problems) == sorted(promised(text))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_problem_says_what_to_do(path: Path) -> None:
    problems = parse_route(path.read_text(), source=path.name)
    assert not isinstance(problems, Route)
    for problem in problems:
        assert problem.reason in {r.value for r in Refusal}
        assert problem.message and not problem.message.endswith(" ")
        assert problem.hint[0].isupper() and problem.hint.endswith(".")


def test_the_examples_show_at_least_a_dozen_mistakes() -> None:
    reasons = {reason for path in BROKEN for _, reason in promised(path.read_text())}
    assert len(BROKEN) >= 12 and len(reasons) >= 12
