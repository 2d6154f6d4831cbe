"""A button that gives an annotation its label: the label's mark, its name, the digit that does the same."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import draw_label_mark

_TALL, _LEFT, _RIGHT, _EDGE = 26, 24, 22, 9


class LabelButton(QAbstractButton):
    """Checked while the current annotation has this label."""

    def __init__(self, name: str, digit: str, slot: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._digit, self._slot, self._theme = name, digit, slot, theme
        self.setText(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{name} · {digit}" if digit else name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(round(QFontMetricsF(self.font()).horizontalAdvance(self.name)) + _LEFT + _RIGHT, _TALL)

    def minimumSizeHint(self) -> QSize:
        return QSize(70, _TALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked() or self.hasFocus()
        ground = theme.accent_soft if self.isChecked() else theme.hover if self.underMouse() else theme.field
        painter.setPen(
            QPen(QColor(theme.accent if marked else theme.border), 1.4 if self.isChecked() else 1.0)
        )
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.7, 0.7, -0.7, -0.7), 5, 5)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        draw_label_mark(painter, QPointF(12.5, self.height() / 2), 4, self._slot, theme)
        room = QRectF(_LEFT, 0, self.width() - _LEFT - (_RIGHT if self._digit else _EDGE), self.height())
        painter.setPen(QColor(theme.text))
        # in the middle: names often differ at their ends
        name = QFontMetricsF(self.font()).elidedText(self.name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(theme.faint))
        painter.drawText(
            QRectF(self.rect()).adjusted(0, 0, -_EDGE, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self._digit,
        )
        painter.end()
