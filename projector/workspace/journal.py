"""The edits of an open library: those on disk, those that could not be written yet, those of other windows.

An edit counts as saved only after its transaction. One that could not be written stays in memory, counts on
the screen, and is tried again; the store on disk is made at the first edit, not before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import monotonic

from projector.domain.edits import Edit, Kind
from projector.domain.errors import ProjectorError, StorageError
from projector.domain.progress import Cancelled, Progress, silent
from projector.library.label_store import LabelStore, StoreBusy
from projector.workspace.aside import aside
from projector.workspace.uncollected import let_be_collected, stays, uncollected

BUSY_S = 0.08  # the window stands still so long at most while somebody else writes; then it tries again
BUSY_TOLD_S = 5.0  # who reads is not bothered before
MANY = 2000  # edits that take long enough to be written in a thread, and to be taken in several goes


class Journal:
    """A label store with what it holds.

    unsaved    edits that are not on disk, in order
    saved_at   when the last edit of this window reached the disk, local time
    trouble    why the store cannot be read or written now
    more       whether others may have written more than was read last
    many       how many edits the store held when it was read last
    writing    whether a thread is at the store: nothing else may read or write it, nor close it
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unsaved: list[Edit] = []
        self.saved_at: datetime | None = None
        self.trouble: ProjectorError | None = None
        self.more = self.writing = self._closed = False
        self._long = False  # its edits are so many that they are no longer looked through for garbage
        self.many = 0
        self._elsewhere: tuple[Path, set[str]] | None = None  # the last other store, and what is in it
        self._store: LabelStore | None = None
        self._file: tuple[int, int] | None = None
        self._read = 0
        self._edits: dict[str, Edit] = {}
        self._superseded: set[str] = set()
        self._heads: dict[str, Edit] = {}
        self._heads_of: defaultdict[str, dict[str, Edit]] = defaultdict(dict)  # the same by ride
        self._rides: list[str] = []  # of each edit, in order of arrival
        self._edits_of: defaultdict[str, list[Edit]] = defaultdict(list)  # every edit by ride
        self._last: dict[str, Edit] = {}  # of each ride
        self._rides_seen: set[str] = set()
        self._standing: dict[str, int] = {}  # of a subject: how many heads
        self._in_conflict: set[str] = set()
        self._conflicts: dict[str, list[Edit]] | None = {}  # None: to be found anew
        self._made_here: set[str] = set()
        self._busy_since = 0.0

    @property
    def edits(self) -> Iterable[Edit]:
        """Every edit that is known, in order of arrival."""
        return self._edits.values()

    @property
    def known(self) -> int:
        """How many edits are known."""
        return len(self._edits)

    def of_ride(self, ride: str) -> Sequence[Edit]:
        """Every edit of a ride, in order of arrival."""
        return self._edits_of.get(ride, ())

    def since(self, count: int) -> list[Edit]:
        """The edits that arrived after the first `count`, in order of arrival; costs no more than these."""
        return list(islice(reversed(self._edits.values()), len(self._edits) - count))[::-1]

    def heads(self, ride: str | None = None) -> list[Edit]:
        """The current edits (of one ride), in order of id, as domain.edits.heads defines them."""
        found = self._heads if ride is None else self._heads_of.get(ride, {})
        return [found[name] for name in sorted(found)]

    def touched(self, since: int = 0) -> tuple[set[str], int]:
        """The rides of every edit but the first `since` that arrived, and how many arrived up to now."""
        return set(self._rides[since:]), len(self._rides)

    def last(self, ride: str) -> Edit | None:
        """The edit of a ride that arrived last."""
        return self._last.get(ride)

    def rides_seen(self) -> frozenset[str]:
        """Rides of which somebody ever marked a part as done."""
        return frozenset(self._rides_seen)

    def standing(self) -> Iterable[Edit]:
        """The current edits in no order: what looks at all of them need not wait until they are sorted."""
        return self._heads.values()

    def edit(self, name: str) -> Edit | None:
        """The edit of an id, if it is known."""
        return self._edits.get(name)

    def made_here(self, name: str) -> bool:
        """Whether an edit was made in this window, since the library was opened."""
        return name in self._made_here

    def conflicts(self) -> dict[str, list[Edit]]:
        """Subjects of which several versions stand, as domain.edits.conflicts defines them."""
        if self._conflicts is None:
            self._in_conflict = {subject for subject in self._in_conflict if self._standing[subject] > 1}
            found: dict[str, list[Edit]] = {subject: [] for subject in sorted(self._in_conflict)}
            for edit in self._heads.values() if found else ():
                if edit.subject in found:
                    found[edit.subject].append(edit)
            for versions in found.values():
                versions.sort(key=lambda edit: edit.id)
            self._conflicts = found
        return self._conflicts

    def append(self, edits: Sequence[Edit], progress: Progress = silent) -> bool:
        """Make a gesture's edits count, and put them on disk; False where that could not be done yet.

        progress counts edits that are written. Raises Cancelled, LibraryError where the store is damaged or
        of a newer version, or StoreBusy in the middle of another gesture: then nothing counts.
        """
        if self.writing:
            raise StoreBusy("the last change is still being saved", remedy="wait until it is")
        if self.trouble is not None and not isinstance(self.trouble, StorageError):
            raise self.trouble
        fresh = list({edit.id: edit for edit in edits if edit.id not in self._edits}.values())
        waiting, self.unsaved = self.unsaved, [*self.unsaved, *fresh]
        try:
            saved = self.save(progress)
        except Cancelled:
            self.unsaved = waiting
            raise
        self.writing = True  # until all of the gesture counts, whatever is painted meanwhile
        try:
            for first in range(0, len(fresh), MANY):
                self._take(fresh[first : first + MANY])
                progress(len(fresh), len(fresh), "showing")
        finally:
            self._done_writing()
        self._made_here.update(edit.id for edit in fresh)
        return saved

    def save(self, progress: Progress = silent) -> bool:
        """Put on disk what isn't there; False, with `trouble`, where that is not possible; or Cancelled."""
        if not self.unsaved:
            return True
        if self.writing:
            return False
        try:
            self._write(self._writable(), progress)
        except (ProjectorError, OSError) as error:
            self.trouble = error if isinstance(error, ProjectorError) else _storage(error, self.path)
            if self._store is not None and self._store.read_only:
                self._let_go()  # opened anew next time: it may be writable then
            return False
        self.unsaved, self.trouble, self.saved_at = [], None, datetime.now()
        return True

    def _write(self, store: LabelStore, progress: Progress) -> None:
        """What isn't on disk; very much of it while the window goes on painting."""
        if len(self.unsaved) <= MANY or progress is silent:
            store.append(self.unsaved)  # nothing is painted in the middle of a transaction
            return
        self.writing, edits = True, self.unsaved
        try:
            aside(lambda report: store.append(edits, report), progress)
        finally:
            self._done_writing()

    def _done_writing(self) -> None:
        self.writing = False
        if self._closed:
            self._let_go()

    def save_elsewhere(self, path: Path, progress: Progress = silent) -> None:
        """A whole store, with what is not saved, in another place, or nothing there.

        progress counts edits. Raises StorageError or Cancelled.
        """
        edits = list(self.edits)

        def work(report: Progress) -> None:
            with LabelStore.in_memory(path) as store:
                store.append(edits, report)
                store.backup(path, report)

        if progress is silent:
            work(silent)
        else:
            aside(work, progress)
        self._elsewhere = path, {edit.id for edit in edits}

    @property
    def elsewhere(self) -> Path | None:
        """The other store that holds all that is not saved here; None where something is nowhere."""
        if self._elsewhere is None:
            return None
        path, held = self._elsewhere
        return path if held.issuperset(edit.id for edit in self.unsaved) else None

    def poll(self, most: int = -1) -> list[Edit]:
        """What others have written since the last time; nothing while the store is out of reach.

        most    edits to read, from 0 on: `more` says then whether there may be others
        """
        if self.writing:
            return []
        self.more, arrived = False, list[Edit]()
        try:
            if self._found() is None:
                return []
            store = self._opened()
            self.many = store.last()
            with uncollected():
                for edit in store.edits(self._read, most):
                    arrived.append(edit)  # what comes before a damage is read
        except StoreBusy as error:
            self._busy_since = self._busy_since or monotonic()
            if monotonic() - self._busy_since > BUSY_TOLD_S and not self.unsaved:
                self.trouble = error
        except (ProjectorError, OSError) as error:
            self.trouble = error if isinstance(error, ProjectorError) else _storage(error, self.path)
        else:
            self._busy_since = 0.0
            if not self.unsaved:
                self.trouble = None
            self.more = len(arrived) == most
            if self.more:
                self._long = True
                stays()
        self._read += len(arrived)
        fresh = [edit for edit in arrived if edit.id not in self._edits]
        self._take(fresh)
        return fresh

    def close(self) -> None:
        """Let the file go, as soon as nothing is being written."""
        self._closed = True
        if self._long:
            self._long = False
            let_be_collected()
        if not self.writing:
            self._let_go()

    # --- inside -----------------------------------------------------------------------------------

    def _take(self, edits: Sequence[Edit]) -> None:
        """All parents first: of a whole journal that spares most of the work."""
        self._conflicts = None
        parents = [parent for edit in edits for parent in edit.parents]
        superseded, heads, heads_of, standing = self._superseded, self._heads, self._heads_of, self._standing
        superseded.update(parents)
        for parent in parents:
            head = heads.pop(parent, None)
            if head is not None:
                del heads_of[head.ride][parent]
                standing[head.subject] -= 1
        for edit in edits:
            name, ride = edit.id, edit.ride
            self._edits[name] = self._last[ride] = edit
            self._rides.append(ride)
            self._edits_of[ride].append(edit)
            if edit.kind is Kind.SEEN:
                self._rides_seen.add(ride)
            if name not in superseded:
                heads[name] = heads_of[ride][name] = edit
                count = standing[edit.subject] = standing.get(edit.subject, 0) + 1
                if count > 1:
                    self._in_conflict.add(edit.subject)

    def _found(self) -> tuple[int, int] | None:
        """Which file lies at the path; a deleted one that is still open must not be written to."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _opened(self) -> LabelStore:
        if self._store is None or self._file != self._found():
            self._let_go()
            self._store = LabelStore.open(self.path, BUSY_S)
            self._file = self._found()
        return self._store

    def _writable(self) -> LabelStore:
        known = self._store
        store = self._opened()
        if store is not known and not store.read_only:
            # Another file than the one that was read: what was in that one belongs here, too.
            store.append(list(self.edits))
        return store

    def _let_go(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store, self._file, self._read = None, None, 0


def _storage(error: OSError, path: Path) -> StorageError:
    return StorageError(f"the labels could not be reached: {error.strerror}", where=str(path))
