"""What of a ride the trace shows: lanes, streams, turned axes, clock time; and what its header says of it.

Chosen once, it holds for rides to come. The trace view shows rides; this is its base.
"""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from projector.ui.items.trace_model import OTHERS, RideTrace, StreamTrace, lanes_of
from projector.ui.items.trace_style import TraceStyle
from projector.ui.items.trace_words import told
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.widgets import trace_ride
from projector.ui.widgets.trace_moves import TraceMoves
from projector.workspace.workspace import Workspace


class TraceOptions(TraceMoves):
    """Switches, each of which also stands in the context menu."""

    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, style: TraceStyle, parent: QWidget | None = None) -> None:
        super().__init__(workspace, style, parent)
        self.aligned = self.absolute_time = False
        self.overview, self._all_streams = True, False
        self.others_shown = True
        self._streams: dict[str, bool] = {}  # chosen by hand: lane key → shown
        self._raw_streams: tuple[StreamTrace, ...] = ()
        self._turned = False  # axes are shown as they are wanted by `aligned`
        self._subtitle = ""

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

    # --- lanes ------------------------------------------------------------------------------------------

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
            self.canvas.note("nobody else has labelled this ride", REFUSAL_MS)

    def toggle_streams(self) -> None:
        """All other streams of the ride, or none."""
        if self.scene is None:
            return
        show = not self.streams_shown
        self._all_streams = show
        self._streams.update(dict.fromkeys(self._other_lanes(), show))
        self._apply_hidden()
        if not self._other_lanes():
            self.canvas.note("this ride has no other stream than its accelerometer", REFUSAL_MS)

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

    # --- axes -------------------------------------------------------------------------------------------

    def set_absolute_time(self, absolute: bool) -> None:
        """The axis shows the ride's clock, where its start is known, or elapsed time."""
        self.absolute_time = absolute
        if self.scene is not None:
            self.scene.axis = replace(self.scene.axis, absolute=absolute)
            if absolute and self.scene.axis.start is None:
                self.canvas.note("when this ride began is not known: elapsed time is shown", REFUSAL_MS)
            self.canvas.renew()
        self._tell()

    def toggle_absolute_time(self) -> None:
        self.set_absolute_time(not self.absolute_time)

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

    # --- in words ---------------------------------------------------------------------------------------

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

    def subtitle(self) -> str:
        """What the panel's header says."""
        return self._subtitle

    def _tell(self, *_: object) -> None:
        text = told(self.scene, self._turned) if self.scene is not None else ""
        if text != self._subtitle:
            self._subtitle = text
            self.subtitle_changed.emit(text)
