"""What a drag on the map draws: a lasso or a rectangle, as small objects in pixels of the screen."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPolygonF

from projector.processing.polygon import Polygon, simplified
from projector.workspace.selection import Mode

_LEAST_STEP = 2.0  # pixels between points of a lasso


@dataclass
class Lasso:
    """Follows the pointer."""

    start: QPointF
    points: list[QPointF] = field(default_factory=list)

    def move(self, at: QPointF) -> None:
        self.points.append(at)

    def polygon(self) -> Polygon:
        """The outline, float64 (k, 2)."""
        every = [self.start, *self.points]
        return simplified(np.array([(point.x(), point.y()) for point in every], np.float64), _LEAST_STEP)


@dataclass
class Rectangle:
    """From where it began to the pointer."""

    start: QPointF
    end: QPointF | None = None

    def move(self, at: QPointF) -> None:
        self.end = at

    def polygon(self) -> Polygon:
        """The four corners, float64 (4, 2)."""
        end = self.end or self.start
        x0, y0, x1, y1 = self.start.x(), self.start.y(), end.x(), end.y()
        return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64)


Shape = Lasso | Rectangle


def mode_of(modifiers: Qt.KeyboardModifier) -> Mode:
    """What a drawn set does: Shift adds, Ctrl takes away, both intersect."""
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    return {(False, False): Mode.REPLACE, (True, False): Mode.ADD, (False, True): Mode.TAKE}.get(
        (shift, ctrl), Mode.INTERSECT
    )


def to_qt(polygon: Polygon) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in polygon.tolist()])
