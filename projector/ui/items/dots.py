"""Draws a million dots into an image with numpy alone: one number a pixel (see dots_stamp), then colours.

A drawing of much is a generator that pauses between portions, so that the window stays awake.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import CELLS, GridIndex, batches
from projector.processing.together import both
from projector.ui.items.dots_stamp import (
    BLOCK_PIXELS,
    COLOUR_BITS,
    LEVEL_ALPHA,
    LEVEL_SHIFT,
    Mask,
    Values,
    stamp,
)

Pixels = npt.NDArray[np.uint32]
PORTION = 1 << 16  # dots that are placed in one go: their scratch arrays stay in the processor's cache
MOST_PIXELS = 1 << 25  # of all planes together that are drawn in one go
_SHARED_FROM = 1 << 18  # pixels from which on a second thread is worth waking
_TIERS = 4
_DENSE = 0.75  # share of dots from which on one long stretch is quicker than the many short ones in it
_GREY_SHARE, _FADE_SHARE = 0.9, 0.62  # how far an unselected dot loses its colour and goes to the ground
T = TypeVar("T")
Cell = TypeVar("Cell", bound=np.generic)
Positions = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layer:
    """Dots that are drawn together, in the index's storage order.

    values      uint32 (m,), what `pack` made
    masks       one for each plane: dots of one plane hide one another at the same pixel, those of
                different planes are laid over each other by their values
    planes      uint8 (m,), each dot's plane; None where there is only one
    """

    index: GridIndex
    values: Values
    masks: tuple[Mask, ...]
    planes: npt.NDArray[np.uint8] | None = None

    @property
    def reach(self) -> int:
        return max(mask.reach for mask in self.masks)


@dataclass(frozen=True)
class Region:
    """A rectangle of the lattice (see map_viewport) at a scale, in pixels."""

    scale: float
    left: int
    top: int
    width: int
    height: int

    def holds(self, index: GridIndex) -> bool:
        """Whether all dots of an index lie in the region, by its grid."""
        wide, high = (side * CELLS * self.scale + 1 for side in index.cell)
        return (
            self.left <= 0
            and self.top <= 0
            and wide < self.left + self.width
            and high < self.top + self.height
        )


def count_dots(layers: Iterable[Layer], region: Region, band: int) -> int:
    """Dots of one band that a region's cells hold: what drawing it costs."""
    return sum(layer.index.count(band, _cells(layer, region)) for layer in layers)


def draw(layers: Sequence[Layer], region: Region, bands: int) -> Generator[None, None, Values]:
    """Values of the region's pixels, uint32 (height, width), 0 where there is no dot.

    Only the first ``bands`` bands are drawn. Pauses after every PORTION of dots.
    """
    most = max((len(layer.masks) for layer in layers), default=1)
    if most * region.width * region.height > MOST_PIXELS and region.height > 1:
        halves = []
        for piece in _halves(region):
            half = yield from draw(layers, piece, bands)
            halves.append(half)
        return np.concatenate(halves)
    padded, margin = framed(region, layers)
    drawn = np.zeros(padded.height * padded.width, np.uint32)
    for layer in layers:
        planes = np.zeros((len(layer.masks), len(drawn)), np.uint32)
        for x, y, part in _portions(layer, padded, bands):
            place(x, y, layer, part, padded, planes.reshape(-1))
            yield
        stamp(planes, padded.width, layer.masks, drawn)
        yield
    return within(drawn, padded, margin)


def paint(layers: Sequence[Layer], region: Region, bands: int, table: Pixels, out: Pixels) -> None:
    """Draw and colour a region at once, into uint32 (height, width).

    Where it is large, two threads have a half each.
    """

    def part(piece: Region) -> None:
        top = piece.top - region.top
        colour(finish(draw(layers, piece, bands)), table, out[top : top + piece.height])

    if region.width * region.height < _SHARED_FROM:
        part(region)
        return
    upper, lower = _halves(region)
    both(lambda: part(upper), lambda: part(lower))


def framed(region: Region, layers: Iterable[Layer]) -> tuple[Region, int]:
    """A region with a margin around: one pixel farther away than any dot reaches."""
    margin = max((layer.reach for layer in layers), default=0) + 1
    left, top = region.left - margin, region.top - margin
    return Region(region.scale, left, top, region.width + 2 * margin, region.height + 2 * margin), margin


def within(drawn: Values, region: Region, margin: int) -> Values:
    """What lies within the margin of a drawn region, uint32 (height, width)."""
    return drawn.reshape(region.height, region.width)[margin:-margin, margin:-margin]


