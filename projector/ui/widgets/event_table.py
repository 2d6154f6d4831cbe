"""The table of events: one line each, whose mark is the label's on the map."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
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
from projector.ui.widgets.events_model import LABEL, LENGTH, RIDE, SLOT_ROLE, TIME, EventsModel
from projector.ui.widgets.label_mark import draw_label_mark

_ROW, _PAD = 22, 5


class EventTable(Choosing, QTableView):
    """One line an event. `chosen` carries the annotation's row in the workspace."""

    chosen = Signal(int)

    def __init__(self, model: EventsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = _EventCell(theme, self)
        self.setModel(model)
        self._events, self.empty_colour = model, theme.muted
        self.follow(model.event, model.row_of)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Events")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.setSortingEnabled(True)
        self.sortByColumn(RIDE, Qt.SortOrder.AscendingOrder)

    def set_theme(self, theme: Theme) -> None:
        self._delegate.theme, self.empty_colour = theme, theme.muted
        self.viewport().update()

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Time and length keep what they need, label and ride share the rest."""
        self.ensurePolished()  # the style sheet's font is not there before
        widest = self._events.facts.widest if self._events.facts else ("00:00.0", "00.0 s")
        advance = self.fontMetrics().horizontalAdvance
        time, length = (max(advance(text), advance("Lasts")) + 2 * _PAD + 3 for text in widest)
        header, room = self.horizontalHeader(), self.viewport().width()
        rest = max(room - time - length, 80)
        label = rest * 62 // 100
        for column, width in ((LABEL, label), (RIDE, rest - label), (TIME, time), (LENGTH, length)):
            header.resizeSection(column, width)


class _EventCell(QStyledItemDelegate):
    """The label's mark and name; everything else quietly, until the row is the current one."""

    def __init__(self, theme: Theme, table: EventTable) -> None:
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
        if index.column() == LABEL:
            centre = QPointF(cell.x() + 4.5, cell.center().y() + 0.5)
            draw_label_mark(painter, centre, 4, index.data(SLOT_ROLE), theme)
            cell.adjust(14, 0, _PAD, 0)
        painter.setPen(QColor(theme.text if current or index.column() == LABEL else theme.muted))
        # both ends of a ride's id tell it from the others
        side = Qt.TextElideMode.ElideMiddle if index.column() == RIDE else Qt.TextElideMode.ElideRight
        text = option.fontMetrics.elidedText(str(index.data()), side, cell.width())
        painter.drawText(cell, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
