"""The table of rides: a line of text, and the ride's labels as a bar across all columns under it."""

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from projector.ui.theme import Theme
from projector.ui.widgets.choosing import Choosing, Index
from projector.ui.widgets.rides_model import RidesModel

_ROW, _TEXT, _BAR, _MARGIN = 38, 22, 3, 8
_WIDEST = 150  # pixels that a metadata column can use


class RideTable(Choosing, QTreeView):
    """Rows of text with a bar across all columns under it. `chosen` carries a ride's number."""

    chosen = Signal(int)

    def __init__(self, model: RidesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rides, self._theme, self.empty_colour = model, theme, theme.muted
        self.setModel(model)
        self.follow(model.number, model.row_of)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setIndentation(0)
        self.setItemDelegate(_TallRow(self))
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Rides")
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(46)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)

    def set_theme(self, theme: Theme) -> None:
        self._theme, self.empty_colour = theme, theme.muted
        self.viewport().update()

    def show_columns(self, count: int) -> None:
        """The first `count` columns; the others wait in the header's menu."""
        for column in range(self._rides.columnCount()):
            self.setColumnHidden(column, column >= count)
        self._fit_columns()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background, the columns' text, the bar."""
        rect = QRect(0, option.rect.y(), self.viewport().width(), option.rect.height())
        current = index.row() == self.currentIndex().row()
        if current or index.row() == self.hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.accent_soft if current else self._theme.hover))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw_texts(painter, rect, index.row(), current)
        self._draw_bar(painter, rect.adjusted(_MARGIN, 0, -_MARGIN, 0), index.row())

    def _draw_texts(self, painter: QPainter, rect: QRect, row: int, current: bool) -> None:
        for column in range(self._rides.columnCount()):
            if self.isColumnHidden(column):
                continue
            index = self._rides.index(row, column)
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            cell = QRect(left, rect.y() + 5, width, _TEXT).adjusted(_MARGIN, 0, -_MARGIN // 2, 0)
            alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
            if column == 0 and self._rides.number(row) in self._rides.done:
                self._draw_done(painter, QPointF(rect.x() + 1.5, cell.center().y() + 1))
            if alignment:
                cell.adjust(-_MARGIN, 0, _MARGIN // 2 - _MARGIN, 0)
            plain = self._theme.text if column == 0 or current else self._theme.muted
            painter.setPen(QPen(QColor(plain)))
            middle = Qt.TextElideMode.ElideMiddle
            text = self.fontMetrics().elidedText(str(index.data()), middle, cell.width())
            painter.drawText(
                cell, alignment or Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text
            )

    def _draw_done(self, painter: QPainter, at: QPointF) -> None:
        """A tick in the margin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.accent), 1.6))
        painter.drawPolyline([at, at + QPointF(2, 2.5), at + QPointF(5.5, -3)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_bar(self, painter: QPainter, rect: QRect, row: int) -> None:
        at, top = rect.x(), rect.bottom() - _BAR - 5
        for slot, width in self._rides.bar(row, rect.width()):
            colour = self._theme.border if slot < 0 else self._theme.label(slot)
            gap = 1 if width > 2 else 0
            painter.fillRect(at, top, width - gap, _BAR, QColor(colour))
            at += width

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Length and the id get what they need, metadata the rest, up to what it can use."""
        self.ensurePolished()  # the style sheet's font is not there before
        header = self.header()
        shown = [column for column in range(header.count()) if not self.isColumnHidden(column)]
        if not shown:
            return
        for column in shown:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        room = self.viewport().width()
        lengths = [column for column in shown if self._rides.names[column] == "seconds"]
        texts = [column for column in shown[1:] if column not in lengths]
        advance = self.fontMetrics().horizontalAdvance
        for column in lengths:
            header.resizeSection(column, advance("00:00 min") + _MARGIN + 8)
        left = max(room - sum(header.sectionSize(column) for column in lengths), 60 * (len(texts) + 1))
        first = min(advance(self._rides.widest_id()) + _MARGIN + 8, left * 3 // 5) if texts else left
        first = max(first, left - _WIDEST * len(texts))
        header.resizeSection(shown[0], first)
        for column in texts:
            header.resizeSection(column, (left - first) // len(texts))

    def _choose_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        for column in range(1, self._rides.columnCount()):
            action = menu.addAction(str(self._rides.headerData(column, Qt.Orientation.Horizontal)))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(column))
            action.toggled.connect(lambda on, column=column: self._show_column(column, on))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.header().mapToGlobal(at))

    def _show_column(self, column: int, on: bool) -> None:
        self.setColumnHidden(column, not on)
        self._fit_columns()


class _TallRow(QStyledItemDelegate):
    """Tells the row's height; the table draws."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)
