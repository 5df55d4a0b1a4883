"""The pages for people: links lead somewhere, and the example for producers is a good event."""

import ast
import json
import re
from pathlib import Path

import pytest
from cityroute_contracts.codec import check
from cityroute_contracts.feeds import GPS
from cityroute_contracts.names import topic

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^a-z0-9_ -]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(DOCS)))
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path) if path else page
        assert linked.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(linked.read_text()), f"{page.name} links to {target}"


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\((\d{4}-[^)]*)\)", (DOCS / "decisions" / "README.md").read_text())
    assert listed == sorted(p.name for p in (DOCS / "decisions").glob("[0-9]*.md"))


def test_the_example_of_a_producer_sends_a_good_event_to_the_right_topic() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / "operating.md").read_text(), re.DOTALL)
    (event,) = (
        node.value
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "event"
    )
    at = {"time": type("time", (), {"time": staticmethod(lambda: 1_790_000_000.0)}), "int": int}
    sent = eval(compile(ast.Expression(event), "operating.md", "eval"), {"__builtins__": {}}, at)
    assert check(GPS, json.dumps(sent).encode(), external=True) == ()
    assert f'produce("{topic(sent["route"], "gps")}"' in code
