"""What was in view long enough counts as looked at; and what a person says of it: this ride is done."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from shiboken6 import isValid

from projector.annotations.seen import Spans, seconds
from projector.domain.errors import InputError, ProjectorError
from projector.ui import dialogs
from projector.ui.hints import with_keys
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.telling import tell
from projector.ui.widgets.figures import span_text
from projector.workspace.export import clock
from projector.workspace.seen import RULE, STILL_S, Seen, enough

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

MOST_NAMED = 5


class SeenCommands(QObject):
    """Watches the trace stand still, and marks rides as done."""

    def __init__(self, window: "MainWindow", seen: Seen) -> None:
        super().__init__(window)
        self._window, self._seen = window, seen
        self._held: object = None
        self.still = QTimer(self, singleShot=True, interval=round(1000 * STILL_S))
        self.still.timeout.connect(self._on_still)
        window.trace.canvas.view_changed.connect(self._on_moved)
        window.trace.canvas.installEventFilter(self)
        window.workspace.ride_changed.connect(self._on_moved)
        seen.changed.connect(self._on_seen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Resize):
            self._on_moved()
        return False

    # --- looking ------------------------------------------------------------------------------------

    def _on_moved(self) -> None:
        if isValid(self):
            self._held = self._in_view()
            self.still.start()

    def _on_still(self) -> None:
        """The same part of the same ride as when the clock was started; else it starts anew."""
        now, scene = self._in_view(), self._window.trace.scene
        if now is None or scene is None:
            return
        if now != self._held:
            self._on_moved()
        elif enough(scene.layout.plot.width(), scene.view.span_s):
            self._seen.look(scene.ride.number, scene.view.start_s, scene.view.stop_s)

    def _in_view(self) -> object:
        scene, trace = self._window.trace.scene, self._window.trace
        if scene is None or not trace.isVisible() or self._window.isMinimized():
            return None
        return scene.ride.number, scene.view, scene.layout.plot.width()

    def _on_seen(self) -> None:
        if isValid(self):
            self._window.trace.mark_stale("looked")

    # --- done ---------------------------------------------------------------------------------------

    def done(self) -> None:
        """The ride that is shown is done: what was looked at of it, or all after a question."""
        ride = self._window.workspace.ride
        if ride is None:
            return
        unseen = self._seen.unseen(ride)
        whole = self._ask(ride, unseen) if len(unseen) else True
        if whole is not None:
            done = with_keys("done · {undo} takes it back")
            self._do(ride, lambda: self._seen.mark_done(ride, whole=whole), done)

    def not_done(self) -> None:
        """The ride that is shown is not done any more."""
        ride = self._window.workspace.ride
        if ride is not None:
            undone = with_keys("no longer done · {undo} takes it back")
            self._do(ride, lambda: self._seen.take_back(ride), undone)

    def _do(self, ride: int, call, word: str) -> None:  # type: ignore[no-untyped-def]
        library, trace = self._window.workspace.library, self._window.trace
        assert library is not None
        try:
            changed = call()
        except InputError as error:
            tell(self._window, f"{error.what}: {error.remedy}" if error.remedy else error.what, REFUSAL_MS)
            return
        except ProjectorError as error:
            self._window.commands.show_error(error)
            return
        trace.refresh()
        tell(self._window, f"{library.id_of(ride)} is {word if changed else 'as it was'}")

    def _ask(self, ride: int, unseen: Spans) -> bool | None:
        """Whether the whole ride is done, False: only what was looked at; None: neither."""
        library = self._window.workspace.library
        assert library is not None
        looked = seconds(self._seen.whole(ride)) - seconds(unseen)
        answers = ["Mark the whole ride"]
        if looked > 0:
            answers.insert(0, "Mark what was looked at")
        chosen = dialogs.choose(
            self._window,
            f"Not all of {library.id_of(ride)} was looked at.",
            f"Left out: {told(unseen)}, {span_text(seconds(unseen))} in all.\n\nLooked at means: {RULE}.",
            answers,
        )
        return None if chosen is None else answers[chosen] == "Mark the whole ride"


def told(spans: Spans) -> str:
    """'00:00–00:32, 01:10–02:00 and 3 more'."""
    named = [f"{clock(start, 0)}–{clock(stop, 0)}" for start, stop in spans[:MOST_NAMED].tolist()]
    more = len(spans) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")
