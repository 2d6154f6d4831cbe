"""A table of one line a row, whose marks are those of labels on the map: how it stands and is painted."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QPointF, QSize, Qt, Signal
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

ROW, PAD, MARK = 22, 5, 14


class LineTable(Choosing, QTableView):
    """`chosen` carries a row's key; `fit_columns` shares out the width.

    loud        columns in full colour; the others are quiet until their row is the current one
    cut_inside  columns that lose their middle where they are too long, not their end
    """

    chosen = Signal(int)
    loud: Sequence[int] = (0,)
    cut_inside: Sequence[int] = ()

    def __init__(
        self, model: QAbstractItemModel, name: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme, self.empty_colour = theme, theme.muted
        self.setModel(model)
        self.setItemDelegate(_LineCell(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        rows.setMinimumSectionSize(ROW)
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.setMinimumSectionSize(30)

    def marks(self, row: int) -> Sequence[int]:
        """The palette slots whose marks stand before a row."""
        raise NotImplementedError

    def fit_columns(self) -> None:
        """Give each column its width."""
        raise NotImplementedError

    def needed(self, *texts: str) -> int:
        """How wide a column is that cuts none of these."""
        self.ensurePolished()  # the style sheet's font is not there before
        return max(self.fontMetrics().horizontalAdvance(text) for text in texts) + 2 * PAD + 3

    def set_theme(self, theme: Theme) -> None:
        self.theme, self.empty_colour = theme, theme.muted
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()


class _LineCell(QStyledItemDelegate):
    """The row's ground, its marks, the text."""

    def __init__(self, table: LineTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        table, theme, column = self._table, self._table.theme, index.column()
        current = index.row() == table.currentIndex().row()
        if current or index.row() == table.hovered:
            painter.fillRect(option.rect, QColor(theme.accent_soft if current else theme.hover))
        cell = option.rect.adjusted(PAD, 0, -PAD, 0)
        for slot in table.marks(index.row()) if column == 0 else ():
            draw_label_mark(painter, QPointF(cell.x() + 4.5, cell.center().y() + 0.5), 4, slot, theme)
            cell.adjust(MARK, 0, 0, 0)
        painter.setPen(QColor(theme.text if current or column in table.loud else theme.muted))
        inside = column in table.cut_inside
        side = Qt.TextElideMode.ElideMiddle if inside else Qt.TextElideMode.ElideRight
        text = option.fontMetrics.elidedText(str(index.data()), side, cell.width())
        painter.drawText(cell, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
