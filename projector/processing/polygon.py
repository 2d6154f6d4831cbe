"""Which dots a lasso holds: by geometry, so dots hidden under others count like any other.

Whole grid cells are decided at once; only dots in cells that the outline passes through are tested one
by one, and only against the edges that reach their row of cells.
"""

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import CELLS, GridIndex, Places, expand

Polygon = npt.NDArray[np.float64]
Positions = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]
_OUTSIDE, _OUTLINE, _INSIDE = 0, 1, 2


def inside(polygon: Polygon, x: Positions, y: Positions) -> Mask:
    """Even-odd rule: bool (n,), whether each point lies in the closed polygon, float64 (k, 2).

    Computed in float64, one pass over the points an edge.
    """
    return _odd_crossings(_edges(polygon), x.astype(np.float64), y.astype(np.float64))


def places_inside(index: GridIndex, polygon: Polygon) -> Places:
    """Places of all dots of the index in a polygon (k, 2) of its own coordinates (y downwards)."""
    polygon = np.asarray(polygon, np.float64)
    edges = _edges(polygon)
    if not len(edges) or not len(index):
        return np.empty(0, np.int64)
    kinds = _kinds_of_cells(index, edges, _outline(_sides(polygon) / (*index.cell, *index.cell)))
    whole = _places_of_cells(index, np.flatnonzero(kinds == _INSIDE))
    return np.concatenate([whole, *_tested(index, edges, kinds)])


def simplified(polygon: Polygon, distance: float) -> Polygon:
    """The same outline without points nearer than ``distance`` to the last one kept."""
    kept = [polygon[0]]
    for point in polygon[1:]:
        if np.hypot(*(point - kept[-1])) >= distance:
            kept.append(point)
    return np.array(kept)


def _sides(polygon: Polygon) -> Polygon:
    """x1 y1 x2 y2 of every side, float64 (k, 4)."""
    sides: Polygon = np.hstack([polygon, np.roll(polygon, -1, axis=0)])
    return sides


def _edges(polygon: Polygon) -> Polygon:
    """The sides that are not level: those alone decide what is inside."""
    sides = _sides(polygon)
    sloping: Polygon = sides[sides[:, 1] != sides[:, 3]]
    return sloping


def _odd_crossings(
    edges: npt.NDArray[np.float64], x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Whether a ray to the right of each point crosses an odd number of edges."""
    odd = np.zeros(len(x), bool)
    for x1, y1, x2, y2 in edges.tolist():
        odd ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * ((y - y1) / (y2 - y1)) + x1)
    return odd


def _kinds_of_cells(index: GridIndex, edges: Polygon, outline: Mask) -> npt.NDArray[np.int8]:
    """For every cell, int8 (CELLS, CELLS): outside, on the outline, or wholly inside."""
    wide, high = index.cell
    kinds = np.zeros((CELLS, CELLS), np.int8)
    centres = (np.arange(CELLS) + 0.5) * wide
    low, top = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    reached = np.clip([edges[:, 1].min() / high, edges[:, 1].max() / high + 1], 0, CELLS).astype(int)
    for row in range(*reached.tolist()):
        y = (row + 0.5) * high
        crossing = edges[(low <= y) & (top > y)]
        x1, y1, x2, y2 = crossing.T
        at = np.sort(x1 + (y - y1) / (y2 - y1) * (x2 - x1))
        odd = (len(at) - np.searchsorted(at, centres, side="right")) % 2 == 1
        kinds[row, odd] = _INSIDE
    kinds[outline] = _OUTLINE
    return kinds


def _outline(edges: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Cells, bool (CELLS, CELLS), that an edge given in cells touches, one more on every side."""
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    first = np.clip(np.floor(low) - 1, 0, CELLS).astype(int)
    last = np.clip(np.floor(high) + 1, -1, CELLS - 1).astype(int)
    row = expand(first, np.maximum(last + 1, first))
    x1, y1, x2, y2 = np.repeat(edges, np.maximum(last + 1 - first, 0), axis=0).T
    level = y1 == y2
    slope = (x2 - x1) / np.where(level, 1, y2 - y1)
    upper, lower = np.minimum(y1, y2), np.maximum(y1, y2)
    enters, leaves = (x1 + (np.clip(y, upper, lower) - y1) * slope for y in (row - 1, row + 2))
    enters, leaves = np.where(level, x1, enters), np.where(level, x2, leaves)
    start = np.clip(np.floor(np.minimum(enters, leaves)) - 1, 0, CELLS).astype(int)
    stop = np.clip(np.floor(np.maximum(enters, leaves)) + 2, 0, CELLS).astype(int)
    marks = np.zeros((CELLS, CELLS + 1), np.int64)
    np.add.at(marks, (row, start), 1)
    np.add.at(marks, (row, np.maximum(stop, start)), -1)
    return marks[:, :CELLS].cumsum(axis=1) > 0


def _places_of_cells(index: GridIndex, cells: Places) -> Places:
    """Places of the dots in cells given by number, cell by cell, every band."""
    return expand(index.starts[:, cells].T.ravel(), index.starts[:, cells + 1].T.ravel())


def _tested(index: GridIndex, edges: npt.NDArray[np.float64], kinds: npt.NDArray[np.int8]) -> list[Places]:
    """Places of the dots in outline cells that lie inside, a list with one part a row of cells."""
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    parts = []
    for row in np.flatnonzero((kinds == _OUTLINE).any(axis=1)).tolist():
        places = _places_of_cells(index, np.flatnonzero(kinds[row] == _OUTLINE) + row * CELLS)
        if not len(places):
            continue
        x, y = index.x[places].astype(np.float64), index.y[places].astype(np.float64)
        near = edges[(low <= y.max()) & (high >= y.min())]
        parts.append(places[_odd_crossings(near, x, y)])
    return parts
