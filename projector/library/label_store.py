"""The label store, NAME.labels.db: an append-only journal of edits in SQLite. No acknowledged edit is lost.

One transaction an edit (or a gesture's group of them), rollback journal with synchronous=EXTRA: FULL does
not sync the folder after the journal is removed. Every row carries a hash of itself and the row before,
since SQLite's own check misses a third of flipped bytes. `heads` is a view kept beside the journal for
speed; it can be rebuilt from it at any time.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from projector.domain.edits import Edit, heads
from projector.domain.errors import InputError, LibraryError, StorageError
from projector.domain.progress import Progress, silent
from projector.library.label_migrations import migrate, version_of
from projector.library.replacing import replacing

FORMAT_VERSION = 1
APPLICATION_ID = 0x50524A4C  # "PRJL"
BUSY_TIMEOUT_S = 10.0  # a window waits less: it must not stand still, and tries again
_AT_ONCE = 500  # names in a query: the least that any SQLite takes is 999
_TOLD_EVERY = 1000  # edits between two calls of progress
_PAGES = 2000  # copied at a time: 8 MB
_CACHE_KIB = 65_536  # pages kept while a gesture on 100,000 annotations is written; used as far as needed
_SCHEMA = (
    """CREATE TABLE journal (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edit TEXT NOT NULL, chain TEXT NOT NULL) STRICT""",
    "CREATE TABLE superseded (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE heads (id TEXT PRIMARY KEY, ride TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX heads_by_ride ON heads (ride)",
    """CREATE TRIGGER journal_is_kept BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'edits are never changed'); END""",
    """CREATE TRIGGER journal_stays BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'edits are never removed'); END""",
)


class StoreBusy(StorageError):
    """Somebody else writes just now; nothing is wrong, try again."""


@dataclass(frozen=True)
class CheckReport:
    """What `check` found. broken_at is the first row whose chain does not hold, None when all do."""

    edits: int
    broken_at: int | None
    view_was_right: bool
    detail: str = ""

    @property
    def sound(self) -> bool:
        return self.broken_at is None and not self.detail

    def told(self) -> str:
        """What is wrong, in words; "" for a sound journal."""
        broken = f"the chain of edits breaks at edit {self.broken_at}" if self.broken_at is not None else ""
        return "; ".join(filter(None, (broken, self.detail)))


def store_path(library: Path) -> Path:
    """The label store that belongs to a library."""
    return library.with_suffix(".labels.db")


class LabelStore:
    """An open journal. Every call that writes returns only after the edit is on disk.

    read_only  the folder or the file cannot be written: everything can be read, `append` raises StorageError
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, read_only: bool) -> None:
        self.path, self.read_only = path, read_only
        self._db = connection

    @staticmethod
    def open(path: Path, busy_s: float = BUSY_TIMEOUT_S) -> "LabelStore":
        """Open a store, or make an empty one; one of an older version is backed up, then migrated.

        busy_s  how long every call waits for somebody else who writes, before it raises StoreBusy

        Raises LibraryError where it is none, or a newer version's.
        """
        exists = path.exists()
        read_only = not os.access(path if exists else path.parent, os.W_OK)
        if read_only and not (exists and path.stat().st_size):  # what a full disk left is none yet
            return LabelStore(path, _empty_in_memory(), True)
        with _storage(path):
            db = _connect(path, read_only, busy_s)
        try:
            with _storage(path):
                if not exists or not _has_tables(db):
                    _create(db)
                _check_version(db, path)
                if version_of(db) < FORMAT_VERSION:
                    db = _migrated(db, path, read_only)
        except BaseException:
            db.close()
            raise
        return LabelStore(path, db, read_only)

    @staticmethod
    def in_memory(path: Path) -> "LabelStore":
        """An empty store that is on no disk yet; errors name `path`, where `backup` may put it."""
        return LabelStore(path, _empty_in_memory(), False)

    def __enter__(self) -> "LabelStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    # --- writing ----------------------------------------------------------------------------------

    def append(self, edits: Sequence[Edit], progress: Progress = silent) -> int:
        """Put edits into the journal, all or none; edits that are there already are passed over.

        Returns how many were new. When it returns they are on disk. Raises StorageError (disk full,
        read-only, busy for too long), or Cancelled: then none is in, and the caller keeps them to retry.
        progress counts edits; when all are counted they are committed, which cannot be stopped.
        """
        if self.read_only:
            raise _unwritable(self.path)
        with _storage(self.path), self._transaction():
            known = self._known([edit.id for edit in edits])
            new = [edit for edit in {edit.id: edit for edit in edits}.values() if edit.id not in known]
            self._db.executemany(
                "INSERT INTO journal (id, edit, chain) VALUES (?, ?, ?)", self._rows(new, progress)
            )
            self._add_to_view(new, progress)
            progress(len(new), len(new), "saving")
        return len(new)

    def merge(self, other: "LabelStore") -> int:
        """Take over every edit of another store: the union. Returns how many were new."""
        return self.append(list(other.edits()))

    def backup(self, path: Path, progress: Progress = silent) -> None:
        """A consistent copy, also while somebody writes. Raises StorageError when the place is taken.

        progress counts pages. Raises Cancelled: then nothing is there.
        """
        if path.exists():
            raise StorageError("there is a file already", where=str(path), remedy="choose another name")
        with replacing(path) as part, _storage(path), contextlib.closing(sqlite3.connect(part)) as copy:
            self._db.backup(
                copy,
                pages=-1 if progress is silent else _PAGES,
                progress=lambda _, left, total: progress(total - left, total + 1, "saving"),
            )

    # --- reading ----------------------------------------------------------------------------------

    def __len__(self) -> int:
        with _storage(self.path):
            return int(self._one("SELECT count(*) FROM journal"))

    def last(self) -> int:
        """The number of the last edit: a change here means that somebody, somewhere, has written."""
        with _storage(self.path):
            return int(self._one("SELECT coalesce(max(n), 0) FROM journal"))

    def edits(self, after: int = 0, most: int = -1) -> Iterator[Edit]:
        """The edits that arrived after number `after`, in order of arrival; -1: all, else `most` of them.

        Every one is verified against the chain. Raises LibraryError behind the last one that is sound.
        """
        query = "SELECT edit, chain FROM journal WHERE n > ? ORDER BY n LIMIT ?"
        with _storage(self.path):
            before = self._db.execute("SELECT chain FROM journal WHERE n = ?", (after,)).fetchone()
            rows = self._db.execute(query, (after, most)).fetchall()
        sound, chain = 0, before[0] if before else ""
        for line, stored in rows:
            chain = link(chain, line)
            if chain != stored:
                break
            sound += 1
        yield from Edit.read_all([line for line, _ in rows[:sound]])
        if sound < len(rows):
            raise _damaged(f"the chain of edits breaks at edit {after + sound + 1}", self.path)

    def heads(self, ride: str | None = None) -> list[Edit]:
        """The current edits (of one ride), in order of id; removals too: they are somebody's word."""
        where, arguments = ("WHERE heads.ride = ?", (ride,)) if ride is not None else ("", ())
        query = f"SELECT edit FROM heads JOIN journal USING (id) {where} ORDER BY id"
        with _storage(self.path):
            return Edit.read_all([line for (line,) in self._db.execute(query, arguments)])

    def history(self, ride: str) -> list[Edit]:
        """Every edit of a ride, in order of arrival."""
        query = "SELECT edit FROM journal WHERE json_extract(edit, '$.ride') = ? ORDER BY n"
        with _storage(self.path):
            return [Edit.read(line) for (line,) in self._db.execute(query, (ride,))]

    def check(self, *, rebuild: bool = False) -> CheckReport:
        """Verify every row against the chain, and the view against the journal; rebuild the view if asked."""
        try:
            detail = str(self._one("PRAGMA integrity_check"))
            rows = self._db.execute("SELECT n, id, edit, chain FROM journal ORDER BY n").fetchall()
        except sqlite3.DatabaseError as error:
            return CheckReport(0, 1, False, str(error))
        chain, found, broken = "", [], None
        for expected, (n, name, line, stored) in enumerate(rows, start=1):
            chain = link(chain, line)
            edit = _readable(line)
            if n != expected or chain != stored or edit is None or edit.id != name:
                broken = n
                break
            found.append(edit)
        right = broken is None and {edit.id for edit in heads(found)} == self._viewed()
        if rebuild and broken is None and not right:
            self._rebuild_view(found)
        return CheckReport(len(rows), broken, right, "" if detail == "ok" else detail)

    # --- inside -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _rows(self, edits: Sequence[Edit], progress: Progress) -> Iterator[tuple[str, str, str]]:
        """Rows of the journal that continue its chain."""
        chain = self._last_chain()
        for at, edit in enumerate(edits):
            if at % _TOLD_EVERY == 0:
                progress(at / 2, len(edits), "writing")
            line = edit.line()
            chain = link(chain, line)
            yield edit.id, line, chain

    def _add_to_view(self, edits: Sequence[Edit], progress: Progress = silent) -> None:
        """In order of id, in which they lie in the file: that spares it most of the moving about."""
        parents = sorted({(parent,) for edit in edits for parent in edit.parents})
        self._db.executemany("INSERT OR IGNORE INTO superseded VALUES (?)", parents)
        self._db.executemany("DELETE FROM heads WHERE id = ?", parents)
        # An edit may arrive after one that was made upon it: a merge brings them in any order.
        self._db.executemany(
            "INSERT INTO heads SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM superseded WHERE id = ?1)",
            _told(sorted((edit.id, edit.ride) for edit in edits), progress),
        )

    def _viewed(self) -> set[str] | None:
        try:
            return {name for (name,) in self._db.execute("SELECT id FROM heads")}
        except sqlite3.DatabaseError:
            return None

    def _rebuild_view(self, edits: Sequence[Edit]) -> None:
        with _storage(self.path), self._transaction():
            self._db.execute("DELETE FROM heads")
            self._db.execute("DELETE FROM superseded")
            self._add_to_view(edits)

    def _known(self, names: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            query = f"SELECT id FROM journal WHERE id IN ({','.join('?' * len(some))})"
            found.update(name for (name,) in self._db.execute(query, some))
        return found

    def _last_chain(self) -> str:
        row = self._db.execute("SELECT chain FROM journal ORDER BY n DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def _one(self, query: str) -> Any:
        return self._db.execute(query).fetchone()[0]


def existing_store(path: Path) -> LabelStore:
    """Open a store that must be there already. Raises LibraryError where it isn't, or is none."""
    if not path.is_file():
        raise LibraryError("there is no such label store", where=str(path), remedy="check the path")
    return LabelStore.open(path)


def link(before: str, line: str) -> str:
    """The chain's next hash: of the hash before and this line."""
    return blake2b(f"{before}\n{line}".encode(), digest_size=16).hexdigest()


def _told(heads: Sequence[tuple[str, str]], progress: Progress) -> Iterator[tuple[str, str]]:
    """The same, while progress is told: the second half of what an edit costs."""
    for at, head in enumerate(heads):
        if at % _TOLD_EVERY == 0:
            progress((len(heads) + at) / 2, len(heads), "writing")
        yield head


def _readable(line: str) -> Edit | None:
    try:
        return Edit.read(line)
    except InputError:
        return None


def _connect(path: Path, read_only: bool, busy_s: float) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    db = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
    )
    db.execute("PRAGMA synchronous = EXTRA")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    db.execute("PRAGMA trusted_schema = OFF")
    if not read_only:
        db.execute("PRAGMA journal_mode = DELETE")
    return db


def _empty_in_memory() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _create(db)
    return db


def _has_tables(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _create(db: sqlite3.Connection) -> None:
    """Two programs may do this at once: the one that comes second finds the tables made."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if not _has_tables(db):
            for statement in _SCHEMA:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    kind = db.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(db)
    if kind != APPLICATION_ID:
        raise LibraryError("this is no label store of Projector", where=str(path), remedy="name another file")
    if version > FORMAT_VERSION:
        raise LibraryError(
            f"this label store was written by a newer version of Projector (format {version})",
            where=str(path),
            remedy="update Projector: an older one could harm it",
        )


def _migrated(db: sqlite3.Connection, path: Path, read_only: bool) -> sqlite3.Connection:
    """The store in the present format; one that can't be written is migrated in memory, to be looked at."""
    if not read_only:
        migrate(db, path, FORMAT_VERSION)
        return db
    with contextlib.closing(db):
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        db.backup(copy)
    migrate(copy, path, FORMAT_VERSION, copied=False)
    return copy


@contextlib.contextmanager
def _storage(path: Path) -> Iterator[None]:
    """What SQLite says, as an error a person can act on."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Text that no longer decodes is an OperationalError without a code: damage, not trouble.
        code = getattr(error, "sqlite_errorname", "")
        remedy = next((words for start, words in _REMEDIES.items() if code.startswith(start)), None)
        if code.startswith("SQLITE_BUSY"):
            raise StoreBusy("another program is writing", where=str(path), remedy=remedy or "") from error
        if remedy:
            what = _WHAT.get(code, f"the labels could not be read or written: {error}")
            raise StorageError(what, where=str(path), remedy=remedy) from error
        if code.startswith("SQLITE_NOTADB"):
            raise LibraryError(
                "this is no label store, or its beginning is damaged",
                where=str(path),
                remedy="label stores end in .labels.db; of a damaged one take the last backup",
            ) from error
        raise _damaged(str(error), path) from error


def _damaged(how: str, path: Path) -> LibraryError:
    return LibraryError(
        f"the label store is damaged: {how}",
        where=str(path),
        remedy="projector labels check tells how far it is sound; take the last backup",
    )


def _unwritable(path: Path) -> StorageError:
    if not path.parent.exists():
        return StorageError(
            "the folder of the library is gone",
            where=str(path),
            remedy="bring the folder or its drive back, or save the labels elsewhere",
        )
    return StorageError(
        "labels cannot be written here",
        where=str(path),
        remedy="copy the library to a folder of your own, or save the labels elsewhere",
    )


_WHAT = {"SQLITE_FULL": "the disk is full"}
_REMEDIES = {
    "SQLITE_FULL": "make room on that disk and try again; nothing that was saved is harmed",
    "SQLITE_READONLY": "copy the library to a folder of your own",
    "SQLITE_CANTOPEN": "check that the folder is still there and can be written",
    "SQLITE_BUSY": "another program is writing: try again",
    "SQLITE_IOERR": "check the disk and try again",
}
