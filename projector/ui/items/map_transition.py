"""Dots that glide from one layout to the next, so that the eye can follow a window across a refit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.ui.items.dots import Layer, Pixels, Region, colour, framed, place, within
from projector.ui.items.dots_stamp import stamp
from projector.ui.items.map_viewport import Viewport

DURATION_S = 0.36
MOST_DOTS = 200_000
Positions = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Transition:
    """start float32 (n, 2) by row: pixels on the screen before, NaN where there was no dot."""

    start: Positions
    layers: tuple[Layer, ...]
    view: Viewport
    table: Pixels

    def frame(self, share: float) -> Pixels:
        """The picture, uint32 (height, width), after a share 0 to 1 of the time."""
        way = np.float32(share * share * (3 - 2 * share))  # eased at both ends
        region, margin = framed(Region(1.0, 0, 0, self.view.width, self.view.height), self.layers)
        drawn = np.zeros(region.height * region.width, np.uint32)
        for layer in self.layers:
            planes = np.zeros((len(layer.masks), len(drawn)), np.uint32)
            x, y = self._positions(layer, way, region)
            place(x, y, layer, [slice(None)], region, planes.reshape(-1))
            stamp(planes, region.width, layer.masks, drawn)
        return colour(within(drawn, region, margin), self.table)

    def _positions(self, layer: Layer, way: np.float32, region: Region) -> tuple[Positions, Positions]:
        """Dots on their way; those that come from outside the view wait in its margin."""
        ends = on_screen(layer.index.x, layer.index.y, self.view)
        starts = self.start[layer.index.rows].T
        moving = (np.where(np.isnan(a), b, a + (b - a) * way) for a, b in zip(starts, ends, strict=True))
        edges = ((region.left, region.width), (region.top, region.height))
        x, y = (
            np.clip(each, np.float32(first), np.float32(first + size - 1))
            for each, (first, size) in zip(moving, edges, strict=True)
        )
        return x, y


def on_screen(x: Positions, y: Positions, view: Viewport) -> tuple[Positions, Positions]:
    """Pixels of positions of an index."""
    return (
        (x.astype(np.float64) * view.scale - view.left).astype(np.float32),
        (y.astype(np.float64) * view.scale - view.top).astype(np.float32),
    )
