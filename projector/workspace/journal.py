"""The edits of an open library: those on disk, those that could not be written yet, those of other windows.

An edit counts as saved only after its transaction. One that could not be written stays in memory, counts on
the screen, and is tried again; the store on disk is made at the first edit, not before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from projector.domain.edits import Edit, Kind
from projector.domain.errors import ProjectorError, StorageError
from projector.library.label_store import LabelStore


class Journal:
    """A label store with what it holds.

    unsaved    edits that are not on disk, in order
    saved_at   when the last edit of this window reached the disk, local time
    trouble    why the store cannot be read or written now
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unsaved: list[Edit] = []
        self.saved_at: datetime | None = None
        self.trouble: ProjectorError | None = None
        self._store: LabelStore | None = None
        self._file: tuple[int, int] | None = None
        self._read = 0
        self._edits: dict[str, Edit] = {}
        self._superseded: set[str] = set()
        self._heads: dict[str, Edit] = {}
        self._heads_of: dict[str, dict[str, Edit]] = {}  # the same by ride
        self._rides: list[str] = []  # of each edit, in order of arrival
        self._last: dict[str, Edit] = {}  # of each ride
        self._rides_with: defaultdict[Kind, set[str]] = defaultdict(set)
        self._versions: dict[str, set[str]] = {}  # of a subject: the ids of its heads
        self._in_conflict: set[str] = set()
        self._made_here: set[str] = set()

    @property
    def edits(self) -> Iterable[Edit]:
        """Every edit that is known, in order of arrival."""
        return self._edits.values()

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

    def rides_with(self, kind: Kind) -> frozenset[str]:
        """Rides that somebody ever made an edit of a kind on."""
        return frozenset(self._rides_with.get(kind, ()))

    def edit(self, name: str) -> Edit | None:
        """The edit of an id, if it is known."""
        return self._edits.get(name)

    def made_here(self, name: str) -> bool:
        """Whether an edit was made in this window, since the library was opened."""
        return name in self._made_here

    def conflicts(self) -> dict[str, list[Edit]]:
        """Subjects of which several versions stand, as domain.edits.conflicts defines them."""
        return {
            subject: [self._heads[name] for name in sorted(self._versions[subject])]
            for subject in sorted(self._in_conflict)
        }

    def append(self, edits: Sequence[Edit]) -> bool:
        """Make a gesture's edits count, and put them on disk; False where that could not be done yet.

        Raises LibraryError where the store is damaged or of a newer version: then nothing counts.
        """
        if self.trouble is not None and not isinstance(self.trouble, StorageError):
            raise self.trouble
        fresh = [edit for edit in edits if edit.id not in self._edits]
        self._take(fresh)
        self._made_here.update(edit.id for edit in fresh)
        self.unsaved += fresh
        return self.save()

    def save(self) -> bool:
        """Put on disk what isn't there; False, with `trouble`, where that is not possible."""
        if not self.unsaved:
            return True
        try:
            store = self._writable()
            store.append(self.unsaved)
        except (ProjectorError, OSError) as error:
            self.trouble = error if isinstance(error, ProjectorError) else _storage(error, self.path)
            if self._store is not None and self._store.read_only:
                self._let_go()  # opened anew next time: it may be writable then
            return False
        self.unsaved, self.trouble, self.saved_at = [], None, datetime.now()
        return True

    def save_elsewhere(self, path: Path) -> None:
        """A whole store, with what is not saved, in another place. Raises StorageError."""
        if path.exists():
            raise StorageError("there is a file already", where=str(path), remedy="choose another name")
        with LabelStore.open(path) as store:
            store.append(list(self.edits))

    def poll(self) -> list[Edit]:
        """What others have written since the last time; nothing while the store is out of reach."""
        try:
            if self._found() is None:
                return []
            store = self._opened()
            arrived = list(store.edits(self._read))
        except (ProjectorError, OSError) as error:
            self.trouble = error if isinstance(error, ProjectorError) else _storage(error, self.path)
            return []
        if not self.unsaved:
            self.trouble = None
        self._read += len(arrived)
        fresh = [edit for edit in arrived if edit.id not in self._edits]
        self._take(fresh)
        return fresh

    def close(self) -> None:
        """Let the file go."""
        self._let_go()

    # --- inside -----------------------------------------------------------------------------------

    def _take(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self._edits[edit.id] = edit
            self._rides.append(edit.ride)
            self._last[edit.ride] = edit
            self._rides_with[edit.kind].add(edit.ride)
            self._superseded.update(edit.parents)
            for parent in edit.parents:
                head = self._heads.pop(parent, None)
                if head is not None:
                    del self._heads_of[head.ride][parent]
                    self._count(head, there=False)
            if edit.id not in self._superseded:
                self._heads[edit.id] = edit
                self._heads_of.setdefault(edit.ride, {})[edit.id] = edit
                self._count(edit, there=True)

    def _count(self, head: Edit, *, there: bool) -> None:
        """Which versions a subject has: what is in conflict is known without a search."""
        versions = self._versions.setdefault(head.subject, set())
        (versions.add if there else versions.discard)(head.id)
        (self._in_conflict.add if len(versions) > 1 else self._in_conflict.discard)(head.subject)

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
            self._store = LabelStore.open(self.path)
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
