"""The dots as they are now: where, which are shown, how each looks, and which of them are under the pointer.

Built in stages, so that a change costs only what depends on it: points → shown → looks → selected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import CELLS, GridIndex, empty_index, gathered
from projector.processing.polygon import Polygon, places_inside
from projector.processing.together import both
from projector.ui.items.dots import Layer
from projector.ui.items.dots_palette import RING
from projector.ui.items.dots_stamp import SHAPES, TIER_SHIFT, Values, dot_mask, pack

Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
BASE, SELECTED, RINGED = 0, 1, 2  # tiers; only the first is ever greyed
SIZE_CLASSES = 4
_LEAST_SHAPED = 5.6  # pixels below which a square, a triangle and a circle look the same
_RING_AROUND = 5.0
_GROWTH = 0.55  # from one size class to the next, of the smallest


@dataclass(frozen=True, eq=False)
class Looks:
    """How each dot looks; arrays are (n,), None where all dots are alike.

    colours     uint8, a number into the colour table
    shapes      uint8 (256,), the shape of each colour number, into SHAPES
    sizes       uint8, 0 to SIZE_CLASSES - 1
    hollow      drawn as a circle's outline
    ringed      with a ring around
    """

    colours: Bytes
    shapes: Bytes | None = None
    sizes: Bytes | None = None
    hollow: Mask | None = None
    ringed: Mask | None = None


@dataclass(frozen=True, eq=False)
class Mark:
    """Dots of an index and their shapes (SHAPES or "ring") and sizes in pixels of the screen by plane."""

    index: GridIndex
    values: Values
    shapes: tuple[tuple[str, float], ...]
    planes: Bytes | None

    def layer(self, ratio: float) -> Layer:
        masks = tuple(dot_mask(shape, round(size * ratio, 1)) for shape, size in self.shapes)
        return Layer(self.index, self.values, masks, self.planes)


@dataclass(eq=False)
class DotScene:
    """Stages of the dots. Rows are the caller's; positions count from the left and top of all dots."""

    index: GridIndex = field(default_factory=empty_index)
    shown: GridIndex = field(default_factory=empty_index)
    dot_size: float = 4.0  # pixels of the screen
    marks: list[Mark] = field(default_factory=list)
    _xy: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    _looks: Looks = field(default_factory=lambda: Looks(np.empty(0, np.uint8)))
    _plain: Mark | None = None  # the dots as they are while none is selected

    def set_points(self, index: GridIndex, xy: npt.NDArray[np.float32]) -> None:
        """Other positions (n, 2) and their index; set_shown, set_looks and set_selected have to follow."""
        self.index = self.shown = index
        self._xy, self._plain, self.marks = xy, None, []

    def set_shown(self, shown: Mask) -> None:
        """Which rows are there at all, for the eye and for the pointer. set_looks has to follow."""
        self.shown = self.index.subset(shown)

    def set_looks(self, looks: Looks) -> None:
        """Colours, shapes and sizes. set_selected has to follow."""
        self._looks = looks
        colours = gathered(looks.colours, self.shown.rows)
        (planes, present), values = both(
            lambda: self._planes(colours), lambda: pack(self.shown.priority, colours, BASE)
        )
        self._plain = Mark(self.shown, values, tuple(self._shape(style) for style in present), planes)

    def set_selected(self, selected: Mask | None) -> None:
        """Which rows keep their colour and lie on top while the others are greyed; None: no set."""
        assert self._plain is not None
        mark = self._plain if selected is None else _raised(self._plain, gathered(selected, self.shown.rows))
        self.marks = [mark, *self._rings()] if len(mark.index) else []

    def layers(self, ratio: float) -> Sequence[Layer]:
        """What to draw where ``ratio`` device pixels make one pixel of the screen."""
        return [mark.layer(ratio) for mark in self.marks]

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

    def _rings(self) -> list[Mark]:
        """Rings around dots, over all dots."""
        ringed = self._looks.ringed
        if ringed is None or not ringed.any():
            return []
        index = self.shown.subset(ringed)
        colours = np.full(len(index), RING, np.uint8)
        values = pack(index.priority, colours, RINGED)
        return [Mark(index, values, (("ring", self.dot_size + _RING_AROUND),), None)]

    def _planes(self, colours: Bytes) -> tuple[Bytes | None, list[int]]:
        """A plane for each shown dot, None where there is only one, and the style of each plane."""
        looks = self._looks
        shapes = np.zeros(256, np.uint8) if looks.shapes is None else looks.shapes
        if looks.sizes is None and looks.hollow is None:
            present, planes = np.unique(shapes, return_inverse=True)  # of 256, not of a million
            several = len(present) > 1
            return gathered(planes.astype(np.uint8), colours) if several else None, present.tolist()
        styles = shapes.take(colours)
        if looks.hollow is not None:
            styles[looks.hollow.take(self.shown.rows)] = _FORMS.index("ring")
        if looks.sizes is not None:
            styles += looks.sizes.take(self.shown.rows) * np.uint8(len(_FORMS))
        return _compact(styles)

    def _shape(self, style: int) -> tuple[str, float]:
        size_class, form = divmod(style, len(_FORMS))
        size = self.dot_size * (1 + _GROWTH * size_class)
        if self._looks.shapes is not None:
            size += max(_LEAST_SHAPED - self.dot_size, 0.0)
        return _FORMS[form], size


_FORMS = (*SHAPES, "ring")


def _compact(styles: Bytes) -> tuple[Bytes | None, list[int]]:
    """Styles numbered without gaps."""
    present = np.flatnonzero(np.bincount(styles, minlength=256))
    if len(present) < 2:
        return None, present.tolist() or [0]
    numbers = np.zeros(256, np.uint8)
    numbers[present] = np.arange(len(present))
    return numbers.take(styles), present.tolist()


def _raised(mark: Mark, selected: Mask) -> Mark:
    """Selected dots get planes of their own in the upper tier, so that no other hides them."""
    above = selected.view(np.uint8)
    values = mark.values | above.astype(np.uint32) * np.uint32(SELECTED << TIER_SHIFT)
    planes = above * np.uint8(len(mark.shapes))
    if mark.planes is not None:
        planes = planes + mark.planes
    return Mark(mark.index, values, mark.shapes * 2, planes)
