"""The trace under the hand: turns mouse and wheel into moves along the ride and intents."""

from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from projector.ui.items.strip import Grip
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import TraceStyle
from projector.ui.items.trace_words import explain
from projector.ui.widgets.trace_surface import TraceSurface

CLICK_PIXELS = 4
NOTCH = 120.0
ZOOM = 1.25  # a notch of the wheel
GAIN = 1.2


class Drag(StrEnum):
    """What a pressed button is doing."""

    PRESS = "press"
    PAN = "pan"
    STRIP = "strip"
    STRIP_LEFT = "strip left"
    STRIP_RIGHT = "strip right"


class TraceCanvas(TraceSurface):
    """A surface that mouse and wheel move; emits what was meant."""

    clicked = Signal(float, int)  # the moment, and the annotation under it or -1
    double_clicked = Signal(float, int)
    scale_clicked = Signal()  # twice, beside the lanes
    axis_clicked = Signal()
    menu_wanted = Signal(QPointF)

    def __init__(self, style: TraceStyle, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._drag: Drag | None = None
        self._pressed = self._last = QPointF()
        self._grabbed_s, self._second = 0.0, False
        self.setMouseTracking(True)

    @property
    def pointing(self) -> bool:
        return super().pointing and self._drag in (None, Drag.PRESS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        scene = self.scene
        if scene is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        at = event.position()
        self._pressed = self._last = at
        self._second = False
        strip = scene.strip_scale()
        if strip is not None and strip.rect.adjusted(-4, -4, 4, 3).contains(at):
            self._press_strip(at)
        elif event.button() == Qt.MouseButton.LeftButton and scene.axis_name_rect().contains(at):
            self.axis_clicked.emit()
        else:
            self._drag = Drag.PAN if event.button() == Qt.MouseButton.MiddleButton else Drag.PRESS

    def _press_strip(self, at: QPointF) -> None:
        scene = self.scene
        strip = scene.strip_scale() if scene else None
        if scene is None or strip is None:
            return
        grip, seconds = strip.grip(scene.view, at.x()), strip.seconds(at.x())
        self._drag = {Grip.LEFT: Drag.STRIP_LEFT, Grip.RIGHT: Drag.STRIP_RIGHT}.get(grip, Drag.STRIP)
        if grip is Grip.OUTSIDE:
            half = scene.view.span_s / 2
            self.set_view(Viewport(seconds - half, seconds + half))
        self._grabbed_s = seconds - scene.view.start_s

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        scene = self.scene
        if scene is None:
            return
        away = (event.position() - self._pressed).manhattanLength()
        if self._drag is Drag.PRESS and away > CLICK_PIXELS:
            self._drag = Drag.PAN
        if self._drag is Drag.PAN:
            moved = event.position() - self._last
            self.scroll_lanes(-moved.y())
            plot = scene.layout.plot
            self.set_view(scene.view.moved(-moved.x() / plot.width() * scene.view.span_s))
        elif self._drag is not None and self._drag is not Drag.PRESS:
            self._drag_strip(scene, event.position())
        self._last = event.position()
        self._choose_pointer(scene, event.position())
        self.update()

    def _drag_strip(self, scene: TraceScene, at: QPointF) -> None:
        strip = scene.strip_scale()
        if strip is None:
            return
        seconds, view, least = strip.seconds(at.x()), scene.view, scene.ride.least_span_s
        if self._drag is Drag.STRIP_LEFT:
            self.set_view(Viewport(min(max(seconds, scene.ride.start_s), view.stop_s - least), view.stop_s))
        elif self._drag is Drag.STRIP_RIGHT:
            self.set_view(Viewport(view.start_s, max(min(seconds, scene.ride.stop_s), view.start_s + least)))
        else:
            self.set_view(view.moved(seconds - self._grabbed_s - view.start_s))

    def _choose_pointer(self, scene: TraceScene, at: QPointF) -> None:
        strip, shape = scene.strip_scale(), Qt.CursorShape.ArrowCursor
        if self._drag is Drag.PAN:
            shape = Qt.CursorShape.ClosedHandCursor
        elif strip is not None and strip.rect.contains(at):
            grip = strip.grip(scene.view, at.x())
            if grip in (Grip.LEFT, Grip.RIGHT):
                shape = Qt.CursorShape.SizeHorCursor
            elif grip is Grip.BOX:
                shape = Qt.CursorShape.OpenHandCursor
        elif scene.axis_name_rect().contains(at) and scene.axis.start is not None:
            shape = Qt.CursorShape.PointingHandCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        scene = self.scene
        if scene is None:
            return
        if drag is Drag.PRESS and not self._second and self._over_ride(event.position()):
            seconds = self._moment(event.position())
            scene.marks = replace(scene.marks, cursor_s=seconds)
            self.clicked.emit(seconds, scene.annotation_at(event.position()))
        self._choose_pointer(scene, event.position())
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._second = True
        if self.scene is None:
            return
        if event.position().x() < self.scene.layout.plot.left():
            if self.scene.layout.lane_at(event.position().y()) is not None:
                self.scale_clicked.emit()
        elif self._over_ride(event.position()):
            found = self.scene.annotation_at(event.position())
            self.double_clicked.emit(self._moment(event.position()), found)

    def _over_ride(self, at: QPointF) -> bool:
        assert self.scene is not None
        plot = self.scene.layout.plot
        return plot.left() <= at.x() <= plot.right() and at.y() >= plot.top()

    def _moment(self, at: QPointF) -> float:
        assert self.scene is not None
        ride = self.scene.ride
        return min(max(self.scene.seconds(at.x()), ride.start_s), ride.stop_s)

    def wheelEvent(self, event: QWheelEvent) -> None:
        scene = self.scene
        if scene is None:
            return
        along, notches = event.angleDelta().x() / NOTCH, event.angleDelta().y() / NOTCH
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            self.set_gain(scene.gain * GAIN**notches)
        elif held & Qt.KeyboardModifier.ShiftModifier or (along and abs(along) > abs(notches)):
            self.set_view(scene.view.moved(-(along or notches) * scene.view.span_s / 8))
        elif event.position().x() < scene.layout.plot.left() and scene.layout.overflow > 0:
            self.scroll_lanes(-notches * 40)
        else:
            at = scene.seconds(event.position().x())
            at = min(max(at, scene.view.start_s), scene.view.stop_s)
            self.zoom(ZOOM**-notches, at)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.explain(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def explain(self, at: QPointF) -> str:
        """What is under the pointer, in words."""
        return explain(self.scene, at) if self.scene is not None else ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(QPointF(event.globalPos()))
