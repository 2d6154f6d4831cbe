"""Each layer's labels as columns, put together again only when one of its edits came: others' stay."""

from collections.abc import Collection

from projector.annotations.layers import Rides, by_layer, first_spoken
from projector.domain.edits import Edit
from projector.domain.nouns import Annotations
from projector.workspace.journal import Journal

Side = tuple[Annotations, list[int]]


class LayerSides:
    """The layers of a journal, as far as it was read."""

    def __init__(self) -> None:
        self._journal: Journal | None = None
        self._read = 0
        self._edits: dict[str, list[Edit]] = {}
        self._made: dict[str, Side] = {}

    def sync(self, journal: Journal) -> Collection[str]:
        """Read what has come since, everything of another journal; the layers that have spoken."""
        if journal is not self._journal:
            self._journal, self._read, self._edits, self._made = journal, 0, {}, {}
        fresh = journal.since(self._read)
        if fresh:
            self._read += len(fresh)
            for name in {edit.layer for edit in fresh}:
                self._made.pop(name, None)
            self._edits = by_layer(journal.standing())
        return self._edits.keys()

    def side(self, name: str, imported: Annotations, rides: Rides) -> Side:
        """A layer's labels, and the numbers of the rides on which it has spoken, ascending."""
        if name not in self._made:
            edits = self._edits.get(name, [])
            numbers = {rides[edit.ride].number for edit in edits if edit.ride in rides}
            self._made[name] = first_spoken(imported, edits, (name,), rides), sorted(numbers)
        return self._made[name]
