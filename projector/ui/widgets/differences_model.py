"""Differences between two people's labels as a Qt table: which there are, in which order, in words."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from projector.annotations.differences import Difference
from projector.ui.widgets.choosing import Index
from projector.workspace.comparison import Comparison
from projector.workspace.deciding import Place
from projector.workspace.export import clock

WHAT, RIDE, TIME, START, END = range(5)
TITLES = ("Difference", "Ride", "Time", "Start, s", "End, s")
ANY = -1


class DifferencesModel(QAbstractTableModel):
    """Rows are differences of a Comparison, of one kind or of all, in an order of its own."""

    def __init__(self, comparison: Comparison, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison = comparison
        self.ids: dict[int, str] = {}
        self.slots: dict[str, int] = {}
        self.kind = ANY
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._sorted_by: tuple[int, bool] = (ANY, False)

    def renew(self, ids: dict[int, str], slots: dict[str, int]) -> None:
        """Show what the comparison has found now."""
        self.ids, self.slots = ids, slots
        self._reorder()

    def forget_gone(self) -> None:
        """A repaint may come before the view's turn: it shall not ask for rows that are there no more."""
        found = self.comparison.found
        if len(self._order) and (found is None or self._order.max() >= len(found)):
            self._reorder()

    def set_kind(self, kind: int) -> None:
        """Keep one kind of difference, or ANY."""
        self.kind = kind
        self._reorder()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; ANY is the order of size, which also orders equals."""
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder)
        self._reorder()

    def difference(self, row: int) -> int:
        """The difference in a row."""
        return int(self._order[row])

    def row_of(self, difference: int) -> int:
        """Where a difference stands, -1 when it doesn't."""
        found = np.flatnonzero(self._order == difference)
        return int(found[0]) if len(found) else -1

    def _reorder(self) -> None:
        self.beginResetModel()
        found = self.comparison.found
        if found is None:
            self._order = np.empty(0, np.intp)
        else:
            column, falling = self._sorted_by
            order = np.arange(len(found))
            if column != ANY:
                key = self._key(column)
                order = np.argsort(-key if falling else key, kind="stable")
            if self.kind != ANY:
                order = order[found.kind[order] == self.kind]
            self._order = order
        self.endResetModel()

    def _key(self, column: int) -> npt.NDArray[np.number]:
        found = self.comparison.found
        assert found is not None
        if column == RIDE:
            return found.ride
        if column == WHAT:
            return found.kind.astype(np.int64)
        if column == TIME:
            return self.comparison.starts()
        return np.nan_to_num(np.abs(found.onset if column == START else found.offset), nan=-1.0)

    def latest(self) -> str:
        """The longest text that stands under the time."""
        sides = (self.comparison.side_a, self.comparison.side_b)
        return clock(max(float(np.max(side.start_s, initial=0.0)) for side in sides))

    def _start(self, row: int) -> float:
        return min(place[0] for place in self.comparison.places(row) if place is not None)

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self.comparison.found
        if found is None or not index.isValid():
            return None
        row = self.difference(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.about(row)
        return _alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def marks(self, row: int) -> list[int]:
        """The palette slots of the labels that a difference is about."""
        there = [place[2] for place in self.comparison.places(row) if place is not None]
        return [self.slots.get(name, -1) for name in dict.fromkeys(there)]

    def about(self, row: int) -> str:
        """What each of the two says, a line each."""
        places = zip((self.comparison.a, self.comparison.b), self.comparison.places(row), strict=True)
        return "\n".join(f"{name}: {_said(place)}" for name, place in places)

    def _cell(self, row: int, column: int) -> str:
        found = self.comparison.found
        assert found is not None
        if column == WHAT:
            return self._what(row)
        if column == RIDE:
            number = int(found.ride[row])
            return self.ids.get(number, str(number))
        if column == TIME:
            return clock(self._start(row))
        return signed(float((found.onset if column == START else found.offset)[row]))

    def _what(self, row: int) -> str:
        found, comparison = self.comparison.found, self.comparison
        assert found is not None
        a, b = comparison.places(row)
        kind = Difference(int(found.kind[row]))
        if kind is Difference.CLASS and a is not None and b is not None:
            return f"{a[2]} → {b[2]}"
        name = (a or b or (0.0, 0.0, ""))[2]
        if kind is Difference.ONLY_A:
            return f"{name}, only {comparison.a}"
        return f"{name}, only {comparison.b}" if kind is Difference.ONLY_B else name


def signed(seconds: float) -> str:
    """'+0.12', '−0.31', '0' for none, '' where there is nothing to compare."""
    if seconds != seconds:
        return ""
    text = f"{seconds:+.2f}" if abs(seconds) >= 0.005 else f"{seconds:+.3f}"
    return "0" if abs(seconds) < 0.0005 else text.replace("-", "−")


def _said(place: Place | None) -> str:
    if place is None:
        return "nothing"
    start, stop, label = place
    return f"{label} {clock(start, 3)}" + (f" – {clock(stop, 3)}" if stop > start else "")


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignLeft if column in (WHAT, RIDE) else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)
