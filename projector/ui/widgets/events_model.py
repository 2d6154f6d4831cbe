"""All annotations as a Qt table over numpy columns: a hundred thousand rows are sorted by argsort.

An event is known by its row in the workspace's annotations, whatever the table's order or filter.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from projector.domain.nouns import Annotations
from projector.ui.items.bands_fade import uncertainty_text
from projector.ui.widgets.figures import span_text
from projector.ui.widgets.rides_model import natural
from projector.workspace.export import clock

Index = QModelIndex | QPersistentModelIndex
LABEL, RIDE, TIME, LENGTH = range(4)
TITLES = ("Label", "Ride", "Time", "Lasts")
ANY = -1


@dataclass(frozen=True, eq=False)
class EventFacts:
    """Annotations, the id of each ride by number, and the palette slot of each label."""

    annotations: Annotations
    ride_ids: dict[int, str]
    slots: dict[str, int]

    @cached_property
    def ride_rank(self) -> npt.NDArray[np.int64]:
        """Each event's place among the rides' ids as a person sorts them, int64 (n,)."""
        ordered = sorted(self.ride_ids, key=lambda number: natural(self.ride_ids[number]))
        return self._per_event({number: rank for rank, number in enumerate(ordered)})

    @cached_property
    def label_rank(self) -> npt.NDArray[np.int64]:
        """Each event's place among the labels, int64 (n,)."""
        names = self.annotations.label_names
        ranks = np.empty(len(names), np.int64)
        ranks[sorted(range(len(names)), key=lambda code: natural(names[code]))] = np.arange(len(names))
        return ranks[self.annotations.label]

    @cached_property
    def widest(self) -> tuple[str, str]:
        """The longest texts that stand under time and length."""
        annotations = self.annotations
        longest = float(np.max(annotations.stop_s - annotations.start_s, initial=0.0))
        last = float(np.max(annotations.start_s, initial=0.0))
        return clock(last), max(_length(59.9), _length(longest), key=len)

    def holding(self, word: str) -> npt.NDArray[np.bool_]:
        """Events whose label, ride, author or comment holds a word in lower case, bool (n,)."""
        rides = {number: word in ride.casefold() for number, ride in self.ride_ids.items()}
        labels = np.array([word in name.casefold() for name in self.annotations.label_names], bool)
        found = labels[self.annotations.label] | self._per_event(rides).astype(bool)
        for texts in (self.annotations.author, self.annotations.comment):
            hits = {text: word in text.casefold() for text in set(texts)}
            if any(hits.values()):
                found |= np.fromiter((hits[text] for text in texts), bool, len(texts))
        return found

    def _per_event(self, by_number: dict[int, int] | dict[int, bool]) -> npt.NDArray[np.int64]:
        numbers = np.array(sorted(by_number), np.int64)
        values = np.array([by_number[int(number)] for number in numbers], np.int64)
        return values[np.searchsorted(numbers, self.annotations.ride_number)]


class EventsModel(QAbstractTableModel):
    """Rows are annotations, in an order and a choice of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.facts: EventFacts | None = None
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._text, self._label = "", ANY
        self._sorted_by: tuple[int, bool] = (RIDE, False)

    def set_facts(self, facts: EventFacts | None) -> None:
        """Show other annotations."""
        self.facts, self._label = facts, ANY
        self._reorder()

    def set_filter(self, text: str, label: int) -> None:
        """Keep events that hold every word of a text and have a label (or ANY)."""
        if (text.casefold(), label) != (self._text, self._label):
            self._text, self._label = text.casefold(), label
            self._reorder()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; what is equal stays in order of ride and time."""
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder)
        self._reorder()

    def event(self, row: int) -> int:  # type: ignore[override]
        """The annotation in a row."""
        return int(self._order[row])

    def slot(self, row: int) -> int:
        """The palette slot of a row's label."""
        assert self.facts is not None
        return self.facts.slots[self._label_of(self.event(row))]

    def row_of(self, event: int) -> int:
        """Where an annotation stands, -1 when it is filtered out."""
        found = np.flatnonzero(self._order == event)
        return int(found[0]) if len(found) else -1

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.facts is None or not index.isValid():
            return None
        event = self.event(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(event, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._about(event)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    # --- inside -------------------------------------------------------------------------------------

    def _label_of(self, event: int) -> str:
        assert self.facts is not None
        return self.facts.annotations.label_names[int(self.facts.annotations.label[event])]

    def _cell(self, event: int, column: int) -> str:
        assert self.facts is not None
        annotations = self.facts.annotations
        start, stop = float(annotations.start_s[event]), float(annotations.stop_s[event])
        if column == LABEL:
            return self._label_of(event)
        if column == RIDE:
            return self.facts.ride_ids[int(annotations.ride_number[event])]
        if column == TIME:
            return clock(start)
        return "point" if start == stop else _length(stop - start)

    def _about(self, event: int) -> str:
        assert self.facts is not None
        annotations = self.facts.annotations
        start, stop = float(annotations.start_s[event]), float(annotations.stop_s[event])
        span = clock(start, 3) if start == stop else f"{clock(start, 3)} – {clock(stop, 3)}"
        lines = [f"{self._label_of(event)} in {self._cell(event, RIDE)}", span]
        unsure = uncertainty_text(annotations.uncertainty(event))
        lines += [unsure] if unsure else []
        lines += [f"by {annotations.author[event]}"] if annotations.author else []
        lines += [annotations.comment[event]] if annotations.comment and annotations.comment[event] else []
        return "\n".join(lines)

    def _reorder(self) -> None:
        """Sorts and chooses by events' own rows; a reset, because what is current is no row of ours."""
        self.beginResetModel()
        if self.facts is None:
            self._order = np.empty(0, np.intp)
        else:
            column, descending = self._sorted_by
            key = self._key(self.facts, column)
            order = np.argsort(-key if descending else key, kind="stable")
            self._order = order[self._kept(self.facts)[order]]
        self.endResetModel()

    @staticmethod
    def _key(facts: EventFacts, column: int) -> npt.NDArray[np.number]:
        annotations = facts.annotations
        if column in (LABEL, RIDE):
            return facts.label_rank if column == LABEL else facts.ride_rank
        return annotations.start_s if column == TIME else annotations.stop_s - annotations.start_s

    def _kept(self, facts: EventFacts) -> npt.NDArray[np.bool_]:
        kept = np.ones(len(facts.annotations), bool)
        if self._label != ANY:
            kept &= facts.annotations.label == self._label
        for word in self._text.split():
            kept &= facts.holding(word)
        return kept


def _length(seconds: float) -> str:
    """As short as it can be said: 4.2 s, 2:05."""
    return span_text(seconds).removesuffix(" min")


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignLeft if column in (LABEL, RIDE) else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)
