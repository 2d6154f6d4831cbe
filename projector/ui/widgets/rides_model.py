"""The library's rides as a Qt table: columns read from numpy, one row a ride, nothing built ahead."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from projector.domain.columns import Category, Column
from projector.domain.nouns import Annotations
from projector.library.library import Library
from projector.ui.widgets.figures import number_text, span_text
from projector.workspace.ride_labels import bar_widths, has_label, label_seconds

Index = QModelIndex | QPersistentModelIndex
# what a rider calls a ride by, best first: the second column
_PREFERRED = ("motorcycle", "vehicle", "bike", "activity", "subject", "rider")
_TITLES = {"ride": "Ride", "seconds": "Length", "rate_hz": "Rate"}
_DIGITS = re.compile(r"(\d+)")


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key that puts ride_2 before ride_10."""
    parts = _DIGITS.split(text.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


@dataclass(frozen=True, eq=False)
class RideFacts:
    """What the table reads of a library: numbers int64 (n,), columns of n rows, annotations."""

    numbers: npt.NDArray[np.int64]
    columns: dict[str, Column]
    annotations: Annotations
    slots: dict[str, int]

    @cached_property
    def seconds_by_label(self) -> npt.NDArray[np.float64]:
        return label_seconds(self.annotations, self.numbers)

    @cached_property
    def present(self) -> npt.NDArray[np.bool_]:
        return has_label(self.annotations, self.numbers)

    @cached_property
    def search_texts(self) -> list[str]:
        """For each ride, all its text in lower case, labels too: what typing is looked for in."""
        texts = [column for column in self.columns.values() if isinstance(column, Category)]
        names = np.array(self.annotations.label_names, dtype=object)
        return [
            "\n".join([*(text.text(row) for text in texts), *names[self.present[row]]]).casefold()
            for row in range(len(self.numbers))
        ]


def facts_of(library: Library, slots: dict[str, int]) -> RideFacts:
    """What the rides table shows of a library; slots: the palette slot of each label."""
    return RideFacts(library.numbers, dict(library.columns), library.annotations, slots)


def second_column(columns: dict[str, Column], metadata: tuple[str, ...]) -> str:
    """The metadata that says most beside a ride's id; "" when there is none."""
    texts = {name: column for name in metadata if isinstance(column := columns.get(name), Category)}
    for name in _PREFERRED:
        if name in texts:
            return name
    return next((name for name, column in texts.items() if len(column.names) > 1), "")


class RidesModel(QAbstractTableModel):
    """Rows are rides, in an order and a choice of its own; a ride is known by its number only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.done: frozenset[int] = frozenset()
        self.facts: RideFacts | None = None
        self.names: tuple[str, ...] = ()
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._words: list[str] = []
        self._sorted_by: tuple[int, bool] = (0, False)

    def set_facts(self, facts: RideFacts | None, names: tuple[str, ...]) -> None:
        """Show another library's rides, with these columns."""
        self.beginResetModel()
        self.facts, self.names = facts, names
        self._reorder()
        self.endResetModel()

    def set_labels(self, annotations: Annotations, slots: dict[str, int]) -> None:
        """Other labels count for the same rides: bars and what labels are searched for follow."""
        if self.facts is None:
            return
        self.beginResetModel()
        self.facts = replace(self.facts, annotations=annotations, slots=slots)
        self._reorder()
        self.endResetModel()

    def set_done(self, done: frozenset[int]) -> None:
        """Rides that are marked as done; nothing moves."""
        if done != self.done:
            self.done = done
            self.dataChanged.emit(QModelIndex(), QModelIndex())

    def set_words(self, text: str) -> None:
        """Keep the rides whose text holds every word."""
        words = text.casefold().split()
        if words != self._words:
            self.beginResetModel()
            self._words = words
            self._reorder()
            self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """A reset, not a new layout: what is current is a ride, which the view knows, never a row."""
        self.beginResetModel()
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder)
        self._reorder()
        self.endResetModel()

    def number(self, row: int) -> int:
        """The ride in a row."""
        assert self.facts is not None
        return int(self.facts.numbers[self._order[row]])

    def row_of(self, number: int) -> int:
        """Where a ride stands, -1 when it is filtered out."""
        if self.facts is None:
            return -1
        found = np.flatnonzero(self.facts.numbers[self._order] == number)
        return int(found[0]) if len(found) else -1

    def seconds(self) -> float:
        """How long the listed rides last together."""
        return float(np.nansum(self._column("seconds")[self._order])) if self.facts else 0.0

    def widest_id(self) -> str:
        """The longest id of the library: what the first column has to hold."""
        column = self.facts.columns["ride"] if self.facts else None
        return max(column.names, key=len, default="") if isinstance(column, Category) else ""

    def bar(self, row: int, pixels: int) -> list[tuple[int, int]]:
        """(palette slot, pixels) from left to right, in order of slots; -1, last, is time without a label."""
        assert self.facts is not None
        at = self._order[row]
        widths = bar_widths(
            self.facts.seconds_by_label[at],
            self.facts.present[at],
            float(np.nan_to_num(self._column("seconds")[at])),
            pixels,
        )
        names = self.facts.annotations.label_names
        parts = [(self.facts.slots[name], int(width)) for name, width in zip(names, widths, strict=False)]
        bar = [part for part in sorted(parts) if part[1]]
        return [*bar, (-1, int(widths[-1]))] if widths[-1] else bar

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.facts is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self.names[index.column()], int(self._order[index.row()]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._about(int(self._order[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole and not self._is_text(index.column()):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical or section >= len(self.names):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            name = self.names[section]
            return _TITLES.get(name, name.replace("_", " ").capitalize())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if self._is_text(section) else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    # --- inside -------------------------------------------------------------------------------------

    def _column(self, name: str) -> npt.NDArray[np.floating]:
        assert self.facts is not None
        column = self.facts.columns[name]
        assert not isinstance(column, Category)
        return column

    def _is_text(self, section: int) -> bool:
        assert self.facts is not None
        return isinstance(self.facts.columns[self.names[section]], Category)

    def _text(self, name: str, at: int) -> str:
        assert self.facts is not None
        column = self.facts.columns[name]
        if isinstance(column, Category):
            return column.text(at)
        value = float(column[at])
        if name == "seconds":
            return span_text(value)
        return f"{number_text(value)} Hz" if name == "rate_hz" else number_text(value)

    def _about(self, at: int) -> str:
        assert self.facts is not None
        lines = [
            f"{name.replace('_', ' ')}: {text}"
            for name in self.facts.columns
            if (text := self._text(name, at))
        ]
        if int(self.facts.numbers[at]) in self.done:
            lines.append("marked as done")
        seconds = self.facts.seconds_by_label[at]
        for label, name in enumerate(self.facts.annotations.label_names):
            if self.facts.present[at, label]:
                lines.append(f"{name}: {span_text(seconds[label]) if seconds[label] else 'points only'}")
        return "\n".join(lines)

    def _reorder(self) -> None:
        if self.facts is None or not self.names:
            self._order = np.empty(0, np.intp)
            return
        rows = np.arange(len(self.facts.numbers))
        if self._words:
            texts = self.facts.search_texts
            rows = np.array([row for row in rows if all(word in texts[row] for word in self._words)], np.intp)
        column, descending = self._sorted_by
        key = _sort_key(self.facts.columns[self.names[min(column, len(self.names) - 1)]])[rows]
        self._order = rows[np.argsort(-key if descending else key, kind="stable")]


def _sort_key(column: Column) -> npt.NDArray[np.floating]:
    """Numbers that sort as a person would; missing values last, whichever way."""
    if not isinstance(column, Category):
        return np.asarray(column, np.float64)
    ranks = np.empty(len(column.names) + 1)
    ranks[sorted(range(len(column.names)), key=lambda code: natural(column.names[code]))] = np.arange(
        len(column.names)
    )
    ranks[-1] = np.nan
    return np.asarray(ranks[column.codes])
