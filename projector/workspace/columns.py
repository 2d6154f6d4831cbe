"""Everything that is known per window, as columns by name: metadata, label, features, means of streams.

A column is built when it is first asked for and kept; a million windows times two hundred columns
would not be worth building ahead.
"""

from collections.abc import Callable

import numpy as np

from projector.domain import ids
from projector.domain.columns import Category, Column, take
from projector.domain.nouns import FeatureTable

TIMES = ("start_s", "stop_s", "gap_share")


class WindowColumns:
    """The columns of one feature table in one library.

    ride_columns    one row a ride, by name (``ride``, ``rate_hz``, metadata …)
    ride_rows       int (n,), each window's row in those
    """

    def __init__(
        self, table: FeatureTable, ride_columns: dict[str, Column], ride_numbers: np.ndarray
    ) -> None:
        self._table, self._ride_columns = table, ride_columns
        self._made: dict[str, Column] = {}
        self.ride_rows = ride_rows(table, ride_numbers)
        self._sources: dict[str, Callable[[str], Column]] = {}
        for names, source in (
            (table.names, self._feature),
            (table.aux, self._aux),
            (TIMES, self._time),
            (ride_columns, self._of_ride),
        ):
            self._sources.update(dict.fromkeys(names, source))

    @property
    def names(self) -> tuple[str, ...]:
        """What can be asked for: label, ride and metadata first, then times, means, features."""
        order = ["label", *self._ride_columns, *TIMES, *self._table.aux, *self._table.names]
        return tuple(dict.fromkeys(order))

    def set_label(self, label: Category) -> None:
        """The windows' labels: they change with annotations, everything else doesn't."""
        self._made["label"] = label

    def column(self, name: str) -> Column:
        """A column, one row a window. Raises KeyError for a name that isn't there."""
        if name not in self._made:
            self._made[name] = self._sources[name](name)
        return self._made[name]

    def _of_ride(self, name: str) -> Column:
        return take(self._ride_columns[name], self.ride_rows)

    def _feature(self, name: str) -> Column:
        return np.ascontiguousarray(self._table.values[:, self._table.names.index(name)])

    def _aux(self, name: str) -> Column:
        return self._table.aux[name]

    def _time(self, name: str) -> Column:
        times: Column = getattr(self._table.windows, name)
        return times


def ride_rows(table: FeatureTable, ride_numbers: np.ndarray) -> np.ndarray:
    """Each window's row among the library's rides, int (n,). Windows are in order of id, so of ride."""
    order = np.argsort(ride_numbers, kind="stable")
    first = np.searchsorted(table.windows.ids, ids.window_ids(ride_numbers[order], 0))
    return np.repeat(order, np.diff(first, append=len(table.windows)))
