"""MANIFEST -> ROUTE: a CityRoute becomes a `Route`, or everything that is wrong with it at once.

`spec` has the fields, `text` reads YAML, `words` says what is malformed, `checks`, `roads` and
`happenings` say what contradicts itself, `reasons` lists why a manifest is refused, `parse` ties
them together.
"""

from cityroute_contracts.problems import Problem

from .parse import API_VERSION, parse_route
from .route import Route, SimulatedFeed
from .spec import CityRouteSpec

__all__ = ["API_VERSION", "CityRouteSpec", "Problem", "Route", "SimulatedFeed", "parse_route"]
