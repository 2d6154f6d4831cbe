"""Draws a history: what was done, beneath it quietly who and when, on a line of dots.

The dot of the step that the labels are as after is the bright one.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from projector.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
TALL, _LEFT, _DOT = 38, 22, 3.5
NOW = int(Qt.ItemDataRole.UserRole)


class StepDelegate(QStyledItemDelegate):
    """An item's text is two lines; its data NOW says whether it is the bright one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, TALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = self.theme, QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, over = state & QStyle.StateFlag.State_Selected, state & QStyle.StateFlag.State_MouseOver
        if chosen or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft if chosen else theme.hover))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
        x, y = rect.left() + 9, rect.top() + 12
        painter.setPen(QPen(QColor(theme.border), 1.2))
        if index.row() < index.model().rowCount() - 1:
            painter.drawLine(QPointF(x, y), QPointF(x, rect.bottom() + 12))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if index.data(NOW) else theme.faint))
        painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
        lines = str(index.data()).split("\n")
        metrics, room = option.fontMetrics, rect.width() - _LEFT - 4
        for at, (line, colour) in enumerate(zip(lines, (theme.text, theme.muted), strict=False)):
            painter.setPen(QColor(colour))
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(room))
            box = QRectF(rect.left() + _LEFT, rect.top() + 3 + at * 16, room, 17)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
