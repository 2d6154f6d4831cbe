"""Exact nearest neighbours by blocked matrix products: no index to build, nothing to compile.

The products only nominate candidates. Their distances are then computed one by one, so what is found
for a window never depends on which other windows are asked for with it, to the last bit.
"""

import threading

import numpy as np
import numpy.typing as npt

from projector.domain.progress import Progress, silent
from projector.projection.cores import on_all_cores
from projector.projection.scaling import Floats

Indices = npt.NDArray[np.int32]

_BLOCK_BYTES = 1 << 24  # of distances at a time: larger leaves the cache, smaller starves the product
_GROUP = 16
_SPARE = 8  # candidates beyond k, so that rounding in the product cannot lose a true neighbour
_ANGULAR = ("cosine", "correlation")


class Neighbours:
    """Answers which of the target rows (m, d), float32, are nearest under a metric."""

    def __init__(self, targets: Floats, metric: str = "euclidean") -> None:
        self.metric = metric
        self._targets = _prepared(targets, metric)
        self.count = len(targets)
        self._candidates: _Products | _Exhaustive
        if metric in ("manhattan", "chebyshev"):
            self._candidates = _Exhaustive(self._targets, metric)
        else:
            self._candidates = _Products(self._targets)

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
        indices = np.empty((len(queries), k), np.int32)
        distances = np.empty((len(queries), k), np.float32)
        prepared = _prepared(queries, self.metric)
        wanted = min(k + _SPARE, self.count - (own is not None))

        def search(part: slice) -> None:
            found = self._candidates.nominate(
                self._block(prepared, part), wanted, None if own is None else own[part]
            )
            near = found[: part.stop - part.start]
            indices[part], distances[part] = self._nearest_of(prepared[part], near, k)

        size, n = self._candidates.block_rows, len(queries)
        parts = [slice(first, min(first + size, n)) for first in range(0, n, size)]
        on_all_cores(search, parts, lambda done: progress(parts[done].start, n, "Finding neighbours"))
        return indices, distances

    def _block(self, queries: Floats, part: slice) -> Floats:
        """A block of one fixed shape, padded at the end: the product's rounding depends on its shape."""
        block = queries[part]
        short = self._candidates.block_rows - len(block)
        return np.pad(block, ((0, short), (0, 0))) if short else block

    def _nearest_of(self, queries: Floats, candidates: Indices, k: int) -> tuple[Indices, Floats]:
        difference = self._targets[candidates]
        difference -= queries[:, None, :]
        distance = _length(difference, self.metric)
        order = np.lexsort((candidates, distance), axis=-1)[:, :k]
        return np.take_along_axis(candidates, order, 1), np.take_along_axis(distance, order, 1)


class _Products:
    """Nominates by −2 q·t + |t|², which orders targets as the Euclidean distance does."""

    def __init__(self, targets: Floats) -> None:
        self._centre = targets.mean(axis=0)
        moved = targets - self._centre  # squares of values far from 0 would lose their digits
        self._columns = -(-len(moved) // _GROUP)
        padding = self._columns * _GROUP - len(moved)
        squares = np.pad(np.einsum("ij,ij->i", moved, moved), (0, padding), constant_values=np.inf)
        self._matrix = np.vstack([np.pad(moved, ((0, padding), (0, 0))).T, squares])
        self.block_rows = int(np.clip(_BLOCK_BYTES // (4 * len(squares)) // 64 * 64, 64, 4096))
        self._mine = threading.local()

    def nominate(self, block: Floats, wanted: int, own: npt.NDArray[np.integer] | None) -> Indices:
        """The `wanted` likeliest targets of each row, in no order."""
        asked = np.hstack([-2 * (block - self._centre), np.ones((len(block), 1), np.float32)])
        if not hasattr(
            self._mine, "order"
        ):  # one a thread: a fresh one each time costs as much as the product
            self._mine.order = np.empty((self.block_rows, self._matrix.shape[1]), np.float32)
        order = np.matmul(asked, self._matrix, out=self._mine.order)
        if own is not None:
            order[np.arange(len(own)), own] = np.inf
        return _smallest(order, wanted, self._columns)


def _smallest(order: Floats, wanted: int, columns: int) -> Indices:
    """Column numbers of each row's `wanted` smallest values.

    Columns c, c + columns, c + 2·columns … form a group. The smallest values lie in the groups with the
    smallest minima, so only those few are looked through: 15 times faster than partitioning the row.
    """
    if columns <= wanted:
        return np.argpartition(order, wanted - 1, axis=1)[:, :wanted].astype(np.int32)
    minima = order.reshape(len(order), _GROUP, columns).min(axis=1)
    groups = np.argpartition(minima, wanted - 1, axis=1)[:, :wanted]
    members = (groups[:, :, None] + columns * np.arange(_GROUP)).reshape(len(order), -1)
    best = np.argpartition(np.take_along_axis(order, members, 1), wanted - 1, axis=1)[:, :wanted]
    return np.asarray(np.take_along_axis(members, best, 1), np.int32)


class _Exhaustive:
    """Nominates by the distance itself, for metrics that no matrix product gives."""

    block_rows = 1024

    def __init__(self, targets: Floats, metric: str) -> None:
        from sklearn.neighbors import NearestNeighbors

        self._search = NearestNeighbors(algorithm="brute", metric=metric).fit(targets)

    def nominate(self, block: Floats, wanted: int, own: npt.NDArray[np.integer] | None) -> Indices:
        """As `_Products.nominate`."""
        if own is None:
            found = self._search.kneighbors(block, wanted, return_distance=False)
            return np.asarray(found, np.int32)
        found = self._search.kneighbors(block, wanted + 1, return_distance=False)
        others = found != np.pad(own, (0, len(block) - len(own)), constant_values=-1)[:, None]
        others[others.all(axis=1), -1] = False  # among many equal ones, its own row wasn't found
        return np.asarray(found[others].reshape(len(block), wanted), np.int32)


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
