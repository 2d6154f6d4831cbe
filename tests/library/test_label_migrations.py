"""An older label store: copied, then migrated whole or not at all; one of each format is stored as text."""

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from projector.domain.edits import Edit, heads
from projector.domain.errors import StorageError
from projector.library import label_migrations
from projector.library.label_migrations import STEPS, copy_path, version_of
from projector.library.label_store import FORMAT_VERSION, LabelStore
from tests.library.label_writer import an_edit


def stored(folder: Path, version: int) -> Path:
    """The store of a format that is kept beside this file."""
    path = folder / "rides.labels.db"
    text = Path(__file__).with_name(f"label_store_format{version}.sql").read_text(encoding="utf-8")
    db = sqlite3.connect(path)
    db.executescript(text)
    db.close()
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return stored(tmp_path, 0)


def rows(path: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(path)
    found = db.execute("SELECT id, edit FROM journal ORDER BY n").fetchall()
    db.close()
    return found


def test_every_format_has_its_step_and_the_stored_file_arrives_whole(old: Path) -> None:
    assert set(STEPS) == set(range(FORMAT_VERSION))
    before = rows(old)
    with LabelStore.open(old) as store:
        assert [(edit.id, edit.line()) for edit in store.edits()] == before
        report = store.check()
        assert report.sound
        assert report.view_was_right
        assert store.heads() == heads(store.edits())
        store.append([an_edit(9)])
    copy = copy_path(old, 0)
    assert rows(copy) == before
    assert sqlite3.connect(copy).execute("PRAGMA user_version").fetchone() == (0,)
    LabelStore.open(old).close()  # once is enough
    assert sorted(one.name for one in old.parent.iterdir()) == [old.name, copy.name]
    db = sqlite3.connect(old)
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        db.execute("DELETE FROM journal")
    db.close()


@pytest.mark.parametrize("version", range(FORMAT_VERSION + 1))
def test_each_format_opens_with_the_same_edits(tmp_path: Path, version: int) -> None:
    path = stored(tmp_path, version)
    with LabelStore.open(path) as store:
        assert store.check().sound
        assert [edit.after and edit.after["start_s"] for edit in store.edits()] == [1, 2, 3, None, 5]
    assert copy_path(path, version).exists() == (version < FORMAT_VERSION)


def test_a_copy_that_is_there_already_is_never_written_over(old: Path) -> None:
    copy_path(old, 0).write_bytes(b"somebody's file")
    before = rows(old)
    LabelStore.open(old).close()
    assert copy_path(old, 0).read_bytes() == b"somebody's file"
    assert rows(copy_path(old, 0, 2)) == before


def test_where_no_copy_can_be_kept_nothing_is_migrated(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    before = old.read_bytes()
    monkeypatch.setattr(label_migrations, "replacing", full)
    with pytest.raises(StorageError, match="full"):
        LabelStore.open(old)
    assert old.read_bytes() == before


def test_a_store_that_cannot_be_written_is_looked_at_all_the_same(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, monkey = old.read_bytes(), os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and monkey(path, mode))
    with LabelStore.open(old) as store:
        assert store.read_only
        assert [(edit.id, edit.line()) for edit in store.edits()] == rows(old)
    assert old.read_bytes() == before
    assert [one.name for one in old.parent.iterdir()] == [old.name]


def test_killed_at_any_moment_it_is_of_the_old_format_or_of_the_new_one(old: Path) -> None:
    db = sqlite3.connect(old)
    made = [an_edit(number) for number in range(1000)]
    db.executemany("INSERT INTO journal (id, edit) VALUES (?, ?)", [(edit.id, edit.line()) for edit in made])
    db.commit()
    db.close()
    whole, truth, chance = old.read_bytes(), rows(old), random.Random(3)
    began = time.monotonic()
    LabelStore.open(old).close()
    took, versions = time.monotonic() - began, []
    for _ in range(7):
        for path in old.parent.iterdir():
            path.unlink()
        old.write_bytes(whole)
        kill_while_opening(old, chance.uniform(0.0, 1.3 * took))
        db = sqlite3.connect(old)  # rolls back what was under way
        versions.append(version_of(db))
        assert rows(old) == truth
        db.close()
        with LabelStore.open(old) as store:
            assert store.check().sound
            assert [edit.id for edit in store.edits()] == [name for name, _ in truth]
        assert rows(copy_path(old, 0)) == truth
        assert not copy_path(old, 0, 2).exists()  # a copy that an interrupted try left is taken
    assert 0 in versions


def kill_while_opening(path: Path, after_s: float) -> None:
    child = os.fork()
    if child == 0:
        LabelStore.open(path).close()
        os._exit(0)
    time.sleep(after_s)  # the moment is what is random
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_lines_that_cannot_be_parsed_at_once_are_told_one_by_one() -> None:
    good = an_edit(1)
    assert Edit.read_all([good.line()] * 3) == [good] * 3
    assert Edit.read_all([]) == []
    older = (
        '{"id":"a","kind":"seen","subject":"s","parents":[],"before":null,"after":{},"author":"x","utc":"u"}'
    )
    assert Edit.read_all([older]) == [Edit.read(older)]
    assert Edit.read(older).layer == ""
    mixed = good.line().replace('"layer":""', '"layer":7')
    assert mixed != good.line()
    for bad in (f"{good.line()},{good.line()}", "[]", "7", '{"id":1}', good.line()[:-1], mixed):
        with pytest.raises(Exception, match="no edit"):
            Edit.read_all([good.line(), bad])


def test_what_edits_have_in_common_is_kept_once() -> None:
    edit = an_edit(1).with_values(ride="a ride", signal_hash="of its signals", reason="heard a fall")
    first, second = Edit.read_all([edit.line(), edit.with_values(id="another").line()])
    assert first.id != second.id
    for name in ("ride", "signal_hash", "author", "content_hash", "layer", "reason"):
        assert getattr(first, name) is getattr(second, name)
