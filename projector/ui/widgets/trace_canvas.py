"""The surface of the trace: keeps the finished frame, turns mouse and wheel into moves and intents.

It knows a scene, no workspace. A frame is painted once into a picture; pointer marks go over it, so
that moving the mouse costs a copy and a few lines.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from projector.domain.errors import ProjectorError
from projector.ui.items.strip import Grip
from projector.ui.items.trace_drawing import draw_axis_name
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_model import LABELS, OTHERS
from projector.ui.items.trace_pointer import (
    draw_crosshair,
    draw_cursor,
    draw_moment,
    draw_note,
    draw_scroll,
)
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import TraceStyle
from projector.ui.items.trace_words import explain_annotation, explain_lane, explain_other, explain_strip
from projector.ui.widgets.trace_note import NOTE_MS, TraceNote

CLICK_PIXELS = 4
NOTCH = 120.0
ZOOM = 1.25  # a notch of the wheel
GAIN = 1.2
GAINS = (0.25, 2000.0)


@dataclass(frozen=True)
class Message:
    """What stands in an empty trace: a heading, what to do, and whether it is an error."""

    heading: str
    lines: tuple[str, ...] = ()
    error: bool = False


class Drag(StrEnum):
    """What a pressed button is doing."""

    PRESS = "press"
    PAN = "pan"
    STRIP = "strip"
    STRIP_LEFT = "strip left"
    STRIP_RIGHT = "strip right"


class TraceCanvas(QWidget):
    """Paints a TraceScene or a message; emits what was meant."""

    clicked = Signal(float, int)  # the moment, and the annotation under it or -1
    double_clicked = Signal(float, int)
    scale_clicked = Signal()  # twice, beside the lanes
    view_changed = Signal()
    axis_clicked = Signal()
    menu_wanted = Signal(QPointF)
    failed = Signal(Exception)

    def __init__(self, style: TraceStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene: TraceScene | None = None
        self.message = Message("")
        self.crosshair = True
        self.overlay: Callable[[QPainter, TraceScene, float], None] | None = None  # over the finished frame
        self._style, self._note = style, TraceNote(self)
        self._note.changed.connect(self.update)
        self._pointer: QPointF | None = None
        self._drag: Drag | None = None
        self._pressed = self._last = QPointF()
        self._grabbed_s, self._second = 0.0, False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 90)
        self._base, self._outdated = QPixmap(), True

    # --- what is shown ------------------------------------------------------------------------------

    def show_scene(self, scene: TraceScene) -> None:
        """Show a ride."""
        self.scene = scene
        self._note.clear()
        self.renew()

    def show_message(self, message: Message) -> None:
        """Show words instead of a ride."""
        self.scene, self.message = None, message
        self._note.clear()
        self.update()

    def set_style(self, style: TraceStyle) -> None:
        self._style = style
        if self.scene is not None:
            self.scene.style = style
        self.renew()

    def note(self, text: str, stay_ms: int = NOTE_MS) -> None:
        """A sentence over the lanes until the next move, at most for so long."""
        self._note.say(text, stay_ms)

    def hide_pointer(self) -> None:
        """No crosshair until the mouse moves here again."""
        self._pointer = None
        self.update()

    def renew(self) -> None:
        """The scene has changed: paint it anew at the next frame."""
        self._outdated = True
        self.update()

    def set_view(self, view: Viewport) -> None:
        """Look at a part of the ride; kept inside it."""
        scene = self.scene
        if scene is None:
            return
        ride = scene.ride
        view = view.bounded(ride.start_s, ride.stop_s, ride.least_span_s)
        if view != scene.view:
            scene.view = view
            self._note.clear()
            self.renew()
            self.view_changed.emit()

    def set_gain(self, gain: float) -> None:
        """Amplitude: 1 fits the whole ride's range."""
        if self.scene is not None:
            self.scene.gain = min(max(gain, GAINS[0]), GAINS[1])
            self.renew()
            self.view_changed.emit()

    def scroll_lanes(self, pixels: float) -> None:
        """Move the lanes where they don't all fit."""
        if self.scene is not None and self.scene.layout.overflow > 0:
            self.scene.scroll += pixels
            self.renew()

    # --- painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if self.scene is not None:
                self._paint_scene(painter, self.scene)
        except ProjectorError as error:  # a damaged block is only met when it is read
            self.scene = None
            self.message = Message(error.what, (error.where, error.remedy), error=True)
            self.failed.emit(error)
        finally:
            if self.scene is None:
                self._paint_message(painter)
            painter.end()

    def _paint_scene(self, painter: QPainter, scene: TraceScene) -> None:
        ratio = self.devicePixelRatioF()
        if self._outdated:
            self._draw_base(scene, ratio)
            self._outdated = False
        painter.drawPixmap(0, 0, self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_scroll(painter, scene)
        if scene.marks.cursor_s is not None:
            draw_cursor(painter, scene, scene.marks.cursor_s, ratio)
        if self.overlay is not None:
            self.overlay(painter, scene, ratio)
        at = self._pointer
        if at is not None and self._drag in (None, Drag.PRESS):
            self._paint_pointer(painter, scene, at, ratio)
        if self._note.text:
            painter.setOpacity(self._note.opacity)
            draw_note(painter, scene, self._note.text)

    def _paint_pointer(self, painter: QPainter, scene: TraceScene, at: QPointF, ratio: float) -> None:
        plot, strip = scene.layout.plot, scene.strip_scale()
        if scene.axis_name_rect().contains(at):
            rect = scene.axis_name_rect()
            painter.fillRect(rect, scene.style.panel)
            draw_axis_name(painter, scene.axis, rect, scene.style, hovered=True)
        elif plot.left() <= at.x() <= plot.right() and at.y() >= plot.top() and self.crosshair:
            draw_crosshair(painter, scene, at, ratio)
        elif strip is not None and strip.rect.contains(at):
            seconds = strip.seconds(at.x())
            painter.fillRect(QRectF(at.x(), strip.rect.top(), 1, strip.rect.height()), scene.style.text)
            draw_moment(painter, scene, at.x(), seconds, strip.rect.bottom() + 3)

    def _draw_base(self, scene: TraceScene, ratio: float) -> None:
        """The frame without the pointer. The pixmap is kept: PySide leaks references with each one."""
        size = self.size() * ratio
        if self._base.size() != size:
            self._base = QPixmap(size)
        self._base.setDevicePixelRatio(ratio)
        scene.arrange(self.width(), self.height(), ratio)
        painter = QPainter(self._base)
        try:
            scene.paint(painter, ratio)
        finally:
            painter.end()

    def _paint_message(self, painter: QPainter) -> None:
        style, area = self._style, QRectF(self.rect())
        painter.fillRect(area, style.panel)
        lines = [(self.message.heading, style.bold, style.danger if self.message.error else style.text)]
        lines += [(line, style.font, style.muted) for line in self.message.lines if line]
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        room = area.adjusted(24, 0, -24, 0)
        measured = []
        for text, font, colour in lines:
            painter.setFont(font)
            measured.append((text, font, colour, painter.boundingRect(room, flags, text).height() + 6))
        y = area.center().y() - sum(part[3] for part in measured) / 2
        for text, font, colour, tall in measured:
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(QRectF(room.left(), y, room.width(), tall), flags, text)
            y += tall

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._outdated = True
        if self.scene is not None:
            self.scene.arrange(self.width(), self.height(), self.devicePixelRatioF())
        self.view_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.renew()

    # --- mouse ----------------------------------------------------------------------------------------

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
            self.clicked.emit(seconds, self.annotation_at(event.position()))
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
            self.double_clicked.emit(self._moment(event.position()), self.annotation_at(event.position()))

    def _over_ride(self, at: QPointF) -> bool:
        assert self.scene is not None
        plot = self.scene.layout.plot
        return plot.left() <= at.x() <= plot.right() and at.y() >= plot.top()

    def _moment(self, at: QPointF) -> float:
        assert self.scene is not None
        ride = self.scene.ride
        return min(max(self.scene.seconds(at.x()), ride.start_s), ride.stop_s)

    def annotation_at(self, at: QPointF) -> int:
        """The annotation at a place: of the row under it in the label lane, of any elsewhere; -1 for none."""
        scene = self.scene
        if scene is None:
            return -1
        seconds, row = scene.seconds(at.x()), None
        slack = 4 * scene.view.span_s / scene.layout.plot.width()
        if scene.layout.lane_at(at.y()) == LABELS:
            row = scene.band_row(at.y())
        found = scene.ride.bands.at(seconds, row, slack if row is not None else 0.0)
        return -1 if found is None else found

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

    def zoom(self, factor: float, at_s: float) -> None:
        """`factor` times as wide, held between the ride and four samples before the moment is kept."""
        scene = self.scene
        if scene is None:
            return
        ride, span = scene.ride, scene.view.span_s
        whole = ride.stop_s - ride.start_s
        factor = min(max(span * factor, min(ride.least_span_s, whole)), whole) / span
        self.set_view(scene.view.zoomed(at_s, factor))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.explain(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def explain(self, at: QPointF) -> str:
        """What is under the pointer: an annotation in full, a lane's whole name, the strip's scale."""
        scene = self.scene
        if scene is None:
            return ""
        lane, strip = scene.layout.lane_at(at.y()), scene.strip_scale()
        if strip is not None and strip.rect.top() <= at.y() <= strip.rect.bottom():
            return explain_strip(scene)
        if at.x() < scene.layout.plot.left():
            return explain_lane(scene, lane)
        if lane == OTHERS:
            return explain_other(scene, at)
        found = self.annotation_at(at) if lane == LABELS else -1
        return explain_annotation(scene, found) if found >= 0 else ""

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(QPointF(event.globalPos()))
