"""A button that gives an annotation its label: the label's mark, its name, the digit that does the same.

A name that is too long for the button stands on two lines: names often begin alike and differ at their ends.
"""

import re

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import draw_label_mark

TALL, LOW_TALL = 26, 21
_LEFT, _RIGHT, _EDGE = 24, 22, 9
_SMALL_PX, _LEADING, _LOW_LEADING = 10, 12, 10  # of two lines
_BREAKS = re.compile(r"(?<=[ _./-])(?=.)|(?<=[a-z])(?=[A-Z])")  # after a separator, before a hump


class LabelButton(QAbstractButton):
    """Checked while the current annotation has this label."""

    def __init__(self, name: str, digit: str, slot: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._digit, self._slot, self._theme = name, digit, slot, theme
        self._tall = TALL
        self.setText(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{name} · {digit}" if digit else name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        name = round(QFontMetricsF(self.font()).horizontalAdvance(self.name))
        return QSize(name + _LEFT + _RIGHT, self._tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(70, self._tall)

    def set_low(self, low: bool) -> None:
        """Less high, for a panel with little room."""
        self._tall = LOW_TALL if low else TALL
        self.updateGeometry()

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
        self._draw_name(painter, room)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.faint))
        painter.drawText(
            QRectF(self.rect()).adjusted(0, 0, -_EDGE, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self._digit,
        )
        painter.end()

    def _draw_name(self, painter: QPainter, room: QRectF) -> None:
        lines, font = [self.name], self.font()
        if QFontMetricsF(font).horizontalAdvance(self.name) > room.width():
            font.setPixelSize(_SMALL_PX)
            lines = in_lines(self.name, QFontMetricsF(font), room.width())
        painter.setFont(font)
        leading = _LEADING if self._tall == TALL else _LOW_LEADING
        top = room.center().y() - len(lines) * leading / 2
        for at, line in enumerate(lines):
            box = QRectF(room.left(), top + at * leading, room.width(), leading)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, line)


def in_lines(name: str, metrics: QFontMetricsF, width: float) -> list[str]:
    """A name on one line, or cut where both are shortest, between words if it has some; `width` at most."""
    if metrics.horizontalAdvance(name) <= width:
        return [name]
    places = [found.start() for found in _BREAKS.finditer(name)] or [len(name) // 2]
    at = min(places, key=lambda at: max(map(metrics.horizontalAdvance, (name[:at], name[at:]))))
    parts = name[:at].rstrip(), name[at:]
    return [metrics.elidedText(part, Qt.TextElideMode.ElideMiddle, width) for part in parts]
