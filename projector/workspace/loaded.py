"""What is loaded: a library, its windows with their labels and columns, and a map of them.

The base of the workspace. Everything travels as window ids; rows are positions in the feature table, whose
order is that of the ids.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.annotations.layers import IMPORTED
from projector.annotations.window_labels import ride_window_labels, window_labels
from projector.domain import ids as window_id_space
from projector.domain.columns import Category, Column
from projector.domain.errors import InputError
from projector.domain.nouns import Annotations, FeatureTable, Projection
from projector.library.library import Library
from projector.processing.arrangement import Arrangement, plane
from projector.processing.grid_index import GridIndex
from projector.workspace.columns import WindowColumns

Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Points:
    """The dots: ids int64 (n,), xy float32 (n, 2) with NaN where a window is not placed.

    index   of these dots, where it was made ahead
    """

    ids: Ids
    xy: npt.NDArray[np.float32]
    index: GridIndex | None = None


class Loaded:
    """Facts, and how windows are found and named. Who sets them is the workspace."""

    def __init__(self) -> None:
        self.live_columns: dict[str, Callable[[], Column]] = {}  # made anew when labels change
        self._clear()

    def _clear(self) -> None:
        self.library: Library | None = None
        self.annotations: Annotations | None = None
        self.whose_labels = IMPORTED  # in words, for the status line
        self._clear_table()

    def _clear_table(self) -> None:
        self.table: FeatureTable | None = None
        self.labels = Category(np.empty(0, np.int32), ())
        self.projection: Projection | None = None
        self._arrangement: Arrangement | None = None
        self.axes = (0, 1)
        self._columns: WindowColumns | None = None

    def points(self) -> Points:
        """The dots in the table's order; none while there is no projection."""
        if self.projection is None:
            return Points(np.empty(0, np.int64), np.empty((0, 2), np.float32))
        ready = self._arrangement
        if ready is not None and self.axes == (0, 1):
            return Points(self.projection.ids, ready.xy, ready.index)
        return Points(self.projection.ids, plane(self.projection.coords, self.axes))

    def column_names(self) -> tuple[str, ...]:
        """Every column known per window: label, ride and metadata first, features last."""
        return self._columns.names if self._columns else ()

    def column(self, name: str) -> Column:
        """One column, a row a window. Raises KeyError."""
        if self._columns is None:
            raise KeyError(name)
        return self._columns.column(name)

    def _joined(self, ride: int | None = None) -> Codes:
        """The windows' labels by the annotations that count now; anew for all rides or for one."""
        assert self.table is not None
        assert self.annotations is not None
        windows, rule = self.table.windows, self.table.rule
        if ride is None:
            return window_labels(windows, self.annotations, rule)
        codes, rows = self.labels.codes.copy(), self.windows_of_ride(ride)
        codes[rows] = ride_window_labels(windows, rows, self.annotations, ride, rule)
        return codes

    # --- windows by their ids ---------------------------------------------------------------------

    def rows(self, ids: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """Rows of these windows in the table; every id must be one of them (see has)."""
        assert self.table is not None
        return np.searchsorted(self.table.windows.ids, np.asarray(ids, np.int64))

    def has(self, ids: npt.ArrayLike) -> Mask:
        """Which of these ids are windows of the table, bool."""
        wanted = np.asarray(ids, np.int64)
        if self.table is None or not len(self.table.windows):
            return np.zeros(wanted.shape, bool)
        known = self.table.windows.ids
        return np.asarray(known[np.minimum(np.searchsorted(known, wanted), len(known) - 1)] == wanted)

    def windows_of_ride(self, number: int) -> slice:
        """The table's rows of one ride."""
        if self.table is None:
            return slice(0, 0)
        edges = np.array([number, number + 1], np.int64) << 32
        first, last = np.searchsorted(self.table.windows.ids, edges)
        return slice(int(first), int(last))

    def window_name(self, window: int) -> str:
        """<ride_id>@<first_sample>, as it is printed everywhere."""
        assert self.library is not None
        ride = self.library.id_of(int(window_id_space.ride_numbers(window)))
        return window_id_space.window_name(ride, int(window_id_space.first_samples(window)))

    def window_id(self, text: str) -> int:
        """The window of a printed name. Raises InputError when there is none."""
        assert self.library is not None
        ride, sample = window_id_space.parse_window_name(text)
        if ride not in self.library.ids:
            raise InputError(f"there is no ride {ride} in {self.library.path.name}")
        window = int(window_id_space.window_ids(self.library.number_of(ride), sample)[0])
        if not self.has([window])[0]:
            raise InputError(
                f"no window of ride {ride} starts at sample {sample} under this window rule",
                remedy="window ids belong to a rule: check length, hop and rate",
            )
        return window
