"""Where the keyboard goes on the map: the next dot in a direction, and what lies around one."""

import numpy as np

from projector.processing.grid_index import GridIndex

Box = tuple[float, float, float, float]
_AROUND = 60  # dots that "zoom to the selected dot" brings into view


def next_row(index: GridIndex, x: float, y: float, direction: tuple[int, int], reach: float) -> int:
    """Row of the nearest dot within 45° of a direction and a square of half-width ``reach``; -1: none.

    Positions have y downwards. Distance across the direction counts double, so steps keep a line.
    """
    places = index.places_within(x - reach, y - reach, x + reach, y + reach)
    dx, dy = index.x[places].astype(np.float64) - x, index.y[places].astype(np.float64) - y
    along = dx * direction[0] + dy * direction[1]
    across = np.abs(dx * direction[1] - dy * direction[0])
    ahead = np.flatnonzero((along > 0) & (across <= along))
    if not len(ahead):
        return -1
    best = ahead[np.argmin(along[ahead] + 2 * across[ahead])]
    return int(index.rows[places[best]])


def neighbourhood(index: GridIndex, x: float, y: float, extent: float) -> Box:
    """A square around a point with some sixty dots in it, or with all there are."""
    reach = extent / 2048 or 1.0
    while reach < extent:
        if len(index.places_within(x - reach, y - reach, x + reach, y + reach)) > _AROUND:
            break
        reach *= 1.5
    return x - reach, y - reach, x + reach, y + reach
