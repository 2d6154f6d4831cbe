"""Several people's layers in one session: which is shown, adjudicating, labelling blind, conflicts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from projector.annotations.conflicts import is_conflict, settle
from projector.annotations.layers import ADJUDICATED, IMPORTED, Anchor
from projector.domain.edits import Edit
from projector.domain.errors import InputError
from projector.domain.nouns import Annotations
from projector.workspace.label_session import LabelSession
from projector.workspace.layering import LayerFacts, Layering, RideLayers, events_of, layer_facts, ride_layers
from projector.workspace.memory import Memory
from projector.workspace.own_layer import rows_of
from projector.workspace.workspace import Workspace


@dataclass(frozen=True)
class Conflict:
    """An annotation of which several versions stand. ride: its number; made_here: versions of this window."""

    subject: str
    ride: int
    versions: tuple[Edit, ...]
    made_here: tuple[bool, ...]


class LayerSession(LabelSession):
    """A session that knows other people's layers.

    reviewed   the layer whose events are gone through, "" for none in particular
    """

    reviewed = ""

    def __init__(self, workspace: Workspace, memory: Memory) -> None:
        super().__init__(workspace, memory)
        workspace.layers_of = self.ride_layers

    # --- whose labels are shown, whose are edited ---------------------------------------------------

    def show_layer(self, name: str) -> None:
        """Show a layer's labels, of what isn't adjudicated; editing them makes a copy under one's name."""
        self._choose(self.layering.opened(name))

    def come_to(self, name: str) -> None:
        """Show a layer that something was brought into: one's own before those that were shown already."""
        layering = self.layering
        if layering.blind or name in layering.order[:2]:
            return
        self._choose(layering.over() if name == self.author else layering.opened(name))

    def open_layer(self, name: str) -> None:
        """Show a layer by its name. Raises InputError where nobody of that name has labelled here."""
        names = [one.name for one in self.layers()]
        if name not in (*names, self.author):
            raise InputError(f"there is no layer {name!r}", remedy=f"there are: {', '.join(names)}")
        self.show_layer(name)

    def adjudicate(self, on: bool) -> bool:
        """Edit the adjudicated layer from what is shown, or one's own again; False when nobody is to edit."""
        if on and not self.author and not self._ask():
            return False
        return self._choose(replace(self.layering, adjudicating=on, blind=False))

    def label_blind(self, on: bool) -> bool:
        """Show nothing but one's own labels, or all again; False when there is no name to label under."""
        if on and not self.author and not self._ask():
            return False
        return self._choose(replace(self.layering, adjudicating=False, blind=on))

    def review(self, name: str) -> None:
        """Go through the events of this layer from now on; "" of none in particular."""
        if name != self.reviewed:
            self.reviewed = name
            self.changed.emit()

    def _choose(self, layering: Layering) -> bool:
        """False where all labels had to be read first, and somebody would rather not wait."""
        if layering == self.layering or self._workspace.library is None or self.journal is None:
            return True
        if not self._all_read():
            return False
        self._choice = layering
        if self.layering.blind:
            self.reviewed = ""
        self._workspace.blind = self.layering.blind
        self._renew(None, self._row_by_value)
        self.changed.emit()
        return True

    # --- what layers say ----------------------------------------------------------------------------

    def layers(self) -> list[LayerFacts]:
        """Every layer that has spoken, the imported one last."""
        library = self._workspace.library
        if library is None or self.journal is None:
            return []
        return layer_facts(library.annotations, self.journal.standing(), self._rides())

    def ride_layers(self, number: int) -> RideLayers:
        """Whose labels a ride shows, and what other layers say; blind, nothing of them."""
        library = self._workspace.library
        if library is None or self.journal is None:
            return RideLayers("")
        ride = library.id_of(number)
        imported = rows_of(library.annotations, number)
        return ride_layers(self.layering, imported, self.journal.heads(ride), self._rides(), ride)

    def events_of(self, layer: str) -> Annotations | None:
        """The labels of one layer on every ride, None while nothing is open; blind, only of one's own."""
        library = self._workspace.library
        if library is None or self.journal is None or (self.layering.blind and layer != self.author):
            return None
        return events_of(library.annotations, self.journal.heads(), self._rides(), layer)

    def sides(self) -> dict[str, tuple[Annotations, list[int]]]:
        """Each layer's labels and the rides on which it has spoken, one's own first; blind, none but that."""
        library = self._workspace.library
        if library is None or self.journal is None:
            return {}
        self._sides.read(self.journal, self._rides())
        imported, names = library.annotations, self._sides.names()
        found = {
            name: self._sides.side(name)
            for name in sorted(names, key=lambda name: (name != self.layer, name))
        }
        if len(imported):
            found[IMPORTED] = (imported, np.unique(imported.ride_number).tolist())
        blind = self.layering.blind
        return {name: side for name, side in found.items() if not blind or name == self.author}

    # --- the same annotation changed in two places ---------------------------------------------------

    def saved_text(self) -> str:
        """What is saved, and how many conflicts are left."""
        if self.reading:
            return super().saved_text()
        left = len(self.conflicts())
        parts = (super().saved_text(), f"{left:,} conflict{'s' * (left != 1)} to settle" if left else "")
        return " · ".join(filter(None, parts))

    def conflicts(self) -> list[Conflict]:
        """Annotations of one's own layer and the adjudicated one of which several versions stand."""
        if self.journal is None or self._workspace.library is None:
            return []
        layers = (self.author,) if self.layering.blind else (self.author, ADJUDICATED)
        rides = self._rides()
        return [
            self._conflict(subject, versions, rides[versions[0].ride])
            for subject, versions in self.journal.conflicts().items()
            if versions[0].ride in rides and is_conflict(versions, layers)
        ]

    def _conflict(self, subject: str, versions: Sequence[Edit], anchor: Anchor) -> Conflict:
        assert self.journal is not None
        ordered = sorted(versions, key=lambda edit: (edit.utc, edit.id))
        here = tuple(self.journal.made_here(edit.id) for edit in ordered)
        return Conflict(subject, anchor.number, tuple(ordered), here)

    def settle(self, conflict: Conflict, keep: int) -> bool:
        """One version from now on, or each as an annotation of its own (conflicts.ALL); an undoable gesture.

        Raises InputError where the versions have changed meanwhile.
        """
        assert self.journal is not None
        now = self.journal.conflicts().get(conflict.subject, [])
        if {edit.id for edit in now} != {edit.id for edit in conflict.versions}:
            raise InputError("this annotation has changed meanwhile", remedy="look again, then choose")
        layer = conflict.versions[0].layer

        return self._into(layer, conflict.ride, lambda hand: settle(hand, conflict.versions, keep))
