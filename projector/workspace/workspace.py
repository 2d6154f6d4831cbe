"""The one authority: what is loaded, shown, coloured and selected. Views show it and send it intents.

Signals carry no arguments; a listener reads the attribute. A value that equals the last emits nothing.
Everything travels as window ids; rows are positions in the feature table, whose order is that of the ids.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.layers import IMPORTED
from projector.annotations.seen import Looked
from projector.annotations.vocabulary import Classes
from projector.annotations.window_labels import ride_window_labels, window_labels
from projector.assets import asset
from projector.domain import ids as window_id_space
from projector.domain.columns import Category, Column
from projector.domain.errors import ExpressionError, InputError
from projector.domain.ids import NO_WINDOW
from projector.domain.nouns import Annotations, FeatureTable, Projection
from projector.library.library import Library
from projector.processing.arrangement import Arrangement, placed, plane
from projector.processing.grid_index import GridIndex
from projector.workspace.colouring import Colouring, colouring_of, palette_slots
from projector.workspace.columns import MAP_QUALITY, WindowColumns
from projector.workspace.expression import evaluate
from projector.workspace.layering import RideLayers
from projector.workspace.selection import Mode, Selection

Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
DEFAULT_COLOURING = "label"
PLAIN = "one colour"
_NO_IDS: Ids = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Aligned:
    """A ride's samples float32 (n, c) turned so that gravity points along +z, and values of their levels."""

    ride: int
    samples: Floats
    levels: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Points:
    """The dots: ids int64 (n,), xy float32 (n, 2) with NaN where a window is not placed.

    index   of these dots, where it was made ahead
    """

    ids: Ids
    xy: npt.NDArray[np.float32]
    index: GridIndex | None = None


