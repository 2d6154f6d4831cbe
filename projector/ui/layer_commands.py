"""What the Label menu does about other people: whose labels, adjudicating, blind, conflicts, differences."""

from typing import TYPE_CHECKING

from projector.domain.errors import ProjectorError
from projector.ui import dialogs
from projector.ui.telling import tell, tell_below
from projector.ui.widgets.conflict_dialog import ConflictCard, ConflictDialog
from projector.ui.widgets.trace_moves import EVENT_AROUND_S
from projector.workspace.labelling import Labelling
from projector.workspace.layer_session import Conflict
from projector.workspace.own_layer import place_of, span_of

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow


class LayerCommands:
    """Intents about layers. `card` tells of a conflict when it comes up."""

    def __init__(self, window: "MainWindow", labelling: Labelling) -> None:
        self._window, self._labelling = window, labelling
        self.card = ConflictCard(window)
        self.card.wanted.connect(self.settle_conflicts)
        self._known: set[tuple[str, ...]] = set()
        labelling.changed.connect(self._on_changed)
        labelling.told.connect(self._say)
        window.comparison.gone_to.connect(self._on_gone_to)

    # --- whose labels ---------------------------------------------------------------------------------

    def choose(self) -> None:
        """The list of layers."""
        self._window.toolbar.layer_chooser.open()

    def choose_reviewed(self) -> None:
        """The list of layers whose events may be gone through."""
        self._window.toolbar.review_chooser.open()

    def toggle_adjudicating(self) -> None:
        """Edit what counts for everybody, or one's own labels again."""
        on = not self._labelling.layering.adjudicating
        if self._labelling.adjudicate(on):
            self._say(
                "adjudicating: what you edit now counts for everybody · the same again ends it"
                if on
                else "your edits go into your own layer again"
            )
        self._window.refresh()

    def toggle_blind(self) -> None:
        """Hide everybody else's labels, the imported ones too, or show them again."""
        on = not self._labelling.layering.blind
        if self._labelling.label_blind(on):
            self._say(
                "labelling blind: only your own labels are shown, anywhere · the same again ends it"
                if on
                else "other people's labels are shown again"
            )
        self._window.refresh()

    def show_differences(self) -> None:
        """Where two layers differ, and how far they agree."""
        dock = self._window.docks["difference"]
        dock.show()
        dock.raise_()
        dock.view.setFocus()

    def _on_gone_to(self, _ride: int, start_s: float, stop_s: float) -> None:
        """Both versions of a difference are to be seen: the rows of others, the place with what is around."""
        trace = self._window.trace
        if not trace.others_shown:
            trace.toggle_others()
        trace.refresh()
        trace.bring(start_s, stop_s, max(EVENT_AROUND_S, (stop_s - start_s) / 2))

    # --- conflicts ------------------------------------------------------------------------------------

    def settle_conflicts(self) -> None:
        """Ask about each conflict, one after the other, until there is none or somebody says later."""
        self.card.hide()
        while True:
            conflicts = self._labelling.conflicts()
            if not conflicts or not self._settle(conflicts[0], len(conflicts)):
                return

    def _settle(self, conflict: Conflict, left: int) -> bool:
        library = self._window.workspace.library
        if library is None:
            return False
        self._go_to(conflict)
        ride = library.id_of(conflict.ride)
        dialog = ConflictDialog(conflict, ride, left, self._labelling.author, self._window)
        corner = self._window.mapToGlobal(self._window.rect().topRight())
        dialog.adjustSize()
        dialog.move(corner.x() - dialog.width() - 40, corner.y() + 120)
        dialogs.run(dialog)
        if dialog.keep is None:
            return False
        try:
            self._labelling.settle(conflict, dialog.keep)
        except ProjectorError as error:  # settled elsewhere meanwhile: the next look finds what is left
            self._say(error.what)
        return True

    def _go_to(self, conflict: Conflict) -> None:
        """Bring the annotation into the trace, where both versions are drawn."""
        workspace = self._window.workspace
        workspace.show_ride(conflict.ride)
        marks = workspace.annotations
        if marks is None:
            return
        part = marks.of_ride(conflict.ride)
        places = [place_of(edit) for edit in conflict.versions if edit.after is not None]
        row = next((row for row in range(part.start, part.stop) if span_of(marks, row) in places), None)
        if row is not None:
            workspace.select_event(row, "conflict")
            self._window.trace.refresh()
            self._window.trace.bring_event()

    def _on_changed(self) -> None:
        """A conflict that is new is told; those that were left for later are counted in the status line."""
        conflicts = self._labelling.conflicts()
        now = {tuple(edit.id for edit in one.versions) for one in conflicts}
        fresh = [one for one in conflicts if tuple(edit.id for edit in one.versions) not in self._known]
        self._known = now
        if not conflicts:
            self.card.hide()
        elif fresh:
            self.card.tell(self._told(fresh))

    def _told(self, fresh: list[Conflict]) -> str:
        if len(fresh) > 1:
            return f"{len(fresh):,} annotations were changed in two places. Both versions of each are kept."
        (conflict,) = fresh
        library = self._window.workspace.library
        ride = library.id_of(conflict.ride) if library is not None else ""
        body = next(edit.after for edit in conflict.versions if edit.after is not None)
        return f"{body['label']} on {ride} was changed here and elsewhere. Both versions are kept."

    def _say(self, text: str) -> None:
        """Below, too: what the gesture itself did is told over the trace next."""
        tell(self._window, text)
        tell_below(self._window, text)
