"""Binary tables: described or recognised, and nothing outside the file is read, whatever it asks for."""

from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from projector.domain.errors import InputError
from projector.domain.nouns import Recording
from projector.library.importing import import_recordings
from projector.library.readers import Refused, parquet, read_sources
from projector.library.readers.guess import read_unknown
from projector.library.readers.hdf5 import read_hdf5
from projector.library.readers.loading import parse_description
from projector.library.readers.parquet import read_parquet
from projector.library.readers.table import Wanted

DESCRIPTION = """
files = "{rider}.h5"
clock = { column = "motion/t", unit = "ns" }
[[streams]]
unit = "g"
channels.ax = "motion/acc:1"
channels.ay = "motion/acc:2"
channels.az = "motion/acc:3"
channels.temp = { column = "log:t", unit = "°C" }
"""
ACC = np.arange(30, dtype=np.float32).reshape(10, 3)


def motion(path: Path) -> h5py.File:
    file = h5py.File(path, "w")
    file["motion/acc"] = ACC
    file["motion/t"] = np.arange(10, dtype=np.int64) * 20_000_000 + 1_700_000_000_000_000_000
    file["log"] = np.array([(k, k / 2) for k in range(10)], [("n", "i4"), ("t", "f8")])
    return file


def test_hdf5_by_description(tmp_path: Path) -> None:
    motion(tmp_path / "ana.h5").close()
    (ride,) = read_sources([tmp_path], parse_description(DESCRIPTION, "motion"))
    assert isinstance(ride, Recording)
    np.testing.assert_allclose(ride.primary.samples[:, :3], ACC * 9.80665, rtol=1e-6)
    np.testing.assert_array_equal(ride.primary.samples[:, 3], np.arange(10) / 2)
    np.testing.assert_array_equal(ride.primary.time_s, np.arange(10) * 0.02)
    assert ride.metadata == {"rider": "ana"}


def test_hdf5_recognised(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "r.h5", "w") as file:
        file["time_s"] = np.arange(5) / 50
        file["label"] = np.array([b"ride"] * 3 + [b"fall"] * 2)
        for k, axis in enumerate("xyz"):
            file[f"acc_{axis}"] = np.full(5, 9.8 * (k == 2))
    ride = read_unknown(tmp_path / "r.h5", "r")
    assert [(a.label, round(a.start_s, 3)) for a in ride.annotations] == [("ride", 0.0), ("fall", 0.06)]


def plant(path: Path, kind: str, secret: Path) -> None:
    """A file that asks for `secret` under motion/acc."""
    with motion(path) as file:
        del file["motion/acc"]
        group = file["motion"]
        if kind == "soft link":
            file["other"] = ACC
            group["acc"] = h5py.SoftLink("/other")
        elif kind == "external link":
            group["acc"] = h5py.ExternalLink(str(secret), "/acc")
        elif kind == "external storage":
            group.create_dataset("acc", (10, 3), "f4", external=[(str(secret), 0, h5py.h5f.UNLIMITED)])
        elif kind == "virtual dataset":
            layout = h5py.VirtualLayout((10, 3), "f4")
            layout[:] = h5py.VirtualSource(str(secret), "acc", (10, 3))
            group.create_virtual_dataset("acc", layout)
        elif kind == "a bomb":
            group.create_dataset("acc", (1 << 30, 3), "f4", chunks=(1 << 16, 3), compression="gzip")
        elif kind == "a group":
            group.create_group("acc")
        elif kind == "link in the way":
            file.move("motion", "real")
            file["real/acc"] = ACC
            file["motion"] = h5py.SoftLink("/real")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("soft link", "a link out of its place"),
        ("external link", "a link out of its place"),
        ("link in the way", "a link out of its place"),
        ("external storage", "stored outside this file"),
        ("virtual dataset", "stored outside this file"),
        ("a bomb", "more than such a file can hold"),
        ("a group", "is a group"),
    ],
)
def test_nothing_outside_the_file_is_read(tmp_path: Path, kind: str, reason: str) -> None:
    secret = tmp_path / "secret.bin"
    with h5py.File(secret, "w") as file:
        file["acc"] = ACC
    plant(tmp_path / "ana.h5", kind, secret)
    (refused,) = read_sources([tmp_path / "ana.h5"], parse_description(DESCRIPTION, "motion"))
    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_a_library_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("time_s,ax_g,ay_g,az_g\n0,0,0,1\n0.02,0,0,1\n")
    import_recordings([tmp_path / "r.csv"], tmp_path / "rides.h5")
    with pytest.raises(InputError, match="a Projector library already"):
        import_recordings([tmp_path / "rides.h5"], tmp_path / "more.h5")


