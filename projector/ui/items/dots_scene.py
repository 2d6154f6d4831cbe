"""The dots as they are now: where, which are shown, how each looks, and which of them are under the pointer.

Built in stages, so that a change costs only what depends on it: points → shown → looks → selected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import CELLS, GridIndex, empty_index
from projector.processing.polygon import Polygon, places_inside
from projector.ui.items.dots import Layer
from projector.ui.items.dots_palette import RING
from projector.ui.items.dots_stamp import SHAPES, Values, dot_mask, pack

Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
BASE, SELECTED, RINGED = 0, 1, 2  # tiers; only the first is ever greyed
SIZE_CLASSES = 4
RINGED_SHAPE = "ring around"
_LEAST_SHAPED = 6.0  # pixels below which a square, a triangle and a circle look the same
_RING_AROUND = 5.0
_GROWTH = 0.55  # from one size class to the next, of the smallest


@dataclass(frozen=True, eq=False)
class Looks:
    """How each dot looks; arrays are (n,), None where all dots are alike.

    colours     uint8, a number into the colour table
    shapes      uint8 into SHAPES          sizes   uint8, 0 to SIZE_CLASSES - 1
    hollow      drawn as a circle's outline        ringed  with a ring around
    """

    colours: Bytes
    shapes: Bytes | None = None
    sizes: Bytes | None = None
    hollow: Mask | None = None
    ringed: Mask | None = None


@dataclass(frozen=True, eq=False)
class _Part:
    """Dots of one shape and size class; values as `pack` makes them."""

    index: GridIndex
    shape: str
    size: int
    values: Values


@dataclass(frozen=True, eq=False)
class Mark:
    """Dots of one shape (SHAPES or "ring") and size in pixels; values as `pack` makes them."""

    index: GridIndex
    values: Values
    shape: str
    size: float


@dataclass(eq=False)
class DotScene:
    """Stages of the dots. Rows are the caller's; positions count from the left and top of all dots."""

    index: GridIndex = field(default_factory=empty_index)
    shown: GridIndex = field(default_factory=empty_index)
    dot_size: float = 4.0  # pixels of the screen
    _xy: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    _base: list[_Part] = field(default_factory=list)
    _above: list[_Part] = field(default_factory=list)
    _colours: Bytes = field(default_factory=lambda: np.empty(0, np.uint8))

    def set_points(self, index: GridIndex, xy: npt.NDArray[np.float32]) -> None:
        """Other positions (n, 2) and their index; set_shown, set_looks and set_selected have to follow."""
        self.index = self.shown = index
        self._xy = xy
        self._base, self._above = [], []

    def set_shown(self, shown: Mask) -> None:
        """Which rows are there at all, for the eye and for the pointer. set_looks has to follow."""
        self.shown = self.index.subset(shown)

    def set_looks(self, looks: Looks) -> None:
        """Colours, shapes and sizes. set_selected has to follow."""
        self._colours = looks.colours
        self._base = [self._part(*style, BASE) for style in _by_style(self.shown, looks)]
        if looks.ringed is not None and looks.ringed.any():
            rings = self.shown.subset(looks.ringed)
            colours = np.full(len(rings), RING, np.uint8)
            self._base.append(_Part(rings, RINGED_SHAPE, 0, pack(rings.priority, colours, RINGED)))

    def set_selected(self, selected: Mask | None) -> None:
        """Which rows keep their colour and lie on top while the others are greyed; None: no set."""
        self._above = []
        if selected is not None:
            self._above = [
                self._part(part.index.subset(selected), part.shape, part.size, SELECTED)
                for part in self._base
                if part.shape != RINGED_SHAPE
            ]

    def layers(self, ratio: float) -> Sequence[Layer]:
        """What to draw where ``ratio`` device pixels make one pixel of the screen."""
        return [
            Layer(mark.index, mark.values, dot_mask(mark.shape, round(mark.size * ratio)))
            for mark in self.marks()
        ]

    def marks(self) -> Sequence[Mark]:
        """The same as shapes, with their sizes in pixels of the screen."""
        parts = [part for part in (*self._base, *self._above) if len(part.index)]
        return [Mark(part.index, part.values, *self._shape(part)) for part in parts]

    def row_at(self, x: float, y: float, radius: float) -> int:
        """The shown row nearest to a point, -1 if none is within the radius."""
        return self.shown.nearest(x, y, radius)

    def rows_in(self, polygon: Polygon) -> npt.NDArray[np.int32]:
        """Rows of all shown dots in a polygon, hidden under others or not, rising."""
        return np.sort(self.shown.rows[places_inside(self.shown, polygon)])

    def position(self, row: int) -> tuple[float, float] | None:
        """Where a row's dot lies, shown or not; None if it is not placed."""
        x, y = self._xy[row].tolist() if 0 <= row < len(self._xy) else (np.nan, np.nan)
        placed = np.isfinite(x) and np.isfinite(y)
        return (x - self.index.left, self.index.top - y) if placed else None

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the shown dots."""
        if not len(self.shown):
            return 0.0, 0.0, 0.0, 0.0
        x, y = self.shown.x, self.shown.y
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def extent(self) -> float:
        """The longer side of all dots, shown or not."""
        return max(self.index.cell) * CELLS if len(self.index) else 0.0

    def _part(self, index: GridIndex, shape: str, size: int, tier: int) -> _Part:
        return _Part(index, shape, size, pack(index.priority, self._colours.take(index.rows), tier))

    def _shape(self, part: _Part) -> tuple[str, float]:
        size = self.dot_size * (1 + _GROWTH * part.size)
        if part.shape == RINGED_SHAPE:
            return "ring", size + _RING_AROUND
        if part.shape != SHAPES[0]:
            size = max(size, _LEAST_SHAPED)
        return part.shape, size


def _by_style(index: GridIndex, looks: Looks) -> list[tuple[GridIndex, str, int]]:
    """The dots split by mask: (index, shape, size class)."""
    if looks.shapes is None and looks.sizes is None and looks.hollow is None:
        return [(index, SHAPES[0], 0)]
    key = np.zeros(len(looks.colours), np.uint8)
    names = (*SHAPES, "ring")
    if looks.shapes is not None:
        key += looks.shapes
    if looks.hollow is not None:
        key[looks.hollow] = names.index("ring")
    if looks.sizes is not None:
        key += looks.sizes * np.uint8(len(names))
    present = np.flatnonzero(np.bincount(key, minlength=256))
    return [(index.subset(key == k), names[k % len(names)], int(k) // len(names)) for k in present.tolist()]
