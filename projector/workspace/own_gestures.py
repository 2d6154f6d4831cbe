"""One person's gestures in a journal, read as they arrive: a click costs its own edits, not all there are."""

from projector.annotations.history import Gestures, Stacks
from projector.annotations.imports import whose
from projector.domain.edits import Edit
from projector.workspace.journal import Journal


class OwnGestures:
    """Brought up to the journal whenever somebody asks; another journal or author begins anew."""

    def __init__(self) -> None:
        self._begin(None, "")

    def _begin(self, journal: Journal | None, author: str) -> None:
        self._journal, self._author, self._read = journal, author, 0
        self._gestures = Gestures()
        self._edits: dict[str, list[Edit]] = {}

    def stacks(self, journal: Journal | None, author: str) -> Stacks:
        """What of this person's can be undone and redone."""
        if (journal, author) != (self._journal, self._author):
            self._begin(journal, author)
        for edit in journal.since(self._read) if journal is not None else ():
            self._read += 1
            if whose(edit) == author:
                self._gestures.take((edit,))
                self._edits.setdefault(edit.group, []).append(edit)
        return self._gestures.stacks()

    def of(self, group: str) -> list[Edit]:
        """The edits of a gesture that the stacks name."""
        return self._edits[group]

    def meant(self, group: str) -> list[Edit]:
        """The edits of the gesture that a way back, and back again, is about."""
        while (back := self._edits[group][0].takes_back) in self._edits:
            group = back
        return self._edits[group]
