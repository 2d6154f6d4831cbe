"""What a person does to annotations: gestures on the workspace's rows become edits in the journal."""

from collections.abc import Callable, Mapping, Sequence

from projector.annotations import edits as gestures
from projector.annotations.edits import Hand
from projector.annotations.matching import same_event
from projector.annotations.overlap import told_after, trim
from projector.domain.edits import Edit
from projector.domain.errors import InputError
from projector.domain.progress import Progress, silent
from projector.workspace.label_session import Make
from projector.workspace.layer_session import LayerSession
from projector.workspace.memory import Memory
from projector.workspace.own_layer import place_of, span_of
from projector.workspace.ride_history import RideHistory
from projector.workspace.seen import Seen
from projector.workspace.vocabulary import Vocabulary
from projector.workspace.workspace import Workspace


class Labelling(LayerSession):
    """Intents of a person who edits. Rows are those of workspace.annotations."""

    def __init__(self, workspace: Workspace, memory: Memory) -> None:
        super().__init__(workspace, memory)
        self.vocabulary = Vocabulary(workspace, self)
        self.seen = Seen(workspace, self)
        self.history = RideHistory(workspace, self)

    def names(self) -> tuple[str, ...]:
        """The labels in the vocabulary's order."""
        return self.vocabulary.names()

    # --- gestures ---------------------------------------------------------------------------------
    # Each is one undoable step, True when something has changed. InputError: it makes no sense;
    # LibraryError: the label store is damaged or newer. What cannot be saved yet counts all the same.

    def add(self, ride: int, start_s: float, stop_s: float, label: str, *, new_label: bool = False) -> bool:
        """A new annotation, which becomes the current event.

        new_label   its label is to be a class of the vocabulary, too
        """

        def make(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            if not hand.ride:
                return self.vocabulary.adding(hand, label)
            return self._with_trims(hand, gestures.add(hand, start_s, stop_s, label), heads)

        return self._done(self.commit((None, ride) if new_label else (ride,), make))

    def resize(self, spans: Mapping[int, tuple[float, float]]) -> bool:
        """Other ends of some annotations of one ride; the first becomes the current event."""

        def make(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            pairs = zip(heads, spans.values(), strict=True)
            return [edit for head, ends in pairs for edit in gestures.resize(hand, head, *ends)]

        return self._on_rows(tuple(spans), make, trims=True)

    def relabel(self, row: int, label: str, *, new_label: bool = False) -> bool:
        """Another label. `new_label`: the vocabulary gets it, too."""
        return self._on_rows(
            (row,),
            lambda hand, heads: gestures.relabel(hand, heads[0], label),
            trims=True,
            first=(lambda hand: self.vocabulary.adding(hand, label)) if new_label else None,
        )

    def relabel_many(self, rows: Sequence[int], label: str, progress: Progress = silent) -> bool:
        """Annotations of any rides get another label, in one step. Cancelled, nothing has changed.

        progress counts rides, then edits that are written
        """
        return bool(rows) and self._on_rows(
            tuple(rows),
            lambda hand, heads: [edit for head in heads for edit in gestures.relabel(hand, head, label)],
            trims=True,
            progress=progress,
        )

    def label_spans(self, spans: Sequence[tuple[int, float, float]], label: str, reason: str = "") -> int:
        """Moments (ride, start, stop) of any rides get a label, in one step; how many edits it took.

        An annotation that is the same event (see `matching`) changes its label; where there is none, a new
        one is made.
        """

        def make(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            places, made = [place_of(head)[:2] for head in heads], []
            for ride, start, stop in spans:
                if self._id_of(ride) != hand.ride:
                    continue
                at = same_event(places, (start, stop))
                if at is None:
                    made += gestures.add(hand, start, stop, label)
                else:
                    made += gestures.relabel(hand, heads[at], label)
            return self._with_trims(hand, made, heads)

        return len(self.commit([*dict.fromkeys(ride for ride, *_ in spans)], make, reason=reason))

    def uncertain(self, row: int, start_pm_s: float, stop_pm_s: float) -> bool:
        """How far off start and end may be, ± seconds; 0 for one that is exact."""
        return self._on_rows(
            (row,), lambda hand, heads: gestures.uncertain(hand, heads[0], start_pm_s, stop_pm_s)
        )

    def delete(self, row: int) -> bool:
        """No longer there; no event is current then."""
        return self._on_rows((row,), lambda hand, heads: gestures.delete(hand, heads[0]))

    def split(self, row: int, at_s: float) -> bool:
        """In two at a moment; the earlier one becomes the current event."""
        return self._on_rows((row,), lambda hand, heads: gestures.split(hand, heads[0], at_s))

    def merge(self, row: int, other: int) -> bool:
        """Two into one, with the first one's label."""
        return self._on_rows(
            (row, other), lambda hand, heads: gestures.merge(hand, heads[0], heads[1]), trims=True
        )

    def note(self, row: int, comment: str) -> bool:
        """Another comment."""
        return self._on_rows((row,), lambda hand, heads: gestures.note(hand, heads[0], comment))

    # --- inside -----------------------------------------------------------------------------------

    def _on_rows(
        self,
        rows: tuple[int, ...],
        make: Make,
        *,
        trims: bool = False,
        first: Callable[[Hand], list[Edit]] | None = None,
        progress: Progress = silent,
    ) -> bool:
        """A gesture on some annotations; `make` is given the edits behind those of a ride, ride by ride.

        trims   what it makes of classes that trim cuts the others of the ride
        first   makes edits that belong to no ride, in the same gesture
        """
        marks = self._workspace.annotations
        assert marks is not None
        mine_of: dict[int, list[int]] = {}
        for number, row in zip(marks.ride_number[list(rows)].tolist(), rows, strict=True):
            mine_of.setdefault(number, []).append(row)
        rides = {self._id_of(number): number for number in mine_of}

        def checked(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            if not hand.ride:
                return first(hand) if first is not None else []
            begins = marks.of_ride(rides[hand.ride]).start
            mine = mine_of[rides[hand.ride]]
            behind = [heads[row - begins] for row in mine if row - begins < len(heads)]
            if [span_of(marks, row) for row in mine] != [place_of(head) for head in behind]:
                raise InputError("the labels have changed meanwhile", remedy="look again, then edit")
            made = make(hand, behind)
            return self._with_trims(hand, made, heads) if trims else made

        where = [*mine_of] if first is None else [None, *mine_of]
        return self._done(self.commit(where, checked, progress=progress))

    def _done(self, made: Sequence[Edit]) -> bool:
        """Whether something was made; what it cut is told, since keys show no preview."""
        trims = told_after(made)
        if trims:
            self.told.emit(trims)
        return bool(made)

    def _id_of(self, number: int) -> str:
        assert self._workspace.library is not None
        return self._workspace.library.id_of(number)

    def _with_trims(self, hand: Hand, made: list[Edit], heads: Sequence[Edit]) -> list[Edit]:
        return [*made, *trim(hand, made, heads, self.vocabulary.trimming())]
