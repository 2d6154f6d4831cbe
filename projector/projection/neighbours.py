"""Exact nearest neighbours by blocked matrix products: no index to build, nothing to compile.

The products only nominate candidates. Their distances are then computed one by one, so what is found
for a window never depends on which other windows are asked for with it, to the last bit. Features say much
of the same, so a few directions in which windows differ most usually nominate well enough: a distance
along these is never more than the whole, which proves for each window whether a nearer one may be missing.
"""

import threading

import numpy as np
import numpy.typing as npt

from projector.domain.progress import Progress, silent
from projector.projection.cores import on_all_cores
from projector.projection.scaling import Floats

Indices = npt.NDArray[np.int32]

_BLOCK_BYTES = 1 << 22  # of distances at a time: larger leaves the cache, smaller starves the product
_GROUP = 16
_SPARE = 8  # candidates beyond k, so that rounding in the product cannot lose a true neighbour
_SPARE_ALONG = 12  # beyond 2 k, of those that a few directions nominate
_EXPLAINED = 0.97  # of the variance by these directions …
_WORTH_IT = 0.6  # … which are at most so many of all, else they save nothing
_ROUNDING = np.float32(1e-5)  # of squared lengths: more than float32 products lose
_ANGULAR = ("cosine", "correlation")


class Neighbours:
    """Answers which of the target rows (m, d), float32, are nearest under a metric."""

    def __init__(self, targets: Floats, metric: str = "euclidean") -> None:
        self.metric = metric
        self._targets = _prepared(targets, metric)
        self.count = len(targets)
        self._candidates: _Products | _Exhaustive
        self._along: _Directions | None = None
        if metric in ("manhattan", "chebyshev"):
            self._candidates = _Exhaustive(self._targets, metric)
        else:
            self._candidates = _Products(self._targets)
            self._along = _Directions.of(self._targets)

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


class _Products:
    """Nominates by −2 q·t + |t|², which orders targets as the Euclidean distance does.

    Targets c, c + columns, c + 2·columns … form a column. Products come group by group, each target in
    the group of its column, so that one group's fit the cache while the least of each column are taken.
    """

    def __init__(self, targets: Floats) -> None:
        self.centre = targets.mean(axis=0)
        moved = targets - self.centre  # squares of values far from 0 would lose their digits
        self._columns = -(-len(moved) // _GROUP)
        padding = self._columns * _GROUP - len(moved)
        squares = np.einsum("ij,ij->i", moved, moved)
        self.most_squared = np.float32(squares.max())
        rows = np.hstack(
            [
                np.pad(moved, ((0, padding), (0, 0))),
                np.pad(squares, (0, padding), constant_values=np.inf)[:, None],
            ]
        )
        self._groups = np.ascontiguousarray(rows.reshape(_GROUP, self._columns, -1).transpose(0, 2, 1))
        self.block_rows = int(np.clip(_BLOCK_BYTES // (4 * len(rows)) // 64 * 64, 64, 4096))
        self._mine = threading.local()

    def nominate(self, block: Floats, wanted: int, own: npt.NDArray[np.integer] | None) -> Indices:
        """The `wanted` likeliest targets of each row, in no order."""
        return self.nominate_and_tell(block, wanted, own)[0]

    def nominate_and_tell(
        self, block: Floats, wanted: int, own: npt.NDArray[np.integer] | None
    ) -> tuple[Indices, Floats]:
        """The same, and what −2 q·t + |t|² is at least for all others, (n,)."""
        asked = np.hstack([-2 * (block - self.centre), np.ones((len(block), 1), np.float32)])
        if not hasattr(self._mine, "order") or self._mine.order.shape[1] != len(block):
            # one a thread: a fresh one each time costs as much as the product
            self._mine.order = np.empty((_GROUP, len(block), self._columns), np.float32)
        order, least = self._mine.order, np.full((len(block), self._columns), np.inf, np.float32)
        for group, targets in enumerate(self._groups):
            np.matmul(asked, targets, out=order[group])
            if own is not None:
                here = np.flatnonzero(own // self._columns == group)
                order[group, here, own[here] % self._columns] = np.inf
            np.minimum(least, order[group], out=least)
        return _smallest(order, least, wanted)


def _smallest(order: Floats, least: Floats, wanted: int) -> tuple[Indices, Floats]:
    """Targets of each row's `wanted` smallest values, and the greatest of these.

    order (groups, n, columns), least (n, columns) over the groups. The smallest values lie in the columns
    with the smallest least, so only those few are looked through: 15 times faster than partitioning all.
    """
    n, columns = least.shape
    chosen = np.broadcast_to(np.arange(columns), (n, columns))
    if columns > wanted:
        chosen = np.argpartition(least, wanted - 1, axis=1)[:, :wanted]
    values = order[:, np.arange(n)[:, None], chosen].transpose(1, 0, 2).reshape(n, -1)
    best = np.argpartition(values, wanted - 1, axis=1)[:, :wanted]
    group, place = np.divmod(best, chosen.shape[1])
    targets = columns * group + np.take_along_axis(chosen, place, 1)
    return targets.astype(np.int32), np.take_along_axis(values, best, 1).max(axis=1)


class _Directions:
    """Nominates along the principal directions of the targets and by what is left over of each row.

    |Pq − Pt|² + (|q − Pq| − |t − Pt|)² is never more than |q − t|², for it takes what is left over of both
    to point the same way.
    """

    def __init__(self, targets: Floats, centre: Floats, axes: Floats) -> None:
        self._centre, self._axes = centre, axes
        self._products = _Products(self._along(targets))

    @staticmethod
    def of(targets: Floats) -> "_Directions | None":
        """With as many as it takes; None where that would be most of them."""
        centre = targets.mean(axis=0)
        moved = targets - centre
        variances, axes = np.linalg.eigh((moved.T @ moved).astype(np.float64))
        explained = np.cumsum(variances[::-1]) / max(variances.sum(), 1e-30)
        count = 8 * (int(np.searchsorted(explained, _EXPLAINED)) // 8 + 1)
        if count > _WORTH_IT * targets.shape[1]:
            return None
        return _Directions(targets, centre, np.ascontiguousarray(axes[:, ::-1][:, :count], np.float32))

    def nominate(
        self, queries: Floats, wanted: int, own: npt.NDArray[np.integer] | None
    ) -> tuple[Indices, Floats]:
        """As `_Products.nominate`, and the least squared distance (n,) that all others may have."""
        along = self._along(queries)
        squared = np.square(along - self._products.centre).sum(axis=1)
        near, beyond = self._products.nominate_and_tell(along, wanted, own)
        slack = _ROUNDING * (squared + self._products.most_squared)
        return near, beyond + squared - slack

    def _along(self, rows: Floats) -> Floats:
        moved = rows - self._centre
        along = moved @ self._axes
        left = np.square(moved - along @ self._axes.T).sum(axis=1)
        return np.hstack([along, np.sqrt(left)[:, None]])


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
