"""Past the size that a layout can take: landmarks are laid out, every other window is placed beside them.

A window's place depends on the landmarks alone, never on which windows are placed with it or later.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Placement
from projector.domain.progress import Progress, silent
from projector.projection.candidates import Indices
from projector.projection.cores import on_all_cores
from projector.projection.graph import memberships
from projector.projection.matrix import Matrix, Rows
from projector.projection.neighbours import Neighbours
from projector.projection.scaling import Floats

LEAST_PER_STRATUM = 5  # so that a rare label of a ride has landmarks of its own
PLACED_BY = 10
REACH_RANK = 3  # of a landmark's neighbours on the map: how near is near where it lies
STEPS = 4
PLACED_AT_ONCE = 1024
RADIUS_PERCENTILE = 99.9


def choose(rows: Rows, count: int, strata: npt.NDArray[np.integer] | None, seed: int) -> Rows:
    """`count` of the rows at random, in proportion from each stratum, a few of the small ones at least.

    strata  int (len(rows),), windows with the same number are of one kind; ascending result
    """
    if len(rows) <= count:
        return rows
    kinds = np.zeros(len(rows), np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    shuffled = np.random.default_rng(seed).permutation(len(rows))
    order = shuffled[np.argsort(kinds[shuffled], kind="stable")]
    sizes = np.bincount(kinds)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    size = np.repeat(sizes, sizes)
    # every stratum is dealt out evenly, its first few before all others; the count best dealt win
    turn = np.where(rank < LEAST_PER_STRATUM, rank / len(rows), (rank + 0.5) / size)
    return np.sort(rows[order[np.argsort(turn, kind="stable")[:count]]])


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Windows that are laid out: who they are like, where they lie, how far they are from each other.

    radius  a window farther than that from all of them is off the map
    """

    neighbours: Neighbours
    coords: Floats
    radius: float = np.inf

    @staticmethod
    def of(neighbours: Neighbours, coords: Floats, distances: Floats) -> "Landmarks":
        """distances (n, k) of each landmark to its nearest others. A window is off the map when it is
        farther from every landmark than 999 of 1,000 landmarks are from their nearest other."""
        return Landmarks(neighbours, coords, float(np.percentile(distances[:, 0], RADIUS_PERCENTILE)))

    def place(self, queries: Floats) -> tuple[Floats, npt.NDArray[np.uint8], Floats]:
        """Coordinates (n, 2), `Placement` and share of neighbours kept (n,) of scaled windows.

        They lie where most of their nearest landmarks lie together, each counting as strongly as UMAP
        would hold the two together. On one core.
        """
        near, distances = self.neighbours.nearest_on_one_core(queries, min(PLACED_BY, self.neighbours.count))
        coords = _densest(self.coords[near], memberships(distances), self._reach[near[:, 0]])
        off = distances[:, 0] > self.radius
        state = np.where(off, Placement.OFF_MAP, Placement.PLACED).astype(np.uint8)
        return coords, state, share_kept(near, self._beside(coords, near.shape[1]))

    def kept_by_themselves(self, nearest: Indices) -> Floats:
        """The share of each landmark's nearest others (m, k) that are nearest to it on the map, too."""
        beside = self._beside(self.coords, nearest.shape[1] + 1)
        itself = beside == np.arange(len(beside))[:, None]
        itself[~itself.any(axis=1), -1] = True  # many lie on one spot
        return share_kept(nearest, beside[~itself].reshape(nearest.shape))

    def _beside(self, coords: Floats, k: int) -> Indices:
        """The landmarks (n, k) that are nearest on the map."""
        return np.asarray(self._tree.query(coords, np.arange(1, k + 1))[1], np.int32)

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(self.coords)

    @cached_property
    def _reach(self) -> Floats:
        """(m,) how near is near on the map around each landmark; never 0, where they lie on each other."""
        found, _ = self._tree.query(self.coords, [min(REACH_RANK + 1, len(self.coords))])
        return np.asarray(np.maximum(found[:, 0], 1e-6), np.float32)


def share_kept(nearest: Indices, beside: Indices) -> Floats:
    """The share of each row's nearest (n, k) that are among those beside it on the map (n, k)."""
    same = (nearest[:, :, None] == beside[:, None]).any(axis=2)
    return np.asarray(same.mean(axis=1, dtype=np.float32))


def _densest(points: Floats, strength: Floats, reach: Floats) -> Floats:
    """Of points (n, k, 2) with strengths (n, k), the place around which most strength lies: (n, 2).

    The mean would lie between the islands of a window's look-alikes, beside none of them. So it begins
    at the point with most strength around it and moves to the mean of what is near: mean shift
    (Fukunaga and Hostetler 1975), weights falling as 1 / (1 + (d / reach)²)², seen from each row alone.
    """
    scale = 1 / np.square(reach)
    apart = np.square(points[:, :, None] - points[:, None]).sum(axis=-1)
    around = (strength[:, None] / (1 + apart * scale[:, None, None])).sum(axis=-1)
    place = points[np.arange(len(points)), around.argmax(axis=1)]
    for _ in range(STEPS):
        away = np.square(points - place[:, None]).sum(axis=-1)
        weight = strength / np.square(1 + away * scale[:, None])
        weight /= weight.sum(axis=1, keepdims=True)
        place = np.einsum("nk,nkd->nd", weight, points)
    return np.asarray(place)


def place_rows(
    landmarks: Landmarks, matrix: Matrix, rows: Rows, progress: Progress = silent
) -> tuple[Floats, npt.NDArray[np.uint8], Floats]:
    """`Landmarks.place` for rows of a table, on all cores."""
    n = len(rows)
    coords, state, share = np.empty((n, 2), np.float32), np.empty(n, np.uint8), np.empty(n, np.float32)

    def place(part: slice) -> None:
        coords[part], state[part], share[part] = landmarks.place(matrix.take(rows[part]))

    parts = [slice(first, min(first + PLACED_AT_ONCE, n)) for first in range(0, n, PLACED_AT_ONCE)]
    on_all_cores(place, parts, lambda part: progress(parts[part].start, n, "Placing windows"))
    return coords, state, share
