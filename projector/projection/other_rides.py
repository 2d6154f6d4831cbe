"""The windows most like one, from other rides only: exact, and hardly dearer than reading the table.

Neighbouring windows of one ride overlap; that they are alike says nothing, so a window's own ride is left
out. One pass over the table, scaled as it is read, orders all rows; only those that rounding could have put
in a wrong place are then measured one by one, in float64. So answers are exact, wherever they run.
"""

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.features.compiled import kernel
from projector.projection.cores import on_all_cores
from projector.projection.matrix import Matrix
from projector.projection.scaling import Floats

Double = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_BLOCK_ROWS = 1024  # fit the processor's cache beside what is made of them
_PART_ROWS = 65_536  # of one core at a time
_MEASURED_ROWS = 16_384


class OtherRides:
    """Answers which complete rows of a feature table are nearest to one, by Euclidean distance when scaled.

    matrix      the table and its scaling
    rides       int64 (n,), the ride of each row of the table

    Holds 5 bytes a row beside what it was given.
    """

    def __init__(self, matrix: Matrix, rides: npt.NDArray[np.integer]) -> None:
        if len(matrix.values) != len(rides):
            raise InputError(f"{len(rides)} ride numbers don't fit a table of {matrix.values.shape}")
        self._matrix, self._rides = matrix, rides
        self._complete = np.zeros(len(rides), np.bool_)
        self._complete[matrix.rows] = True
        # differences are of the same float32 numbers in both ways of measuring, so only the subtraction, the
        # square and the sum round, each by at most eps of what is positive (Higham, Accuracy and Stability of
        # Numerical Algorithms, 2002, 3.1)
        self._surely = 1 - np.float32((matrix.values.shape[1] + 8) * np.finfo(np.float32).eps)

    def nearest(self, row: int, k: int) -> tuple[Rows, Double]:
        """The k nearest rows of other rides and how far they are, nearest first, equally far ones by row.

        Fewer where there are fewer. Raises InputError where the row itself lacks a feature.
        """
        if not self._complete[row]:
            raise InputError("this window lacks a feature, so no other can be compared with it")
        query = self._matrix.take(np.array([row]))[0]
        others = self._complete & (self._rides != self._rides[row])
        k = min(k, int(np.count_nonzero(others)))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0)
        roughly = self._roughly(query)
        roughly[~others] = np.inf
        likely = np.argpartition(roughly, k - 1)[:k]
        reach = np.nextafter(np.float32(self._squared(likely, query).max()), np.float32(np.inf))
        near = np.flatnonzero(roughly * self._surely <= reach)
        squared = self._squared(near, query)
        order = np.lexsort((near, squared))[:k]
        return near[order], np.sqrt(squared[order])

    def _roughly(self, query: Floats) -> Floats:
        """The squared distance of every row, float32; anything where a row isn't complete."""
        values, scaling = self._matrix.values, self._matrix.scaling
        found = np.empty(len(values), np.float32)
        limit = np.inf if scaling.limit is None else scaling.limit

        def measure(part: slice) -> None:
            block = np.empty((_BLOCK_ROWS, values.shape[1]), np.float32)
            for first in range(part.start, part.stop, _BLOCK_ROWS):
                some = slice(first, min(first + _BLOCK_ROWS, part.stop))
                read = block[: some.stop - first]
                read[:] = values[some]
                _squares(read, scaling.centre, scaling.scale, np.float32(limit), query, found[some])

        starts = range(0, len(values), _PART_ROWS)
        parts = [slice(first, min(first + _PART_ROWS, len(values))) for first in starts]
        on_all_cores(measure, parts, lambda _: None)
        return found

    def _squared(self, rows: Rows, query: Floats) -> Double:
        """Squared distances of some rows, each from its own numbers alone."""
        squared = np.empty(len(rows))
        for first in range(0, len(rows), _MEASURED_ROWS):
            part = slice(first, first + _MEASURED_ROWS)
            difference = self._matrix.take(rows[part]) - query.astype(np.float64)
            squared[part] = np.einsum("ij,ij->i", difference, difference)
        return squared


@kernel("f4[:,::1], f4[::1], f4[::1], f4, f4[::1], f4[::1]", finite=False)
def _squares(values, centre, scale, limit, query, squared):  # type: ignore[no-untyped-def]
    for i in range(len(values)):
        row, total = values[i], np.float32(0)
        for j in range(len(query)):
            scaled = (row[j] - centre[j]) / scale[j]
            scaled = scaled if scaled < limit else limit  # so written it is a vector's instruction
            scaled = scaled if scaled > -limit else -limit
            apart = scaled - query[j]
            total += apart * apart
        squared[i] = total
