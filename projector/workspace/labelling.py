"""Editing annotations: gestures become edits in the journal, and the workspace shows the labels that count.

A person edits the layer of their name. The first edit on a ride copies its imported annotations into that
layer, so that the imported ones stay what they were.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

from psygnal import Signal

from projector.annotations import edits as gestures
from projector.annotations import history
from projector.annotations.edits import Hand
from projector.annotations.layers import ADJUDICATED, IMPORTED, Anchor, effective, spoken
from projector.domain.edits import Edit, Kind, new_id
from projector.domain.edits import heads as heads_of
from projector.domain.errors import InputError, ProjectorError
from projector.domain.nouns import Annotations
from projector.library.label_store import store_path
from projector.workspace.journal import Journal
from projector.workspace.memory import Memory
from projector.workspace.own_layer import place_of, ride_heads, rows_of, span_of, spliced
from projector.workspace.workspace import Workspace

RETRY_S = 3.0  # a busy store may take seconds to say no: not at every poll
RESERVED = (IMPORTED, ADJUDICATED)
Make = Callable[[Hand, Sequence[Edit]], list[Edit]]
Current = Callable[[Annotations], int | None]  # the row of the current event among other annotations


class Undone(NamedTuple):
    """What was taken back, in words. since: whose edits were made upon it; then nothing was done yet."""

    what: str
    since: tuple[str, ...] = ()


class Labelling:
    """Intents of a person who edits. Rows are those of workspace.annotations.

    ask_author  gives a name when there is none yet, "" to refuse
    """

    changed = Signal()  # what is saved, what can be undone

    def __init__(self, workspace: Workspace, memory: Memory) -> None:
        self._workspace, self._memory = workspace, memory
        self.ask_author: Callable[[], str] = lambda: ""
        self.journal: Journal | None = None
        self._anchors: dict[str, Anchor] = {}
        self._next_try = 0.0
        workspace.library_changed.connect(self._on_library_changed)

    # --- facts ------------------------------------------------------------------------------------

    @property
    def author(self) -> str:
        """Who edits; "" as long as nobody has said."""
        return self._memory.author

    @property
    def unsaved(self) -> int:
        """How many edits are not on disk."""
        return len(self.journal.unsaved) if self.journal else 0

    @property
    def trouble(self) -> ProjectorError | None:
        """Why labels cannot be read or saved now."""
        return self.journal.trouble if self.journal else None

    def saved_text(self) -> str:
        """'saved 12:03:41 · anna', or what isn't saved and why; "" before the first edit."""
        journal = self.journal
        if journal is None:
            return ""
        if journal.unsaved:
            edits = "1 edit" if self.unsaved == 1 else f"{self.unsaved:,} edits"
            return f"{edits} not saved: {journal.trouble.what if journal.trouble else 'not tried yet'}"
        if journal.trouble is not None:
            return f"labels cannot be read: {journal.trouble.what}"
        return f"saved {journal.saved_at:%H:%M:%S} · {self.author}" if journal.saved_at else ""

    def stacks(self) -> history.Stacks:
        """My gestures that can be undone and redone, also those of earlier sessions."""
        return history.stacks(self._mine())

    def names(self) -> tuple[str, ...]:
        """The labels that digits stand for, in the palette's order: digit 1 is the first."""
        slots = self._workspace.label_slots()
        return tuple(sorted(slots, key=lambda name: slots[name]))

    # --- gestures ---------------------------------------------------------------------------------
    # Each is one undoable step, True when something has changed. InputError: it makes no sense;
    # LibraryError: the label store is damaged or newer. What cannot be saved yet counts all the same.

    def add(self, ride: int, start_s: float, stop_s: float, label: str) -> bool:
        """A new annotation, which becomes the current event."""
        return self._gesture(ride, lambda hand, _: gestures.add(hand, start_s, stop_s, label))

    def resize(self, spans: Mapping[int, tuple[float, float]]) -> bool:
        """Other ends of some annotations of one ride; the first becomes the current event."""

        def make(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            pairs = zip(heads, spans.values(), strict=True)
            return [edit for head, ends in pairs for edit in gestures.resize(hand, head, *ends)]

        return self._on_rows(tuple(spans), make)

    def relabel(self, row: int, label: str) -> bool:
        """Another label."""
        return self._on_rows((row,), lambda hand, heads: gestures.relabel(hand, heads[0], label))

    def delete(self, row: int) -> bool:
        """No longer there; no event is current then."""
        return self._on_rows((row,), lambda hand, heads: gestures.delete(hand, heads[0]))

    def split(self, row: int, at_s: float) -> bool:
        """In two at a moment; the earlier one becomes the current event."""
        return self._on_rows((row,), lambda hand, heads: gestures.split(hand, heads[0], at_s))

    def merge(self, row: int, other: int) -> bool:
        """Two into one, with the first one's label."""
        return self._on_rows((row, other), lambda hand, heads: gestures.merge(hand, heads[0], heads[1]))

    def note(self, row: int, comment: str) -> bool:
        """Another comment."""
        return self._on_rows((row,), lambda hand, heads: gestures.note(hand, heads[0], comment))

    def history(self, number: int) -> list[history.Step]:
        """What was done to a ride's labels in my layer, the last first."""
        return history.steps(self._of_ride(number))

    def go_back(self, number: int, group: str) -> bool:
        """Bring a ride's labels back to what they were after a gesture, as a new one that can be undone."""
        edits = self._of_ride(number)
        last = max((at for at, edit in enumerate(edits) if edit.group == group), default=-1)
        then, now = heads_of(edits[: last + 1]), heads_of(edits)
        return self._gesture(number, lambda hand, _: gestures.restore(hand, then, now))

    def undo(self, *, anyway: bool = False) -> Undone | None:
        """Take my last gesture back; None when there is none. What others edited since is asked about."""
        return self._take_back(self.stacks().undo, anyway)

    def redo(self, *, anyway: bool = False) -> Undone | None:
        """Take my last undo back."""
        return self._take_back(self.stacks().redo, anyway)

    # --- the disk and other windows -----------------------------------------------------------------

    def save(self) -> bool:
        """Try again to save what isn't; True when everything is on disk."""
        done = self.journal is None or self.journal.save()
        self.changed.emit()
        return done

    def poll(self) -> None:
        """See what other windows have written since, and try again to save."""
        journal = self.journal
        if journal is None:
            return
        said = self.saved_text()
        arrived = journal.poll()
        if journal.unsaved and monotonic() >= self._next_try:
            journal.save()
            self._next_try = monotonic() + RETRY_S
        if arrived:
            rides = {edit.ride for edit in arrived}
            self._renew(rides.pop() if len(rides) == 1 else None, self._row_by_value)
        if arrived or said != self.saved_text():
            self.changed.emit()

    def close(self) -> None:
        """Let the label store go."""
        if self.journal is not None:
            self.journal.close()
            self.journal = None

    def _on_library_changed(self) -> None:
        self.close()
        self._anchors = {}
        library = self._workspace.library
        if library is not None:
            self.journal = Journal(store_path(library.path))
            if self.journal.poll():
                self._renew(None, self._row_by_value)
        self.changed.emit()

    # --- inside -----------------------------------------------------------------------------------

    def _on_rows(self, rows: tuple[int, ...], make: Make) -> bool:
        """A gesture on annotations of one ride; `make` is given the edits behind them."""
        marks = self._workspace.annotations
        assert marks is not None
        number = int(marks.ride_number[rows[0]])
        first = marks.of_ride(number).start

        def checked(hand: Hand, heads: Sequence[Edit]) -> list[Edit]:
            behind = [heads[row - first] for row in rows if row - first < len(heads)]
            if [span_of(marks, row) for row in rows] != [place_of(head) for head in behind]:
                raise InputError("the labels have changed meanwhile", remedy="look again, then edit")
            return make(hand, behind)

        return self._gesture(number, checked)

    def _gesture(self, number: int, make: Make) -> bool:
        workspace, journal = self._workspace, self.journal
        if workspace.library is None or workspace.annotations is None or journal is None:
            return False
        newcomer = not self.author
        if newcomer and not self._ask():
            return False
        if newcomer and spoken(journal.heads(), self.author):
            self._renew(None, self._row_by_value)
            self.changed.emit()
            raise InputError(
                f"the labels that {self.author} made before are shown now", remedy="look, then edit"
            )
        hand = self._hand(workspace.library.id_of(number))
        heads, copies = self._heads_of(hand.ride, workspace.annotations)
        made = make(hand, heads)
        if made:
            journal.append([*copies, *made])
            self._renew(None if newcomer else hand.ride, lambda marks: self._row_of(made[0], marks))
            self.changed.emit()
        return bool(made)

    def _ask(self) -> bool:
        self._memory.author = self.ask_author()
        return bool(self._memory.author)

    def _take_back(self, groups: Sequence[str], anyway: bool) -> Undone | None:
        workspace, journal = self._workspace, self.journal
        if not groups or journal is None or workspace.library is None:
            return None
        group = [edit for edit in self._mine() if edit.group == groups[-1]]
        hand = self._hand(group[0].ride, takes_back=groups[-1])
        made, since = gestures.inverse(hand, group, journal.heads())
        what = history.told(group)
        if since and not anyway:
            return Undone(what, tuple(edit.author for edit in since))
        journal.append(made)
        if hand.ride in self._rides():
            workspace.show_ride(self._rides()[hand.ride].number)
        self._renew(hand.ride, lambda marks: self._row_of(made[0], marks))
        self.changed.emit()
        return Undone(what)

    def _hand(self, ride: str, takes_back: str = "") -> Hand:
        library = self._workspace.library
        assert library is not None
        anchor = self._rides().get(ride)
        return Hand(
            author=self.author,
            layer=self.author,
            utc=datetime.now(UTC).isoformat(timespec="milliseconds"),
            ride=ride,
            signal_hash=anchor.signal_hash if anchor else "",
            content_hash=library.content_hash,
            group=new_id(),
            takes_back=takes_back,
        )

    def _of_ride(self, number: int) -> list[Edit]:
        """Every edit of a ride's annotations in my layer, in order of arrival."""
        library = self._workspace.library
        if self.journal is None or library is None or not self.author:
            return []
        ride = library.id_of(number)
        return [
            edit
            for edit in self.journal.edits
            if edit.ride == ride and edit.layer == self.author and edit.kind is Kind.ANNOTATION
        ]

    def _mine(self) -> list[Edit]:
        if self.journal is None:
            return []
        return [
            edit for edit in self.journal.edits if edit.author == self.author and history.is_gesture(edit)
        ]

    def _rides(self) -> dict[str, Anchor]:
        library = self._workspace.library
        assert library is not None
        if not self._anchors:
            rows = (library.describe(int(number)) for number in library.numbers)
            self._anchors = {row.id: Anchor(row.number, row.signal_hash.hex()) for row in rows}
        return self._anchors

    def _heads_of(self, ride: str, marks: Annotations) -> tuple[list[Edit], list[Edit]]:
        assert self.journal is not None
        hand = self._hand(ride)
        return ride_heads(self.journal.heads(ride), marks, self._rides()[ride], hand)

    def _renew(self, ride: str | None, current: Current) -> None:
        """Bring the workspace's labels up to the journal; only one ride's differ, where it is named."""
        workspace, journal = self._workspace, self.journal
        assert workspace.library is not None
        assert journal is not None
        rides, layer = self._rides(), self.author or IMPORTED
        number = rides[ride].number if ride in rides else None
        marks = None
        if ride is not None and number is not None and workspace.annotations is not None:
            imported = rows_of(workspace.library.annotations, number)
            rows = effective(imported, journal.heads(ride), layer, rides, beneath=IMPORTED)
            marks = spliced(workspace.annotations, number, rows)
        if marks is None:
            imported = workspace.library.annotations
            marks = effective(imported, journal.heads(), layer, rides, beneath=IMPORTED)
        adjudicated = (ADJUDICATED,) if spoken(journal.heads(), ADJUDICATED) else ()
        whose = ", else ".join(dict.fromkeys((*adjudicated, layer, IMPORTED)))
        workspace.set_annotations(marks, whose, current(marks), number)

    def _row_of(self, edit: Edit, marks: Annotations) -> int | None:
        """The row of an edit's subject; None where it is gone, or doesn't count."""
        if edit.ride not in self._rides():
            return None
        try:
            heads, _ = self._heads_of(edit.ride, marks)
        except InputError:  # adjudicated since
            return None
        place = next((at for at, head in enumerate(heads) if head.subject == edit.subject), None)
        return None if place is None else marks.of_ride(self._rides()[edit.ride].number).start + place

    def _row_by_value(self, marks: Annotations) -> int | None:
        """The row that says what the current event says now; others' edits may have moved it."""
        old, event = self._workspace.annotations, self._workspace.event
        if old is None or event is None:
            return None
        part = marks.of_ride(int(old.ride_number[event]))
        wanted = span_of(old, event)
        return next((row for row in range(part.start, part.stop) if span_of(marks, row) == wanted), None)