@pytest.mark.parametrize("format", ["h5", "parquet"])
def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"r.{format}"
    if format == "h5":
        motion(path).close()
        read, wanted = read_hdf5, Wanted(("motion/acc:1", "motion/t", "log:t"))
    else:
        pq.write_table(pa.table({"t": np.arange(1000), "x": np.random.default_rng(0).random(1000)}), path)
        read, wanted = read_parquet, Wanted(("t", "x"))
    data = path.read_bytes()
    read(path, wanted)
    for percent in range(0, 100, 4):
        path.write_bytes(data[: len(data) * percent // 100])
        with pytest.raises(InputError):
            read(path, wanted)


def test_parquet_recognised_with_dates_and_missing_values(tmp_path: Path) -> None:
    stamps = np.datetime64("2024-05-01T12:00:00") + np.arange(5) * np.timedelta64(20, "ms")
    table = pa.table(
        {
            "timestamp": pa.array(stamps.astype("datetime64[ns]")),
            "ax": pa.array([0.0, None, 0.0, 0.0, 0.0]),
            "ay": pa.array([0, 0, None, 0, 0]),
            "az": pa.array([9.8] * 5, pa.float32()),
            "label": ["ride", "ride", None, "fall", "fall"],
            "rider": ["ana"] * 5,
        }
    )
    pq.write_table(table, tmp_path / "r.parquet")
    ride = read_unknown(tmp_path / "r.parquet", "r")
    assert np.isnan(ride.primary.samples).sum(axis=0).tolist() == [1, 1, 0]
    np.testing.assert_allclose(
        ride.primary.time_s if ride.primary.time_s is not None else [], np.arange(5) * 0.02
    )
    assert ride.start is not None
    assert ride.start.isoformat() == "2024-05-01T12:00:00+00:00"
    assert [a.label for a in ride.annotations] == ["ride", "fall"]
    assert ride.metadata == {"rider": "ana"}


def test_only_wanted_parquet_columns_are_decoded(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1.0, 2.0], "b": ["x", "y"], "c": [3, 4]}), tmp_path / "t.parquet")
    table = read_parquet(tmp_path / "t.parquet", Wanted(("c",)))
    assert table.names == ("a", "b", "c")
    assert (table.rows, len(table.columns[0]), table.cells("c").tolist()) == (2, 0, [3, 4])
    with pytest.raises(InputError, match="no column 'd'"):
        read_parquet(tmp_path / "t.parquet", Wanted(("d",)))


def test_a_parquet_bomb_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"a": np.zeros(2_000_000, np.int8)}), path)
    monkeypatch.setattr(parquet, "SMALL", 4_000_000)
    with pytest.raises(InputError, match="more than can be true"):
        read_parquet(path, Wanted(("a",)))


def test_flipped_bits_in_parquet_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    values = np.random.default_rng(1).random(2000)
    pq.write_table(pa.table({"x": values}), path, write_page_checksum=True)
    data, random, silent = path.read_bytes(), np.random.default_rng(2), 0
    for _ in range(60):
        place = int(random.integers(len(data)))
        path.write_bytes(
            data[:place] + bytes([data[place] ^ 1 << int(random.integers(8))]) + data[place + 1 :]
        )
        try:
            silent += not np.array_equal(read_parquet(path, Wanted(("x",))).cells("x"), values)
        except InputError:
            continue
    assert silent == 0
