"""A list's row that stands for a label: its mark, its name under its parent's, the digit that gives it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import draw_label_mark

Index = QModelIndex | QPersistentModelIndex
SLOT, DEPTH, DIGIT = (int(Qt.ItemDataRole.UserRole) + at for at in (10, 11, 12))
NO_MARK = -2
_TALL, _LEFT, _INDENT, _RIGHT = 24, 24, 16, 10


def label_item(name: str, slot: int = NO_MARK, depth: int = 0, digit: int = 0) -> QListWidgetItem:
    """A row for a LabelDelegate; without a slot it is words only."""
    item = QListWidgetItem(name)
    for role, value in ((SLOT, slot), (DEPTH, depth), (DIGIT, digit)):
        item.setData(role, value)
    return item


class LabelDelegate(QStyledItemDelegate):
    """Draws the rows that `label_item` makes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, _TALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect, state = self.theme, QRectF(option.rect), option.state
        chosen, over = state & QStyle.StateFlag.State_Selected, state & QStyle.StateFlag.State_MouseOver
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft if chosen else theme.hover))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
        slot, digit = index.data(SLOT), index.data(DIGIT)
        left = rect.left() + _INDENT * index.data(DEPTH)
        if slot != NO_MARK:
            draw_label_mark(painter, QPointF(left + 12, rect.center().y()), 4.2, slot, theme)
            left += _LEFT
        else:
            left += 8
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(option.font)
        if digit:
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                rect.adjusted(0, 0, -_RIGHT, 0), middle | Qt.AlignmentFlag.AlignRight, str(digit)
            )
        room = rect.right() - _RIGHT - (16 if digit else 0) - left
        enabled = state & QStyle.StateFlag.State_Enabled
        painter.setPen(QColor(theme.text if enabled else theme.muted))
        text = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, rect.top(), room, rect.height()), middle, text)
        painter.restore()
