"""What the Label menu does: the keyboard's side of editing annotations, undo, and what is saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from projector.domain.errors import ProjectorError
from projector.ui import dialogs, saving
from projector.ui.hints import with_keys
from projector.ui.reading_time import NOTE_MS, REFUSAL_MS
from projector.ui.telling import tell, tell_below
from projector.ui.views.event_view import EventView
from projector.ui.widgets.label_finder import WIDE as FINDER_WIDE
from projector.ui.widgets.label_finder import LabelFinder, Taken
from projector.ui.widgets.patience import Patience
from projector.ui.widgets.trace_editor import TraceEditor
from projector.ui.widgets.trace_grips import START, STOP, Hold, next_sample, sharing, with_edge
from projector.ui.widgets.vocabulary_dialog import VocabularyDialog
from projector.workspace.labelling import Labelling
from projector.workspace.taking_back import Undone

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow


class LabelCommands:
    """Intents on the current event, whose row the workspace knows."""

    def __init__(self, window: "MainWindow", labelling: Labelling, editor: TraceEditor) -> None:
        self._window, self._workspace = window, window.workspace
        self.labelling: Labelling = labelling
        self.editor: TraceEditor = editor
        self._finder = LabelFinder(window.theme, window)
        editor.ask_label = lambda taken, left: self._ask_label("label of this annotation", taken, left)

    # --- labels -----------------------------------------------------------------------------------

    def name_of(self, digit: int) -> str:
        """The label that a digit stands for, "" for none."""
        return self.labelling.vocabulary.of_digit(digit)

    def label(self, digit: int) -> None:
        """Give the current event a label; without one, the label that the next new one gets."""
        name = self.name_of(digit)
        if name:
            self._give(name)

    def _give(self, name: str, new: bool = False) -> None:
        """A label to the current event, else to the next new one. `new`: the vocabulary gets it, too."""
        event = self._workspace.event
        if event is not None:
            if self.editor.attempt(lambda: self.labelling.relabel(event, name, new_label=new)):
                self._note(with_keys(f"{name} · {{undo}} takes it back"))
        elif not new or self.editor.attempt(lambda: self.labelling.vocabulary.add(name)):
            self.editor.label = name
            self._note(f"the next new annotation is {name}: Shift+drag draws it")

    def find_label(self) -> None:
        """Any label by typing, for the current event or the next new one."""
        what = "label of this event" if self._workspace.event is not None else "label of the next annotation"
        self._ask_label(what, self._give)

    def _ask_label(self, what: str, taken: Taken, left: Callable[[], object] = lambda: None) -> None:
        canvas, classes = self._window.trace.canvas, self.labelling.vocabulary.classes
        over = canvas if canvas.isVisible() else self._window
        at = over.mapToGlobal(QPoint((over.width() - FINDER_WIDE) // 2, 30))
        self._finder.ask(what, classes, self._window.theme, at, taken, left)

    def edit_vocabulary(self) -> None:
        """The labels, what they mean, and which key gives them."""
        dialog = VocabularyDialog(self.labelling.vocabulary, self._window.theme, self._window)
        dialogs.run(dialog)
        if dialog.done_words:
            self._note(dialog.done_words)

    def edit_uncertainty(self) -> None:
        """Type how far off the chosen edge may be."""
        dock, panel = self._window.docks["event"], self._window.views["event"]
        dock.show()
        dock.raise_()
        assert isinstance(panel, EventView)
        panel.edit_uncertainty(self.editor.edge == STOP, self._window.trace)

    def clear(self) -> None:
        """The current event's time has no label any more."""
        self._on_event(self.labelling.delete, with_keys("label cleared · {undo} takes it back"))

    def delete(self) -> None:
        """The current event is no longer there."""
        self._on_event(self.labelling.delete, with_keys("deleted · {undo} takes it back"))

    # --- shape --------------------------------------------------------------------------------------

    def switch_edge(self) -> None:
        """The other edge is the one that keys move."""
        self.editor.edge = STOP if self.editor.edge == START else START
        self._note(f"the {self.editor.edge} moves with , and .")

    def nudge(self, direction: int, by_s: float = 0.0) -> None:
        """The chosen edge a sample, or some seconds, earlier (-1) or later (1); a point as a whole.

        An edge that is shared with a neighbour stays shared, as under the mouse.
        """
        scene, event = self._window.trace.scene, self._event()
        if scene is None or event is None:
            return
        bands, index = scene.ride.bands, event - scene.ride.first_event
        start, stop = float(bands.start[index]), float(bands.stop[index])
        clock = scene.ride.main.pyramid.clock
        edge = start if self.editor.edge == START or start == stop else stop
        moved = edge + direction * by_s if by_s else next_sample(scene, edge, direction)
        moved = min(max(moved, clock.start_s), clock.stop_s)
        if start == stop:
            spans = {index: (moved, moved)}
        else:
            _, spans = with_edge(scene, sharing(scene, Hold(self.editor.edge, index)), moved)
        rows = {scene.ride.first_event + at: span for at, span in spans.items()}
        self.editor.attempt(lambda: self.labelling.resize(rows))

    def split(self) -> None:
        """In two at the cursor."""
        cursor = self._cursor()
        if cursor is not None:
            self._on_event(lambda event: self.labelling.split(event, cursor), "split in two")

    def merge(self) -> None:
        """One with the next annotation of the ride."""
        event, marks = self._event(), self._workspace.annotations
        if event is None or marks is None:
            return
        if event + 1 >= marks.of_ride(int(marks.ride_number[event])).stop:
            self._note("no later annotation in this ride", REFUSAL_MS)
            return
        if self.editor.attempt(lambda: self.labelling.merge(event, event + 1)):
            self._note("merged with the next")

    def begin(self) -> None:
        """A new annotation begins at the cursor."""
        cursor = self._cursor()
        if cursor is not None:
            self.editor.begin(cursor)

    def end(self) -> None:
        """The new annotation ends at the cursor."""
        cursor = self._cursor()
        if cursor is None:
            return
        if self.editor.begun is None:
            self._note(with_keys("{begin} sets where the new annotation begins"), REFUSAL_MS)
        else:
            self.editor.end_at(cursor)

    def leave(self) -> None:
        """One level: what is under way, then the current event, then the selection."""
        if self._window.commands.measure.leave():
            self._window.refresh()
        elif self.editor.cancel():
            self._window.trace.canvas.note("")
        elif self._workspace.event is not None:
            self._workspace.select_event(None)
        else:
            self._workspace.clear_selection("escape")

    # --- undo and saving ------------------------------------------------------------------------------

    def undo(self) -> None:
        self._take_back(self.labelling.undo, "undone")

    def redo(self) -> None:
        self._take_back(self.labelling.redo, "redone")

    def _take_back(self, call: Callable[..., Undone | None], word: str) -> None:
        self.editor.cancel()
        try:
            with Patience(self._window, "going back") as progress:
                done = call(progress=progress)
            if not progress.cancelled and done is not None and done.since:
                if not self._ask_anyway(done):
                    return
                with Patience(self._window, "going back") as progress:
                    done = call(anyway=True, progress=progress)
        except ProjectorError as error:
            self._window.commands.show_error(error)
            return
        if progress.cancelled:
            self._note("stopped: no label was changed")
            return
        if done is None:
            self._note(f"nothing is left to be {word}", REFUSAL_MS)
            return
        self._window.trace.refresh()
        self._window.trace.bring_event()
        self._window.commands.review.show_taken_back()
        self._note(f"{word}: {done.what}")

    def _ask_anyway(self, done: Undone) -> bool:
        me = self.labelling.author  # on another machine, or in another window
        people = ", ".join("you (elsewhere)" if who == me else who for who in dict.fromkeys(done.since))
        return dialogs.ask_yes(
            self._window, f"Your “{done.what}” was changed since by {people}.", "Take it back all the same?"
        )

    def save(self) -> None:
        """Try again what isn't on disk, and say what is saved."""
        self.labelling.save()
        text = self.labelling.saved_text() or "no edits yet: every edit is saved at once"
        tell_below(self._window, text)
        trouble = self.labelling.trouble
        if trouble is not None:
            self._window.commands.show_error(trouble)

    def save_elsewhere(self) -> None:
        """Every edit, saved or not, as a label store in another place."""
        journal = self.labelling.journal
        if journal is None:
            return
        path = saving.ask_where(
            self._window, "Save the labels elsewhere", journal.path.name, "Label store (*.labels.db)"
        )
        if path is None:
            return
        try:
            with Patience(self._window, "saving the labels elsewhere") as progress:
                journal.save_elsewhere(path, progress)
        except ProjectorError as error:
            self._window.commands.show_error(error)
            return
        tell_below(self._window, "stopped: nothing was written" if progress.cancelled else f"saved {path}")
        self.labelling.changed.emit()

    def may_close(self) -> bool:
        """Whether nothing would be lost by closing; with edits that cannot be saved a person decides."""
        if self.labelling.unsaved and not self.labelling.save():
            trouble = self.labelling.trouble
            why = str(trouble) if trouble else ""
            count, journal = self.labelling.unsaved, self.labelling.journal
            edits = f"{count:,} {'edits are' if count != 1 else 'edit is'}"
            elsewhere = journal.elsewhere if journal else None
            if elsewhere is None:
                what, rest = f"{edits} not saved and would be lost.", ""
            else:
                what = f"{edits} not beside this library, only in {elsewhere}."
                rest = "`projector labels merge` brings the two stores together.\n\n"
            return dialogs.ask_yes(self._window, what, f"{why}\n\n{rest}Close all the same?")
        return True

    # --- inside ---------------------------------------------------------------------------------------

    def _event(self) -> int | None:
        if self._workspace.event is None:
            self._note(with_keys("select an annotation first: click it, or {next_event}"), REFUSAL_MS)
        return self._workspace.event

    def _cursor(self) -> float | None:
        scene = self._window.trace.scene
        cursor = scene.marks.cursor_s if scene is not None else None
        if cursor is None:
            self._note("click in the trace first: that puts the cursor there", REFUSAL_MS)
        return cursor

    def _on_event(self, call: Callable[[int], object], note: str) -> None:
        event = self._event()
        if event is not None and self.editor.attempt(lambda: call(event)):
            self._note(note)

    def _note(self, text: str, least_ms: int = NOTE_MS) -> None:
        tell(self._window, text, least_ms)
