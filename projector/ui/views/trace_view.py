"""The trace: the raw accelerometer of a ride with features and annotations on one time axis.

One widget painted with QPainter, not pyqtgraph's scene (trace_scene.py gives the reason and figures).
The view brings the workspace's facts to the scene and sends it intents; what moves with the mouse is
the canvas's affair. A click in the trace never moves the trace; a selection made elsewhere brings its
window into view, unless it can be seen well enough already.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from projector.domain.errors import ProjectorError
from projector.domain.ids import NO_WINDOW, ride_numbers
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_model import OTHERS, RideTrace, StreamTrace, lanes_of
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import TraceStyle
from projector.ui.items.trace_words import told
from projector.ui.saving import png_bytes, write_whole
from projector.ui.theme import Theme
from projector.ui.widgets import trace_ride
from projector.ui.widgets.trace_canvas import Message
from projector.ui.widgets.trace_moves import CAUSE, TraceMoves
from projector.ui.widgets.trace_pictures import png, svg
from projector.workspace.workspace import Workspace

SLOW_SAMPLES = 3_000_000  # reading and checking so many takes long enough to say so first

NO_LIBRARY = Message("No library is open", ("Ctrl+O opens one; Ctrl+I makes one from recordings",))
NO_RIDE = Message(
    "No ride is chosen", ("Click a dot on the map, or a ride in the list: its trace appears here",)
)


class TraceView(TraceMoves):
    """A ride's trace, following the workspace's ride, selection and event."""

    title = "Trace"
    comes_first = True  # a click waits for it
    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(workspace, TraceStyle(theme, QFont()), parent)
        self._theme = theme
        self.aligned = self.absolute_time = False
        self.overview, self._all_streams = True, False
        self.others_shown = True
        self._streams: dict[str, bool] = {}  # chosen by hand: lane key → shown
        self._stay = False
        self._raw_streams: tuple[StreamTrace, ...] = ()
        self._turned = False  # axes are shown as they are wanted by `aligned`
        self._subtitle = ""
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
        canvas.axis_clicked.connect(self._on_axis_click)
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

    # --- facts for menus and tests --------------------------------------------------------------------

    @property
    def crosshair(self) -> bool:
        return self.canvas.crosshair

    @property
    def streams_shown(self) -> bool:
        """Whether every other stream of the ride is shown."""
        if self.scene is None:
            return self._all_streams
        rest = self._other_lanes()
        return bool(rest) and not any(key in self.scene.hidden for key in rest)

    def subtitle(self) -> str:
        """What the panel's header says."""
        return self._subtitle

    def _on_library_changed(self) -> None:
        """At once, not when it is next painted: the file behind the scene is about to be closed."""
        if isValid(self):
            self.canvas.show_message(NO_RIDE if self.workspace.library else NO_LIBRARY)
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
                self.canvas.repaint()  # what a click waits for; lists and figures may follow
        self._tell()

    def _show_ride(self) -> None:
        workspace, scene = self.workspace, self.scene
        if workspace.library is None:
            self.canvas.show_message(NO_LIBRARY)
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
        scene = TraceScene(ride, TraceStyle(self._theme, self.font()), whole)
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

    def _on_axis_click(self) -> None:
        self.set_absolute_time(not self.absolute_time)

    def _on_menu(self, at: QPointF) -> None:
        menu = self.menu()
        menu.exec(at.toPoint())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """What is shown, as a list to tick; for the context menu."""
        menu = QMenu(self)
        if self.scene is not None:
            for stream in self.scene.ride.streams:
                for lane in lanes_of(stream):
                    name = " ".join(series.name for series in lane.series)
                    text = name if lane.main else f"{stream.name}: {name}"
                    self._tick(
                        menu,
                        text,
                        lane.key not in self.scene.hidden,
                        lambda on, key=lane.key: self.show_lane(key, on),
                    )
            menu.addSeparator()
            menu.addAction("Amplitude to what is in view (double click beside a lane)", self.fit_amplitude)
            self._tick(menu, "Gravity-aligned axes", self.aligned, lambda _on: self.toggle_aligned())
            self._tick(menu, "Clock time", self.absolute_time, self.set_absolute_time).setEnabled(
                self.scene.axis.start is not None
            )
            menu.addSeparator()
        self._tick(menu, "Crosshair and values", self.crosshair, lambda _on: self.toggle_crosshair())
        self._tick(menu, "Other people's labels", self.others_shown, lambda _on: self.toggle_others())
        self._tick(menu, "Overview strip", self.overview, lambda _on: self.toggle_overview())
        return menu

    @staticmethod
    def _tick(menu: QMenu, text: str, on: bool, call: object) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(on)
        action.toggled.connect(call)
        return action

    # --- what is shown ----------------------------------------------------------------------------------

    def toggle_crosshair(self) -> None:
        self.canvas.crosshair = not self.canvas.crosshair
        self.canvas.update()

    def toggle_overview(self) -> None:
        self.overview = not self.overview
        if self.scene is not None:
            self.scene.with_strip = self.overview
            self.canvas.renew()

    def toggle_others(self) -> None:
        """The rows of other layers' labels, or not."""
        self.others_shown = not self.others_shown
        self._apply_hidden()
        if self.scene is not None and self.others_shown and not self.scene.ride.others:
            self.canvas.note("nobody else has labelled this ride")

    def toggle_streams(self) -> None:
        """All other streams of the ride, or none."""
        if self.scene is None:
            return
        show = not self.streams_shown
        self._all_streams = show
        self._streams.update(dict.fromkeys(self._other_lanes(), show))
        self._apply_hidden()
        if not self._other_lanes():
            self.canvas.note("this ride has no other stream than its accelerometer")

    def show_lane(self, key: str, shown: bool) -> None:
        """Show a lane or not; kept for rides to come."""
        self._streams[key] = shown
        self._apply_hidden()

    def _apply_hidden(self) -> None:
        if self.scene is not None:
            self.scene.hidden = self._hidden(self.scene.ride)
            self.canvas.renew()

    def _hidden(self, ride: RideTrace) -> frozenset[str]:
        """By default the accelerometer and speed are shown, other streams a key press away."""
        hidden = set() if self.others_shown else {OTHERS}
        for stream in ride.streams:
            for lane in lanes_of(stream):
                usual = lane.main or self._all_streams or "speed" in lane.series[0].name
                if not self._streams.get(lane.key, usual):
                    hidden.add(lane.key)
        return frozenset(hidden)

    def _other_lanes(self) -> list[str]:
        if self.scene is None:
            return []
        return [lane.key for lane in self.scene.signals.values() if not lane.main]

    def set_absolute_time(self, absolute: bool) -> None:
        """The axis shows the ride's clock, where its start is known, or elapsed time."""
        self.absolute_time = absolute
        if self.scene is not None:
            self.scene.axis = replace(self.scene.axis, absolute=absolute)
            if absolute and self.scene.axis.start is None:
                self.canvas.note("when this ride began is not known: elapsed time is shown")
            self.canvas.renew()
        self._tell()

    def toggle_aligned(self) -> None:
        """Raw axes, or turned so that gravity points along +z."""
        self.aligned = not self.aligned
        self._turn()

    def _turn(self) -> None:
        """Show the ride's axes as they are wanted."""
        scene = self.scene
        if scene is None:
            return
        ride, note = replace(scene.ride, streams=self._raw_streams), ""
        self._turned = False
        if self.aligned:
            ride, note = self._aligned(ride)
        scene.replace_ride(ride)
        self.canvas.renew()
        if note:
            self.canvas.note(note)
        self._tell()

    def _aligned(self, ride: RideTrace) -> tuple[RideTrace, str]:
        """The ride with turned axes; of many samples they are asked for, and the raw ones stay meanwhile."""
        made = self.workspace.aligned
        if made is not None and made.ride != ride.number:
            made = None
        turned = trace_ride.aligned_stream(ride.main, made)
        if turned is None:
            self.workspace.want_aligned()
            return ride, f"turning {ride.main.pyramid.clock.count:,} samples; the raw axes stay meanwhile"
        self._turned = True
        rest = (stream for stream in ride.streams if not stream.main)
        return replace(ride, streams=(turned, *rest)), ""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.canvas.set_style(TraceStyle(theme, self.font()))

    # --- what the header says -----------------------------------------------------------------------------

    def _tell(self, *_: object) -> None:
        text = told(self.scene, self._turned) if self.scene is not None else ""
        if text != self._subtitle:
            self._subtitle = text
            self.subtitle_changed.emit(text)

    # --- pictures ------------------------------------------------------------------------------

    def save_png(self, path: Path) -> str:
        """The view without the pointer, at twice the screen's resolution. Raises StorageError."""
        return self._saved(path, png)

    def save_svg(self, path: Path) -> str:
        """The view as vectors: a line through the samples, or outlines of extremes. Raises StorageError."""
        return self._saved(path, svg)

    def _saved(self, path: Path, make: Callable[[TraceScene, QSize], bytes]) -> str:
        if self.scene is None:
            write_whole(Path(path), png_bytes(self.canvas.grab()))
        else:
            write_whole(Path(path), make(self.scene, self.canvas.size()))
            self.canvas.renew()  # the next frame is laid out for the screen again
        return f"saved {path}"
