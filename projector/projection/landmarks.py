"""Past the size that a layout can take: landmarks are laid out, every other window is placed beside them.

A window's place depends on the landmarks alone, never on which windows are placed with it or later.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Placement
from projector.domain.progress import Progress, silent
from projector.projection.graph import memberships
from projector.projection.matrix import Matrix, Rows
from projector.projection.neighbours import Neighbours
from projector.projection.scaling import Floats

LEAST_PER_STRATUM = 5  # so that a rare label of a ride has landmarks of its own
PLACED_BY = 5  # more keep fewer true neighbours: placed windows draw together between the landmarks
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
    """Windows that are laid out: who they are like, where they lie, how far they are from each other."""

    neighbours: Neighbours
    coords: Floats
    radius: float

    @staticmethod
    def of(neighbours: Neighbours, coords: Floats, distances: Floats) -> "Landmarks":
        """distances (n, k) of each landmark to its nearest others. A window is off the map when it is
        farther from every landmark than 999 of 1,000 landmarks are from their nearest other."""
        return Landmarks(neighbours, coords, float(np.percentile(distances[:, 0], RADIUS_PERCENTILE)))

    def place(self, queries: Floats, progress: Progress = silent) -> tuple[Floats, npt.NDArray[np.uint8]]:
        """Coordinates (n, 2) and `Placement` of scaled windows: the mean of their nearest landmarks,
        weighted by how strongly UMAP would hold them together."""
        k = min(PLACED_BY, self.neighbours.count)
        near, distances = self.neighbours.nearest(queries, k, progress=progress)
        strength = memberships(distances)
        strength /= strength.sum(axis=1, keepdims=True)
        coords = np.einsum("nk,nkd->nd", strength, self.coords[near])
        off = distances[:, 0] > self.radius
        return coords, np.where(off, Placement.OFF_MAP, Placement.PLACED).astype(np.uint8)


def place_rows(
    landmarks: Landmarks, matrix: Matrix, rows: Rows, progress: Progress = silent
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """`Landmarks.place` for rows of a table, block by block."""
    coords, state = np.empty((len(rows), 2), np.float32), np.empty(len(rows), np.uint8)
    for part, block in matrix.blocks(rows):
        coords[part], state[part] = landmarks.place(block, _later(progress, part.start, len(rows)))
    return coords, state


def _later(progress: Progress, before: int, windows: int) -> Progress:
    """Progress of a block as progress of the whole."""

    def placed(done: float, total: float, what: str = "") -> None:
        progress(before + done, windows, "Placing windows")

    return placed
