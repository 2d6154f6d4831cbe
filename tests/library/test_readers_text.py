"""Text tables: whatever the dialect, the numbers that were written come back; damage is told, not hidden."""

import gzip
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.library.readers.description import Layout
from projector.library.readers.formats import read_table
from projector.library.readers.table import Table, Wanted
from projector.library.readers.text import parse, split_source

UNKNOWN, EVERYTHING = Layout(), Wanted()


def read(data: bytes, layout: Layout = UNKNOWN, wanted: Wanted = EVERYTHING) -> Table:
    return parse(split_source(data, layout, "t.csv"), wanted, "t.csv")


FLOATS = st.floats(-1e6, 1e6, allow_nan=False, width=32)
SEPARATORS = [",", ";", "\t", "|", " ", "  \t "]


@given(
    rows=st.lists(st.tuples(FLOATS, FLOATS, FLOATS, FLOATS), min_size=3, max_size=30),
    separator=st.sampled_from(SEPARATORS),
    comma=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    header=st.booleans(),
    last=st.booleans(),
)
def test_every_usual_dialect_is_recognised(
    rows: list[tuple[float, ...]],
    separator: str,
    comma: bool,
    end: str,
    encoding: str,
    header: bool,
    last: bool,
) -> None:
    comma = comma and separator != ","
    lines = [separator.join(repr(x).replace(".", ",") if comma else repr(x) for x in row) for row in rows]
    names = ["zeit", "größe", "b", "c"]
    text = end.join(([separator.join(names)] if header else []) + lines) + (end if last else "")
    table = read(text.encode(encoding))
    found = np.stack([table.numbers(i)[0] for i in (1, 2, 3, 4)], 1)
    np.testing.assert_array_equal(found.astype(np.float32), np.array(rows, np.float32))
    assert table.names == (tuple(names) if header else ("1", "2", "3", "4"))
    assert table.odd == ()


@given(
    widths=st.lists(st.sampled_from([3, 3, 3, 3, 3, 2, 4, 7, 1]), min_size=1, max_size=60),
    typed=st.booleans(),
)
def test_a_row_of_another_width_never_shifts_a_column(widths: list[int], typed: bool) -> None:
    """Column k of sound row i holds 10·i + k, whatever the rows around it look like."""
    widths = [3] * 60 + widths
    body = "".join(",".join(str(10 * i + k) for k in range(width)) + "\n" for i, width in enumerate(widths))
    wanted = Wanted(numbers=(1, 2, 3)) if typed else Wanted()
    layout = Layout(separator=",", header=False)
    bad = [i for i, width in enumerate(widths) if width != 3]
    if len(bad) > max(0.05 * len(widths), 1):
        with pytest.raises(InputError, match="don't have 3 fields"):
            read(body.encode(), layout, wanted)
        return
    table = read(body.encode(), layout, wanted)
    columns = [table.numbers(k)[0] for k in (1, 2, 3)]
    for i in range(table.rows):
        expected = [np.nan] * 3 if i in bad else [10 * i, 10 * i + 1, 10 * i + 2]
        np.testing.assert_array_equal([column[i] for column in columns], expected)
    assert table.rows == len(widths) - (bool(bad) and bad[-1] == len(widths) - 1)
    assert bool(table.odd) == bool(bad)
    if bad:
        assert f"{len(bad)} of {len(widths)} rows" in table.odd[0]


@pytest.mark.parametrize("empty", ["", "NaN", "nan", "NA", "null", "  "])
def test_an_empty_cell_stays_empty(empty: str) -> None:
    table = read(f"a,b\n1,2\n3,{empty}\n{empty},6\n".encode(), wanted=Wanted(numbers=("a", "b")))
    np.testing.assert_array_equal(table.numbers("a")[0], [1, 3, np.nan])
    np.testing.assert_array_equal(table.numbers("b")[0], [2, np.nan, 6])
    assert table.numbers("b")[1] is None


def test_a_cell_that_is_no_number_is_counted() -> None:
    table = read(b"a,b\n1,2\n3,x4\n5,6\n", wanted=Wanted(numbers=("a", "b")))
    values, wrong = table.numbers("b")
    np.testing.assert_array_equal(values, [2, np.nan, 6])
    assert wrong.tolist() == [False, True, False]