class Workspace:
    """State without Qt. Facts are signals, intents are methods."""

    library_changed = Signal()
    table_changed = Signal()
    labels_changed = Signal()
    projection_changed = Signal()
    colouring_changed = Signal()
    sizing_changed = Signal()
    filter_changed = Signal()  # filter or legend: read `shown`
    selection_changed = Signal()
    ride_changed = Signal()
    event_changed = Signal()
    features_chosen = Signal()
    alignment_wanted = Signal()  # somebody wants to see the ride's axes turned: see `want_aligned`
    aligned_changed = Signal()

    def __init__(self) -> None:
        palette = asset("resources", "palettes", "labels.json").read_text(encoding="utf-8")
        self._preferred_slots: dict[str, int] = json.loads(palette)["preferred"]
        self.layers_of: Callable[[int], RideLayers] = lambda _ride: RideLayers("")
        self.looked_of: Callable[[int], Looked] = lambda _ride: Looked.nothing()
        self.done_rides: Callable[[], frozenset[int]] = frozenset
        self.live_columns: dict[str, Callable[[], Column]] = {}  # made anew when labels change
        self.blind = False  # labels of others are hidden: a missing one is not told as such
        self._clear()

    def _clear(self) -> None:
        self.library: Library | None = None
        self.annotations: Annotations | None = None
        self.whose_labels = IMPORTED  # in words, for the status line
        self.label_classes: Classes = ()  # as somebody wrote them; workspace/vocabulary.py has all
        self.ride: int | None = None
        self.aligned: Aligned | None = None
        self._clear_table()

    def _clear_table(self) -> None:
        self.table: FeatureTable | None = None
        self.labels = Category(np.empty(0, np.int32), ())
        self.projection: Projection | None = None
        self._arrangement: Arrangement | None = None
        self.axes = (0, 1)
        self.colouring = Colouring("", codes=np.empty(0, np.int32))
        self.sizing: npt.NDArray[np.float32] | None = None
        self.sizing_name = ""
        self.filter_text = ""
        self.selection = Selection()
        self.event: int | None = None
        self.chosen_features: tuple[str, ...] = ()
        self._columns: WindowColumns | None = None
        self._selected = _NO_IDS, _NO_IDS, np.empty(0, np.intp)  # ids of table and selection, and its rows
        self._filter: Mask = np.ones(0, bool)
        self._placed: Mask = np.ones(0, bool)
        self.shown: Mask = np.ones(0, bool)

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

    def _keep_filter(self, text: str) -> None:
        try:
            self.set_filter(text)
        except ExpressionError:  # it named a column that the new table hasn't
            self.set_filter("")

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

    def _renew_live(self) -> None:
        """What is coloured or filtered by a column that follows the labels follows too."""
        name = self.colouring.name
        if name in self.live_columns:
            self._set_colouring(replace(self._colouring(name), hidden=self.colouring.hidden))
        if any(live in self.filter_text for live in self.live_columns):
            self._judge_anew()

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

    def _renew_by_label(self, before: Category) -> None:
        """Dots by label recolour, what the legend hides stays hidden by name; a filter is judged anew."""
        if self.colouring.name == "label":
            hidden = (before.names[code] if code >= 0 else None for code in self.colouring.hidden)
            names = self.labels.names
            kept = {-1 if name is None else names.index(name) for name in hidden if name in (None, *names)}
            self._set_colouring(replace(self._colouring("label"), hidden=frozenset(kept)))
        if "label" in self.filter_text:
            self._judge_anew()

    def _judge_anew(self) -> None:
        assert self.table is not None
        count = len(self.table.windows)
        self._filter = evaluate(self.filter_text, self.column, self.column_names(), count)
        self._update_shown()

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

    def _renew_map_quality(self, projection: Projection) -> None:
        """Colours and filter by how good a map is are about the one that is shown."""
        assert self._columns is not None
        self._columns.set_map_quality(projection.neighbours_kept)
        if self.colouring.name == MAP_QUALITY:
            self._set_colouring(self._colouring(MAP_QUALITY))
        if self.sizing_name == MAP_QUALITY:
            self.sizing_name = ""
            self.size_by(MAP_QUALITY)
        if MAP_QUALITY in self.filter_text:
            self._judge_anew()

    def set_axes(self, first: int, second: int) -> None:
        """Which two components of the projection the map shows."""
        assert self.projection is not None
        if (first, second) != self.axes and max(first, second) < self.projection.coords.shape[1]:
            self.axes = (first, second)
            self.projection_changed.emit()

    def points(self) -> Points:
        """The dots in the table's order; none while there is no projection."""
        if self.projection is None:
            return Points(np.empty(0, np.int64), np.empty((0, 2), np.float32))
        ready = self._arrangement
        if ready is not None and self.axes == (0, 1):
            return Points(self.projection.ids, ready.xy, ready.index)
        return Points(self.projection.ids, plane(self.projection.coords, self.axes))

    # --- columns --------------------------------------------------------------------------------

    def column_names(self) -> tuple[str, ...]:
        """Every column known per window: label, ride and metadata first, features last."""
        return self._columns.names if self._columns else ()

    def column(self, name: str) -> Column:
        """One column, a row a window. Raises KeyError."""
        if self._columns is None:
            raise KeyError(name)
        return self._columns.column(name)

    def rows(self, ids: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """Rows of these windows in the table; every id must be one of them (see has)."""
        assert self.table is not None
        known, wanted = self.table.windows.ids, np.asarray(ids, np.int64)
        if wanted is not self.selection.ids:
            return np.searchsorted(known, wanted)
        # views ask several times for those of a selection, and a million take a tenth of a second
        if self._selected[0] is not known or self._selected[1] is not wanted:
            self._selected = known, wanted, np.searchsorted(known, wanted)
            self._selected[2].flags.writeable = False
        return self._selected[2]

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

    # --- colouring, size, filter -----------------------------------------------------------------

    def colour_by(self, name: str) -> None:
        """Colour the dots by a column. Raises KeyError."""
        if self._columns is None or name == self.colouring.name:
            return
        self._set_colouring(self._colouring(name))

    def _colouring(self, name: str) -> Colouring:
        made = colouring_of(name, self.column(name), self._preferred_slots)
        slots = self.label_slots() if name == "label" else {}
        return replace(made, slots=tuple(slots[label] for label in made.names)) if slots else made

    def hide_category(self, code: int, hidden: bool) -> None:
        """Switch one code of the legend off or on (-1 is: no value)."""
        if (code in self.colouring.hidden) != hidden:
            self._set_colouring(self.colouring.with_hidden(code, hidden))

    def solo_category(self, code: int) -> None:
        """Show only this code of the legend; once more, and all are back."""
        self._set_colouring(self.colouring.solo(code))

    def show_all_categories(self) -> None:
        """Nothing of the legend is switched off any more."""
        if self.colouring.hidden:
            self._set_colouring(replace(self.colouring, hidden=frozenset()))

    def label_slots(self, more: tuple[str, ...] = ()) -> dict[str, int]:
        """The palette slot of each label and class, the same whatever the dots are coloured by.

        more    names that are to be labels: where they will come
        """
        if self.annotations is None:
            return {}
        chosen = {one.name: one.slot for one in self.label_classes}
        recorded = self.library.annotations.label_names if self.library else ()  # these keep their colours
        names = tuple(dict.fromkeys((*recorded, *self.annotations.label_names, *chosen, *more)))
        return dict(zip(names, palette_slots(names, self._preferred_slots, chosen), strict=True))

    def set_label_classes(self, classes: Classes) -> None:
        """What somebody has written of the vocabulary; dots, traces and lists follow."""
        if classes == self.label_classes:
            return
        self.label_classes = classes
        if self.annotations is not None:
            self.labels_changed.emit()
        if self.colouring.name == "label":
            self._set_colouring(replace(self._colouring("label"), hidden=self.colouring.hidden))

    def _set_colouring(self, colouring: Colouring) -> None:
        hid = self.colouring.hidden
        self.colouring = colouring
        self.colouring_changed.emit()
        if hid or colouring.hidden:
            self._update_shown()

    def size_by(self, name: str) -> None:
        """Size the dots by a number's column; "" makes them equal again. Raises KeyError."""
        if name == self.sizing_name or self._columns is None:
            return
        self.sizing_name, self.sizing = name, None
        if name:
            column = self.column(name)
            if isinstance(column, Category):
                raise InputError(f"{name} is text: dots are sized by a number")
            low, high = colouring_of(name, column, {}).limits
            scaled = np.clip((column - low) / ((high - low) or 1.0), 0, 1)
            self.sizing = np.nan_to_num(scaled).astype(np.float32)
        self.sizing_changed.emit()

    def set_filter(self, text: str) -> None:
        """Show only windows that a plain expression keeps. Raises ExpressionError and changes nothing."""
        text = text.strip()
        if self.table is None or text == self.filter_text:
            return
        self._filter = evaluate(text, self.column, self.column_names(), len(self.table.windows))
        self.filter_text = text
        self._update_shown()

    def _update_shown(self) -> None:
        shown = self._filter & self._placed
        legend = self.colouring.shown()
        if legend is not None:
            shown &= legend
        if not np.array_equal(shown, self.shown):
            self.shown = shown
            self.filter_changed.emit()

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

    # --- facts for status lines ---------------------------------------------------------------------

    def counts(self) -> Mapping[str, int]:
        """Windows in all, shown now, and not placed (NaN features)."""
        total = len(self.table.windows) if self.table else 0
        placed = int(np.count_nonzero(self._placed)) if self.projection else 0
        return {
            "all": total,
            "shown": int(np.count_nonzero(self.shown)) if placed else 0,
            "not placed": total - placed,
        }
