"""Each layer's labels as columns, put together again only when one of its edits came: others' stay."""

from collections.abc import Collection

from projector.annotations.layers import Rides, first_spoken, has_spoken, spoken
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.journal import Journal

Side = tuple[Annotations, list[int]]


class LayerSides:
    """The layers of a journal, as far as it was read."""

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, journal: Journal | None) -> None:
        self._journal, self._read = journal, 0
        self._superseded: set[str] = set()
        self._edits: dict[str, dict[str, Edit]] = {}  # the current ones of each layer, by id
        self._made: dict[str, Side] = {}

    def sync(self, journal: Journal) -> Collection[str]:
        """Read what has come since, everything of another journal; the layers that have spoken."""
        if journal is not self._journal:
            self._begin(journal)
        fresh = journal.since(self._read)
        self._read += len(fresh)
        for edit in fresh:
            if edit.kind in (Kind.ANNOTATION, Kind.SEEN):
                self._take(edit)
        return [name for name, edits in self._edits.items() if name and has_spoken(edits.values(), name)]

    def _take(self, edit: Edit) -> None:
        current = self._edits.setdefault(edit.layer, {})
        self._made.pop(edit.layer, None)
        self._superseded.update(edit.parents)
        for parent in edit.parents:
            current.pop(parent, None)
        if edit.id not in self._superseded:
            current[edit.id] = edit

    def side(self, name: str, imported: Annotations, rides: Rides) -> Side:
        """A layer's labels, and the numbers of the rides on which it has spoken, ascending."""
        if name not in self._made:
            edits = list(self._edits.get(name, {}).values())
            numbers = {rides[ride].number for ride in spoken(edits, name) if ride in rides}
            self._made[name] = first_spoken(imported, edits, (name,), rides), sorted(numbers)
        return self._made[name]
