"""The trace: the raw accelerometer of a ride with features and annotations on one time axis.

One widget painted with QPainter, not pyqtgraph's scene (trace_painter.py gives the reason and figures).
The view brings the workspace's facts to the scene and sends it intents; what moves with the mouse is
the canvas's affair. A click in the trace never moves the trace; a selection made elsewhere brings its
window into view, unless it can be seen well enough already.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from projector.domain.errors import ProjectorError
from projector.domain.ids import NO_WINDOW, ride_numbers
from projector.domain.progress import Progress, silent
from projector.ui.hints import with_keys
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_message import Message
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import TraceStyle
from projector.ui.png import png_of
from projector.ui.saving import write_whole
from projector.ui.theme import Theme
from projector.ui.widgets import trace_ride
from projector.ui.widgets.trace_moves import CAUSE
from projector.ui.widgets.trace_options import TraceOptions
from projector.ui.widgets.trace_pictures import png, svg
from projector.workspace.workspace import Workspace

SLOW_SAMPLES = 3_000_000  # reading and checking so many takes long enough to say so first

NO_RIDE = Message(
    "No ride is chosen", ("Click a dot on the map, or a ride in the list: its trace appears here",)
)


def no_library() -> Message:
    """What to do first."""
    return Message("No library is open", (with_keys("{open} opens one; {import} makes one from recordings"),))


class TraceView(TraceOptions):
    """A ride's trace, following the workspace's ride, selection and event."""

    title = "Trace"
    comes_first = True  # a click waits for it

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        self._style = TraceStyle(theme, QFont())
        super().__init__(workspace, self._style, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self._connect()
        self.mark_stale("ride")

    def _connect(self) -> None:
        canvas, workspace = self.canvas, self.workspace
        canvas.clicked.connect(self._on_click)
        canvas.double_clicked.connect(self._on_double_click)
        canvas.view_changed.connect(self._tell)
        canvas.scale_clicked.connect(self.fit_amplitude)
        canvas.axis_clicked.connect(self.toggle_absolute_time)
        canvas.menu_wanted.connect(self._on_menu)
        canvas.failed.connect(self._tell)
        for signal, parts in (
            (workspace.ride_changed, ("ride",)),
            (workspace.table_changed, ("windows",)),
            (workspace.projection_changed, ("windows",)),
            (workspace.labels_changed, ("bands",)),
            (workspace.features_chosen, ("tracks",)),
            (workspace.selection_changed, ("selection",)),
            (workspace.event_changed, ("event",)),
            (workspace.aligned_changed, ("aligned",)),
        ):
            signal.connect(partial(self.mark_stale, *parts))
        workspace.library_changed.connect(self._on_library_changed)

    def _on_library_changed(self) -> None:
        """At once, not when it is next painted: the file behind the scene is about to be closed."""
        if isValid(self):
            self.canvas.show_message(NO_RIDE if self.workspace.library else no_library())
            self.mark_stale("ride")

    # --- following the workspace ----------------------------------------------------------------------

    def _refresh(self, parts: set[str]) -> None:
        stay, self._stay = self._stay, False
        try:
            if "ride" in parts:
                self._show_ride()
            elif self.scene is not None:
                self._renew_parts(self.scene, parts)
                if "aligned" in parts and self.aligned and not self._turned:
                    self._turn()
        except ProjectorError as error:
            self._show_error(error)
        if self.scene is not None:
            self.scene.looked = self.workspace.looked_of(self.scene.ride.number)
            self._mark()
            if "event" in parts and self.workspace.event is not None:
                if not stay:
                    self.bring_event()
            elif parts & {"selection", "ride"} and not stay:
                self.bring_window()
            self.canvas.renew()
            if "ride" in parts:
                self._present(self.scene.ride.number)
        self._tell()

    def _present(self, number: int) -> None:
        """What a click waits for; lists and figures may follow. Drawn while the samples are still hashed."""
        assert self.workspace.library is not None
        try:
            self.canvas.draw()
            self.workspace.library.ride(number)
        except ProjectorError as error:
            self._show_error(error)
        else:
            self.canvas.repaint()

    def _show_ride(self) -> None:
        workspace, scene = self.workspace, self.scene
        if workspace.library is None:
            self.canvas.show_message(no_library())
        elif workspace.ride is None:
            self.canvas.show_message(NO_RIDE)
        elif scene is None or scene.ride.number != workspace.ride:
            self._load(workspace.ride)
        else:
            self._renew_parts(scene, {"windows", "bands", "tracks"})

    def _load(self, number: int) -> None:
        library, old = self.workspace.library, self.scene
        assert library is not None
        if library.describe(number).samples > SLOW_SAMPLES:
            self.canvas.show_message(
                Message(f"Checking {library.id_of(number)} …", ("every sample against its hash",))
            )
            self.canvas.repaint()
        ride = trace_ride.ride_trace(self.workspace, number)
        self._raw_streams = ride.streams
        note, self._turned = "", False
        if self.aligned:
            ride, note = self._aligned(ride)
        whole = Viewport(ride.start_s, ride.stop_s)
        scene = TraceScene(ride, self._style, whole)
        scene.axis = replace(scene.axis, start=ride.start, absolute=self.absolute_time)
        scene.with_strip, scene.hidden = self.overview, self._hidden(ride)
        scene.gain = old.gain if old is not None else 1.0
        scene.fixed = self.fixed
        if old is not None and not old.fitted and self._selected_here(number):
            scene.view = Viewport(whole.start_s, whole.start_s + min(old.view.span_s, whole.span_s))
        scene.arrange(max(self.canvas.width(), 1), max(self.canvas.height(), 1), self.devicePixelRatioF())
        self.canvas.show_scene(scene)
        if note:
            self.canvas.note(note)

    def _selected_here(self, number: int) -> bool:
        primary = self.workspace.selection.primary
        return primary != NO_WINDOW and int(ride_numbers(primary)) == number

    def _show_error(self, error: ProjectorError) -> None:
        self.canvas.show_message(Message(error.what, (error.where, error.remedy), error=True))

    def _renew_parts(self, scene: TraceScene, parts: set[str]) -> None:
        ride = scene.ride
        if "bands" in parts:
            ride = trace_ride.with_bands(ride, self.workspace)
        if "windows" in parts:
            ride = trace_ride.with_windows(ride, self.workspace)
        if parts & {"windows", "tracks"}:
            ride = trace_ride.with_tracks(ride, self.workspace)
        if ride is not scene.ride:
            scene.replace_ride(ride)

    def _mark(self) -> None:
        """The selected windows and the current event of this ride."""
        scene, workspace = self.scene, self.workspace
        assert scene is not None
        ride, windows = scene.ride, scene.ride.windows
        chosen = np.isin(windows.ids, workspace.selection.ids, assume_unique=True)
        primary = windows.ids == workspace.selection.primary
        row = int(np.argmax(primary)) if primary.any() else None
        window = None if row is None else (float(windows.start[row]), float(windows.stop[row]))
        event = None if workspace.event is None else workspace.event - ride.first_event
        if event is not None and not 0 <= event < len(ride.bands):
            event = None
        others = windows.centre[chosen & ~primary]
        scene.marks = replace(scene.marks, window=window, event=event, others=others)

    # --- what the mouse meant ---------------------------------------------------------------------------

    def _on_click(self, seconds: float, annotation: int) -> None:
        scene = self.scene
        if scene is None:
            return
        self._stay = True
        self.workspace.select_event(scene.ride.first_event + annotation if annotation >= 0 else None, CAUSE)
        self.workspace.select_at(scene.ride.number, seconds, CAUSE)
        self._stay = bool(self._stale)

    def _on_double_click(self, seconds: float, annotation: int) -> None:
        self.refresh()
        self.zoom_to_event()

    def _on_menu(self, at: QPointF) -> None:
        menu = self.menu()
        menu.exec(at.toPoint())
        menu.deleteLater()

    def set_theme(self, theme: Theme) -> None:
        self._style = TraceStyle(theme, self.font())
        self.canvas.set_style(self._style)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.set_theme(self._style.theme)

    # --- pictures ------------------------------------------------------------------------------

    def save_png(self, path: Path, progress: Progress = silent) -> str:
        """The view without the pointer, twice as many pixels. Raises StorageError or Cancelled."""
        return self._saved(path, png, progress)

    def save_svg(self, path: Path, progress: Progress = silent) -> str:
        """The view as vectors: a line through the samples, or outlines of extremes. Raises the same."""
        return self._saved(path, svg, progress)

    def _saved(self, path: Path, make: Callable[[TraceScene, QSize, Progress], bytes], told: Progress) -> str:
        if self.scene is None:
            data = png_of(self.canvas.grab().toImage(), told)
        else:
            try:
                data = make(self.scene, self.canvas.size(), told)
            finally:
                self.canvas.renew()  # the next frame is laid out for the screen again
        write_whole(Path(path), data, told)
        return f"saved {path}"
