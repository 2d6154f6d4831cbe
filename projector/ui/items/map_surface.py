"""Turns mouse and keys on the dots into what is meant: clicks, shapes, steps, and other views.

Plain letters are not handled here: they are actions of the window, installed on the map.
"""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from projector.ui.items.map_gestures import Lasso, Rectangle, mode_of
from projector.ui.items.map_pane import DotPane
from projector.ui.items.map_viewport import Viewport
from projector.ui.theme import Theme

CLICK_PX = 4  # a press and release farther apart is a drag
WHEEL_FACTOR = 1.25
KEY_FACTOR = 1.5
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MapSurface(DotPane):
    """Dots that answer. Shapes come out in positions of the scene."""

    clicked = Signal(int, object)  # row, keyboard modifiers
    double_clicked = Signal(int)
    shape_drawn = Signal(object, object)  # polygon in positions of the scene, Mode
    hovered = Signal(int, QPointF)  # row or -1, where the pointer is
    stepped = Signal(int, int)  # direction of an arrow key
    escaped = Signal()  # Esc with nothing left to cancel here
    mode_changed = Signal()

    def __init__(self, theme: Theme, prepare: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(theme, prepare, parent)
        self.drawing_mode: type[Lasso] | type[Rectangle] | None = None
        self._shape_modifiers = Qt.KeyboardModifier.NoModifier
        self._press: QPointF | None = None
        self._pan: tuple[QPointF, Viewport] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_drawing_mode(self, mode: type[Lasso] | type[Rectangle] | None) -> None:
        """What a left drag draws; None: it pans."""
        self.drawing_mode, self._shape = mode, None
        self.setCursor(Qt.CursorShape.CrossCursor if mode else Qt.CursorShape.ArrowCursor)
        self.mode_changed.emit()
        self.update()

    def keep_clear(self, inset: int) -> None:
        """So many pixels at the left are covered now: a fitted map stands beside them."""
        if inset != self.left_inset:
            self.left_inset = inset
            if self.is_fitted:
                self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        fine = event.pixelDelta().y()
        steps = fine / 60 if fine else event.angleDelta().y() / 120
        if steps:
            self._hover(-1, event.position())
            self.zoom(WHEEL_FACTOR**steps, event.position())
            if self._pan is not None:  # turning the wheel in the middle of a drag
                self._pan = (event.position(), self.view)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.stop_glide()
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position()
            self._shape_modifiers = event.modifiers()
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan = (event.position(), self.view)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pan is None and self._shape is None and self._press is not None:
            if (at - self._press).manhattanLength() <= CLICK_PX:
                return
            self._begin_drag(self._press)
        if self._pan is not None:
            self._hover(-1, at)
            self.pan_from(self._pan[1], at - self._pan[0])
        elif self._shape is not None:
            self._shape.move(at)
            self.update()
        elif not event.buttons():
            self._hover(self.row_at(at), at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._shape is not None:
            self._finish_shape(event.modifiers())
        elif self._press is not None and self._pan is None:
            row = self.row_at(self._press)
            if row >= 0:
                self.clicked.emit(row, event.modifiers())
        self._press = self._pan = None
        if self.drawing_mode is None:
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        row = self.row_at(event.position())
        if row >= 0:
            self.double_clicked.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1, QPointF())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _ARROWS:
            dx, dy = _ARROWS[Qt.Key(key)]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.pan(-dx * self.width() / 8, -dy * self.height() / 8)
            else:
                self.stepped.emit(dx, dy)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(KEY_FACTOR)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / KEY_FACTOR)
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        """One level: the shape being drawn, else the mode, else whoever listens."""
        if self._shape is not None:
            self._shape = self._press = None
            self.update()
        elif self.drawing_mode is not None:
            self.set_drawing_mode(None)
        else:
            self.escaped.emit()

    def _begin_drag(self, start: QPointF) -> None:
        self._hover(-1, start)
        if self.drawing_mode is not None:
            self._shape = self.drawing_mode(start)
        else:
            self._pan = (start, self.view)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _finish_shape(self, modifiers: Qt.KeyboardModifier) -> None:
        assert self._shape is not None
        ratio = self.devicePixelRatioF()
        drawn = self._shape.polygon() * ratio
        polygon = (drawn + np.array([self.view.left, self.view.top])) / self.view.scale
        self._shape = None
        self._prepare()
        self.shape_drawn.emit(polygon, mode_of(modifiers | self._shape_modifiers))
        self.update()

    def _hover(self, row: int, at: QPointF) -> None:
        if row != self._hovered or row >= 0:
            if row != self._hovered:
                self._hovered = row
                self.update()
            self.hovered.emit(row, at)
