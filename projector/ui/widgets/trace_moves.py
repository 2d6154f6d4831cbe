"""Moving along a ride: by keys, by menus, to an event, to a time. The base of the trace view."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import TraceStyle
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.go_to_time import GoToTime
from projector.ui.widgets.trace_canvas import TraceCanvas
from projector.workspace.workspace import Workspace

READABLE_PIXELS = 64  # a window narrower than that is in view, but can't be read
AROUND = 1.0  # lengths of a window shown on either side of it
EVENT_AROUND_S = 1.0
ARRIVAL_S = 15.0  # shown on either side of a moment that is gone to from the whole ride
CAUSE = "trace"


class TraceMoves(DeferredView):
    """A canvas and every way to move along its ride."""

    def __init__(self, workspace: Workspace, style: TraceStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.canvas = TraceCanvas(style, self)
        self._stay = False  # the next change of the selection came from here: don't move
        self.fixed = 0.0  # see TraceScene.fixed: of rides to come, too
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def scene(self) -> TraceScene | None:
        """What is painted; its `frame` holds the numbers that are drawn."""
        return self.canvas.scene

    def look_at(self, start_s: float, stop_s: float, around_s: float, fixed: float) -> None:
        """An event with so many seconds on either side, at a scale that stays the same from ride to ride.

        fixed   m/s², see TraceScene.fixed. Painted at once: who goes through a list waits for nothing else
        """
        self.fixed = fixed
        self.canvas.setUpdatesEnabled(False)  # what arriving at a ride would show is not painted first
        self.refresh()
        if self.scene is not None:
            self.scene.fixed = fixed
            self.canvas.set_gain(1.0)
            self.canvas.set_view(Viewport(start_s - around_s, stop_s + around_s))
        self.canvas.setUpdatesEnabled(True)
        self.canvas.repaint()

    def fit_ride(self) -> None:
        """The whole ride, every amplitude."""
        self.fixed = 0.0
        if self.scene is not None:
            self.scene.fixed = 0.0
            self.canvas.set_gain(1.0)
            self.canvas.set_view(Viewport(self.scene.ride.start_s, self.scene.ride.stop_s))

    def fit_amplitude(self) -> None:
        """Make what is in view as tall as it can be; once more, and the whole ride's range is back."""
        if self.scene is not None:
            self.fixed = self.scene.fixed = 0.0
            gain = self.scene.gain_in_view()
            same = abs(gain - self.scene.gain) < 1e-6 * gain
            self.canvas.set_gain(1.0 if same else gain)

    def step(self, pages: float) -> None:
        """On by so many widths of the view; backward below 0."""
        if self.scene is not None:
            self.canvas.set_view(self.scene.view.moved(pages * self.scene.view.span_s))

    def zoom(self, factor: float) -> None:
        """So many times as wide, about the selected window if it is in view, else the middle."""
        scene = self.scene
        if scene is None:
            return
        middle = sum(scene.marks.window) / 2 if scene.marks.window else scene.view.start_s - 1
        inside = scene.view.start_s <= middle <= scene.view.stop_s
        self.canvas.zoom(factor, middle if inside else (scene.view.start_s + scene.view.stop_s) / 2)

    def go_to_start(self) -> None:
        if self.scene is not None:
            self.step(-(self.scene.view.start_s - self.scene.ride.start_s) / self.scene.view.span_s)

    def go_to_end(self) -> None:
        if self.scene is not None:
            self.step((self.scene.ride.stop_s - self.scene.view.stop_s) / self.scene.view.span_s)

    def go_to(self, t_s: float) -> None:
        """Put the cursor at a moment, bring it to the middle and select the window nearest to it."""
        scene = self.scene
        if scene is None:
            return
        half = scene.view.span_s / 2
        if scene.fitted:
            half = min(half, ARRIVAL_S)
        scene.marks = replace(scene.marks, cursor_s=t_s)
        self.canvas.set_view(Viewport(t_s - half, t_s + half))
        self._stay = True
        self.workspace.select_at(scene.ride.number, t_s, CAUSE)
        self._stay = bool(self._stale)
        self.canvas.update()

    def ask_for_time(self) -> None:
        """Ctrl+G."""
        if self.scene is None:
            return
        dialog = GoToTime(self.scene.axis, self.scene.ride.start_s, self.scene.ride.stop_s, self)
        if dialog.exec() and dialog.seconds is not None:
            self.go_to(dialog.seconds)
        dialog.deleteLater()

    def zoom_to_event(self) -> None:
        """The current event with its surroundings; without one, the selected window."""
        scene = self.scene
        if scene is None:
            return
        marks = scene.marks
        if marks.event is not None:
            start, stop, around = self._event_room(scene, marks.event)
        elif marks.window is not None:
            start, stop = marks.window
            around = AROUND * (stop - start)
        else:
            return
        self.canvas.set_view(Viewport(start - around, stop + around))

    def step_event(self, direction: int) -> None:
        """The next event (1) or the one before (-1) becomes the current one and comes into view."""
        scene = self.scene
        if scene is None:
            return
        self.refresh()  # the last step may not have been drawn yet
        marks, view = scene.marks, scene.view
        places = [marks.cursor_s, sum(marks.window) / 2 if marks.window else None]
        inside = [place for place in places if place is not None and view.start_s <= place <= view.stop_s]
        at = inside[0] if inside else (view.start_s if direction > 0 else view.stop_s)
        found = scene.ride.bands.next(at, marks.event, direction > 0)
        if found is None:
            self.canvas.note(f"no {'later' if direction > 0 else 'earlier'} event in this ride", REFUSAL_MS)
            return
        self.workspace.select_event(scene.ride.first_event + found, CAUSE)

    def bring(self, start_s: float, stop_s: float, around_s: float) -> None:
        """Move no more than reading needs: not at all, at this width, or to all of it and what is around."""
        scene = self.scene
        if scene is None:
            return
        view, wide = scene.view, max(stop_s - start_s, around_s)
        fits = wide * 1.1 <= view.span_s <= wide * scene.layout.plot.width() / READABLE_PIXELS
        if fits and view.start_s <= start_s and stop_s <= view.stop_s:
            return
        middle = (start_s + stop_s) / 2
        half = view.span_s / 2 if fits else (stop_s - start_s) / 2 + around_s
        self.canvas.set_view(Viewport(middle - half, middle + half))

    def bring_window(self) -> None:
        """The selected window into view."""
        if self.scene is not None and self.scene.marks.window is not None:
            start, stop = self.scene.marks.window
            self.bring(start, stop, AROUND * (stop - start))

    def bring_event(self) -> None:
        """The current event into view."""
        if self.scene is not None and self.scene.marks.event is not None:
            self.bring(*self._event_room(self.scene, self.scene.marks.event))

    @staticmethod
    def _event_room(scene: TraceScene, event: int) -> tuple[float, float, float]:
        start, stop = float(scene.ride.bands.start[event]), float(scene.ride.bands.stop[event])
        return start, stop, max(EVENT_AROUND_S, (stop - start) / 2)