@pytest.mark.parametrize("tail", ["1,", "1,2", "  ", "1,2,3"])
def test_a_last_row_without_its_end_mark_is_left_out_and_told(tail: str) -> None:
    layout = Layout(separator=",", header=False, line_end=";")
    table = read(b"1,2,3;\r\n4,5,6;\r\n" + tail.encode(), layout, Wanted(numbers=(1, 2, 3)))
    assert table.rows == 2
    assert table.odd == ("cut row: the last row ends in the middle and is left out",)


@pytest.mark.parametrize("separator", [",", " "])
@pytest.mark.parametrize("mark", [";", "--"])
def test_a_row_may_end_with_its_mark_or_without(separator: str, mark: str) -> None:
    ends = ["\n", "\r\n", f"{mark}\n", f"{mark}\r\n"] * 3 + [mark]
    text = "".join(f"{k}{separator}{-k}{end}" for k, end in enumerate(ends))
    table = read(text.encode(), Layout(separator=separator, header=False, line_end=mark))
    np.testing.assert_array_equal(table.numbers(1)[0], np.arange(len(ends)))
    np.testing.assert_array_equal(table.numbers(2)[0], -np.arange(len(ends)))
    assert table.odd == ()


def test_a_mark_inside_a_row_is_not_taken_away() -> None:
    layout = Layout(separator=",", header=False, line_end=";")
    table = read(b"1,2;3,4;\n" + b"1,2,3;\n" * 30, layout)
    assert np.isnan(table.numbers(2)[0][0])


def test_header_lines_comments_and_skipped_lines() -> None:
    text = "made by X\n% Age: 22\n%\n\n% Name: Ána\n1;2\n% a comment in between\n3;4\n"
    layout = Layout(separator=";", comment="%", skip_lines=1, columns=("a", "b"))
    table = read(text.encode(), layout, Wanted(numbers=("a", "b")))
    assert table.numbers("b")[0].tolist() == [2, 4]
    assert "Age: 22" in table.header
    assert "Name: Ána" in table.header


def test_quoted_fields_may_hold_the_separator() -> None:
    table = read(b'a,"b, c",d\n1,"x, y",2\n3,"z",4\n')
    assert table.names == ("a", "b, c", "d")
    assert table.cells(2).tolist() == ["x, y", "z"]


def test_padding_columns_are_dropped_only_if_they_are_empty() -> None:
    layout = Layout(separator=";", header=False, columns=("a", "b"))
    assert read(b"1;2;;\n3;4;;\n", layout).names == ("a", "b")
    with pytest.raises(InputError, match="only 2 columns have a name"):
        read(b"1;2;;\n" + b"3;4;5;\n" * 3, layout)


def test_whole_numbers_keep_every_digit() -> None:
    stamps = [1_700_000_000_123_456_789, 1_700_000_000_123_456_790]
    table = read("t,a\n{},1\n{},2\n".format(*stamps).encode())
    assert table.cells("t").tolist() == stamps


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no data"),
        (b"\n\n  \n", "no data"),
        (b"a,b,c\n", "no data"),
        (b"\xef\xbb\xbf", "no data"),
        (b"a,b\n\0\0\0\n", "zero bytes"),
        (b"1," * 50_000 + b"1\n", "longer than"),
        (b"1," * 5_000 + b"1\n", "more than the limit"),
        (b"1,2\n" * 4 + b"x" * 200_000, "longer than"),
        (b'a,b\n1,"2\n3,"4\n5,6\n', "2 of 3 rows don't have 2 fields"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(data)


def test_a_very_wide_table_costs_neither_time_nor_memory(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes((b"1," * 100_000 + b"1\n") * 20)
    tracemalloc.start()
    with pytest.raises(InputError):
        read_table(path, Layout(), Wanted())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * path.stat().st_size + 2_000_000


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        ("rides.csv.gz", gzip.compress(b"t,ax,ay,az\n1,2,3,4\n", mtime=0), "nothing is decompressed"),
        ("table.csv", b"PK\x03\x04" + bytes(50), "zip archive"),
        ("cut.csv", b"\x89HDF\r\n\x1a\n" + bytes(40), "cut off or damaged"),
        ("cut.parquet", b"PAR1" + bytes(40), "no sound Parquet"),
        ("empty.csv", b"", "empty"),
        ("model.csv", b"\x80\x04\x95" + bytes(20), "pickle"),
    ],
)
def test_the_first_bytes_count_not_the_name(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=reason):
        read_table(path, Layout(), Wanted())
