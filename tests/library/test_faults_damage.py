"""Flipped bits, cut-off files and files of another kind: a clean error, never a silently wrong ride."""

import os
import random
import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from projector.domain.errors import LibraryError, StorageError
from projector.library import format as layout
from projector.library import hashing, met
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.damage import everything, make_library
from tests.library.made_rides import rides


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "rides.h5"
    make_library(path)
    return path.read_bytes(), everything(path)


def outcome(path: Path, damaged: bytes) -> list[bytes] | None:
    """What reads back, None for a clean error; any other exception is the test's failure."""
    path.write_bytes(damaged)
    try:
        return everything(path)
    except (LibraryError, StorageError):
        return None


def flip_and_read(folder: Path, sound: tuple[bytes, list[bytes]], seeds: range) -> int:
    """How many of the flips were noticed; fails on one that was not and changed what reads back."""
    data, want = sound
    noticed = 0
    for seed in seeds:
        rng = random.Random(seed)
        damaged = bytearray(data)
        at = rng.randrange(len(data))
        damaged[at] ^= 1 << rng.randrange(8)
        found = outcome(folder / "flipped.h5", bytes(damaged))
        assert found in (None, want), f"seed {seed}: the flip at byte {at} reads wrongly"
        noticed += found is None
    return noticed


def test_flipped_bits_are_noticed(tmp_path, sound):
    assert flip_and_read(tmp_path, sound, range(40)) >= 38


@pytest.mark.long
def test_500_flipped_bits_are_noticed(tmp_path, sound):
    assert flip_and_read(tmp_path, sound, range(1000, 1500)) >= 490


def test_bits_flipped_in_the_tables_and_at_the_start_are_noticed(tmp_path, sound):
    data, want = sound
    table = data.index(b'"metadata":[[')
    for at in [*range(8, 60, 3), *range(table, table + 200, 17)]:
        damaged = bytearray(data)
        damaged[at] ^= 4
        assert outcome(tmp_path / "flipped.h5", bytes(damaged)) in (None, want), at


@pytest.mark.parametrize("part", [0.001, 0.1, 0.37, 0.5, 0.9, 0.999, 0.99999])
def test_a_truncated_file_says_how_much_is_there(tmp_path, sound, part):
    data, _ = sound
    size = int(len(data) * part)
    path = tmp_path / "cut.h5"
    path.write_bytes(data[:size])
    with pytest.raises(LibraryError, match=r"cut off|damaged"):
        everything(path)


@pytest.mark.long
def test_truncation_at_every_percent_is_a_clean_error(tmp_path, sound):
    data, _ = sound
    for percent in range(100):
        assert outcome(tmp_path / "cut.h5", data[: len(data) * percent // 100]) is None, percent


@pytest.mark.long
def test_files_with_stretches_of_noise_are_never_silently_wrong(tmp_path, sound):
    data, want = sound
    for seed in range(300):
        rng = random.Random(seed)
        damaged = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            at, size = rng.randrange(len(data)), rng.choice([2, 8, 64, 512])
            damaged[at : at + size] = rng.randbytes(len(damaged[at : at + size]))
        assert outcome(tmp_path / "noise.h5", bytes(damaged)) in (None, want), seed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89HDF\r\n\x1a\n", "damaged"),
        (b"time,ax,ay,az\n0,1,2,3\n", "not a Projector library"),
        (b"\x89HDF\r\n\x1a\n" + bytes(4000), "damaged"),
        (b"PAR1" * 100, "not a Projector library"),
    ],
)
def test_other_kinds_of_file(tmp_path, content, words):
    path = tmp_path / "other.h5"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=words):
        Library.open(path)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(LibraryError, match="no such file"):
        Library.open(tmp_path / "nothing.h5")
    with pytest.raises(LibraryError, match="folder"):
        Library.open(tmp_path)


def test_an_hdf5_file_of_somebody_else_is_not_a_library(tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["samples"] = np.zeros(10)
    with pytest.raises(LibraryError, match="not a Projector library"):
        Library.open(tmp_path / "other.h5")


@pytest.mark.parametrize(
    ("version", "words"), [("2", "newer Projector"), ("0", "does not exist"), ("x", "damaged")]
)
def test_another_version_is_refused_with_a_sentence(tmp_path, version, words):
    path = tmp_path / "rides.h5"
    make_library(path)
    with h5py.File(path, "r+") as file:
        del file.attrs["version"]
        layout.write_text_attribute(file.id, "version", version)
    with pytest.raises(LibraryError, match=words):
        everything(path)


def rewritten(path: Path, change: dict[str, np.ndarray]) -> Path:
    """The library with columns changed and its hashes made to fit, as only somebody with intent would."""
    with h5py.File(path, "r+") as file:
        columns = {f"{g}/{name}": file[g][name][()] for g in ("table", "annotations") for name in file[g]}
        for name, values in change.items():
            del file[name]
            layout.Layout(file).write(tuple(name.split("/")), values)
            columns[name] = values
        del file.attrs["tables_hash"]
        layout.write_text_attribute(file.id, "tables_hash", hashing.tables_hash(columns))
    return path


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("table/number", np.array([1, 2, 2, 4, 5])),
        ("table/number", np.array([-1, 2, 3, 4, 5])),
        ("table/seconds", np.zeros(4)),
        ("table/stream_ride", np.array([0, 0, 1, 1, 2, 2, 3, 3, 99])),
        ("table/stream_kind", np.array([0, 1] * 4 + [77], np.int32)),
        ("table/stream_samples", np.array([200, 100] * 4 + [10**15])),
        ("table/stream_samples", np.array([200, 100] * 4 + [19_999])),
        ("table/metadata_code", np.full((2, 5), 1000, np.int32)),
        ("table/text", np.frombuffer(b'{"id": 5}', np.uint8)),
        ("table/text", np.frombuffer(b"[" * 100_000, np.uint8)),
        ("table/text", np.frombuffer(b"\xff\xfe", np.uint8)),
        ("annotations/codes", np.full((4, 8), 50, np.int32)),
        ("annotations/start_s", np.full(8, np.nan)),
    ],
)
def test_tables_that_contradict_themselves_are_refused_though_their_hash_fits(tmp_path, column, values):
    path = tmp_path / "rides.h5"
    make_library(path)
    with pytest.raises(LibraryError):
        everything(rewritten(path, {column: values}))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are POSIX")
def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(LibraryError, match="not a file"):
        Library.open(tmp_path / "pipe.h5")


def test_adding_to_a_flipped_library_is_a_clean_error_that_leaves_it(tmp_path, sound, monkeypatch):
    data, _ = sound
    monkeypatch.setattr(met, "known", lambda path: True)  # the child would refuse most of them before us
    path = tmp_path / "rides.h5"
    headers = [found.start() for found in re.finditer(rb"OHDR|BTHD|FRHP|FSSE", data)]
    for seed in range(15):
        rng = random.Random(seed)
        damaged = bytearray(data)
        damaged[rng.choice(headers) + rng.randrange(60)] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            write_library(path, rides(1, first=50), into=True)
        except LibraryError:
            assert path.read_bytes() == damaged, seed
        else:
            everything(path)
