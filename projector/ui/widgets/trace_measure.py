"""Measuring between two markers in the trace: they are dragged, or a click brings the nearer one."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from projector.ui.items.trace_measure import GRIP, draw_measure, near_sample
from projector.ui.items.trace_scene import TraceScene
from projector.ui.views.trace_view import TraceView

_LEFT = Qt.MouseButton.LeftButton
_EDITS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
HOW = "drag the markers, or click where the nearer one is to be · {measure} or Esc ends it"


class TraceMeasure(QObject):
    """Two markers, in seconds of the ride; None while nothing is measured."""

    def __init__(self, view: TraceView) -> None:
        super().__init__(view)
        self.view = view
        self.markers: list[float] | None = None
        self._held: int | None = None
        self._beneath = view.canvas.overlay
        view.canvas.overlay = self._paint
        view.canvas.installEventFilter(self)
        view.workspace.ride_changed.connect(self.leave)

    @property
    def on(self) -> bool:
        """Whether it is being measured."""
        return self.markers is not None

    def toggle(self) -> None:
        """Begin with a marker at the cursor, or at a third of the view, and one a third further; or end."""
        scene = self.view.scene
        if self.leave() or scene is None:
            return
        view, cursor = scene.view, scene.marks.cursor_s
        first = view.start_s + view.span_s / 3
        if cursor is not None and view.start_s <= cursor <= view.stop_s:
            first = cursor
        second = first + view.span_s / 3
        if second > view.stop_s:
            second = first - view.span_s / 3
        self.markers = [near_sample(scene, first), near_sample(scene, second)]
        self.view.canvas.update()

    def leave(self) -> bool:
        """End it; False when nothing was measured."""
        was = self.on
        self.markers, self._held = None, None
        if was:
            self.view.canvas.update()
        return was

    # --- mouse and painting -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        scene = self.view.scene
        if self.markers is None or scene is None or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == _LEFT:
            return self._press(scene, event)
        if kind == QEvent.Type.MouseMove and self._held is not None:
            self._put(scene, event)
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._held is not None:
            self._held = None
            return True
        if kind == QEvent.Type.MouseMove and not event.buttons() and self._near(scene, event) is not None:
            self.view.canvas.setCursor(Qt.CursorShape.SizeHorCursor)
            return True
        return False

    def _press(self, scene: TraceScene, event: QMouseEvent) -> bool:
        """With Shift or Ctrl the press is the editor's, as ever."""
        if event.modifiers() & _EDITS or not scene.layout.plot.contains(event.position()):
            return False
        assert self.markers is not None
        seconds = scene.seconds(event.position().x())
        near = self._near(scene, event)
        if near is None:
            near = min((0, 1), key=lambda at: abs(self.markers[at] - seconds))  # type: ignore[index]
        self._held = near
        self.view.canvas.hide_pointer()
        self._put(scene, event)
        return True

    def _near(self, scene: TraceScene, event: QMouseEvent) -> int | None:
        """The marker that a press here takes hold of."""
        assert self.markers is not None
        x = event.position().x()
        away = [abs(float(scene.x(seconds)) - x) for seconds in self.markers]
        at = away.index(min(away))
        return at if away[at] <= GRIP else None

    def _put(self, scene: TraceScene, event: QMouseEvent) -> None:
        assert self.markers is not None
        assert self._held is not None
        self.markers[self._held] = near_sample(scene, scene.seconds(event.position().x()))
        self.view.canvas.update()

    def _paint(self, painter: QPainter, scene: TraceScene, ratio: float) -> None:
        if self._beneath is not None:
            self._beneath(painter, scene, ratio)
        if self.markers is not None:
            draw_measure(painter, scene, self.markers[0], self.markers[1], ratio)
