"""Who may be among the nearest: products with all targets, then the few of each row worth a closer look."""

import threading

import numpy as np
import numpy.typing as npt

from projector.projection.scaling import Floats

Indices = npt.NDArray[np.int32]

_BLOCK_BYTES = 1 << 22  # of distances at a time: larger leaves the cache, smaller starves the product
_GROUP = 16
_FAR = np.float32(1e37)  # squared, of what only fills a group up; products of infinity would warn
_EXPLAINED = 0.97  # of the variance by these directions …
_WORTH_IT = 0.6  # … which are at most so many of all, else they save nothing
_ROUNDING = np.float32(1e-5)  # of squared lengths: more than float32 products lose


class Products:
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
                np.pad(squares, (0, padding), constant_values=_FAR)[:, None],
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


class Directions:
    """Nominates along the principal directions of the targets and by what is left over of each row.

    |Pq − Pt|² + (|q − Pq| − |t − Pt|)² is never more than |q − t|², for it takes what is left over of both
    to point the same way.
    """

    def __init__(self, targets: Floats, centre: Floats, axes: Floats) -> None:
        self._centre, self._axes = centre, axes
        self._products = Products(self._along(targets))

    @staticmethod
    def of(targets: Floats) -> "Directions | None":
        """With as many as it takes; None where that would be most of them."""
        centre = targets.mean(axis=0)
        moved = targets - centre
        variances, axes = np.linalg.eigh((moved.T @ moved).astype(np.float64))
        explained = np.cumsum(variances[::-1]) / max(variances.sum(), 1e-30)
        count = 8 * (int(np.searchsorted(explained, _EXPLAINED)) // 8 + 1)
        if count > _WORTH_IT * targets.shape[1]:
            return None
        return Directions(targets, centre, np.ascontiguousarray(axes[:, ::-1][:, :count], np.float32))

    def nominate(
        self, queries: Floats, wanted: int, own: npt.NDArray[np.integer] | None
    ) -> tuple[Indices, Floats]:
        """As `Products.nominate`, and the least squared distance (n,) that all others may have."""
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


class Exhaustive:
    """Nominates by the distance itself, for metrics that no matrix product gives."""

    block_rows = 1024

    def __init__(self, targets: Floats, metric: str) -> None:
        from sklearn.neighbors import NearestNeighbors

        self._search = NearestNeighbors(algorithm="brute", metric=metric).fit(targets)

    def nominate(self, block: Floats, wanted: int, own: npt.NDArray[np.integer] | None) -> Indices:
        """As `Products.nominate`."""
        if own is None:
            found = self._search.kneighbors(block, wanted, return_distance=False)
            return np.asarray(found, np.int32)
        found = self._search.kneighbors(block, wanted + 1, return_distance=False)
        others = found != np.pad(own, (0, len(block) - len(own)), constant_values=-1)[:, None]
        others[others.all(axis=1), -1] = False  # among many equal ones, its own row wasn't found
        return np.asarray(found[others].reshape(len(block), wanted), np.int32)
