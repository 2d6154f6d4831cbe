"""Annotations that are to change their label as a Qt table, read as they are painted, however many."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import label_icon
from projector.workspace.behind import Selected
from projector.workspace.export import clock
from projector.workspace.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
TITLES = ("ride", "from – to", "label now", "windows selected")
RIDE, SPAN, LABEL, WINDOWS = range(4)


class RelabelModel(QAbstractTableModel):
    """A row an annotation, with a tick that can be taken away."""

    def __init__(
        self, workspace: Workspace, selected: Selected, slots: dict[str, int], theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        assert workspace.annotations is not None
        assert workspace.library is not None
        self._marks, self._library, self._selected = workspace.annotations, workspace.library, selected
        self._icons = {name: label_icon(slot, theme) for name, slot in slots.items()}
        self._ticked = np.ones(len(selected.rows), bool)

    def rows(self, label: str) -> npt.NDArray[np.intp]:
        """Rows of the annotations that are ticked and have another label than this one."""
        names = self._marks.label_names
        rows = self._selected.rows[self._ticked]
        return rows[self._marks.label[rows] != names.index(label)] if label in names else rows

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._selected.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        horizontal = orientation == Qt.Orientation.Horizontal
        return TITLES[section] if horizontal and role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        can = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return can | Qt.ItemFlag.ItemIsUserCheckable if index.column() == RIDE else can

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(index.row(), index.column())
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == RIDE:
            return Qt.CheckState.Checked if self._ticked[index.row()] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and index.column() == LABEL:
            return self._icons.get(self._cell(index.row(), LABEL))
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != RIDE:
            return False
        self._ticked[index.row()] = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index, [role])
        return True

    def _cell(self, at: int, column: int) -> str:
        marks, row = self._marks, int(self._selected.rows[at])
        if column == RIDE:
            return self._library.id_of(int(marks.ride_number[row]))
        if column == SPAN:
            return f"{clock(marks.start_s[row], 1)} – {clock(marks.stop_s[row], 1)}"
        if column == LABEL:
            return marks.label_names[int(marks.label[row])]
        return f"{self._selected.chosen[at]:,} of {self._selected.of[at]:,}"
