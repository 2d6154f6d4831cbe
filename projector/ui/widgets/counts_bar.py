"""How a selection is made up: one stacked bar by label, and the counts under it in words."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import draw_label_mark

_BAR, _ROW, _MOST = 6, 20, 9


class CountsBar(QWidget):
    """parts are (name, windows, palette slot), most first; slot -1 is no label."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.parts: tuple[tuple[str, int, int], ...] = ()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_parts(self, parts: tuple[tuple[str, int, int], ...]) -> None:
        """Show other counts; beyond nine rows the rest is summed up in one."""
        if len(parts) > _MOST:
            rest = parts[_MOST - 1 :]
            more = (f"{len(rest)} more labels", sum(count for _, count, _ in rest), -1)
            parts = (*parts[: _MOST - 1], more)
        self.parts = parts
        self.setFixedHeight(_BAR + 8 + _ROW * len(parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        total = sum(count for _, count, _ in self.parts) or 1
        at = 0.0
        for _, count, slot in self.parts:
            width = self.width() * count / total
            painter.fillRect(QRectF(at, 2, max(width - 1, 1), _BAR), QColor(self._theme.label(slot)))
            at += width
        for row, part in enumerate(self.parts):
            self._draw_row(painter, _BAR + 8 + row * _ROW, part, total)
        painter.end()

    def _draw_row(self, painter: QPainter, top: int, part: tuple[str, int, int], total: int) -> None:
        name, count, slot = part
        draw_label_mark(painter, QPointF(6, top + _ROW / 2), 4, slot, self._theme)
        row = QRectF(18, top, self.width() - 18, _ROW)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.adjusted(0, 0, -52, 0), right, f"{count:,}")
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(row, right, f"{100 * count / total:.0f} %" if count * 200 >= total else "< 1 %")
