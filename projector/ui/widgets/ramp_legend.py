"""What the colours of a number mean: the ramp with its ticks, what lies beyond it, what has no value."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.marker import paint_marker
from projector.workspace.colouring import CLIP_PERCENTILES, Colouring

_WIDTH, _BAR_HIGH, _LINE, _PAD = 208, 9, 17, 10
_FOLDED_WIDTH, _LEAST_GAP = 108, 5


class RampLegend(QWidget):
    """A small panel over the map."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._colouring: Colouring | None = None
        self._beyond = (0, 0)
        self._folded = self._is_pointed_at = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_colouring(self, colouring: Colouring) -> None:
        """A colouring by a number."""
        assert colouring.values is not None
        self._colouring = colouring
        low, high = colouring.limits
        below, above = (
            int(np.count_nonzero(part)) for part in (colouring.values < low, colouring.values > high)
        )
        self._beyond = below, above
        self.setAccessibleName(f"{colouring.name}: {number(low)} to {number(high)}; {self._remark()}")
        self.resize(self.sizeHint())
        self.update()

    def fold(self, folded: bool) -> None:
        """On a narrow map only the bar and its ends stand there; under the pointer the rest unfolds."""
        if folded != self._folded:
            self._folded, self._is_pointed_at = folded, False
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not folded)
        self.resize(self.sizeHint())

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._point(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(False)

    def _point(self, is_pointed_at: bool) -> None:
        self._is_pointed_at = is_pointed_at
        self.resize(self.sizeHint())
        self.update()

    @property
    def _is_small(self) -> bool:
        return self._folded and not self._is_pointed_at

    def sizeHint(self) -> QSize:
        if self._is_small:
            return QSize(_FOLDED_WIDTH, _PAD + _BAR_HIGH + _LINE + 2)
        lines = 2 + bool(self._remark()) + bool(self._colouring and self._colouring.missing)
        remark = self.fontMetrics().horizontalAdvance(self._remark())
        return QSize(max(_WIDTH, remark + 2 * _PAD + 1), _PAD + lines * _LINE + _BAR_HIGH + 5)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colouring is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self.theme.panel)
        ground.setAlpha(205)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if self._is_small:
            bar = QRectF(_PAD, _PAD / 2 + 2, self.width() - 2 * _PAD, _BAR_HIGH)
            self._paint_bar(painter, bar, self._colouring.limits)
        else:
            self._paint_rows(painter, self._colouring)

    def _paint_rows(self, painter: QPainter, colouring: Colouring) -> None:
        wide, y = self.width() - 2 * _PAD, _PAD / 2
        name = painter.fontMetrics().elidedText(colouring.name, Qt.TextElideMode.ElideMiddle, wide)
        self._write(painter, QRectF(_PAD, y, wide, _LINE), name, self.theme.text)
        bar = QRectF(_PAD, y + _LINE + 2, wide, _BAR_HIGH)
        self._paint_bar(painter, bar, ticks(*colouring.limits))
        y = bar.bottom() + 3 + _LINE
        if self._remark():
            self._write(painter, QRectF(_PAD, y, wide, _LINE), self._remark(), self.theme.muted)
            y += _LINE
        if colouring.missing:
            paint_marker(painter, QPointF(_PAD + 4.5, y + _LINE / 2), "circle", self.theme.missing, 4.5, True)
            text = f"no value  {colouring.missing:,}"
            self._write(painter, QRectF(_PAD + 15, y, wide, _LINE), text, self.theme.muted)

    def _paint_bar(self, painter: QPainter, bar: QRectF, marked: Sequence[float]) -> None:
        """The ramp, with numbers at some of its values as far as there is room for them."""
        assert self._colouring is not None
        row = np.ascontiguousarray(self.theme.ramp[None])
        image = QImage(row.data, row.shape[1], 1, row.shape[1] * 3, QImage.Format.Format_RGB888)
        painter.drawImage(bar, image)
        (low, high), metrics, taken = self._colouring.limits, painter.fontMetrics(), bar.left() - _LINE
        for value in marked:
            x = bar.left() + (value - low) / ((high - low) or 1.0) * bar.width()
            painter.fillRect(QRectF(x - 0.5, bar.bottom(), 1, 3), QColor(self.theme.faint))
            text = number(value)
            half = metrics.horizontalAdvance(text) / 2
            x = min(max(x, bar.left() + half), bar.right() - half)
            if x - half > taken + _LEAST_GAP:
                area = QRectF(x - half, bar.bottom() + 3, 2 * half + 1, _LINE)
                self._write(painter, area, text, self.theme.muted)
                taken = x + half

    def _write(self, painter: QPainter, area: QRectF, text: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _remark(self) -> str:
        """How many values lie beyond the ramp's ends, and why."""
        below, above = self._beyond
        if not below and not above:
            return ""
        low, high = CLIP_PERCENTILES
        return f"{below:,} below, {above:,} above ({low:g}–{high:g} %)"


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values within limits, about this many; both limits when nothing round fits."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first = math.ceil(low / step - 1e-9)
    found = [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
    return found if len(found) > 1 else [low, high]


def number(value: float) -> str:
    """A number with up to four digits, a true minus sign, thousands apart."""
    if value == 0:
        return "0"
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace("-", "−")
