"""A small table of figures that sorts: how far each ride is, how often each class occurs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.choosing import Index
from projector.ui.widgets.line_table import LineTable

ROOM_FOR_ARROW = "\u00a0" * 4


@dataclass(frozen=True, eq=False)
class Figures:
    """One column: what it sorts by (n,), what stands in a row, and a text that is as wide as any."""

    title: str
    keys: npt.NDArray[np.generic]
    text: Callable[[int], str]
    widest: str
    about: str = ""


class FiguresModel(QAbstractTableModel):
    """Rows of figures under a key; the first column is text, the others stand on the right.

    slots   the palette slot whose mark stands before a row's text, () for none
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[Figures] = ()
        self._ids: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._slots: Sequence[int] = ()
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._sorted_by: tuple[int, bool] | None = None

    def show_rows(
        self, ids: npt.NDArray[np.int64], columns: Sequence[Figures], slots: Sequence[int] = ()
    ) -> None:
        """Other rows, in the order that was asked for last."""
        self.beginResetModel()
        self.columns, self._ids, self._slots = columns, ids, slots
        self._reorder()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """A reset: what is current is a key, never a row."""
        self.beginResetModel()
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._reorder()
        self.endResetModel()

    def key(self, row: int) -> int:
        return int(self._ids[self._order[row]])

    def slots(self, row: int) -> tuple[int, ...]:
        """The palette slot whose mark stands before a row, () for none."""
        return (self._slots[self._order[row]],) if self._slots else ()

    def row_of(self, key: int) -> int:
        found = np.flatnonzero(self._ids[self._order] == key)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        at = int(self._order[index.row()])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.columns[index.column()].text(at)
        return _side(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            sorted_by = self._sorted_by is not None and section == self._sorted_by[0] and section > 0
            return self.columns[section].title + ROOM_FOR_ARROW * sorted_by
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.columns[section].about
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _reorder(self) -> None:
        self._order = np.arange(len(self._ids))
        if self._sorted_by is not None and self._sorted_by[0] < len(self.columns):
            column, descending = self._sorted_by
            ranks = np.unique(self.columns[column].keys, return_inverse=True)[1]
            self._order = np.argsort(-ranks if descending else ranks, kind="stable")


def _side(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


class ProgressTable(LineTable):
    """`chosen` carries a row's key."""

    cut_inside = (0,)

    def __init__(self, model: FiguresModel, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        self._figures = model
        super().__init__(model, name, theme, parent)
        self.follow(model.key, model.row_of)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        model.modelReset.connect(self.fit_columns)

    def marks(self, row: int) -> tuple[int, ...]:
        return self._figures.slots(row)

    def fit_columns(self) -> None:
        """Figures get what they need, the first column the rest."""
        rest, columns = self.viewport().width(), self._figures.columns
        for at, column in enumerate(columns[1:], 1):
            width = self.needed(column.widest, column.title + ROOM_FOR_ARROW)
            self.horizontalHeader().resizeSection(at, width)
            rest -= width
        if columns:
            self.horizontalHeader().resizeSection(0, max(rest, 60))
