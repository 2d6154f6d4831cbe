"""The surface of the trace: keeps the finished frame, and what part of the ride it shows.

It knows a scene, no workspace. A frame is painted once into a picture; pointer marks go over it, so
that moving the mouse costs a copy and a few lines.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from projector.domain.errors import ProjectorError
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_message import Message, draw_message
from projector.ui.items.trace_painter import paint_trace
from projector.ui.items.trace_pointer import draw_cursor, draw_note, draw_pointer, draw_scroll
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import TraceStyle
from projector.ui.reading_time import NOTE_MS
from projector.ui.widgets.trace_note import TraceNote

GAINS = (0.25, 2000.0)


class TraceSurface(QWidget):
    """Paints a TraceScene or a message."""

    view_changed = Signal()
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
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 90)
        self._base, self._outdated = QPixmap(), True

    @property
    def pointing(self) -> bool:
        """Whether what the pointer is at is shown just now."""
        return self._pointer is not None

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

    def note(self, text: str, least_ms: int = NOTE_MS) -> None:
        """A sentence over the lanes until the next move, or until it could be read (see `telling`)."""
        self._note.say(text, least_ms)

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

    def zoom(self, factor: float, at_s: float) -> None:
        """`factor` times as wide, held between the ride and four samples before the moment is kept."""
        scene = self.scene
        if scene is None:
            return
        ride, span = scene.ride, scene.view.span_s
        whole = ride.stop_s - ride.start_s
        factor = min(max(span * factor, min(ride.least_span_s, whole)), whole) / span
        self.set_view(scene.view.zoomed(at_s, factor))

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
                draw_message(painter, QRectF(self.rect()), self._style, self.message)
            painter.end()

    def draw(self) -> None:
        """Make the frame now, out of sight: the next paint only shows it. Raises LibraryError."""
        if self.scene is not None and self._outdated and self.updatesEnabled():
            self._draw_base(self.scene, self.devicePixelRatioF())
            self._outdated = False

    def _paint_scene(self, painter: QPainter, scene: TraceScene) -> None:
        ratio = self.devicePixelRatioF()
        self.draw()
        painter.drawPixmap(0, 0, self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_scroll(painter, scene)
        if scene.marks.cursor_s is not None:
            draw_cursor(painter, scene, scene.marks.cursor_s, ratio)
        if self.overlay is not None:
            self.overlay(painter, scene, ratio)
        if self._pointer is not None and self.pointing:
            draw_pointer(painter, scene, self._pointer, ratio, self.crosshair)
        if self._note.text:
            painter.setOpacity(self._note.opacity)
            draw_note(painter, scene, self._note.text)

    def _draw_base(self, scene: TraceScene, ratio: float) -> None:
        """The frame without the pointer. The pixmap is kept: PySide leaks references with each one."""
        size = self.size() * ratio
        if self._base.size() != size:
            self._base = QPixmap(size)
        self._base.setDevicePixelRatio(ratio)
        scene.arrange(self.width(), self.height(), ratio)
        painter = QPainter(self._base)
        try:
            paint_trace(scene, painter, ratio)
        finally:
            painter.end()

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

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()
