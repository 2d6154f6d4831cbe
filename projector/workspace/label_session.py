"""A person's session with a label store: who edits which layer, what is saved, what can be undone.

A person edits the layer of their name, or the adjudicated one. The first edit on a ride copies what is shown
of it into that layer, so that the imported labels and other people's stay what they were. Edits of every
kind are committed here, and here the workspace is told which labels count after them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from math import inf
from time import monotonic

import numpy as np
from psygnal import Signal

from projector.annotations import history
from projector.annotations.edits import Hand
from projector.annotations.layers import ADJUDICATED, IMPORTED, Anchor, spoken
from projector.domain.edits import Edit, Kind, new_id
from projector.domain.errors import InputError, ProjectorError
from projector.domain.nouns import Annotations
from projector.domain.progress import Progress, silent
from projector.library.label_store import store_path
from projector.workspace.journal import MANY, Journal
from projector.workspace.layer_sides import LayerSides
from projector.workspace.layering import Layering
from projector.workspace.memory import Memory
from projector.workspace.own_gestures import OwnGestures
from projector.workspace.own_layer import Behind, OwnLabels, behind, rows_of, span_of, spliced
from projector.workspace.taking_back import LABELS, Undone, way_back
from projector.workspace.workspace import Workspace

SLICE = 1000  # edits that a window reads at once from the store: more would make it stand still
SLICE_SHOWN = 5000  # the same of edits that become labels
RETRY_S = 0.9  # not at every poll: a busy store takes a moment to say no
RESERVED = (IMPORTED, ADJUDICATED)
Make = Callable[[Hand, Sequence[Edit]], list[Edit]]
Current = Callable[[Annotations], int | None]  # the row of the current event among other annotations


class LabelSession:
    """The label store of the open library, and the person who edits.

    ask_author  gives a name when there is none yet, "" to refuse
    patience    says how far something is that somebody waits for, and ends it where nobody does any more
    in_slices   whoever polls goes on until nothing is `reading`: a long journal is not read at once then
    """

    in_slices = False

    changed = Signal()  # what is saved, what can be undone, which layer is shown
    told = Signal(str)  # what an edit did beside what was asked for; "" once the next one is made

    def __init__(self, workspace: Workspace, memory: Memory) -> None:
        self._workspace, self._memory = workspace, memory
        self.ask_author: Callable[[], str] = lambda: ""
        self.patience: Callable[[str], AbstractContextManager[Progress]] = lambda what: nullcontext(silent)
        self.journal: Journal | None = None
        self._sides = LayerSides()
        self._own = OwnGestures()
        self._choice = Layering()
        self._next_try = 0.0
        self._touched: set[str] = set()  # rides that others have edited, not shown yet
        self._polling = False
        self._news = False  # something has arrived that nobody was told of
        self._opening = True  # nothing of this library's journal is shown yet
        workspace.library_changed.connect(self._on_library_changed)

    # --- facts ------------------------------------------------------------------------------------

    @property
    def author(self) -> str:
        """Who edits; "" as long as nobody has said."""
        return self._memory.author

    @property
    def layering(self) -> Layering:
        """Whose labels are shown, and which layer is edited."""
        return replace(self._choice, author=self.author)

    @property
    def layer(self) -> str:
        """The layer that is edited: that of the author's name or the adjudicated; "" while there is none."""
        return self.layering.layer

    @property
    def unsaved(self) -> int:
        """How many edits are not on disk."""
        return len(self.journal.unsaved) if self.journal else 0

    @property
    def trouble(self) -> ProjectorError | None:
        """Why labels cannot be read or saved now."""
        return self.journal.trouble if self.journal else None

    @property
    def reading(self) -> bool:
        """Whether there is more in the label store than is shown; an edit waits until all is read."""
        return self.journal is not None and (self.journal.more or self._sides.behind)

    def saved_text(self) -> str:
        """'saved 12:03:41 · anna', or what isn't saved and why; "" before the first edit."""
        journal = self.journal
        if journal is None:
            return ""
        if self.reading:
            return f"reading the labels: {journal.known:,} of {max(journal.many, journal.known):,} edits"
        if journal.writing:
            return f"saving {self.unsaved:,} edits"
        if journal.unsaved:
            edits = "1 edit" if self.unsaved == 1 else f"{self.unsaved:,} edits"
            why = journal.trouble.what if journal.trouble else "not tried yet"
            if journal.elsewhere is not None:
                return f"{edits} only in {journal.elsewhere.name}: {why}"
            return f"{edits} not saved: {why}"
        if journal.trouble is not None:
            return f"labels cannot be read: {journal.trouble.what}"
        return f"saved {journal.saved_at:%H:%M:%S} · {self.author}" if journal.saved_at else ""

    def named(self) -> bool:
        """Whether it is known who edits; asks where it isn't."""
        return bool(self.author) or self._ask()

    def stacks(self) -> history.Stacks:
        """My gestures that can be undone and redone, also those of earlier sessions."""
        return self._own.stacks(self.journal, self.author)

    def current(self, kind: Kind, ride: str | None = None) -> list[Edit]:
        """What stands now of a kind (on one ride), of all layers; of a conflict each version."""
        heads = self.journal.heads(ride) if self.journal else []
        return [edit for edit in heads if edit.kind is kind and edit.after is not None]

    def rides(self) -> Mapping[str, Anchor]:
        """What holds labels to each ride of the library, by the ride's id."""
        return self._rides() if self._workspace.library is not None else {}

    # --- edits --------------------------------------------------------------------------------------

    def commit(
        self,
        rides: Sequence[int | None],
        make: Make,
        reason: str = "",
        *,
        copies: bool = True,
        progress: Progress = silent,
    ) -> list[Edit]:
        """One undoable gesture on any number of rides, of any kinds; what it made, [] where nothing changed.

        rides   their numbers; None stands for what belongs to no ride
        make    called for each with the hand that makes the edits, and the annotations behind the ride's
                rows. Those of another layer are copied into the one that is edited before its edits
        copies  False where `make` edits what is not among the rows: then nothing is copied or refused
        progress counts rides, then edits that are written; cancelled, nothing has changed. Without one,
                `patience` is used where the rides have many annotations, all of which may be copied

        Raises InputError: it makes no sense; LibraryError: the label store is damaged or newer. What
        cannot be saved yet counts all the same.
        """
        self._read_all()
        journal, marks = self.journal, self._workspace.annotations
        if self._workspace.library is None or marks is None or journal is None:
            return []
        newcomer = not self.author
        if newcomer and not self._ask():
            return []
        if newcomer and not self._choice.chosen and spoken(journal.heads(), self.layer):
            self._renew(None, self._row_by_value)
            self.changed.emit()
            raise InputError(
                f"the labels that {self.author} made before are shown now", remedy="look, then edit"
            )
        work = partial(self._commit, rides, make, reason, copies, newcomer)
        known = np.array([number for number in rides if copies and number is not None], np.int64)
        if progress is silent and np.count_nonzero(np.isin(marks.ride_number, known)) > MANY:
            return self._patiently(work)
        return work(progress)

    def _patiently(self, work: Callable[[Progress], list[Edit]]) -> list[Edit]:
        made: list[list[Edit]] = []
        with self.patience("changing the labels") as progress:
            made.append(work(progress))
        if not made:
            self.told.emit("stopped: no label was changed")
        return made[0] if made else []

    def _commit(
        self,
        rides: Sequence[int | None],
        make: Make,
        reason: str,
        copies: bool,
        newcomer: bool,
        progress: Progress,
    ) -> list[Edit]:
        marks, group, made, copied = self._workspace.annotations, new_id(), list[Edit](), list[Edit]()
        assert marks is not None
        for done, number in enumerate(rides):
            progress(done, len(rides))
            hand = self._hand(number, group, reason)
            rows = self._behind(hand.ride, marks) if copies and number is not None else Behind([], [])
            fresh = make(hand, rows.heads)
            made += fresh
            if any(edit.kind in LABELS for edit in fresh):
                self._check(rows)
                copied += rows.copies
        if made:
            self._put([*copied, *made], progress)
            moved = copies and any(edit.kind in LABELS for edit in made) and self._come_home(copied)
            self._show(made, progress, everything=newcomer or moved)
        return made

    def _into(self, layer: str, number: int, make: Callable[[Hand], list[Edit]]) -> bool:
        """A gesture on a layer's own edits of a ride, whatever is shown there; True if something changed."""
        self._read_all()
        assert self.journal is not None
        made = make(replace(self._hand(number, new_id()), layer=layer))
        if made:
            self._put(made)
            self._show(made)
        return bool(made)

    def _put(self, edits: Sequence[Edit], progress: Progress = silent) -> None:
        """On the disk, or kept; what was told of the edit before is past then."""
        assert self.journal is not None
        self.journal.append(edits, progress)
        self.told.emit("")

    def _check(self, rows: Behind) -> None:
        """Rows that are somebody else's are not edited where one has labels of one's own: these are shown."""
        if rows.refusal is None:
            return
        if isinstance(rows.refusal, OwnLabels):
            self._choice = self.layering.over()
            self._renew(None, self._row_by_value)
            self.changed.emit()
        raise rows.refusal

    def _come_home(self, copied: Sequence[Edit]) -> bool:
        """Show one's own layer after another's labels were copied into it, and say so; whether it was."""
        layering = self.layering
        if layering.adjudicating or layering.blind or layering.order[1:2] == (self.author,):
            return False
        self._choice = layering.over()
        if copied:
            many = f"{len(copied):,} {'labels' if len(copied) != 1 else 'label'}"
            self.told.emit(f"{many} {copied[0].reason}: the copy is yours, and is what you see and edit now")
        return True

    def _show(self, made: Sequence[Edit], progress: Progress = silent, *, everything: bool = False) -> None:
        """Bring the workspace up to edits that were just made; the first of one ride is the current event."""
        if self.journal is None:  # closed while they were saved
            return
        touched = {edit.ride for edit in made if edit.kind in LABELS}
        first = next((edit for edit in made if edit.kind is Kind.ANNOTATION), None)
        if touched and first is not None and len(touched) == 1:
            self._renew(None if everything else touched, lambda marks: self._row_of(first, marks), progress)
        elif touched or everything:
            self._renew(None if everything else touched, self._row_by_value, progress)
        self.changed.emit()

    def undo(self, *, anyway: bool = False, progress: Progress = silent) -> Undone | None:
        """Take my last gesture back; None when there is none. What others edited since is asked about.

        progress counts edits that are made, then those that are written; cancelled, nothing has changed.
        """
        self._read_all()
        return self._take_back(self.stacks().undo, anyway, progress)

    def redo(self, *, anyway: bool = False, progress: Progress = silent) -> Undone | None:
        """Take my last undo back."""
        self._read_all()
        return self._take_back(self.stacks().redo, anyway, progress)

    # --- the disk and other windows -----------------------------------------------------------------

    def save(self) -> bool:
        """Try again to save what isn't; True when everything is on disk."""
        done = self.journal is None or self.journal.save()
        self.changed.emit()
        return done

    def poll(self, progress: Progress | None = None) -> None:
        """See what other windows have written since, and try again to save.

        progress  all of it is wanted now, which may take a while; else very much is read little by little,
                  whenever this is called, and shown when all is there. It must not be cancelled
        """
        journal = self.journal
        if journal is None or journal.writing or self._polling:
            return  # a window that looks alive meanwhile asks again
        self._polling = True
        try:
            self._poll(journal, progress)
        finally:
            self._polling = False

    def _poll(self, journal: Journal, progress: Progress | None) -> None:
        said = self.saved_text()
        arrived = journal.poll(SLICE)
        while progress is not None and journal.more:
            progress(0, 0, "reading the labels")
            arrived += journal.poll(SLICE)
        self._touched |= {edit.ride for edit in arrived if edit.kind in LABELS}
        self._news = self._news or bool(arrived)
        if journal.unsaved and monotonic() >= self._next_try:
            journal.save()
            self._next_try = monotonic() + RETRY_S
        most = inf if progress is not None else 0 if journal.more else SLICE_SHOWN
        self._sides.read(journal, self._rides(), most, progress or silent)
        if self.reading:
            self.stacks()  # reads along, so that this isn't left for the end
            return
        everything, touched = self._opening and (self._news or self._choice.blind), self._touched
        news, self._touched, self._news, self._opening = self._news, set(), False, False
        if everything or touched:
            self._renew(None if everything else touched, self._row_by_value, progress or silent)
        if news or said != self.saved_text():
            self.changed.emit()

    def _read_all(self) -> None:
        """An edit is made upon all that is there. Raises InputError where nobody wants to wait for it."""
        if not self._all_read():
            raise InputError("the labels are still being read", remedy="the lower edge says how far")

    def _all_read(self) -> bool:
        journal = self.journal
        if journal is None or not self.reading or self._polling or journal.writing:
            return True
        with self.patience("reading the labels") as progress:
            while self.journal is journal and self.reading:
                progress(journal.known, journal.many + 1)
                self.poll()
        return not self.reading

    def close(self) -> None:
        """Let the label store go."""
        if self.journal is not None:
            self.journal.close()
            self.journal = None

    def _on_library_changed(self) -> None:
        self.close()
        self._touched, self._news, self._opening = set(), False, True
        self._choice = Layering(blind=self._choice.blind)
        library = self._workspace.library
        if library is not None:
            self.journal = Journal(store_path(library.path))
            self.poll(None if self.in_slices else silent)
        self.changed.emit()

    # --- inside -----------------------------------------------------------------------------------

    def _ask(self) -> bool:
        self._memory.author = self.ask_author()
        return bool(self._memory.author)

    def _take_back(self, groups: Sequence[str], anyway: bool, progress: Progress) -> Undone | None:
        workspace, journal = self._workspace, self.journal
        if not groups or journal is None or workspace.library is None:
            return None
        group = self._own.of(groups[-1])
        made, since = way_back(journal, group, self._taking_back(groups[-1]), progress)
        what = history.told(self._own.meant(groups[-1]))
        if since and not anyway:
            return Undone(what, tuple(edit.author for edit in since))
        self._put(made, progress)
        first = next((edit for edit in made if edit.kind in LABELS), None)
        if first is not None and first.ride in self._rides():
            workspace.show_ride(self._rides()[first.ride].number)
        self._show(made, progress, everything=first is not None and self._come_home(()))
        return Undone(what)

    def _taking_back(self, group: str) -> Callable[[str, str], Hand]:
        """The hand that takes a gesture back on a ride, in a layer: this library may not have the ride."""
        back = new_id()

        def hand(ride: str, layer: str) -> Hand:
            anchor = self._rides().get(ride)
            now = self._hand(anchor.number if anchor else None, back)
            return replace(now, ride=ride, layer=layer, takes_back=group)

        return hand

    def _hand(self, number: int | None, group: str, reason: str = "") -> Hand:
        library = self._workspace.library
        assert library is not None
        ride = "" if number is None else library.id_of(number)
        anchor = self._rides().get(ride)
        return Hand(
            author=self.author,
            layer=self.layer,
            utc=datetime.now(UTC).isoformat(timespec="milliseconds"),
            ride=ride,
            signal_hash=anchor.signal_hash if anchor else "",
            content_hash=library.content_hash,
            group=group,
            reason=reason,
        )

    def _rides(self) -> dict[str, Anchor]:
        library = self._workspace.library
        assert library is not None
        return library.anchors

    def _behind(self, ride: str, marks: Annotations) -> Behind:
        assert self.journal is not None
        anchor = self._rides()[ride]
        hand = self._hand(anchor.number, "")
        return behind(self.journal.heads(ride), marks, anchor, hand, self.layering)

    def _renew(self, rides: Iterable[str] | None, current: Current, progress: Progress = silent) -> None:
        """Bring the workspace's labels up to the journal; only these rides' differ, where they are named."""
        workspace, journal = self._workspace, self.journal
        assert workspace.library is not None
        assert journal is not None
        layering, number, marks = self.layering, None, None
        self._sides.read(journal, self._rides(), progress=_unstopped(progress))
        known = [self._rides()[ride] for ride in rides or () if ride in self._rides()]
        if rides is not None and len(known) == 1 and workspace.annotations is not None:
            number = known[0].number
            imported = rows_of(workspace.library.annotations, number)
            rows = self._sides.of_ride(number, imported, layering.order)
            marks = spliced(workspace.annotations, number, rows)
        if marks is None:
            marks = self._sides.labels(workspace.library.annotations, layering.order)
        workspace.set_annotations(
            marks, layering.told(adjudicated=ADJUDICATED in self._sides.names()), current(marks), number
        )

    def _row_of(self, edit: Edit, marks: Annotations) -> int | None:
        """The row of an edit's subject, of a conflict the edit's own version; None where it doesn't count."""
        if edit.ride not in self._rides():
            return None
        heads = self._behind(edit.ride, marks).heads
        places = [at for at, head in enumerate(heads) if head.subject == edit.subject]
        place = min(places, key=lambda at: heads[at].id != edit.id, default=None)
        return None if place is None else marks.of_ride(self._rides()[edit.ride].number).start + place

    def _row_by_value(self, marks: Annotations) -> int | None:
        """The row that says what the current event says now; others' edits may have moved it."""
        old, event = self._workspace.annotations, self._workspace.event
        if old is None or event is None:
            return None
        part = marks.of_ride(int(old.ride_number[event]))
        wanted = span_of(old, event)
        return next((row for row in range(part.start, part.stop) if span_of(marks, row) == wanted), None)


def _unstopped(progress: Progress) -> Progress:
    """What was saved is shown, whoever would rather not wait for it."""
    return lambda done, total, what="": progress(total, total, "showing")