def finish(steps: Generator[None, None, T]) -> T:
    """Run a paused drawing to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def colour(values: Values, table: Pixels, out: Pixels | None = None) -> Pixels:
    """0xffRRGGBB of every pixel, uint32 like ``values``, from a table made by `colour_table`.

    out     where they are written to, if there is a place
    """
    pixels = np.empty(values.shape, np.uint32) if out is None else out
    rows = max(BLOCK_PIXELS // max(values.shape[1], 1), 16)
    for top in range(0, len(values), rows):
        block = values[top : top + rows]
        keys = block >> np.uint32(LEVEL_SHIFT - COLOUR_BITS)
        keys &= np.uint32(0xF00)
        keys |= block & np.uint32(0xFF)
        np.take(table, keys.astype(np.intp), out=pixels[top : top + rows], mode="clip")
    return pixels


def colour_table(colours: npt.NDArray[np.uint8], ground: npt.ArrayLike, greyed: bool = False) -> Pixels:
    """0xffRRGGBB, uint32 (4096,), of every tier, level and colour on an opaque ground.

    colours     uint8 (256, 3)
    greyed      whether tier 0 is shown greyed; the other tiers never are
    """
    base = np.asarray(ground, np.float64)
    plain = colours.astype(np.float64)
    grey = (plain @ (0.299, 0.587, 0.114))[:, None]
    dull = plain + (grey - plain) * _GREY_SHARE
    dull += (base - dull) * _FADE_SHARE
    table = np.empty((_TIERS, len(LEVEL_ALPHA), 256, 3))
    for tier in range(_TIERS):
        shown = dull if greyed and tier == 0 else plain
        for level, alpha in enumerate(LEVEL_ALPHA):
            table[tier, level] = base + (shown - base) * alpha
    red, green, blue = np.rint(table).astype(np.uint32).reshape(-1, 3).T
    packed: Pixels = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    return packed


def place(
    x: Positions, y: Positions, layer: Layer, part: list[slice], region: Region, planes: Values
) -> None:
    """Write the values of dots at their pixels, the last one stays; dots outside go to the region's edge.

    x, y, part      positions of the dots, and which places of the layer they are
    planes          flat, one region's pixels after the other
    """
    columns, rows = _pixels(x, region.scale), _pixels(y, region.scale)
    columns -= np.int32(region.left)
    rows -= np.int32(region.top)
    if not region.holds(layer.index):
        np.clip(columns, 0, region.width - 1, out=columns)
        np.clip(rows, 0, region.height - 1, out=rows)
    rows *= np.int32(region.width)
    rows += columns
    if layer.planes is not None:
        rows += np.multiply(joined(layer.planes, part), region.width * region.height, dtype=np.int32)
    planes[rows.astype(np.intp)] = joined(layer.values, part)


def _pixels(positions: Positions, scale: float) -> npt.NDArray[np.int32]:
    """The pixel whose upper left corner is nearest to each position."""
    scaled = positions * np.float32(scale)
    scaled += np.float32(0.5)
    return scaled.astype(np.int32)


def joined(array: npt.NDArray[Cell], part: list[slice]) -> npt.NDArray[Cell]:
    """Stretches of an array, one after the other."""
    return array[part[0]] if len(part) == 1 else np.concatenate([array[stretch] for stretch in part])


def _halves(region: Region) -> tuple[Region, Region]:
    upper = region.height // 2
    return replace(region, height=upper), replace(
        region, top=region.top + upper, height=region.height - upper
    )


def _cells(layer: Layer, region: Region) -> tuple[int, int, int, int]:
    reach = layer.reach
    x0, y0 = (region.left - reach) / region.scale, (region.top - reach) / region.scale
    x1 = (region.left + region.width + reach) / region.scale
    y1 = (region.top + region.height + reach) / region.scale
    return layer.index.cells_of(x0, y0, x1, y1)


def _portions(layer: Layer, region: Region, bands: int) -> Iterator[tuple[Positions, Positions, list[slice]]]:
    """The dots near a region; within a layer a later band is the lower one, so it goes first."""
    index, cells = layer.index, _cells(layer, region)
    for band in reversed(range(min(bands, index.bands))):
        first, stop = index.spans(band, cells)
        if len(first) and (stop - first).sum() > _DENSE * (stop[-1] - first[0]):
            first, stop = first[:1], stop[-1:]
        for part in batches(first, stop, PORTION):
            yield joined(index.x, part), joined(index.y, part), part
