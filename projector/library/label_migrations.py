"""Brings a label store of an older format up to the present one: a copy first, then all in one transaction.

A step is frozen when its format is released: it spells out that format in its own words and uses nothing that
may change later. The transaction also carries the version, so a store is of its old format or of the new one,
whenever the process dies; the copy beside it is of the old one in either case.
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path

from projector.library.replacing import replacing

Step = Callable[[sqlite3.Connection], None]


def migrate(db: sqlite3.Connection, path: Path, target: int, *, copied: bool = True) -> None:
    """Take a store from the version it says to `target`.

    copied  a copy of it is kept beside it first, under the name that `copy_path` gives

    Raises sqlite3.Error, StorageError where the copy can't be written: then the store is as it was.
    """
    version = version_of(db)
    if copied and version < target:
        _keep_copy(db, path, version)
    db.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version_of(db), target):  # another program may have done it meanwhile
            STEPS[number](db)
            db.execute(f"PRAGMA user_version = {number + 1}")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def version_of(db: sqlite3.Connection) -> int:
    """The format of a store."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def copy_path(path: Path, version: int, number: int = 1) -> Path:
    """Where a store of an older format is kept: rides.labels.db.format0, then rides.labels.db.format0-2, …"""
    return path.with_name(f"{path.name}.format{version}{f'-{number}' if number > 1 else ''}")


def _keep_copy(db: sqlite3.Connection, path: Path, version: int) -> None:
    """A copy that an interrupted migration left is as good as a new one, if it says the same."""
    number = 1
    while (place := copy_path(path, version, number)).exists():
        if _said(place) == _dump(db):
            return
        number += 1
    with replacing(place) as part, contextlib.closing(sqlite3.connect(part)) as copy:
        db.backup(copy)


def _said(path: Path) -> list[str]:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return _dump(db)
    except sqlite3.Error:
        return []


def _dump(db: sqlite3.Connection) -> list[str]:
    return list(db.iterdump())


def _to_1(db: sqlite3.Connection) -> None:
    """Format 1: every row carries a hash of itself and the row before; current edits have a table."""
    for statement in (
        "ALTER TABLE journal RENAME TO journal_0",
        """CREATE TABLE journal (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edit TEXT NOT NULL, chain TEXT NOT NULL) STRICT""",
        "CREATE TABLE superseded (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        "CREATE TABLE heads (id TEXT PRIMARY KEY, ride TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX heads_by_ride ON heads (ride)",
    ):
        db.execute(statement)
    chain, rides, parents = "", {}, set()
    for name, line in db.execute("SELECT id, edit FROM journal_0 ORDER BY n").fetchall():
        chain = blake2b(f"{chain}\n{line}".encode(), digest_size=16).hexdigest()
        db.execute("INSERT INTO journal (id, edit, chain) VALUES (?, ?, ?)", (name, line, chain))
        edit = json.loads(line)
        rides[name] = edit.get("ride", "")
        parents.update(edit["parents"])
    db.executemany("INSERT INTO superseded VALUES (?)", ((name,) for name in sorted(parents)))
    heads = ((name, ride) for name, ride in rides.items() if name not in parents)
    db.executemany("INSERT INTO heads VALUES (?, ?)", heads)
    for statement in (
        "DROP TABLE journal_0",
        """CREATE TRIGGER journal_is_kept BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'edits are never changed'); END""",
        """CREATE TRIGGER journal_stays BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'edits are never removed'); END""",
    ):
        db.execute(statement)


STEPS: Mapping[int, Step] = {0: _to_1}
"""What takes a store from the format of this number to the next."""
