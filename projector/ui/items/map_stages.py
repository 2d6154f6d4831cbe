"""Brings the dots up to date with the workspace in stages, so that a change costs what depends on it.

points → shown → looks → selected. Many dots are sorted in a thread, while the last map stays.
"""

import math
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Flag, auto

import numpy as np
import numpy.typing as npt

from projector.domain.ids import NO_WINDOW
from projector.domain.nouns import Placement
from projector.processing.grid_index import GridIndex, build_index
from projector.ui.items.dots import colour_table
from projector.ui.items.dots_palette import Palette, palette_of, rgb
from projector.ui.items.dots_scene import SIZE_CLASSES, Looks
from projector.ui.items.map_pane import DotPane
from projector.ui.items.map_texts import states_of
from projector.ui.theme import Theme
from projector.workspace.loaded import Points
from projector.workspace.workspace import Workspace

_DOT_SIZES = ((300, 7.0), (3000, 5.0), (math.inf, 4.0))  # up to so many dots, pixels: few may be large
SORTED_AT_ONCE = 150_000  # dots; more are sorted in a thread


class Stale(Flag):
    """What has to be made anew; what depends on it follows."""

    NOTHING = 0
    POINTS = auto()
    SHOWN = auto()
    LOOKS = auto()
    SELECTED = auto()


class MapStages:
    """Owns nothing that is seen: reads the workspace, fills the pane's scene."""

    def __init__(self, workspace: Workspace, pane: DotPane, theme: Theme) -> None:
        self.theme = theme
        self.animated = True
        self.shows_placement = False
        self.ids = np.empty(0, np.int64)  # the windows on the map, a row each
        self._workspace, self._pane = workspace, pane
        self._stale = Stale.POINTS
        self._palette = Palette(np.empty(0, np.uint8), np.zeros((256, 3), np.uint8))
        self._has_set = self._is_new = False
        self._glide: npt.NDArray[np.float32] | None = None
        self._sorter = ThreadPoolExecutor(1, "map-index")
        self._sorting: tuple[Points, Future[GridIndex]] | None = None

    def mark(self, stale: Stale) -> None:
        self._stale |= stale

    @property
    def is_sorting(self) -> bool:
        """Whether a thread is at work, so that refresh has to be called again."""
        return self._sorting is not None

    def sorting_count(self) -> int:
        """How many dots it sorts."""
        return len(self._sorting[0].ids) if self._sorting else 0

    def refresh(self, waits: bool = False) -> None:
        """Do what is stale; ``waits`` for the thread."""
        if Stale.POINTS in self._stale:
            self._stale &= ~Stale.POINTS
            self._begin(self._workspace.points())
        if self._sorting is not None and (waits or self._sorting[1].done()):
            points, future = self._sorting
            self._sorting = None
            self._install(points, future.result())
        if self._stale and len(self.ids) == len(self._workspace.shown):
            stale, self._stale = self._stale, Stale.NOTHING
            self._refresh_scene(stale)

    def close(self) -> None:
        """End the thread."""
        self._sorter.shutdown(wait=True, cancel_futures=True)

    def primary_row(self) -> int:
        """Row of the primary selected window, -1 without one."""
        primary = self._workspace.selection.primary
        return -1 if primary == NO_WINDOW or not len(self.ids) else int(self._workspace.rows(primary))

    def _begin(self, points: Points) -> None:
        self._sorting = None
        if points.index is not None:
            self._install(points, points.index)
            return
        if len(points.ids) <= SORTED_AT_ONCE:
            self._install(points, build_index(points.ids, points.xy))
            return
        if not np.array_equal(points.ids, self.ids):
            none = Points(points.ids[:0], points.xy[:0])
            self._install(none, build_index(none.ids, none.xy))
        self._sorting = (points, self._sorter.submit(build_index, points.ids, points.xy))

    def _install(self, points: Points, index: GridIndex) -> None:
        """Change the dots; where they are the same windows, remember from where they glide."""
        few = 0 < len(points.ids) <= SORTED_AT_ONCE
        glides = self.animated and few and self._pane.isVisible() and np.array_equal(points.ids, self.ids)
        self._glide = self._pane.positions_on_screen(len(points.ids)) if glides else None
        self.ids, self._is_new = points.ids, True
        self._pane.scene.dot_size = next(size for most, size in _DOT_SIZES if len(points.ids) <= most)
        self._pane.set_points(index, points.xy)
        self._stale |= Stale.SHOWN

    def _refresh_scene(self, stale: Stale) -> None:
        scene = self._pane.scene
        if Stale.SHOWN in stale:
            scene.set_shown(self._workspace.shown)
            stale |= Stale.LOOKS
        if Stale.LOOKS in stale:
            self._palette = palette_of(self._workspace.colouring, self.theme, len(self.ids))
            scene.set_looks(self._looks())
            stale |= Stale.SELECTED
        selected = self._selected()
        if Stale.LOOKS in stale or self._has_set or selected is not None:
            scene.set_selected(selected)
            self._has_set = selected is not None
            ground = rgb(self.theme.panel)
            self._pane.redraw(colour_table(self._palette.colours, ground, greyed=self._has_set))
        self._pane.set_primary(self.primary_row())
        self._show_new()

    def _show_new(self) -> None:
        """Other points are fitted into view, and glide there."""
        if not self._is_new:
            return
        self._is_new = False
        self._pane.fit()
        if self._glide is not None:
            self._pane.glide_from(self._glide)
            self._glide = None

    def _looks(self) -> Looks:
        states, sizing = states_of(self._workspace.projection), self._workspace.sizing
        sizes = None
        if sizing is not None and len(sizing) == len(self.ids):
            sizes = np.minimum(sizing * SIZE_CLASSES, SIZE_CLASSES - 1).astype(np.uint8)
        return Looks(
            colours=self._palette.codes,
            shapes=self._palette.shapes,
            sizes=sizes,
            hollow=_placed(states) if states is not None and self.shows_placement else None,
            ringed=states == Placement.OFF_MAP if states is not None else None,
        )

    def _selected(self) -> npt.NDArray[np.bool_] | None:
        """Which rows are in the selected set; None where it is no set of several."""
        ids = self._workspace.selection.ids
        if len(ids) < 2:
            return None
        selected = np.zeros(len(self.ids), bool)
        selected[self._workspace.rows(ids)] = True
        return selected


def _placed(states: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return (states == Placement.PLACED) | (states == Placement.OFF_MAP)
