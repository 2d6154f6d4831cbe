"""A small table of figures that sorts: how far each ride is, how often each class occurs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from projector.ui.theme import Theme
from projector.ui.widgets.choosing import Choosing, Index
from projector.ui.widgets.label_mark import draw_label_mark

_ROW, _PAD = 22, 5
SLOT_ROLE = int(Qt.ItemDataRole.UserRole)


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
        if role == SLOT_ROLE and index.column() == 0 and self._slots:
            return self._slots[at]
        return _side(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            sorted_by = self._sorted_by is not None and section == self._sorted_by[0] and section > 0
            return self.columns[section].title + "\u00a0" * 4 * sorted_by  # room for the arrow
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


class ProgressTable(Choosing, QTableView):
    """`chosen` carries a row's key."""

    chosen = Signal(int)

    def __init__(self, model: FiguresModel, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = model
        self._delegate = _Cell(theme, self)
        self.setModel(model)
        self.follow(model.key, model.row_of)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        model.modelReset.connect(self.fit_columns)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._delegate.theme, self.empty_colour = theme, theme.muted
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Figures get what they need, the first column the rest."""
        self.ensurePolished()
        advance = self.fontMetrics().horizontalAdvance
        rest = self.viewport().width()
        for at, column in list(enumerate(self._figures.columns))[:0:-1]:
            width = max(advance(column.widest), advance(column.title) + 12) + 2 * _PAD + 2
            self.horizontalHeader().resizeSection(at, width)
            rest -= width
        if self._figures.columns:
            self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            self.horizontalHeader().resizeSection(0, max(rest, 60))


class _Cell(QStyledItemDelegate):
    """The first column plainly, with its mark; figures quietly, until the row is the current one."""

    def __init__(self, theme: Theme, table: ProgressTable) -> None:
        super().__init__(table)
        self.theme, self._table = theme, table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = self.theme, QRect(option.rect)
        current = index.row() == self._table.currentIndex().row()
        if current or index.row() == self._table.hovered:
            painter.fillRect(rect, QColor(theme.accent_soft if current else theme.hover))
        cell = rect.adjusted(_PAD, 0, -_PAD, 0)
        slot = index.data(SLOT_ROLE)
        if slot is not None:
            draw_label_mark(painter, QPointF(cell.x() + 4.5, cell.center().y() + 0.5), 4, slot, theme)
            cell.adjust(14, 0, 0, 0)
        painter.setPen(QColor(theme.text if current or index.column() == 0 else theme.muted))
        middle = Qt.TextElideMode.ElideMiddle
        text = option.fontMetrics.elidedText(str(index.data()), middle, cell.width())
        painter.drawText(cell, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
