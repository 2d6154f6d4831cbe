"""What the dots look like and which are shown: colours with their legend, sizes, the filter.

What is coloured, sized or filtered by something that changes (labels, the map, a live column) follows it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.vocabulary import Classes
from projector.assets import asset
from projector.domain.columns import Category
from projector.domain.errors import ExpressionError, InputError
from projector.domain.nouns import Projection
from projector.workspace.colouring import Colouring, colouring_of, palette_slots
from projector.workspace.columns import MAP_QUALITY
from projector.workspace.expression import evaluate
from projector.workspace.loaded import Loaded, Mask


class Appearance(Loaded):
    """The dots of what is loaded."""

    labels_changed = Signal()
    colouring_changed = Signal()
    sizing_changed = Signal()
    filter_changed = Signal()  # filter or legend: read `shown`

    def __init__(self) -> None:
        palette = asset("resources", "palettes", "labels.json").read_text(encoding="utf-8")
        self._preferred_slots: dict[str, int] = json.loads(palette)["preferred"]
        super().__init__()

    def _clear(self) -> None:
        super()._clear()
        self.label_classes: Classes = ()  # as somebody wrote them; workspace/vocabulary.py has all

    def _clear_table(self) -> None:
        super()._clear_table()
        self.colouring = Colouring("", codes=np.empty(0, np.int32))
        self.sizing: npt.NDArray[np.float32] | None = None
        self.sizing_name = ""
        self.filter_text = ""
        self._filter: Mask = np.ones(0, bool)
        self._placed: Mask = np.ones(0, bool)
        self.shown: Mask = np.ones(0, bool)

    # --- colours and legend -----------------------------------------------------------------------------

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

    def _set_colouring(self, colouring: Colouring) -> None:
        hid = self.colouring.hidden
        self.colouring = colouring
        self.colouring_changed.emit()
        if hid or colouring.hidden:
            self._update_shown()

    # --- colours of labels ------------------------------------------------------------------------------

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

    # --- sizes ------------------------------------------------------------------------------------------

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

    # --- which are shown --------------------------------------------------------------------------------

    def set_filter(self, text: str) -> None:
        """Show only windows that a plain expression keeps. Raises ExpressionError and changes nothing."""
        text = text.strip()
        if self.table is None or text == self.filter_text:
            return
        self._filter = evaluate(text, self.column, self.column_names(), len(self.table.windows))
        self.filter_text = text
        self._update_shown()

    def _keep_filter(self, text: str) -> None:
        try:
            self.set_filter(text)
        except ExpressionError:  # it named a column that the new table hasn't
            self.set_filter("")

    def _judge_anew(self) -> None:
        assert self.table is not None
        count = len(self.table.windows)
        self._filter = evaluate(self.filter_text, self.column, self.column_names(), count)
        self._update_shown()

    def _update_shown(self) -> None:
        shown = self._filter & self._placed
        legend = self.colouring.shown()
        if legend is not None:
            shown &= legend
        if not np.array_equal(shown, self.shown):
            self.shown = shown
            self.filter_changed.emit()

    def counts(self) -> Mapping[str, int]:
        """Windows in all, shown now, and not placed (NaN features)."""
        total = len(self.table.windows) if self.table else 0
        placed = int(np.count_nonzero(self._placed)) if self.projection else 0
        return {
            "all": total,
            "shown": int(np.count_nonzero(self.shown)) if placed else 0,
            "not placed": total - placed,
        }

    # --- what follows -----------------------------------------------------------------------------------

    def _renew_live(self) -> None:
        """What is coloured or filtered by a column that follows the labels follows too."""
        name = self.colouring.name
        if name in self.live_columns:
            self._set_colouring(replace(self._colouring(name), hidden=self.colouring.hidden))
        if any(live in self.filter_text for live in self.live_columns):
            self._judge_anew()

    def _renew_by_label(self, before: Category) -> None:
        """Dots by label recolour, what the legend hides stays hidden by name; a filter is judged anew."""
        if self.colouring.name == "label":
            hidden = (before.names[code] if code >= 0 else None for code in self.colouring.hidden)
            names = self.labels.names
            kept = {-1 if name is None else names.index(name) for name in hidden if name in (None, *names)}
            self._set_colouring(replace(self._colouring("label"), hidden=frozenset(kept)))
        if "label" in self.filter_text:
            self._judge_anew()

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
