"""The pages that exist, by audience. A page is an HTML entry of `web/` and a line in PAGES.

The live map comes first. Planner (`/planner`), emergency services (`/emergency`) and citizens
(`/citizen`) each get a line here once their entry exists; the page's navigation follows this list.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page: where it is served, what its link says, and the file that Vite builds for it."""

    path: str
    title: str
    entry: str


PAGES: tuple[Page, ...] = (Page("/", "Live map", "index.html"),)


def navigation() -> list[dict[str, str]]:
    """The pages as the browser's navigation needs them."""
    return [asdict(page) for page in PAGES]
