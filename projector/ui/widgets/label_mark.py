"""A label's mark by its palette slot: what the map draws for it, beside words."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from projector.ui.items.dots_stamp import SHAPES
from projector.ui.theme import Theme
from projector.ui.widgets.marker import paint_marker


def draw_label_mark(painter: QPainter, centre: QPointF, radius: float, slot: int, theme: Theme) -> None:
    """A filled mark; slot -1 is no label, in the missing grey."""
    shape = SHAPES[max(slot, 0) // len(theme.labels) % len(SHAPES)]
    painter.save()
    paint_marker(painter, centre, shape, theme.label(slot), radius, filled=True)
    painter.restore()


def label_icon(slot: int, theme: Theme) -> QIcon:
    """The same mark as an icon, for lists and menus."""
    picture = QPixmap(28, 28)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_label_mark(painter, QPointF(7, 7), 4, slot, theme)
    painter.end()
    return QIcon(picture)
