"""Editing annotations in the trace by mouse: it takes what it means from the canvas, which keeps the rest.

A gesture is shown as a draft while it lasts, with what would change; it counts when the button is released,
and Esc takes it away. A click that moves nothing selects, as everywhere in the trace.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from shiboken6 import isValid

from projector.domain.errors import InputError, ProjectorError
from projector.processing.snapping import Snap
from projector.ui.items.trace_draft import Draft, draw_chosen_edge, draw_draft
from projector.ui.items.trace_scene import TraceScene
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets.label_finder import Taken
from projector.ui.widgets.next_label import NextLabel
from projector.ui.widgets.trace_canvas import CLICK_PIXELS
from projector.ui.widgets.trace_foretold import Foretelling
from projector.ui.widgets.trace_grips import (
    BODY,
    NEW,
    START,
    STOP,
    Hold,
    Spans,
    hold_at,
    sharing,
    snap_at,
    with_edge,
)
from projector.ui.widgets.trace_note import STAYS
from projector.workspace.labelling import Labelling

_LEFT = Qt.MouseButton.LeftButton
_SHIFT, _CTRL, _ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class TraceEditor(QObject):
    """Gestures on annotations. `label` is what a new one gets; `edge` is the one that keys move.

    ask_label   asks for a label where there is none yet: calls back with its name and whether it is new, or,
                when nobody gives one, the second function
    """

    said = Signal(str)  # what would change; "" when nothing is under way
    failed = Signal(Exception)

    def __init__(self, view: TraceView, labelling: Labelling) -> None:
        super().__init__(view)
        self.view, self.labelling = view, labelling
        self.edge, self.drawing = START, False
        self.begun: float | None = None
        self.draft: Draft | None = None
        self.ask_label: Callable[[Taken, Callable[[], object]], object] = lambda _taken, left: left()
        self._next = NextLabel(labelling)
        self._foretold = Foretelling(view.workspace, labelling)
        self._hold: Hold | None = None
        self._holds: tuple[Hold, ...] = ()  # with the neighbour's edge that moves along
        self._pressed = QPointF()
        self._held = Qt.KeyboardModifier.NoModifier
        self._moved = False
        self._spans: Spans = {}
        self._new: tuple[float, float] | None = None
        view.workspace.ride_changed.connect(self._on_ride_changed)
        view.workspace.library_changed.connect(self._on_library_changed)
        view.canvas.overlay = self.paint
        view.canvas.installEventFilter(self)

    # --- facts ------------------------------------------------------------------------------------

    @property
    def label(self) -> str:
        """The label that a new annotation gets, "" while there is none at all."""
        return self._next.name

    @label.setter
    def label(self, name: str) -> None:
        self._next.choose(name)

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way or a new annotation is begun."""
        return self._hold is not None or self.drawing or self.begun is not None

    @property
    def dragging(self) -> bool:
        """Whether something is held, known by its row."""
        return self._hold is not None

    # --- what gestures and keys share -----------------------------------------------------------------

    def attempt(self, call: Callable[[], object]) -> bool:
        """Do an edit; what makes no sense is noted in the trace, a damaged store is told.

        None while something is dragged: what is held is known by its row, and rows would move.
        """
        if self.dragging:
            return False
        try:
            done = bool(call())
        except InputError as error:
            text = f"{error.what}: {error.remedy}" if error.remedy else error.what
            self.view.canvas.note(text, REFUSAL_MS)
            return False
        except ProjectorError as error:
            self.failed.emit(error)
            return False
        self.view.refresh()
        return done

    def add(self, start_s: float, stop_s: float) -> bool:
        """A new annotation with the label that new ones get; it becomes the current event.

        Where there is no label at all it is asked for one; False until somebody has said which.
        """
        scene, label = self.view.scene, self.label
        if scene is None:
            return False
        ride, span = scene.ride.number, (min(start_s, stop_s), max(start_s, stop_s))
        if label:
            return self._add(ride, span, label)
        self._show(Draft(*span, 0, span[1], None, ("which label?",)), "")
        self.ask_label(lambda name, _new: self._add(ride, span, name, new=True), lambda: self._show(None, ""))
        return False

    def _add(self, ride: int, span: tuple[float, float], label: str, *, new: bool = False) -> bool:
        self._show(None, "")
        trims = self._foretold.trims(ride, {}, [(*span, label)])[2]
        done = self.attempt(lambda: self.labelling.add(ride, *span, label, new_label=new))
        if done:
            cut = f" · {trims}" if trims else ""
            self.view.canvas.note(f"new {label}{cut} · 1–9 and / give it another label")
        return done

    def cancel(self) -> bool:
        """Give up what is under way; False when nothing was."""
        if not self.busy:
            return False
        self._hold, self.drawing, self.begun = None, False, None
        self._show(None, "")
        return True

    def start_drawing(self) -> None:
        """The next click begins a new annotation, the one after ends it; once more, and it is given up."""
        if not self.cancel():
            self.drawing = True
            how = "click where it is" if self._next.point else "click where it begins, then where it ends"
            self.view.canvas.note(f"new {self.label or 'annotation'}: {how} · Esc leaves", STAYS)

    def begin(self, seconds: float) -> None:
        """A new annotation begins here; a point is there at once."""
        if self._next.point:
            self.add(seconds, seconds)
            return
        self.begun = seconds
        self._draw_new(seconds, Snap(seconds))

    def _on_library_changed(self) -> None:
        self._next.choose("")

    def _on_ride_changed(self) -> None:
        """What was held belongs to another ride."""
        if isValid(self):
            self.cancel()

    # --- mouse ----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent) or self.view.scene is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == _LEFT:
            return self._press(self.view.scene, event)
        if kind == QEvent.Type.MouseMove:
            return self._move(self.view.scene, event)
        if kind == QEvent.Type.MouseButtonRelease and event.button() == _LEFT:
            return self._release(self.view.scene, event)
        return False

    def _press(self, scene: TraceScene, event: QMouseEvent) -> bool:
        at, held = event.position(), event.modifiers()
        if not scene.layout.plot.contains(at):
            return False
        hold = hold_at(scene, at)
        if held & _SHIFT or self.drawing or self.begun is not None or (held & _CTRL and hold is None):
            hold = Hold(NEW)
        if hold is None:
            return False
        self._hold, self._pressed, self._held, self._moved = hold, at, held, False
        self.view.canvas.note("")
        self.view.canvas.hide_pointer()
        shared = hold.part in (START, STOP) and not held & _CTRL
        self._holds = sharing(scene, hold) if shared else (hold,)
        return True

    def _move(self, scene: TraceScene, event: QMouseEvent) -> bool:
        canvas, at = self.view.canvas, event.position()
        hold = self._hold
        if hold is None:
            canvas.mouseMoveEvent(event)
            if self.begun is not None and not event.buttons():
                canvas.hide_pointer()  # the card says what the crosshair would
                self._draw_new(self.begun, self._snap(scene, at, event, ()))
            elif not event.buttons():
                self._show_cursor(scene, at)
            return True
        if self.begun is not None:
            self._draw_new(self.begun, self._snap(scene, at, event, ()))
        elif self._moved or (at - self._pressed).manhattanLength() > CLICK_PIXELS:
            self._moved = True
            self._drag(scene, hold, event)
        return True

    def _release(self, scene: TraceScene, event: QMouseEvent) -> bool:
        hold, self._hold = self._hold, None
        if hold is None:
            return False
        if not self._moved:
            self._click(scene, hold, event)
            return True
        spans, new = self._spans, self._new
        self.drawing = False
        self._show(None, "")
        if hold.part == NEW:
            if new is not None:
                self.add(*new)
        elif spans:
            self.attempt(lambda: self.labelling.resize(spans))
        return True

    def _click(self, scene: TraceScene, hold: Hold, event: QMouseEvent) -> None:
        """Pressed and released in one place: a point, an end of a new one, or a selection."""
        at = event.position()
        if hold.part != NEW:
            if hold.part in (START, STOP):
                self.edge = hold.part
            self.view.canvas.mousePressEvent(event)
            self.view.canvas.mouseReleaseEvent(event)
            return
        snap = self._snap(scene, at, event, ())
        if self.begun is not None:
            self._end(snap.seconds, go_on=bool(self._held & _SHIFT))
        elif self.drawing:
            self.drawing = False
            self.begin(snap.seconds)
        elif self._held & _CTRL:
            self.add(snap.seconds, snap.seconds)

    def _end(self, seconds: float, go_on: bool) -> None:
        """End the new annotation here; `go_on`: and begin the next one where it ends."""
        begun, self.begun = self.begun, None
        self._show(None, "")
        if begun is not None and begun != seconds:
            self.add(begun, seconds)
            if go_on:
                self.begin(max(begun, seconds))

    def end_at(self, seconds: float) -> None:
        """End the new annotation that is begun."""
        self._end(seconds, go_on=False)

    # --- what a drag would do -----------------------------------------------------------------------

    def _drag(self, scene: TraceScene, hold: Hold, event: QMouseEvent) -> None:
        at = event.position()
        if hold.part == NEW:
            if self._held & _CTRL:  # a point is a click
                return
            begin = snap_at(scene, scene.seconds(self._pressed.x()), (), bool(event.modifiers() & _ALT))
            self._draw_new(begin.seconds, self._snap(scene, at, event, ()))
            return
        moving = tuple(one.index for one in self._holds)
        if hold.part == BODY:
            bands, i = scene.ride.bands, hold.index
            start, stop = float(bands.start[i]), float(bands.stop[i])
            shift = scene.seconds(at.x()) - scene.seconds(self._pressed.x())
            snap = self._snap_at(scene, start + shift, event, moving)
            start, stop = self._inside(scene, snap.seconds, stop - start)
            self._draw_moved(scene, hold, {i: (start, stop)}, replace(snap, seconds=start))
            return
        snap = self._snap(scene, at, event, moving)
        edge, spans = with_edge(scene, self._holds, snap.seconds)
        self.edge = hold.part
        self._draw_moved(scene, hold, spans, replace(snap, seconds=edge))

    def _draw_moved(self, scene: TraceScene, hold: Hold, spans: Spans, snap: Snap) -> None:
        first = scene.ride.first_event
        self._spans = {first + i: span for i, span in spans.items()}
        self._show(*self._foretold.moved(scene, hold, spans, snap))

    def _draw_new(self, begin: float, snap: Snap) -> None:
        scene = self.view.scene
        if scene is None:
            return
        point = self._next.point
        span = (snap.seconds,) * 2 if point else (min(begin, snap.seconds), max(begin, snap.seconds))
        self._new = span if span[1] > span[0] or point else None
        self._show(*self._foretold.new(scene, span, snap, self.label, point))

    def _snap(self, scene: TraceScene, at: QPointF, event: QMouseEvent, without: tuple[int, ...]) -> Snap:
        return self._snap_at(scene, scene.seconds(at.x()), event, without)

    @staticmethod
    def _snap_at(scene: TraceScene, seconds: float, event: QMouseEvent, without: tuple[int, ...]) -> Snap:
        return snap_at(scene, seconds, without, bool(event.modifiers() & _ALT))

    @staticmethod
    def _inside(scene: TraceScene, start_s: float, length_s: float) -> tuple[float, float]:
        clock = scene.ride.main.pyramid.clock
        start_s = max(min(start_s, clock.stop_s - length_s), clock.start_s)
        return start_s, start_s + length_s

    # --- painting -----------------------------------------------------------------------------------

    def paint(self, painter: QPainter, scene: TraceScene, ratio: float) -> None:
        """Over the canvas's frame."""
        event = scene.marks.event
        if self.draft is not None:
            draw_draft(painter, scene, self.draft, ratio)
        elif event is not None:
            bands = scene.ride.bands
            edge = bands.stop[event] if self.edge == STOP else bands.start[event]
            draw_chosen_edge(painter, scene, float(edge), scene.style.text)

    def _show(self, draft: Draft | None, change: str) -> None:
        self.draft = draft
        if draft is None:
            self._spans, self._new = {}, None
        self.view.canvas.update()
        self.said.emit(change)

    def _show_cursor(self, scene: TraceScene, at: QPointF) -> None:
        """Over the canvas's own choice: what a press here would take hold of."""
        hold = hold_at(scene, at)
        if self.drawing:
            self.view.canvas.setCursor(Qt.CursorShape.CrossCursor)
        elif hold is not None:
            edge = hold.part in (START, STOP)
            shape = Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.SizeAllCursor
            self.view.canvas.setCursor(shape)
