"""The picture of the dots, kept while the map is moved: panning draws only the strips that come into view.

The image is a ring in both directions: the pixel of the lattice (see map_viewport) at column X lives at
X less the column that it was begun with, modulo the width, so moving copies nothing. When too many dots
are in view for one frame, the picture starts with the uppermost bands (a fair sample, see grid_index) and
`refine` makes it exact.
"""

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from projector.ui.items.dots import Layer, Pixels, Region, colour, count_dots, draw, paint
from projector.ui.items.map_viewport import Viewport

QUICK_DOTS = 300_000  # drawn in one frame while the hand is on the wheel
SWIFT_DOTS = 1_600_000  # drawn in one frame otherwise
Piece = tuple[int, int, int, int, int, int]  # x, y on the screen; x, y, width, height in the image


class DotCanvas:
    """A ring image of uint32 0xffRRGGBB; knows nothing of Qt."""

    def __init__(self) -> None:
        self.pixels: Pixels = np.zeros((1, 1), np.uint32)
        self.exact = True
        self._layers: Sequence[Layer] = ()
        self._table: Pixels = np.zeros(4096, np.uint32)
        self._drawn: Viewport | None = None
        self._origin = (0, 0)  # column and row of the lattice at the image's upper left corner

    def set_dots(self, layers: Sequence[Layer], table: Pixels) -> None:
        """Other dots or colours: everything is drawn anew when next shown."""
        self._layers, self._table, self._drawn = layers, table, None

    def show(self, view: Viewport, budget: int = SWIFT_DOTS) -> None:
        """Bring the image to a viewport; `exact` says afterwards whether every dot is in it."""
        old = self._drawn
        if old == view:
            return
        if old is None or not _overlap(old, view):
            self._redraw(view, budget)
        else:
            self._move(old, view, budget)
        self._drawn = view

    def refine(self) -> Generator[None, None, None]:
        """Draw what is shown with every dot, in portions; afterwards the image is exact."""
        view = self._drawn
        if view is None or self.exact:
            return
        values = yield from draw(self._layers, _whole(view), self._bands)
        yield
        self._origin = view.left, view.top
        colour(values, self._table, self.pixels)
        self.exact = True

    def pieces(self) -> Iterator[Piece]:
        """Rectangles of the image and where each goes on the screen."""
        if self._drawn is None:
            return
        view, (height, width) = self._drawn, self.pixels.shape
        for x, source_x, wide in _unrolled(view.left - self._origin[0], width, width):
            for y, source_y, high in _unrolled(view.top - self._origin[1], height, height):
                yield x, y, source_x, source_y, wide, high

    def picture(self) -> npt.NDArray[np.uint32]:
        """The image as it is seen, unrolled, (height, width)."""
        assert self._drawn is not None
        left, top = self._origin
        return np.roll(self.pixels, (top - self._drawn.top, left - self._drawn.left), axis=(0, 1))

    @property
    def _bands(self) -> int:
        return max((layer.index.bands for layer in self._layers), default=0)

    def _redraw(self, view: Viewport, budget: int) -> None:
        if self.pixels.shape != (view.height, view.width):
            self.pixels = np.empty((view.height, view.width), np.uint32)
        bands = self._affordable(_whole(view), budget)
        self.exact = bands == self._bands
        self._origin = view.left, view.top
        paint(self._layers, _whole(view), bands, self._table, self.pixels)

    def _move(self, old: Viewport, view: Viewport, budget: int) -> None:
        dx, dy = view.left - old.left, view.top - old.top
        high, wide = view.height - abs(dy), abs(dx)
        budget //= 2  # there may be two strips
        if dy:
            top = view.top if dy < 0 else view.top + high
            self._draw(Region(view.scale, view.left, top, view.width, abs(dy)), budget)
        if dx:
            left = view.left if dx < 0 else view.left + view.width - wide
            self._draw(Region(view.scale, left, view.top + max(-dy, 0), wide, high), budget)

    def _draw(self, region: Region, budget: int) -> None:
        bands = self._affordable(region, budget)
        self.exact = self.exact and bands == self._bands
        pixels = np.empty((region.height, region.width), np.uint32)
        paint(self._layers, region, bands, self._table, pixels)
        self._write(region, pixels)

    def _affordable(self, region: Region, budget: int) -> int:
        """How many bands fit the budget, one at least."""
        total = 0
        for band in range(self._bands):
            total += count_dots(self._layers, region, band)
            if total > budget and band:
                return band
        return self._bands

    def _write(self, region: Region, pixels: Pixels) -> None:
        height, width = self.pixels.shape
        for x, target_x, wide in _unrolled(region.left - self._origin[0], region.width, width):
            for y, target_y, high in _unrolled(region.top - self._origin[1], region.height, height):
                target = self.pixels[target_y : target_y + high, target_x : target_x + wide]
                target[:] = pixels[y : y + high, x : x + wide]


def _whole(view: Viewport) -> Region:
    return Region(view.scale, view.left, view.top, view.width, view.height)


def _overlap(old: Viewport, view: Viewport) -> bool:
    same = (old.scale, old.width, old.height) == (view.scale, view.width, view.height)
    return same and abs(view.left - old.left) < view.width and abs(view.top - old.top) < view.height


def _unrolled(start: int, length: int, period: int) -> list[tuple[int, int, int]]:
    """Stretches (offset, place in the ring, length) of `length` lattice columns from `start` on."""
    place = start % period
    first = min(length, period - place)
    return [(0, place, first)] + ([(first, 0, length - first)] if length > first else [])
