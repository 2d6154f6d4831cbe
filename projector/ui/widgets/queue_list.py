"""The list of the review queue: each row the label's mark, where and when, how much, and why.

A table of one column: of 300,000 rows it lays out those that are seen, where a list view lays out all.
"""

from PySide6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from projector.ui.theme import Theme
from projector.ui.widgets.choosing import Choosing, Index
from projector.ui.widgets.label_mark import draw_label_mark
from projector.ui.widgets.queue_model import QueueModel

_TALL, _LEFT, _RIGHT = 40, 24, 8


class QueueList(Choosing, QTableView):
    """`chosen` carries a row of the model."""

    chosen = Signal(int)

    def __init__(self, model: QueueModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = _QueueRow(theme, self)
        self.setModel(model)
        self.follow(lambda row: row, model.row_of)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_TALL)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Review queue")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._delegate.theme, self.empty_colour = theme, theme.muted
        self.viewport().update()

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End are the ends of the list, not of a row."""
        ends = {QAbstractItemView.CursorAction.MoveHome: 0}
        ends[QAbstractItemView.CursorAction.MoveEnd] = self.model().rowCount() - 1
        return (
            self.model().index(ends[action], 0) if action in ends else super().moveCursor(action, modifiers)
        )

    def rowsAboutToBeRemoved(self, parent: Index, first: int, last: int) -> None:
        """What is decided goes; which one is shown then is the queue's choice, not Qt's of a neighbour."""
        if first <= self.currentIndex().row() <= last:
            self._set_current(QModelIndex())
        super().rowsAboutToBeRemoved(parent, first, last)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 2 * _TALL)


class _QueueRow(QStyledItemDelegate):
    """Paints a row from the model's facts."""

    def __init__(self, theme: Theme, parent: QueueList) -> None:
        super().__init__(parent)
        self.theme, self._list = theme, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _TALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = self.theme, QRectF(option.rect).adjusted(2, 1, -2, -1)
        model = self._list.model()
        assert isinstance(model, QueueModel)
        row = model.row(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = index.row() == self._list.currentIndex().row()
        if current or self._list.hovered == index.row():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft if current else theme.hover))
            painter.drawRoundedRect(rect, 5, 5)
        if current and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        draw_label_mark(painter, QPointF(rect.left() + 12, rect.top() + 12), 4, row.slot, theme)
        self._lines(painter, rect, option, row.ride, row.time, row.label, row.right, row.reason)
        painter.restore()

    def _lines(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, *words: str) -> None:
        ride, time, label, right, reason = words
        theme, font = self.theme, option.font
        metrics = QFontMetricsF(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        upper = QRectF(rect.left() + _LEFT, rect.top() + 3, rect.width() - _LEFT - _RIGHT, 17)
        lower = upper.translated(0, 17)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        painter.drawText(upper, middle | Qt.AlignmentFlag.AlignRight, right)
        room = upper.width() - metrics.horizontalAdvance(right) - 8
        painter.setPen(QColor(theme.text))
        tail = f"  {time}  {label}"
        name = metrics.elidedText(
            ride, Qt.TextElideMode.ElideMiddle, max(room - metrics.horizontalAdvance(tail), 34)
        )
        head = metrics.elidedText(name + tail, Qt.TextElideMode.ElideRight, room)
        painter.drawText(upper, middle, head)
        small = QFont(font)
        small.setPixelSize(max(round(metrics.height() * 0.74), 9))
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        text = QFontMetricsF(small).elidedText(reason, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, middle, text)
