"""Network disks are known by a table of mounts, which the test makes; a library is copied off them whole."""

from pathlib import Path

import pytest

from projector.domain.errors import StorageError
from projector.domain.progress import Cancelled, silent
from projector.jobs.local_copy import copy_library
from projector.library import mounts
from projector.library.label_store import LabelStore, store_path
from tests.library.label_writer import an_edit

TABLE = [
    ("/", "ext4"),
    ("/home", "nfs4"),
    ("/home/anna", "ext4"),
    ("/mnt/rides", "fuse.sshfs"),
    ("/mnt/rides", "ext4"),
    ("/Volumes/x y", "smbfs"),
]


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/tmp/rides.h5", ""),
        ("/home/ben/rides.h5", "nfs4"),
        ("/homework/rides.h5", ""),
        ("/home/anna/rides.h5", ""),
        ("/mnt/rides/rides.h5", ""),  # mounted over
        ("/Volumes/x y/rides.h5", "smbfs"),
    ],
)
def test_the_deepest_mount_and_there_the_last_one_counts(place: str, kind: str) -> None:
    assert mounts.network_type(Path(place), TABLE) == kind


def test_the_systems_own_words_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "server:/x /mnt/my\\040rides nfs4 rw,relatime 0 0\ntmpfs /tmp tmpfs rw 0 0\nnonsense\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert mounts.mount_table() == [("/mnt/my rides", "nfs4"), ("/tmp", "tmpfs")]
    monkeypatch.undo()

    class Told:
        stdout = "/dev/disk1 on / (apfs, local)\n//anna@server/rides on /Volumes/my rides (smbfs, nodev)\n"

    monkeypatch.setattr(mounts.subprocess, "run", lambda *_, **__: Told)
    assert mounts._mount_command() == [("/", "apfs"), ("/Volumes/my rides", "smbfs")]


def test_a_copy_has_the_library_and_its_labels_and_writes_over_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "rides.h5", tmp_path / "own" / "copy.h5"
    target.parent.mkdir()
    source.write_bytes(bytes(range(256)) * 40_000)
    with LabelStore.open(store_path(source)) as store:
        store.append([an_edit(number) for number in range(3)])
        assert copy_library(str(source), str(target), silent) == {"path": str(target)}  # while it is open
        edits = list(store.edits())
    assert target.read_bytes() == source.read_bytes()
    with LabelStore.open(store_path(target)) as copy:
        assert list(copy.edits()) == edits
    with pytest.raises(StorageError, match="already"):
        copy_library(str(source), str(target), silent)

    def cancel(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        copy_library(str(source), str(tmp_path / "own" / "other.h5"), cancel)
    assert sorted(path.name for path in target.parent.iterdir()) == ["copy.h5", "copy.labels.db"]
