"""Everybody's gestures on a ride's labels, and going back to any of them as an edit of one's own."""

from collections.abc import Sequence

from projector.annotations.adopting import adopt
from projector.annotations.edits import Hand, restore
from projector.annotations.steps import Key, Step, Steps
from projector.domain.edits import Edit, Kind
from projector.domain.edits import heads as heads_of
from projector.domain.errors import InputError
from projector.workspace.label_session import LabelSession
from projector.workspace.taking_back import LABELS
from projector.workspace.workspace import Workspace


class RideHistory:
    """Facts and intents about what was done to a ride. Rides are numbers."""

    def __init__(self, workspace: Workspace, session: LabelSession) -> None:
        self._workspace, self._session = workspace, session
        self._shown: tuple[Sequence[Edit], str | None] = ((), None)  # whose steps these are
        self._steps, self._read = Steps(), 0

    def steps(self, number: int) -> Steps:
        """What was done to a ride's labels, the last first; blind, only what was done in one's own layer."""
        edits, layering = self._edits(number), self._session.layering
        only = layering.layer if layering.blind else None
        if edits is not self._shown[0] or only != self._shown[1]:
            self._shown, self._steps, self._read = (edits, only), Steps(), 0
        fresh, self._read = edits[self._read :], len(edits)
        self._steps = self._steps.more(edit for edit in fresh if only is None or edit.layer == only)
        return self._steps

    def now(self, number: int) -> Key | None:
        """The last step (layer, group) of the layer that is shown of a ride; None where that has none."""
        journal, edits = self._session.journal, self._edits(number)
        if journal is None or not edits:
            return None
        shown = self._session.layering.source(journal.heads(edits[0].ride), edits[0].ride)
        return next(((edit.layer, edit.group) for edit in reversed(edits) if edit.layer == shown), None)

    def go_back(self, number: int, step: Step) -> bool:
        """Bring a ride's labels to what they were in a step's layer after it, as an undoable gesture.

        They change in the layer that is edited, whosever step it was. False where they are like that now.
        Raises InputError where that was on other signals, or the layer had no word on the ride yet.
        """
        edits = [edit for edit in self._edits(number) if edit.layer == step.layer]
        last = max((at for at, edit in enumerate(edits) if edit.group == step.group), default=-1)
        until = [edit for edit in edits[: last + 1] if edit.kind in LABELS]
        if not until:
            raise InputError(f"{step.layer} had no labels of its own on this ride then")
        then = [edit for edit in heads_of(until) if edit.kind is Kind.ANNOTATION]

        def make(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            if any(edit.after and edit.signal_hash not in ("", hand.signal_hash) for edit in then):
                raise InputError("this was on other signals than the ride has now")
            if step.layer != hand.layer:
                return adopt(hand, then, heads)
            return restore(hand, then, [*heads, *_gone(edits, heads)])

        return bool(self._session.commit((number,), make, reason=f"as it was after: {step.what}"))

    def _edits(self, number: int) -> Sequence[Edit]:
        """Every edit of a ride, in order of arrival."""
        journal, library = self._session.journal, self._workspace.library
        if journal is None or library is None:
            return []
        return journal.of_ride(library.id_of(number))


def _gone(edits: Sequence[Edit], heads: Sequence[Edit]) -> list[Edit]:
    """The removals among a layer's current edits upon which none of `heads` is made."""
    again = {parent for edit in heads for parent in edit.parents}
    return [
        edit
        for edit in heads_of(edits)
        if edit.kind is Kind.ANNOTATION and edit.after is None and edit.id not in again
    ]
