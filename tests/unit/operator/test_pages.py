"""The docs page of reasons is what the enums say."""

from pathlib import Path

from cityroute_operator.pages import reasons_page

PAGE = Path(__file__).parents[3] / "docs" / "status-reasons.md"


def test_the_page_of_reasons_is_up_to_date() -> None:
    assert PAGE.read_text() == reasons_page(), 'run "make generate"'
