"""Draws a million dots into an image with numpy alone: one number a pixel (see dots_stamp), then colours.

A drawing of much is a generator that pauses between portions, so that the window stays awake.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import GridIndex, batches
from projector.ui.items.dots_stamp import COLOUR_BITS, LEVEL_ALPHA, LEVEL_SHIFT, Mask, Values, stamp

Pixels = npt.NDArray[np.uint32]
PORTION = 1 << 16  # dots that are placed in one go: their scratch arrays stay in the processor's cache
_TIERS = 4
_GREY_SHARE, _FADE_SHARE = 0.9, 0.62  # how far an unselected dot loses its colour and goes to the ground
T = TypeVar("T")
Cell = TypeVar("Cell", bound=np.generic)
Positions = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layer:
    """Dots that share one mask. values uint32 (m,), what `pack` made, in the index's storage order."""

    index: GridIndex
    values: Values
    mask: Mask


@dataclass(frozen=True)
class Region:
    """A rectangle of the lattice (see map_viewport) at a scale, in pixels."""

    scale: float
    left: int
    top: int
    width: int
    height: int


def count_dots(layers: Iterable[Layer], region: Region, band: int) -> int:
    """Dots of one band that a region's cells hold: what drawing it costs."""
    return sum(layer.index.count(band, _cells(layer, region)) for layer in layers)


def draw(layers: Sequence[Layer], region: Region, bands: int) -> Generator[None, None, Values]:
    """Values of the region's pixels, uint32 (height, width), 0 where there is no dot.

    Only the first ``bands`` bands are drawn. Pauses after every PORTION of dots.
    """
    margin = max((layer.mask.reach for layer in layers), default=0)
    width, height = region.width + 2 * margin, region.height + 2 * margin
    padded = Region(region.scale, region.left - margin, region.top - margin, width, height)
    drawn = np.zeros(width * height, np.uint32)
    for layer in layers:
        centres = np.zeros(width * height, np.uint32)
        yield from _mark(layer, padded, bands, centres)
        stamp(centres, width, layer.mask, drawn)
        yield
    return drawn.reshape(height, width)[margin : margin + region.height, margin : margin + region.width]


def finish(steps: Generator[None, None, T]) -> T:
    """Run a paused drawing to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def colour(values: Values, table: Pixels) -> Pixels:
    """0xffRRGGBB of every pixel, uint32 like ``values``, from a table made by `colour_table`."""
    keys = values >> np.uint32(LEVEL_SHIFT - COLOUR_BITS)
    keys &= np.uint32(0xF00)
    keys |= values & np.uint32(0xFF)
    return np.take(table, keys.astype(np.uint16), mode="clip")


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


def place(x: Positions, y: Positions, values: Values, region: Region, shift: float, centres: Values) -> None:
    """Write values at the pixels of dots, the last one stays; dots outside the region are left out."""
    scale = np.float32(region.scale)
    columns = (x * scale + np.float32(shift)).astype(np.int32)
    rows = (y * scale + np.float32(shift)).astype(np.int32)
    columns -= np.int32(region.left)
    rows -= np.int32(region.top)
    inside = columns.view(np.uint32) < np.uint32(region.width)
    inside &= rows.view(np.uint32) < np.uint32(region.height)
    rows *= np.int32(region.width)
    rows += columns
    if inside.all():
        centres[rows.astype(np.intp)] = values
    else:
        centres[rows[inside].astype(np.intp)] = values[inside]


def _cells(layer: Layer, region: Region) -> tuple[int, int, int, int]:
    reach = layer.mask.reach
    x0, y0 = (region.left - reach) / region.scale, (region.top - reach) / region.scale
    x1 = (region.left + region.width + reach) / region.scale
    y1 = (region.top + region.height + reach) / region.scale
    return layer.index.cells_of(x0, y0, x1, y1)


def _mark(layer: Layer, region: Region, bands: int, centres: Values) -> Generator[None, None, None]:
    """Write each dot's value at its pixel; within a layer a later band is the lower one, so it goes first."""
    index, cells = layer.index, _cells(layer, region)
    for band in reversed(range(min(bands, index.bands))):
        for batch in batches(*index.spans(band, cells), PORTION):
            x, y = _joined(index.x, batch), _joined(index.y, batch)
            place(x, y, _joined(layer.values, batch), region, layer.mask.shift, centres)
            yield


def _joined(array: npt.NDArray[Cell], batch: list[slice]) -> npt.NDArray[Cell]:
    return array[batch[0]] if len(batch) == 1 else np.concatenate([array[part] for part in batch])
