"""Full disks, read-only places and killed writers: what was there stays, and the user is told."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from projector.domain.errors import LibraryError, ProjectorError, StorageError
from projector.domain.progress import Cancelled
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.damage import everything
from tests.library.made_rides import rides

posix = pytest.mark.skipif(sys.platform == "win32", reason="limits, signals and users of POSIX")
ROOT = Path(__file__).parents[2]


def child(code: str, *arguments: object, **options: object) -> subprocess.Popen:
    """A Python process that has the test helpers at hand."""
    start = (
        "import os, sys\n"
        "from projector.domain.errors import StorageError\n"
        "from projector.library.library import Library\n"
        "from projector.library.writer import write_library\n"
        "from tests.library.made_rides import rides\n"
    )
    command = [sys.executable, "-c", start + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


def said(process: subprocess.Popen) -> list[str]:
    out, _ = process.communicate(timeout=100)
    assert process.returncode == 0
    return out.splitlines()


FULL = """
import resource
path, limits = sys.argv[1], map(int, sys.argv[2:])
for limit in limits:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write_library(path, rides(60, first=5), into=True)
        print("written")
    except StorageError as error:
        print(error.what)
"""


@posix
def test_a_full_disk_harms_nothing_at_whatever_byte_it_is_full(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, rides(3))
    before = path.read_bytes()
    limits = [1, len(before) - 1, len(before), *range(len(before) + 500, len(before) + 200_000, 17_000)]
    told = said(child(FULL, path, *limits))
    assert len(told) == len(limits)
    assert all("larger than this disk or account allows; nothing was written" in line for line in told)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["rides.h5"]


@posix
def test_the_same_process_writes_once_there_is_room(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, rides(3))
    told = said(child(FULL, path, 50_000, 10**9))
    assert [line == "written" for line in told] == [False, True]
    with Library.open(path) as library:
        assert len(library) == 63


@pytest.mark.long
@posix
def test_a_real_full_disk(tmp_path):
    """Needs root for the mount; make test-long says so where it is not."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=True)
    try:
        write_library(disk / "rides.h5", rides(3))
        before = (disk / "rides.h5").read_bytes()
        with pytest.raises(StorageError, match="the disk is full"):
            write_library(disk / "rides.h5", rides(400, first=5), into=True)
        with pytest.raises(StorageError, match="the disk is full") as error:
            write_library(disk / "new.h5", rides(400))
        assert str(disk) in str(error.value)
        assert (disk / "rides.h5").read_bytes() == before
        assert os.listdir(disk) == ["rides.h5"]
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert len(everything(disk / "rides.h5")) > 3
        with pytest.raises(StorageError, match="read-only"):
            write_library(disk / "rides.h5", rides(1, first=5), into=True)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


NOBODY = """
if os.getuid() == 0:
    os.setuid(65534)
path = sys.argv[1]
print(len(Library.open(path)))
for options in ({"into": True}, {"replace": True}):
    try:
        write_library(path, rides(1, first=5), **options)
    except StorageError as error:
        print(error)
"""


@posix
def test_a_folder_that_may_only_be_read():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rides.h5"
        write_library(path, rides(2))
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        told = "\n".join(said(child(NOBODY, path)))
        assert told.startswith("2\n")
        assert told.count(f"{path}: writing there is not allowed; nothing was written") == 2
        Path(folder).chmod(0o777)  # now it is the file alone that may not be changed
        told = "\n".join(said(child(NOBODY, path)))
        assert told.count(f"{path}: writing there is not allowed; nothing was written") == 1
        assert sorted(os.listdir(folder)) == ["rides.h5"]


def test_a_folder_that_is_not_there_and_one_that_is_a_file(tmp_path):
    with pytest.raises(StorageError, match="no such folder"):
        write_library(tmp_path / "nowhere" / "rides.h5", rides(1))
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="folder is a file"):
        write_library(tmp_path / "file" / "rides.h5", rides(1))


KILLED = """
path = sys.argv[1]
print("ready", flush=True)
for turn in range(1000):
    first = 1000 * (turn + 1)
    write_library(path, rides(8, first=first), into=True)
    print(first, flush=True)
"""


def kill_while_writing(folder: Path, seeds: range) -> int:
    """Kills writers at random moments; checks the library each time; how many had left a part file."""
    path = folder / "rides.h5"
    parts = 0
    for seed in seeds:
        write_library(path, rides(4), replace=True)
        before = everything(path)
        with child(KILLED, path) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(random.Random(seed).uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            acknowledged = process.stdout.read().split()
        parts += len(os.listdir(folder)) > 1
        assert [name for name in os.listdir(folder) if not name.endswith(".part")] == ["rides.h5"]
        with Library.open(path) as library:
            ids = library.ids
            assert library.numbers.tolist() == list(range(1, len(ids) + 1))
        assert ids[:4] == ("ride_0", "ride_1", "ride_2", "ride_3")
        assert (len(ids) - 4) % 8 == 0
        assert (len(ids) - 4) // 8 in (len(acknowledged), len(acknowledged) + 1)
        after = everything(path)
        if len(ids) == 4:
            assert after == before
    write_library(path, rides(1, first=900), into=True)
    assert os.listdir(folder) == ["rides.h5"], "what killed writers left is removed by the next one"
    return parts


@posix
def test_a_killed_writer_leaves_the_old_library_or_the_new_one(tmp_path):
    kill_while_writing(tmp_path, range(4))


@pytest.mark.long
@posix
def test_60_killed_writers(tmp_path):
    assert kill_while_writing(tmp_path, range(100, 160)) > 10


def test_an_error_while_reading_recordings_leaves_nothing_behind(tmp_path):
    def failing(error: BaseException):
        yield from rides(2)
        raise error

    for error in (Cancelled(), OSError(5, "a source's disk"), ValueError("a reader's mistake")):
        with pytest.raises(type(error)) as raised:
            write_library(tmp_path / "rides.h5", failing(error))
        assert raised.value is error
        assert not isinstance(raised.value, ProjectorError)
    assert os.listdir(tmp_path) == []


def test_cancelling_from_progress_leaves_the_old_library(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, rides(3))
    before = path.read_bytes()

    for stage in ("writing ride_6", "checking"):

        def progress(done, total, what="", stage=stage):
            if what == stage:
                raise Cancelled

        with pytest.raises(Cancelled):
            write_library(path, rides(3, first=5), into=True, progress=progress)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["rides.h5"]


def test_a_library_that_changed_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, rides(2))

    def slowly():
        yield from rides(1, first=5)
        write_library(path, rides(1, first=7), into=True)  # another program, and it comes first

    with pytest.raises(LibraryError, match="another program changed"):
        write_library(path, slowly(), into=True)
    with Library.open(path) as library:
        assert library.ids == ("ride_0", "ride_1", "ride_7")
