"""Exact nearest neighbours by blocked matrix products: no index to build, nothing to compile.

The products only nominate candidates. Their distances are then computed one by one, so what is found
for a window never depends on which other windows are asked for with it, to the last bit. Features say much
of the same, so a few directions in which windows differ most usually nominate well enough: a distance
along these is never more than the whole, which proves for each window whether a nearer one may be missing.
"""

import numpy as np
import numpy.typing as npt

from projector.domain.progress import Progress, silent
from projector.projection.candidates import Directions, Exhaustive, Indices, Products
from projector.projection.cores import on_all_cores
from projector.projection.scaling import Floats

_SPARE = 8  # candidates beyond k, so that rounding in the product cannot lose a true neighbour
_SPARE_ALONG = 12  # beyond 2 k, of those that a few directions nominate
_ANGULAR = ("cosine", "correlation")


class Neighbours:
    """Answers which of the target rows (m, d), float32, are nearest under a metric."""

    def __init__(self, targets: Floats, metric: str = "euclidean") -> None:
        self.metric = metric
        self._targets = _prepared(targets, metric)
        self.count = len(targets)
        self._candidates: Products | Exhaustive
        self._along: Directions | None = None
        if metric in ("manhattan", "chebyshev"):
            self._candidates = Exhaustive(self._targets, metric)
        else:
            self._candidates = Products(self._targets)
            self._along = Directions.of(self._targets)

    def nearest(
        self,
        queries: Floats,
        k: int,
        *,
        own: npt.NDArray[np.integer] | None = None,
        progress: Progress = silent,
    ) -> tuple[Indices, Floats]:
        """Indices int32 (n, k) and distances float32 (n, k), nearest first, ties by index.

        own     each query's own row among the targets, which is not its neighbour
        k       at most the number of targets (one less with `own`)
        """
        found = np.empty((len(queries), k), np.int32), np.empty((len(queries), k), np.float32)
        prepared = _prepared(queries, self.metric)

        def search(part: slice) -> None:
            mine = None if own is None else own[part]
            found[0][part], found[1][part] = self._search(prepared[part], k, mine)

        parts = self._parts(len(queries))
        on_all_cores(
            search, parts, lambda done: progress(parts[done].start, len(queries), "Finding neighbours")
        )
        return found

    def nearest_on_one_core(self, queries: Floats, k: int) -> tuple[Indices, Floats]:
        """The same for who is one of many threads already."""
        prepared = _prepared(queries, self.metric)
        found = [self._search(prepared[part], k, None) for part in self._parts(len(queries))]
        return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])

    def _parts(self, n: int) -> list[slice]:
        size = self._candidates.block_rows
        return [slice(first, min(first + size, n)) for first in range(0, n, size)]

    def _search(self, queries: Floats, k: int, own: npt.NDArray[np.integer] | None) -> tuple[Indices, Floats]:
        """Of one block."""
        most = self.count - (own is not None)
        if self._along is None or 2 * k + _SPARE_ALONG > most:
            return self._among_all(queries, k, own)
        near, beyond = self._along.nominate(queries, 2 * k + _SPARE_ALONG, own)
        indices, distances = self._nearest_of(queries, near, k)
        squared = 2 * distances[:, -1] if self.metric in _ANGULAR else np.square(distances[:, -1])
        unsure = np.flatnonzero(squared > beyond)
        if len(unsure):
            mine = None if own is None else own[unsure]
            indices[unsure], distances[unsure] = self._among_all(queries[unsure], k, mine)
        return indices, distances

    def _among_all(
        self, queries: Floats, k: int, own: npt.NDArray[np.integer] | None
    ) -> tuple[Indices, Floats]:
        wanted = min(k + _SPARE, self.count - (own is not None))
        near = self._candidates.nominate(self._block(queries), wanted, own)
        return self._nearest_of(queries, near[: len(queries)], k)

    def _block(self, queries: Floats) -> Floats:
        """A block of one fixed shape, padded at the end: the product's rounding depends on its shape."""
        short = self._candidates.block_rows - len(queries)
        return np.pad(queries, ((0, short), (0, 0))) if short else queries

    def _nearest_of(self, queries: Floats, candidates: Indices, k: int) -> tuple[Indices, Floats]:
        difference = self._targets[candidates]
        difference -= queries[:, None, :]
        distance = _length(difference, self.metric)
        order = np.lexsort((candidates, distance), axis=-1)[:, :k]
        return np.take_along_axis(candidates, order, 1), np.take_along_axis(distance, order, 1)


def distances(queries: Floats, targets: Floats, metric: str) -> npt.NDArray[np.float64]:
    """All distances (n, m), in float64."""
    q, t = (_prepared(rows, metric).astype(np.float64) for rows in (queries, targets))
    if metric in ("manhattan", "chebyshev"):
        from scipy.spatial.distance import cdist

        return np.asarray(cdist(q, t, "cityblock" if metric == "manhattan" else metric))
    q, t = q - t.mean(axis=0), t - t.mean(axis=0)
    squared = np.einsum("ij,ij->i", q, q)[:, None] + np.einsum("ij,ij->i", t, t) - 2 * q @ t.T
    np.maximum(squared, 0, out=squared)
    return squared / 2 if metric in _ANGULAR else np.asarray(np.sqrt(squared))


def _prepared(rows: Floats, metric: str) -> Floats:
    """Rows whose Euclidean distance tells the metric; angles become chords of unit vectors."""
    if metric not in _ANGULAR:
        return np.ascontiguousarray(rows, np.float32)
    centred = rows - rows.mean(axis=1, keepdims=True) if metric == "correlation" else rows
    lengths = np.sqrt(np.einsum("ij,ij->i", centred, centred))[:, None]
    return np.asarray(np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0))


def _length(difference: Floats, metric: str) -> Floats:
    """Distances (n, c) of differences (n, c, d), each from its own numbers alone."""
    if metric == "manhattan":
        return np.asarray(np.abs(difference).sum(axis=-1))
    if metric == "chebyshev":
        return np.asarray(np.abs(difference).max(axis=-1))
    squared = np.einsum("ijk,ijk->ij", difference, difference)
    return np.asarray(squared / 2 if metric in _ANGULAR else np.sqrt(squared))  # 1 − cos θ = chord² / 2
