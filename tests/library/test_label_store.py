"""No acknowledged edit is lost: kills, flips, full disks, several writers, newer versions."""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.edits import Edit, conflicts, current, derived_id, heads, new_id
from projector.domain.errors import InputError, LibraryError, ProjectorError, StorageError
from projector.domain.progress import Cancelled
from projector.library import label_store
from projector.library.label_store import LabelStore, store_path
from tests.library.label_writer import an_edit

WRITER = Path(__file__).with_name("label_writer.py")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return store_path(tmp_path / "rides.h5")


def test_edits_come_back_as_they_were(path: Path) -> None:
    edits = [an_edit(number) for number in range(5)]
    with LabelStore.open(path) as store:
        assert store.append(edits) == 5
        assert store.append(edits[:2]) == 0
    with LabelStore.open(path) as again:
        assert list(again.edits()) == edits
        assert {edit.id for edit in again.heads("ride_3")} == {edits[3].id}
        assert again.check().sound


def test_a_group_is_written_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = [an_edit(number) for number in range(3)]
    calls = iter([None, None])
    with LabelStore.open(path) as store:
        monkeypatch.setattr(label_store, "link", lambda *_: "x" if next(calls, 1) is None else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.append(edits)
        assert len(store) == 0
        monkeypatch.undo()
        assert store.append(edits) == 3


# --- current labels are a function of the set ------------------------------------------------------


def grown(choices: list[tuple[int, bool]]) -> list[Edit]:
    """Edits, each made upon an earlier one or on nothing; some remove."""
    edits: list[Edit] = []
    for number, (choice, removes) in enumerate(choices):
        base = edits[choice % len(edits)] if edits and choice % 3 else None
        edit = an_edit(number, base.subject if base else "", (base.id,) if base else ())
        if removes and base:
            edit = Edit(**{**vars(edit), "before": base.after, "after": None})
        edits.append(edit)
    return edits


histories = st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=12).map(grown)


@given(histories, st.randoms(use_true_random=False))
def test_order_and_repeats_of_arrival_do_not_matter(edits: list[Edit], chance: random.Random) -> None:
    shuffled = edits + edits[::2]
    chance.shuffle(shuffled)
    assert current(shuffled) == current(edits)
    assert conflicts(shuffled) == conflicts(edits)


