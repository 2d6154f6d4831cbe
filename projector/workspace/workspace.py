"""The one authority: what is loaded, shown, coloured and selected. Views show it and send it intents.

Signals carry no arguments; a listener reads the attribute. A value that equals the last emits nothing.
Everything travels as window ids; rows are positions in the feature table, whose order is that of the ids.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.seen import Looked
from projector.domain import ids as window_id_space
from projector.domain.columns import Category
from projector.domain.errors import InputError
from projector.domain.ids import NO_WINDOW
from projector.domain.nouns import Annotations, FeatureTable, Projection
from projector.library.library import Library
from projector.processing.arrangement import Arrangement, placed
from projector.workspace.appearance import Appearance
from projector.workspace.columns import WindowColumns
from projector.workspace.layering import RideLayers
from projector.workspace.loaded import Codes, Ids
from projector.workspace.selection import Mode, Selection

Floats = npt.NDArray[np.float32]
DEFAULT_COLOURING = "label"
_NO_IDS: Ids = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Aligned:
    """A ride's samples float32 (n, c) turned so that gravity points along +z, and values of their levels."""

    ride: int
    samples: Floats
    levels: tuple[Floats, ...]


class Workspace(Appearance):
    """State without Qt. Facts are signals, intents are methods."""

    library_changed = Signal()
    table_changed = Signal()
    projection_changed = Signal()
    selection_changed = Signal()
    ride_changed = Signal()
    event_changed = Signal()
    features_chosen = Signal()
    alignment_wanted = Signal()  # somebody wants to see the ride's axes turned: see `want_aligned`
    aligned_changed = Signal()

    def __init__(self) -> None:
        self.layers_of: Callable[[int], RideLayers] = lambda _ride: RideLayers("")
        self.looked_of: Callable[[int], Looked] = lambda _ride: Looked.nothing()
        self.done_rides: Callable[[], frozenset[int]] = frozenset
        self.blind = False  # labels of others are hidden: a missing one is not told as such
        super().__init__()

    def _clear(self) -> None:
        super()._clear()
        self.ride: int | None = None
        self.aligned: Aligned | None = None

    def _clear_table(self) -> None:
        super()._clear_table()
        self.selection = Selection()
        self.event: int | None = None
        self.chosen_features: tuple[str, ...] = ()
        self._selected = _NO_IDS, _NO_IDS, np.empty(0, np.intp)  # ids of table and selection, and its rows

    # --- what is loaded -------------------------------------------------------------------------

    def set_library(self, library: Library | None) -> None:
        """Open a library (or none); windows, map and selection start empty."""
        old = self.library
        self._clear()
        self.library = library
        self.annotations = library.annotations if library else None
        self.library_changed.emit()
        self.table_changed.emit()
        self.projection_changed.emit()
        self.selection_changed.emit()
        self.ride_changed.emit()
        if old is not None and old is not library:
            old.close()

    def set_table(self, table: FeatureTable, labels: Codes | None = None) -> None:
        """The windows of the library and their features. Keeps the ride, colouring and filter by name.

        labels  int32 (n,), each window's by the annotations that count now, where that was worked out ahead
        """
        assert self.library is not None
        kept = (self.colouring.name, self.filter_text, self.chosen_features, self.selection)
        self._clear_table()
        self.table = table
        columns = dict(self.library.columns)
        self._columns = WindowColumns(table, columns, self.library.numbers, self.live_columns)
        self._filter = self._placed = self.shown = np.ones(len(table.windows), bool)
        self._take_labels(self._joined() if labels is None else labels)
        self.table_changed.emit()
        self.colour_by(kept[0] if kept[0] in self.column_names() else DEFAULT_COLOURING)
        self.choose_features(tuple(name for name in kept[2] if name in table.names))
        self._keep_filter(kept[1])
        self.select_many(kept[3].ids[self.has(kept[3].ids)], cause="table")

    def _take_labels(self, codes: Codes) -> None:
        """These are the windows' labels; equal ones stay the same object."""
        assert self._columns is not None
        assert self.annotations is not None
        names = self.annotations.label_names
        if names != self.labels.names or not np.array_equal(codes, self.labels.codes):
            self.labels = Category(codes, names)
        self._columns.set_label(self.labels)
        self.labels_changed.emit()
        self._renew_live()

    def set_annotations(
        self, annotations: Annotations, whose: str, event: int | None = None, ride: int | None = None
    ) -> None:
        """Other labels count from now on; windows keep all but their label, the map stays.

        whose   whose labels count, in words
        event   the row that the current event has now, None where it is gone
        ride    the only ride whose labels differ, where that is known: the others' windows are left alone
        """
        old, self.annotations, self.whose_labels, self.event = self.annotations, annotations, whose, event
        if self.table is None:
            self.labels_changed.emit()
            return
        same_names = old is not None and old.label_names == annotations.label_names
        before = self.labels
        self._take_labels(self._joined(ride if same_names else None))
        if self.labels is not before:
            self._renew_by_label(before)

    def set_projection(self, projection: Projection, arrangement: Arrangement | None = None) -> None:
        """A layout of exactly the table's windows. Raises InputError for one of other windows.

        arrangement     what showing it takes, where that was made ahead
        """
        if self.table is None or not np.array_equal(projection.ids, self.table.windows.ids):
            raise InputError("this projection belongs to other windows", remedy="project these windows again")
        self.projection, self.axes, self._arrangement = projection, (0, 1), arrangement
        self._placed = arrangement.placed if arrangement else placed(projection.coords)
        self._renew_map_quality(projection)
        self._update_shown()
        self.projection_changed.emit()

    def set_axes(self, first: int, second: int) -> None:
        """Which two components of the projection the map shows."""
        assert self.projection is not None
        if (first, second) != self.axes and max(first, second) < self.projection.coords.shape[1]:
            self.axes = (first, second)
            self.projection_changed.emit()

    # --- selection --------------------------------------------------------------------------------

    def select(self, window: int, cause: str = "") -> None:
        """Make a window the primary one: the trace goes there, the map marks it."""
        if not self.has([window])[0]:
            return
        self._set_selection(self.selection.with_primary(int(window), cause))

    def select_many(self, ids: npt.ArrayLike, mode: Mode | str = Mode.REPLACE, cause: str = "") -> None:
        """Change the set by the windows of a lasso, a table or a cell."""
        wanted = np.asarray(ids, np.int64)
        self._set_selection(self.selection.combined(wanted[self.has(wanted)], Mode(mode), cause))

    def clear_selection(self, cause: str = "") -> None:
        """Nothing is selected."""
        self._set_selection(Selection(cause=cause))

    def _set_selection(self, selection: Selection) -> None:
        if selection == self.selection:
            return
        self.selection = selection
        if selection.primary != NO_WINDOW:
            self.show_ride(int(window_id_space.ride_numbers(selection.primary)))
        self.selection_changed.emit()

    def rows(self, ids: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """As in `Loaded`; a selection's, of which views ask several times, are kept: a million take 0.1 s."""
        if self.table is None or ids is not self.selection.ids:
            return super().rows(ids)
        known, wanted = self.table.windows.ids, self.selection.ids
        if self._selected[0] is not known or self._selected[1] is not wanted:
            self._selected = known, wanted, super().rows(wanted)
            self._selected[2].flags.writeable = False
        return self._selected[2]

    def show_ride(self, number: int) -> None:
        """Make a ride the one that the trace shows."""
        if number != self.ride:
            had_event = self.event is not None
            self.ride, self.event = number, None
            self.ride_changed.emit()
            if had_event:
                self.event_changed.emit()

    def want_aligned(self) -> None:
        """Have the axes of the ride that is shown turned; `aligned` has them when `aligned_changed` comes."""
        self.alignment_wanted.emit()

    def set_aligned(self, number: int, samples: Floats, levels: tuple[Floats, ...]) -> None:
        """The turned axes of a ride."""
        self.aligned = Aligned(number, samples, levels)
        self.aligned_changed.emit()

    def select_at(self, number: int, t_s: float, cause: str = "") -> None:
        """Select the window of a ride whose centre is nearest to a time; without windows, show the ride."""
        rows = self.windows_of_ride(number)
        if self.table is None or rows.start == rows.stop:
            self.show_ride(number)
            return
        windows = self.table.windows
        centres = (windows.start_s[rows] + windows.stop_s[rows]) / 2
        self.select(int(windows.ids[rows][np.argmin(np.abs(centres - t_s))]), cause)

    def select_event(self, row: int | None, cause: str = "") -> None:
        """Make an annotation the current event and select the window at its centre."""
        if self.annotations is None or row == self.event:
            return
        if row is not None:
            centre = (self.annotations.start_s[row] + self.annotations.stop_s[row]) / 2
            self.select_at(int(self.annotations.ride_number[row]), float(centre), cause)
        self.event = row
        self.event_changed.emit()

    def choose_features(self, names: tuple[str, ...]) -> None:
        """Which columns the trace shows as tracks. Raises KeyError."""
        for name in names:
            if name not in self.column_names():
                raise KeyError(name)
        if names != self.chosen_features:
            self.chosen_features = names
            self.features_chosen.emit()
