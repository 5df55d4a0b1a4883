"""ROUTE -> OBJECTS: `plan(route, site, clocks)` gives the Kubernetes objects of a route, in order.

`site` has all that depends on the place, `settings` what the pods read, `labels` every label;
`kafka`, `simulators` and `streams` build the objects, `build` puts them together.
"""

from .build import Manifest, Plan, dump_yaml, plan
from .settings import dashboard_settings, simulation_settings, start_ms, stream_settings
from .site import Site, eks_site, kind_site, local_site

__all__ = [
    "Manifest",
    "Plan",
    "Site",
    "dashboard_settings",
    "dump_yaml",
    "eks_site",
    "kind_site",
    "local_site",
    "plan",
    "simulation_settings",
    "start_ms",
    "stream_settings",
]
