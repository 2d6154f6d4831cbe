"""What goes wrong with the label store while somebody labels: nothing is lost, nothing stands still."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from projector.domain.errors import LibraryError, StorageError
from projector.library.label_store import LabelStore, StoreBusy, store_path
from projector.library.labels import format_of
from projector.library.labels.exporting import Choice, export_labels
from projector.library.library import Library
from projector.workspace import journal as journal_module
from projector.workspace.journal import Journal
from projector.workspace.labelling import Labelling
from projector.workspace.workspace import Workspace
from tests.library.label_writer import an_edit
from tests.ui.trace_made import made_library
from tests.workspace.labelling_made import closed, opened, said

Pair = tuple[Workspace, Labelling]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("faults"))


def retry(labelling: Labelling) -> None:
    """The next poll that tries to save."""
    labelling._next_try = 0.0
    labelling.poll()


def test_somebody_who_writes_for_long_never_holds_the_window_up(pair: Pair) -> None:
    """Each call waits a moment, not the ten seconds of a command; the edit waits to be saved."""
    workspace, labelling = pair
    labelling.delete(0)
    path = store_path(workspace.library.path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    before = len(said(workspace))
    labelling.delete(0)
    assert len(said(workspace)) == before - 1  # it counts
    assert "1 edit not saved: another program is writing" in labelling.saved_text()
    retry(labelling)
    assert labelling.unsaved == 1
    assert time.monotonic() - began < 20 * journal_module.BUSY_S
    other.execute("ROLLBACK")
    other.close()
    retry(labelling)
    assert labelling.unsaved == 0
    assert labelling.saved_text().startswith("saved ")


def test_who_only_reads_is_not_bothered_by_one_who_writes(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, labelling = pair
    labelling.delete(0)
    said_before = labelling.saved_text()
    other = sqlite3.connect(store_path(workspace.library.path), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    labelling.poll()
    assert (labelling.trouble, labelling.saved_text()) == (None, said_before)
    monkeypatch.setattr(journal_module, "BUSY_TOLD_S", -1.0)  # it lasts
    labelling.poll()
    assert "another program is writing" in labelling.saved_text()
    other.execute("ROLLBACK")
    other.close()
    labelling.poll()
    assert (labelling.trouble, labelling.saved_text()) == (None, said_before)


def test_an_edit_that_was_changed_on_disk_is_told_at_opening_and_what_came_before_is_read(
    tmp_path: Path,
) -> None:
    path = store_path(tmp_path / "rides.h5")
    edits = [an_edit(number) for number in range(50)]
    with LabelStore.open(path) as store:
        store.append(edits)
    sound = path.read_bytes()
    assert sound.count(b'"start_s":30,') == 1
    path.write_bytes(sound.replace(b'"start_s":30,', b'"start_s":31,'))
    journal = Journal(path)
    assert list(journal.poll()) == edits[:30]
    assert "breaks at edit 31" in str(journal.trouble)
    with pytest.raises(LibraryError, match="damaged"):
        journal.append([an_edit(51)])
    assert (journal.poll(), journal.unsaved) == ([], [])
    journal.close()


def fill(path: Path) -> None:
    """Until there is no room on the disk."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="mounting needs root")
def test_a_disk_that_is_full_while_somebody_labels(original: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts nothing")
    try:
        workspace, labelling = opened(Path(shutil.copy(original, disk / "rides.h5")))
        ride = int(workspace.library.numbers[0])
        assert labelling.add(ride, 1.0, 2.0, "fall")
        assert not labelling.unsaved
        fill(disk / "filler")
        before = len(said(workspace))
        for at in range(40):
            labelling.add(ride, float(at), at + 1.0, "fall")
        assert len(said(workspace)) == before + 40  # all of them count
        assert labelling.unsaved
        assert "not saved" in labelling.saved_text()
        assert "make room" in labelling.trouble.remedy
        with pytest.raises(StorageError, match="the disk is full"):
            labelling.journal.save_elsewhere(disk / "elsewhere.labels.db")
        assert {path.name for path in disk.iterdir()} == {"rides.h5", "rides.labels.db", "filler"}
        labelling.journal.save_elsewhere(tmp_path / "elsewhere.labels.db")
        (disk / "filler").unlink()
        retry(labelling)
        assert not labelling.unsaved
        known = list(labelling.journal.edits)
        closed(workspace, labelling)
        for path in (store_path(disk / "rides.h5"), tmp_path / "elsewhere.labels.db"):
            with LabelStore.open(path) as store:
                assert store.check().sound
                assert {edit.id for edit in store.edits()} == {edit.id for edit in known}
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_folder_that_disappears_and_comes_back(pair: Pair, tmp_path: Path) -> None:
    """As when a drive is unplugged: the edits wait, and go where they belong once it is there again."""
    workspace, labelling = pair
    labelling.delete(0)
    path = workspace.library.path
    path.parent.rename(tmp_path.with_name(tmp_path.name + " gone"))
    labelling.poll()
    before = len(said(workspace))
    labelling.delete(0)
    assert len(said(workspace)) == before - 1
    assert labelling.unsaved == 1
    assert "not saved" in labelling.saved_text()
    tmp_path.with_name(tmp_path.name + " gone").rename(path.parent)
    retry(labelling)
    assert not labelling.unsaved
    with LabelStore.open(store_path(path)) as store:
        assert {edit.id for edit in store.edits()} == {edit.id for edit in labelling.journal.edits}


def test_every_answer_of_a_busy_store_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.labels.db"
    with LabelStore.open(path, busy_s=0.01) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        for call in (
            store.last,
            lambda: len(store),
            lambda: list(store.edits()),
            store.heads,
            lambda: store.append([]),
        ):
            with pytest.raises(StoreBusy):
                call()
        other.close()
        assert (store.last(), len(store)) == (0, 0)


@pytest.mark.parametrize("name", ["csv", "audacity", "mne", "mne-txt", "mhealth", "label-studio"])
def test_another_zone_and_language_write_the_same_bytes(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    written = []
    with Library.open(original) as library:
        for zone, language in (("UTC", "C"), ("Pacific/Chatham", "de_DE.UTF-8")):
            monkeypatch.setenv("TZ", zone)
            monkeypatch.setenv("LC_ALL", language)
            time.tzset()
            choice = Choice(library.annotations, "imported", ("long",))
            made = export_labels(library, choice, format_of(name), tmp_path / f"{len(written)}.x")
            written.append(made.files[0].path.read_bytes())
    monkeypatch.undo()
    time.tzset()
    assert written[0] == written[1]


def test_edits_are_told_in_utc_wherever_they_are_made(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    labelling = pair[1]
    monkeypatch.setenv("TZ", "Pacific/Chatham")
    time.tzset()
    labelling.delete(0)
    monkeypatch.undo()
    time.tzset()
    made = datetime.fromisoformat(list(labelling.journal.edits)[-1].utc)
    assert made.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)
