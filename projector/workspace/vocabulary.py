"""The label vocabulary of the open library: what stands in its label store, and what follows from the labels.

Changing it is a gesture like any other: the classes, and the annotations that bear a name which changes, in
one undoable step.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from projector.annotations import vocabulary
from projector.annotations.edits import Hand, relabel_all
from projector.annotations.layers import IMPORTED, labels_of, spoken
from projector.annotations.vocabulary import TRIM, Classes, LabelClass
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.domain.progress import Progress, silent
from projector.workspace.label_session import LabelSession
from projector.workspace.own_layer import span_of
from projector.workspace.workspace import Workspace


def vocabulary_of(workspace: Workspace) -> Classes:
    """The classes as they stand, and after them labels that are used without being among them.

    Where nobody has written a vocabulary these are all, in the order of their palette slots.
    """
    marks, library = workspace.annotations, workspace.library
    if marks is None or library is None:
        return ()
    slots, counts = workspace.label_slots(), np.bincount(marks.label, minlength=len(marks.label_names))
    names = {name for name, count in zip(marks.label_names, counts.tolist(), strict=True) if count}
    if not workspace.label_classes:
        names.update(library.annotations.label_names)
    return vocabulary.complete(workspace.label_classes, {name: slots[name] for name in names})


@dataclass(frozen=True)
class Usage:
    """Who bears a label.

    annotations, rides   those that would be relabelled: of the edited layer, and imported ones that count
    others               (layer, annotations) of other people: theirs stay
    """

    annotations: int
    rides: int
    others: tuple[tuple[str, int], ...] = ()

    def told(self) -> str:
        """'12 annotations on 3 rides', '' for none."""
        if not self.annotations:
            return ""
        many = f"{self.annotations:,} annotation{'s' * (self.annotations != 1)}"
        return f"{many} on {self.rides:,} ride{'s' * (self.rides != 1)}"

    def told_others(self) -> str:
        """'4 of ben stay as they are', '' for none."""
        if not self.others:
            return ""
        return f"{' and '.join(f'{count:,} of {layer}' for layer, count in self.others)} stay as they are"


class Vocabulary:
    """The classes, what they mean for gestures, and changes of them."""

    def __init__(self, workspace: Workspace, session: LabelSession) -> None:
        self._workspace, self._session = workspace, session
        self._known: tuple[Annotations | None, Classes, Classes] = (None, (), ())  # of what, which
        session.changed.connect(self._on_changed)

    # --- facts ------------------------------------------------------------------------------------

    @property
    def classes(self) -> Classes:
        """Every class in order, each parent before its children; asked at each click, so found once."""
        marks, written = self._workspace.annotations, self._workspace.label_classes
        if marks is None or self._known[0] is not marks or self._known[1] is not written:
            self._known = marks, written, vocabulary_of(self._workspace)
        return self._known[2]

    @property
    def written(self) -> bool:
        """Whether somebody has made it a vocabulary, or it just follows from the labels."""
        return bool(self._workspace.label_classes)

    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.classes)

    def find(self, name: str) -> LabelClass | None:
        """The class of a name."""
        return next((one for one in self.classes if one.name == name), None)

    def of_digit(self, digit: int) -> str:
        """The name that a digit stands for, "" for none."""
        return next((one.name for one in self.classes if one.digit == digit), "")

    def trimming(self) -> frozenset[str]:
        """The names of classes that cut what they are put over."""
        return frozenset(one.name for one in self._workspace.label_classes if one.overlap == TRIM)

    def is_point(self, name: str) -> bool:
        """Whether drawing with a label makes points."""
        found = self.find(name)
        return found is not None and found.point

    def usage(self, name: str) -> Usage:
        """How many annotations bear a label, and whose."""
        heads = self._standing()
        own = [edit for edit in labels_of(heads, self._session.layer) if (edit.after or {})["label"] == name]
        copied = self._imported_rides(heads, (name,))
        rides = {edit.ride for edit in own}
        others = Counter(
            edit.layer
            for edit in heads
            if edit.kind is Kind.ANNOTATION and edit.after is not None and edit.after["label"] == name
        )
        others.pop(self._session.layer, None)
        return Usage(len(own) + copied.total(), len(rides) + len(copied), tuple(sorted(others.items())))

    # --- changing ---------------------------------------------------------------------------------

    def change(
        self, wanted: Classes, renamed: Mapping[str, str] | None = None, progress: Progress = silent
    ) -> bool:
        """Make these the classes, and give annotations their new names, all in one undoable step.

        renamed   old name → new one, of classes that are renamed or whose annotations another one takes over
        progress  as of LabelSession.commit; cancelled, nothing has changed

        Raises InputError where the classes make no sense.
        """
        vocabulary.checked(wanted)
        names = {old: new for old, new in (renamed or {}).items() if old != new}
        heads, journal = self._standing(), self._session.journal
        classes = _classes(journal.heads("") if journal else [])
        place = self._place_of_event(names)

        def make(hand: Hand, rows: Sequence[Edit]) -> list[Edit]:
            if hand.ride:
                return relabel_all(hand, rows, names)
            return [*vocabulary.changes(hand, classes, wanted), *self._own(hand, heads, names)]

        made = self._session.commit((None, *self._imported_rides(heads, names)), make, progress=progress)
        if made and names:
            self._keep_event(place)
        return bool(made)

    def with_new(self, name: str) -> Classes:
        """The classes and one more. Raises InputError for what is no name, or is there."""
        name, classes = name.strip(), self.classes
        slot = self._workspace.label_slots((name,)).get(name, 0)
        taken = {one.slot for one in classes}
        return vocabulary.with_new(classes, name, vocabulary.free_slot(classes) if slot in taken else slot)

    def add(self, name: str) -> bool:
        """One more class. Raises InputError as `with_new`."""
        return self.change(self.with_new(name))

    def adding(self, hand: Hand, name: str) -> list[Edit]:
        """The edits that add a class, for a gesture that uses it at once; [] where it is there."""
        if self.find(name) is not None:
            return []
        journal = self._session.journal
        return vocabulary.changes(hand, _classes(journal.heads("") if journal else []), self.with_new(name))

    # --- inside -----------------------------------------------------------------------------------

    def _standing(self) -> list[Edit]:
        return list(self._session.journal.standing()) if self._session.journal else []

    def _on_changed(self) -> None:
        journal = self._session.journal
        self._workspace.set_label_classes(vocabulary.stored(journal.heads("")) if journal else ())

    def _own(self, hand: Hand, heads: Sequence[Edit], names: Mapping[str, str]) -> list[Edit]:
        """The relabelled annotations of the edited layer, wherever they are."""
        return [
            made
            for head in labels_of(heads, hand.layer)
            if (head.after or {})["label"] in names
            for made in relabel_all(
                replace(hand, ride=head.ride, signal_hash=head.signal_hash), [head], names
            )
        ]

    def _imported_rides(self, heads: Sequence[Edit], names: Iterable[str]) -> Counter[int]:
        """Rides (numbers) whose imported labels count, and how many annotations of these names each has."""
        marks, library = self._workspace.annotations, self._workspace.library
        layers = self._session.layering.order
        if marks is None or library is None or IMPORTED not in layers:
            return Counter()
        there = spoken(heads, self._session.layer).union(
            *(spoken(heads, layer) for layer in layers[: layers.index(IMPORTED)])
        )
        imported: Annotations = library.annotations
        codes = [at for at, name in enumerate(imported.label_names) if name in set(names)]
        rides = Counter(imported.ride_number[np.isin(imported.label, codes)].tolist())
        return Counter({ride: count for ride, count in rides.items() if library.id_of(ride) not in there})

    def _place_of_event(self, names: Mapping[str, str]) -> tuple[int, float, float, str] | None:
        marks, event = self._workspace.annotations, self._workspace.event
        if marks is None or event is None:
            return None
        start, stop, label = span_of(marks, event)
        return int(marks.ride_number[event]), start, stop, names.get(label, label)

    def _keep_event(self, place: tuple[int, float, float, str] | None) -> None:
        """The current event is the same annotation as before, whatever its label is called now."""
        workspace, marks = self._workspace, self._workspace.annotations
        if marks is None:
            return
        ride, wanted = (place[0], place[1:]) if place else (None, None)
        part = marks.of_ride(ride) if ride is not None else slice(0, 0)
        row = next((row for row in range(part.start, part.stop) if span_of(marks, row) == wanted), None)
        if row != workspace.event:
            workspace.set_annotations(marks, workspace.whose_labels, row, ride)


def _classes(heads: Iterable[Edit]) -> list[Edit]:
    return [edit for edit in heads if edit.kind is Kind.CLASS]