@given(histories, st.integers(0, 12))
def test_the_view_agrees_with_the_definition_and_merging_commutes(edits: list[Edit], cut: int) -> None:
    with LabelStore.open(Path(":nowhere:/x")) as one, LabelStore.open(Path(":nowhere:/y")) as two:
        one.read_only = two.read_only = False  # stores in memory
        one.append(edits[:cut])
        two.append(list(reversed(edits[cut // 2 :])))
        one.merge(two)
        two.merge(one)
        assert one.merge(two) == 0
        assert one.heads() == two.heads() == heads(edits)
        assert one.check().view_was_right
        assert two.check().sound


def test_two_versions_of_one_annotation_are_both_kept() -> None:
    base = an_edit(0)
    mine, yours = (an_edit(number, base.subject, (base.id,)) for number in (1, 2))
    assert {edit.id for edit in current([base, mine, yours])} == {mine.id, yours.id}
    settled = an_edit(3, base.subject, (mine.id, yours.id))
    assert current([base, mine, yours, settled]) == [settled]
    assert conflicts([base, mine, yours, settled]) == {}


# --- faults -----------------------------------------------------------------------------------------


def killed_run(path: Path, after_s: float) -> list[str]:
    """Start a writer, kill it, return the ids that it had acknowledged."""
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), "100000"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        timer = threading.Timer(after_s, child.send_signal, (signal.SIGKILL,))
        timer.start()
        lines = [first, *child.stdout]
        timer.join()
    return [line.strip() for line in lines if line.endswith("\n")]


def kills(path: Path, times: int) -> None:
    chance, acknowledged = random.Random(1), []
    for _ in range(times):
        acknowledged += killed_run(path, chance.uniform(0, 0.15))
        with LabelStore.open(path) as store:
            report = store.check()
            assert report.sound
            assert report.view_was_right
            written = [edit.id for edit in store.edits()]
        # at most the one gesture under way was written without being acknowledged
        assert set(acknowledged) <= set(written)
        assert len(written) <= len(acknowledged) + times


def test_kill_9_loses_nothing_that_was_acknowledged(path: Path) -> None:
    kills(path, 20)


@pytest.mark.long
def test_kill_9_two_hundred_times(path: Path) -> None:
    kills(path, 200)


def flips(path: Path, count: int) -> None:
    with LabelStore.open(path) as store:
        store.append([an_edit(number) for number in range(300)])
        truth = list(store.edits())
    sound, chance = path.read_bytes(), random.Random(2)
    for _ in range(count):
        damaged = bytearray(sound)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            with LabelStore.open(path) as store:
                told = not store.check().sound or not store.check().view_was_right
                same = list(store.edits()) == truth
        except ProjectorError:
            continue
        assert told or same


def test_no_flipped_bit_changes_a_label_silently(path: Path) -> None:
    flips(path, 40)


@pytest.mark.long
def test_no_flipped_bit_of_500_changes_a_label_silently(path: Path) -> None:
    flips(path, 500)


def test_a_truncated_store_is_told_or_whole(path: Path) -> None:
    with LabelStore.open(path) as store:
        store.append([an_edit(number) for number in range(100)])
        truth = list(store.edits())
    sound = path.read_bytes()
    for percent in range(5, 100, 10):
        path.write_bytes(sound[: len(sound) * percent // 100])
        try:
            with LabelStore.open(path) as store:
                assert not store.check().sound or list(store.edits()) == truth
        except ProjectorError:
            continue


def test_a_full_disk_refuses_the_edit_and_harms_nothing(path: Path) -> None:
    with LabelStore.open(path) as store:
        store.append([an_edit(1)])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        big = [an_edit(number) for number in range(2000)]
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
            with pytest.raises(StorageError) as caught:
                store.append(big)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, handler)
        assert caught.value.remedy
        assert len(store) == 1
        assert store.append(big) == 2000  # kept by the caller, retried
        assert store.check().sound


def three_writers(path: Path, edits: int) -> None:
    LabelStore.open(path).close()
    children = [
        subprocess.Popen(
            [sys.executable, str(WRITER), str(path), str(edits)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = [line.strip() for child in children for line in child.communicate()[0].splitlines()]
    with LabelStore.open(path) as store:
        assert len(told) == 3 * edits
        assert {edit.id for edit in store.edits()} == set(told)
        assert store.check().sound


def test_three_writers_lose_nothing(path: Path) -> None:
    three_writers(path, 40)


@pytest.mark.long
def test_three_writers_of_500_edits_lose_nothing(path: Path) -> None:
    three_writers(path, 500)


def test_one_window_sees_what_the_other_writes(path: Path) -> None:
    with LabelStore.open(path) as one, LabelStore.open(path) as two:
        seen = two.last()
        edit = an_edit(1)
        one.append([edit])
        assert list(two.edits(after=seen)) == [edit]


def test_a_newer_store_is_refused_and_untouched(path: Path) -> None:
    LabelStore.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="newer version"):
        LabelStore.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all, whatever it is called", b"\x89HDF\r\n\x1a\n" * 200]
)
def test_a_file_of_another_kind_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ProjectorError):
        LabelStore.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    with pytest.raises(LibraryError, match="no label store"):
        LabelStore.open(path)


def test_a_backup_is_a_store_and_never_overwrites(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.labels.db"
    with LabelStore.open(path) as store:
        store.append([an_edit(1)])
        store.backup(copy)
        with pytest.raises(StorageError):
            store.backup(copy)
        with LabelStore.open(copy) as other:
            assert list(other.edits()) == list(store.edits())


def test_a_backup_that_is_stopped_leaves_nothing(path: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(label_store, "_PAGES", 1)

    def stop(done: float, total: float, what: str = "") -> None:
        assert 0 < done < total
        raise Cancelled

    with LabelStore.open(path) as store:
        store.append([an_edit(1)])
        with pytest.raises(Cancelled):
            store.backup(tmp_path / "copy.labels.db", stop)
        assert [one.name for one in tmp_path.iterdir()] == [path.name]
        assert len(store) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a read-only folder needs root")
def test_a_read_only_folder_opens_to_look(tmp_path: Path) -> None:
    folder = tmp_path / "shown"
    folder.mkdir()
    with LabelStore.open(folder / "a.labels.db") as store:
        store.append([an_edit(1)])
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "--bind", "-o", "ro", str(folder), str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("this machine mounts nothing")
    try:
        with LabelStore.open(folder / "a.labels.db") as store:
            assert store.read_only
            assert len(list(store.edits())) == 1
            with pytest.raises(StorageError, match="cannot be written"):
                store.append([an_edit(2)])
        with LabelStore.open(folder / "new.labels.db") as empty:
            assert empty.read_only
            assert list(empty.edits()) == []
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_row_can_be_neither_changed_nor_removed(path: Path) -> None:
    with LabelStore.open(path) as store:
        store.append([an_edit(1)])
    db = sqlite3.connect(path)
    for statement in ("UPDATE journal SET edit = ''", "DELETE FROM journal"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            db.execute(statement)
    db.close()


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"id": 1}', "nonsense"])
def test_a_line_that_is_no_edit_is_an_error(line: str) -> None:
    with pytest.raises(InputError):
        Edit.read(line)


def test_ids_are_uuids_and_those_derived_from_parts_are_as_the_standard_says() -> None:
    space = uuid.UUID("6f0f3c52-93b1-4a0e-9f8a-7a2c1d6e5b40")
    assert all(derived_id("a", str(n)) == str(uuid.uuid5(space, f"a\x1f{n}")) for n in range(50))
    assert {uuid.UUID(new_id()).version for _ in range(50)} == {4}
    assert {uuid.UUID(new_id()).variant for _ in range(50)} == {uuid.RFC_4122}
