"""The corridor as tables: cells of the flow model, positions and headings by km, cameras."""

from dataclasses import dataclass

import numpy as np
from cityroute_contracts.corridor import Corridor
from cityroute_contracts.feeds import DIRECTIONS

from .noise import Floats, Ints

CELL_KM = 0.5
_HEADING_STEP_KM = 0.5  # headings are taken over half a kilometre anyway
M_PER_DEG_LATITUDE = 111_195.0


@dataclass(frozen=True)
class Geometry:
    """Lookup tables of one corridor. Direction 0 is outbound, 1 inbound.

    Cells are counted in the direction of travel: cell 0 is where that direction enters. `x_km` is
    the distance travelled from there; inbound, km = length - x_km.
    """

    length_km: float
    cells: int
    cell_km: float
    km: Floats
    latitude: Floats
    longitude: Floats
    headings_deg: Floats
    section_starts_km: Floats

    def km_of(self, x_km: Floats, direction: Ints) -> Floats:
        """km along the corridor of vehicles at `x_km`, both of shape (n,)."""
        return np.where(direction == 0, x_km, self.length_km - x_km)

    def position(self, km: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude in degrees."""
        return np.interp(km, self.km, self.latitude), np.interp(km, self.km, self.longitude)

    def heading_deg(self, km: Floats, direction: Ints) -> Floats:
        """Direction of travel in degrees clockwise from north."""
        index = np.clip((km / _HEADING_STEP_KM).astype(np.int64), 0, self.headings_deg.shape[1] - 1)
        return self.headings_deg[direction, index]

    def section_index(self, km: Floats) -> Ints:
        """Index of the section at each km."""
        return np.clip(np.searchsorted(self.section_starts_km, km, side="right") - 1, 0, None)

    def cell_middles_km(self) -> Floats:
        """km of the middle of each cell, shape (2, cells)."""
        x = (np.arange(self.cells) + 0.5) * self.cell_km
        return np.stack([x, self.length_km - x])

    def cell_at(self, km: float, direction: int) -> int:
        """The cell, counted in the direction of travel, that holds `km`."""
        x_km = km if direction == 0 else self.length_km - km
        return min(max(int(x_km / self.cell_km), 0), self.cells - 1)


def geometry(corridor: Corridor) -> Geometry:
    """Tables of a corridor; cells are at least 0.5 km so that no vehicle crosses one in a step."""
    cells = max(1, int(corridor.length_km / CELL_KM + 1e-9))
    vertices = np.array(corridor.vertices)
    marks = np.arange(0.0, corridor.length_km + _HEADING_STEP_KM, _HEADING_STEP_KM)
    headings = [[corridor.heading_deg(min(km, corridor.length_km), d) for km in marks] for d in DIRECTIONS]
    return Geometry(
        length_km=corridor.length_km,
        cells=cells,
        cell_km=corridor.length_km / cells,
        km=vertices[:, 0],
        latitude=vertices[:, 1],
        longitude=vertices[:, 2],
        headings_deg=np.array(headings),
        section_starts_km=np.array(corridor.section_starts_km),
    )
