"""Everything that is known per window, as columns by name: metadata, label, features, means of streams.

A column is built when it is first asked for and kept; a million windows times two hundred columns
would not be worth building ahead.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from projector.domain import ids
from projector.domain.columns import Category, Column, take
from projector.domain.nouns import FeatureTable

TIMES = ("start_s", "stop_s", "gap_share")
MAP_QUALITY = "map quality: neighbours kept"


class WindowColumns:
    """The columns of one feature table in one library.

    ride_columns    one row a ride, by name (``ride``, ``rate_hz``, metadata …)
    ride_rows       int (n,), each window's row in those
    live            what makes a column that follows the labels; others' names win
    """

    def __init__(
        self,
        table: FeatureTable,
        ride_columns: dict[str, Column],
        ride_numbers: np.ndarray,
        live: Mapping[str, Callable[[], Column]] = MappingProxyType({}),
    ) -> None:
        self._table, self._ride_columns = table, ride_columns
        self._made: dict[str, Column] = {}
        self.ride_rows = ride_rows(table, ride_numbers)
        self._sources: dict[str, Callable[[str], Column]] = {}
        self._live = live
        for names, source in (
            (live, lambda name: live[name]()),
            (table.names, self._feature),
            (table.aux, self._aux),
            (TIMES, self._time),
            ((MAP_QUALITY,), self._not_measured),
            (ride_columns, self._of_ride),
        ):
            self._sources.update(dict.fromkeys(names, source))

    @property
    def names(self) -> tuple[str, ...]:
        """What can be asked for: label, ride and metadata first, then times, means, features."""
        order = [
            "label",
            *self._live,
            *self._ride_columns,
            *TIMES,
            MAP_QUALITY,
            *self._table.aux,
            *self._table.names,
        ]
        return tuple(dict.fromkeys(order))

    def set_label(self, label: Category) -> None:
        """The windows' labels: they change with annotations, everything else doesn't."""
        self._made["label"] = label
        for name in self._live:
            self._made.pop(name, None)

    def set_map_quality(self, neighbours_kept: np.ndarray | None) -> None:
        """What the shown map keeps of each window's neighbours, None where that wasn't measured."""
        self._made.pop(MAP_QUALITY, None)
        if neighbours_kept is not None:
            self._made[MAP_QUALITY] = neighbours_kept

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

    def _not_measured(self, _name: str) -> Column:
        return np.full(len(self._table.windows), np.nan, np.float32)

    def _time(self, name: str) -> Column:
        times: Column = getattr(self._table.windows, name)
        return times


def ride_rows(table: FeatureTable, ride_numbers: np.ndarray) -> np.ndarray:
    """Each window's row among the library's rides, int (n,). Windows are in order of id, so of ride."""
    order = np.argsort(ride_numbers, kind="stable")
    first = np.searchsorted(table.windows.ids, ids.window_ids(ride_numbers[order], 0))
    return np.repeat(order, np.diff(first, append=len(table.windows)))
