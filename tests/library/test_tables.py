"""Tables for other programs: what is read is what was written, or an error."""

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.columns import Category
from projector.domain.errors import InputError, StorageError
from projector.library import partitions, tables
from projector.library.spreadsheet import guard, unguard
from projector.library.tables import Table, read, sidecar, write

NASTY = ("=1+1", "+2", "-3", "@x", "\tt", "\rr", "'=quoted", "plain", 'ü, "q"\n2nd line')


def a_table(n=200):
    rng = np.random.default_rng(2)
    a = rng.normal(size=n).astype(np.float32)
    a[::9] = np.nan
    columns = {
        "window_id": Category.of(f"r{i:03}@{i * 100}" for i in range(n)),
        "label": Category((np.arange(n) % (len(NASTY) + 1) - 1).astype(np.int32), NASTY),
        "start_s": np.arange(n) / 3,
        "az__mean": a,
        "-odd name": np.full(n, np.float32(1e-30)),
    }
    return Table(columns, {"kind": "features", "features": ["az__mean"], "rule": {"hop_s": 2.0}})


def assert_same(found, made):
    assert list(found.columns) == list(made.columns)
    assert found.about == made.about
    for name, column in made.columns.items():
        if isinstance(column, Category):
            other = found.columns[name]
            assert [other.text(row) for row in range(len(made))] == [
                column.text(row) for row in range(len(made))
            ]
        else:
            assert found.columns[name].dtype == column.dtype
            np.testing.assert_array_equal(found.columns[name], column)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("n", [200, 1, 0])
def test_a_table_comes_back_as_it_was(tmp_path, ending, n):
    write(tmp_path / f"t.{ending}", a_table(n))
    assert_same(read(tmp_path / f"t.{ending}"), a_table(n))


@pytest.mark.parametrize("n", [200, 64, 1, 0])
def test_a_table_in_parts_comes_back_as_it_was(tmp_path, monkeypatch, n):
    monkeypatch.setattr(partitions, "PART_ROWS", 64)
    folder, table = tmp_path / "t.parquet", a_table(n)
    partitions.write_parts(folder, a_table(50))
    partitions.write_parts(folder, table)
    assert [one.name for one in tmp_path.iterdir()] == ["t.parquet"]
    assert len([*folder.iterdir()]) == max(-(-n // 64), 1)
    assert_same(read(folder), table)


def test_others_read_the_parts_as_one_data_set(tmp_path, monkeypatch):
    monkeypatch.setattr(partitions, "PART_ROWS", 64)
    partitions.write_parts(tmp_path / "t.parquet", a_table())
    frame = pq.read_table(tmp_path / "t.parquet").to_pandas()
    np.testing.assert_array_equal(frame["az__mean"].to_numpy(), a_table().columns["az__mean"])


def test_parts_that_are_missing_or_of_another_table_are_no_table(tmp_path, monkeypatch):
    monkeypatch.setattr(partitions, "PART_ROWS", 64)
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, table in ((one, a_table()), (other, Table(a_table().columns, {"kind": "another"}))):
        partitions.write_parts(folder, table)
    last = sorted(one.iterdir())[-1]
    kept = last.read_bytes()
    last.write_bytes((other / last.name).read_bytes())
    with pytest.raises(InputError, match="several tables"):
        read(one)
    last.unlink()
    with pytest.raises(InputError, match="no whole table"):
        read(one)
    last.write_bytes(kept)
    assert_same(read(one), a_table())


def test_a_folder_of_other_things_is_not_replaced_by_a_table(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.odt").touch()
    with pytest.raises(InputError, match="something else"):
        partitions.write_parts(tmp_path / "precious", a_table())


def test_several_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 64)
    steps = []
    write(tmp_path / "t.parquet", a_table(), lambda done, total, what: steps.append(done))
    assert steps == [0, 64, 128, 192]
    assert pq.ParquetFile(tmp_path / "t.parquet").num_row_groups == 4
    assert_same(read(tmp_path / "t.parquet"), a_table())


def test_others_read_our_parquet_as_plain_columns(tmp_path):
    write(tmp_path / "t.parquet", a_table())
    frame = pq.read_table(tmp_path / "t.parquet").to_pandas()
    assert frame["window_id"].iloc[3] == "r003@300"
    assert frame["label"].isna().sum() == (a_table().columns["label"].codes < 0).sum()
    np.testing.assert_array_equal(frame["az__mean"], a_table().columns["az__mean"])


def test_no_flipped_bit_is_read_as_a_number(tmp_path):
    path = tmp_path / "t.parquet"
    write(path, a_table())
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    refused = 0
    for _ in range(400):
        at, bit = int(rng.integers(len(whole))), int(rng.integers(8))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        try:
            found = read(path)
        except InputError:
            refused += 1
        else:
            assert_same(found, a_table())
    assert refused > 300


def test_a_truncated_table_is_an_input_error(tmp_path):
    path = tmp_path / "t.parquet"
    write(path, a_table())
    whole = path.read_bytes()
    for percent in range(100):
        path.write_bytes(whole[: len(whole) * percent // 100])
        with pytest.raises(InputError) as refused:
            read(path)
        assert refused.value.where == str(path)


def test_no_cell_of_a_csv_starts_a_formula(tmp_path):
    write(tmp_path / "t.csv", a_table())
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    texts = [header] + [[row[0], row[1]] for row in rows]
    assert not any(cell[:1] in tuple("=+-@\t\r") and cell for cells in texts for cell in cells)
    assert json.loads(sidecar(tmp_path / "t.csv").read_text(encoding="utf-8"))["guarded"]


@given(st.text(alphabet="'=+-@\t\rab", max_size=6))
def test_the_guard_can_be_undone(text):
    assert unguard(guard(text)) == text


def test_foreign_files_are_refused_with_what_to_do(tmp_path):
    frame = pq.read_table  # a parquet of another program has no description of ours
    write(tmp_path / "t.parquet", a_table())
    foreign = frame(tmp_path / "t.parquet").select(["start_s"]).replace_schema_metadata({})
    pq.write_table(foreign, tmp_path / "foreign.parquet")
    with pytest.raises(InputError, match="not written by Projector") as refused:
        read(tmp_path / "foreign.parquet")
    assert "projector extract" in refused.value.remedy
    (tmp_path / "lonely.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"lonely\.csv\.projector\.json"):
        read(tmp_path / "lonely.csv")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "absent.parquet")
    with pytest.raises(InputError, match=r"ends in \.parquet or \.csv"):
        write(tmp_path / "t.xlsx", a_table())


def test_a_csv_that_no_longer_fits_its_description_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    for spoil in (
        lambda text: text.replace("start_s", "stop_s"),
        lambda text: text.rstrip("\n").rpartition(",")[0] + "\n",
        lambda text: text + "x,y,abc,1,2\n",
    ):
        write(path, a_table())
        path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
        with pytest.raises(InputError):
            read(path)


def test_the_old_file_stays_when_the_new_one_cannot_be_written(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    write(path, a_table())
    before = path.read_bytes()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "_arrow", full)
    with pytest.raises(StorageError, match="disk is full"):
        write(path, a_table(10))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["t.parquet"]


def test_a_matrix_of_missing_or_text_columns_is_refused():
    table = a_table()
    assert table.matrix(["az__mean", "start_s"]).shape == (200, 2)
    for name in ("label", "nothing"):
        with pytest.raises(InputError, match=name):
            table.matrix([name])
