"""Each layer's labels as columns, ride by ride: an edit costs its ride, another layer is shown in a moment.

Edits become columns once, when they arrive; what is shown is put together from these, whichever layer it is.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from projector.annotations.layers import IMPORTED, Anchor, by_layer, first_spoken, put_together
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.domain.progress import Progress, silent
from projector.workspace.journal import Journal

Side = tuple[Annotations, list[int]]


class LayerSides:
    """The layers of a journal, as far as they were made.

    behind  whether there are rides whose labels have yet to be made
    """

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, journal: Journal | None) -> None:
        self._journal, self._read = journal, 0
        self._stale: dict[str, None] = {}  # rides that have changed, in order
        self._edits: dict[str, dict[int, Sequence[Edit]]] = {}  # what speaks, of each layer and ride
        self._parts: dict[str, dict[int, Annotations]] = {}  # the labels made of them
        self._made: dict[str, Side] = {}

    @property
    def behind(self) -> bool:
        return bool(self._stale)

    def read(
        self, journal: Journal, rides: Mapping[str, Anchor], most: float = np.inf, progress: Progress = silent
    ) -> None:
        """Bring the layers up to the journal, `most` edits of them and what is left of their ride.

        progress counts rides; cancelled, the next call goes on from there
        """
        if journal is not self._journal:
            self._begin(journal)
        for edit in journal.since(self._read):
            self._read += 1
            if edit.kind in (Kind.ANNOTATION, Kind.SEEN) and edit.ride in rides:
                self._stale[edit.ride] = None
        done, count, many = 0, 0, len(self._stale)
        while self._stale and done < most:
            progress(count, many)
            ride = next(iter(self._stale), None)
            if ride is None:  # what progress let happen has brought them up to it
                break
            heads = journal.heads(ride)
            self._renew(ride, rides[ride], heads)
            del self._stale[ride]
            done, count = done + len(heads), count + 1

    def _renew(self, ride: str, anchor: Anchor, heads: Sequence[Edit]) -> None:
        said = {layer: edits for layer, edits in by_layer(heads).items() if layer != IMPORTED}
        for layer, there in self._edits.items():
            if layer not in said and there.pop(anchor.number, None) is not None:
                del self._parts[layer][anchor.number]
                self._made.pop(layer, None)
        for layer, edits in said.items():
            known = self._edits.setdefault(layer, {})
            if known.get(anchor.number) != edits:
                known[anchor.number] = edits
                part = first_spoken(_NOTHING, edits, (layer,), {ride: anchor})
                self._parts.setdefault(layer, {})[anchor.number] = part
                self._made.pop(layer, None)

    def names(self) -> list[str]:
        """The layers that have spoken on a ride of the library, the imported one aside."""
        return [name for name, parts in self._parts.items() if parts]

    def side(self, name: str) -> Side:
        """A layer's labels, and the numbers of the rides on which it has spoken, ascending."""
        if name not in self._made:
            parts = self._parts[name]
            marks = put_together(_NOTHING, _NONE, [parts[number] for number in sorted(parts)])
            self._made[name] = marks, sorted(parts)
        return self._made[name]

    def of_ride(self, number: int, imported: Annotations, order: Sequence[str]) -> Annotations:
        """The same of one ride; `imported` are its own."""
        for name in order:
            if name == IMPORTED and len(imported):
                return imported
            part = self._parts.get(name, {}).get(number)
            if part is not None:
                return part
        return _NOTHING

    def labels(self, imported: Annotations, order: Sequence[str]) -> Annotations:
        """Each ride's labels from the first of some layers that has spoken on it, as `first_spoken` does."""
        kept, taken = np.zeros(len(imported), bool), set[int]()
        parts: list[Annotations] = []
        for name in order:
            if name == IMPORTED:
                kept = ~np.isin(imported.ride_number, list(taken))
                taken.update(np.unique(imported.ride_number[kept]).tolist())
            else:
                own = self._parts.get(name, {})
                parts += [part for number, part in own.items() if number not in taken]
                taken.update(own)
        parts = [part for part in parts if len(part)]
        return put_together(imported, kept, parts) if parts or not kept.all() else imported


_NONE = np.empty(0, bool)
_NOTHING = Annotations(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int32), ())
