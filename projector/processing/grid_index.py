"""Where dots lie, so that drawing, picking and the lasso touch only the dots that they concern.

Dots are stored in bands of falling priority (a hash of their id, so the order is random but fixed), in
each band by cell of a regular grid, in each cell by rising priority. A run of cells of one grid row is
then one slice; drawing bands from the last to the first and cells in order leaves the dot of highest
priority on top; and the first bands alone are a fair random sample that only ever *gains* dots
underneath as the rest is added.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from projector.processing.together import both

Float32 = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Cell = TypeVar("Cell", bound=np.generic)

CELLS = 256  # a side of the grid; 65,536 cells
FIRST_BAND = 1 << 16  # dots in the band that is drawn on top; each further reach is four times as deep
BAND_GROWTH = 4
PRIORITY_BITS = 20
_SLACK = 1e-3  # of a cell: far over what float32 rounds away
_CELL_BITS = 16
_BAND_BITS = 3
_PORTION = 1 << 16
MAX_DOTS = 1 << (64 - PRIORITY_BITS - _CELL_BITS - _BAND_BITS)  # 33,554,432: what a 64-bit sort key leaves


@dataclass(frozen=True, eq=False)
class GridIndex:
    """Dots in storage order; "place" is a position in these arrays, "row" the caller's own number.

    rows        int32 (m,), the caller's row of the dot at each place
    x, y        float32 (m,), distance from the left and from the top edge of the whole, so y grows downwards
    priority    uint32 (m,), 0 to 2²⁰-1, of dots that cover one another the higher is on top
    starts      int64 (bands, CELLS²+1), cell c of band b holds the places starts[b, c] to starts[b, c+1]
    left, top   the edges that x and y count from, in the caller's coordinates
    cell        width and height of a cell
    """

    rows: npt.NDArray[np.int32]
    x: Float32
    y: Float32
    priority: npt.NDArray[np.uint32]
    starts: Places
    left: float
    top: float
    cell: tuple[float, float]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def bands(self) -> int:
        return len(self.starts)

    def subset(self, keep: npt.NDArray[np.bool_]) -> "GridIndex":
        """Only the dots whose row is True in ``keep`` (n,), on the same grid."""
        kept = gathered(keep, self.rows)
        if kept.all():
            return self
        chosen = np.flatnonzero(kept)

        def starts() -> Places:
            before = np.zeros(len(self) + 1, np.int32)
            np.cumsum(kept, out=before[1:])
            return before[self.starts].astype(np.int64)

        def kept_of(part: npt.NDArray[Cell]) -> npt.NDArray[Cell]:
            return part.take(chosen, mode="clip")

        (new_starts, rows), (x, y, priority) = both(
            lambda: (starts(), kept_of(self.rows)),
            lambda: (kept_of(self.x), kept_of(self.y), kept_of(self.priority)),
        )
        return replace(self, rows=rows, x=x, y=y, priority=priority, starts=new_starts)

    def cells_of(self, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, int, int]:
        """First and last column, first and last row of the cells that meet a rectangle.

        A little is added on every side: a dot may be filed next door by a rounding error.
        """
        wide, high = self.cell
        column0, column1 = np.clip([x0 / wide - _SLACK, x1 / wide + _SLACK], 0, CELLS - 1).astype(int)
        row0, row1 = np.clip([y0 / high - _SLACK, y1 / high + _SLACK], 0, CELLS - 1).astype(int)
        return int(column0), int(column1), int(row0), int(row1)

    def spans(self, band: int, cells: tuple[int, int, int, int]) -> tuple[Places, Places]:
        """Starts and stops of the slices of one band that hold all dots of a rectangle of cells."""
        column0, column1, row0, row1 = cells
        starts = self.starts[band]
        if column0 == 0 and column1 == CELLS - 1:
            return starts[[row0 * CELLS]], starts[[(row1 + 1) * CELLS]]
        rows = np.arange(row0, row1 + 1) * CELLS
        first, stop = starts[rows + column0], starts[rows + column1 + 1]
        some = stop > first
        return first[some], stop[some]

    def count(self, band: int, cells: tuple[int, int, int, int]) -> int:
        """How many dots the spans of a rectangle of cells hold."""
        first, stop = self.spans(band, cells)
        return int((stop - first).sum())

    def places_within(self, x0: float, y0: float, x1: float, y1: float) -> Places:
        """Places of the dots in a closed rectangle, in no particular order."""
        cells = self.cells_of(x0, y0, x1, y1)
        pairs = [self.spans(band, cells) for band in range(self.bands)]
        places = expand(*(np.concatenate(ends) for ends in zip(*pairs, strict=True)))
        x, y = self.x[places], self.y[places]
        return places[(x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)]

    def nearest(self, x: float, y: float, radius: float) -> int:
        """Row of the dot nearest to a point, within a radius, or -1. A tie goes to the upper one."""
        places = self.places_within(x - radius, y - radius, x + radius, y + radius)
        if not len(places):
            return -1
        squares = (self.x[places].astype(np.float64) - x) ** 2 + (self.y[places].astype(np.float64) - y) ** 2
        best = squares.min()
        if best > radius * radius:
            return -1
        tied = places[squares == best]
        return int(self.rows[tied[np.argmax(self.priority[tied])]])


def gathered(values: npt.NDArray[Cell], at: npt.NDArray[np.integer]) -> npt.NDArray[Cell]:
    """values[at] for numbers within its length; by portions, whose widened numbers stay in the cache."""
    found = np.empty(len(at), values.dtype)

    def gather(start: int, stop: int) -> None:
        for first in range(start, stop, _PORTION):
            part = slice(first, min(first + _PORTION, stop))
            np.take(values, at[part], out=found[part], mode="clip")

    middle = len(at) // 2
    both(lambda: gather(0, middle), lambda: gather(middle, len(at)))
    return found


def expand(first: Places, stop: Places) -> Places:
    """All places of slices, int64: first[0] … stop[0]-1, first[1] …"""
    lengths = stop - first
    total = int(lengths.sum())
    ends = np.cumsum(lengths)
    places: Places = np.arange(total, dtype=np.int64) + np.repeat(first - (ends - lengths), lengths)
    return places


def hashed(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """A well mixed 64-bit number for each id (the finaliser of SplitMix64, Steele et al. 2014)."""
    mixed = ids.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def build_index(ids: npt.NDArray[np.int64], xy: Float32) -> GridIndex:
    """Index of the dots of ``xy`` float32 (n, 2), y upwards; rows with NaN or infinity are left out.

    Raises ValueError beyond MAX_DOTS.
    """
    if len(ids) > MAX_DOTS:
        raise ValueError(f"{len(ids):,} dots, the index holds at most {MAX_DOTS:,}")
    rows = np.flatnonzero(np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1]))
    if not len(rows):
        return empty_index()
    x, y = xy[rows, 0].astype(np.float64), xy[rows, 1].astype(np.float64)
    left, top = float(x.min()), float(y.max())
    x, y = (x - left).astype(np.float32), (top - y).astype(np.float32)
    cell = (_cell_size(x), _cell_size(y))
    priority = (hashed(ids[rows]) >> np.uint64(64 - PRIORITY_BITS)).astype(np.int64)
    limits = _band_limits(len(rows))
    cells = len(limits) * CELLS * CELLS
    key = _band_numbers(priority, limits) << _CELL_BITS
    key |= _cell_numbers(y, cell[1]) * CELLS + _cell_numbers(x, cell[0])
    key = (key << PRIORITY_BITS | priority).astype(np.uint64)
    shift = np.uint64(max(int(len(rows) - 1).bit_length(), 1))
    key = key << shift | np.arange(len(rows), dtype=np.uint64)
    key.sort()
    order = (key & ((np.uint64(1) << shift) - np.uint64(1))).astype(np.int64)
    filed = (key >> (shift + np.uint64(PRIORITY_BITS))).astype(np.int64)
    found = np.concatenate([[0], np.cumsum(np.bincount(filed, minlength=cells))])
    return GridIndex(
        rows=rows[order].astype(np.int32),
        x=x[order],
        y=y[order],
        priority=priority[order].astype(np.uint32),
        starts=np.stack([found[b * CELLS**2 : (b + 1) * CELLS**2 + 1] for b in range(len(limits))]),
        left=left,
        top=top,
        cell=cell,
    )


def batches(first: Places, stop: Places, limit: int) -> Iterator[list[slice]]:
    """Slices cut and put together so that no batch holds more than ``limit`` dots, in their order."""
    batch: list[slice] = []
    room = limit
    for a, b in zip(first.tolist(), stop.tolist(), strict=True):
        while b - a > room:
            yield [*batch, slice(a, a + room)]
            batch, a, room = [], a + room, limit
        if b > a:
            batch.append(slice(a, b))
            room -= b - a
    if batch:
        yield batch


def _band_limits(n: int) -> npt.NDArray[np.int64]:
    """The lowest priority of each band, falling, the last 0."""
    reach, limits = FIRST_BAND, []
    while reach < n:
        limits.append(round((1 - reach / n) * (1 << PRIORITY_BITS)))
        reach *= BAND_GROWTH
    return np.array([*limits, 0], np.int64)


def _band_numbers(priority: Places, limits: Places) -> Places:
    """0 for the dots of the highest priorities, and so on."""
    numbers = np.zeros(len(priority), np.int64)
    for limit in limits[:-1].tolist():
        numbers += priority < limit
    return numbers


def _cell_size(values: Float32) -> float:
    return float(values.max()) / CELLS or 1.0


def _cell_numbers(values: Float32, size: float) -> npt.NDArray[np.int64]:
    return np.minimum((values / np.float32(size)).astype(np.int64), CELLS - 1)


def empty_index() -> GridIndex:
    """The index of no dots."""
    none = np.empty(0, np.float32)
    return GridIndex(
        rows=np.empty(0, np.int32),
        x=none,
        y=none,
        priority=np.empty(0, np.uint32),
        starts=np.zeros((1, CELLS**2 + 1), np.int64),
        left=0.0,
        top=0.0,
        cell=(1.0, 1.0),
    )
