"""Whatever bytes come in: a recording, or an error of our own family; never another one."""

import contextlib
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from projector.domain.errors import ProjectorError
from projector.domain.nouns import Recording
from projector.library.readers import FAULT, read_sources
from projector.library.readers.guess import read_unknown
from projector.library.readers.loading import parse_description

CHARACTERS = "0123456789.,;\t| -+e\n\r\"'#%xyztaim_[]()gNn\0é€"
ALPHABET = st.sampled_from([*CHARACTERS, "\r\n", "time", "acc_", "nan", "1e999"])
TEXT = st.lists(ALPHABET, max_size=200).map("".join)
CELLS = st.one_of(
    st.floats().map(repr),
    st.integers().map(str),
    st.sampled_from(
        ["", "nan", "inf", "-inf", '"', '"a,b"', "2024-01-01T00:00:00Z", "1e400", "9" * 400, "0x1F", "1_0"]
    ),
)
TABLES = st.lists(st.lists(CELLS, min_size=4, max_size=4).map(",".join), min_size=1, max_size=12).map(
    lambda rows: "\n".join(["time,ax,ay,az", *rows])
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(data=st.one_of(st.binary(max_size=400), TEXT.map(str.encode), TABLES.map(str.encode)))
@example(b"time,ax,ay,az\n1,0,0,1e308\n2,0,0,1e308\n")
@example(b"time,ax,ay,az\n9223372036854775807,0,0,9.8\n-9223372036854775808,0,0,9.8\n")
@example(b"time,ax,ay,az\n2024-13-45,0,0,9.8\nx,0,0,9.8\n")
@example(b"time_s,ax_g,ay_g,az_g\n0,0,0,1\n" + b"\xff" * 10)
def test_any_bytes_named_csv(place: Path, data: bytes) -> None:
    path = place / "x.csv"
    path.write_bytes(data)
    with contextlib.suppress(ProjectorError):
        assert isinstance(read_unknown(path, "x"), Recording)


DESCRIBED = """
files = "{n}.dat"
table = { separator = ",", header = false, comment = "%", line_end = ";" }
clock = { column = 1, unit = "ms" }
streams = { unit = "g", channels = { ax = 2, ay = 3, az = 4 } }
labels = { from = "intervals", file = "{n}.txt", start = 1, stop = 2, label = 3 }
facts = { from = "json", file = "{n}.json", take = { a = "a" } }
"""


@given(
    data=TEXT.map(str.encode),
    labels=TEXT.map(str.encode),
    facts=st.one_of(TEXT.map(str.encode), st.just(b"{}")),
)
@example(b"0,0,0,1;\n", b"0,1,\n0,1\n", b'{"a": {"b": 1}}')
@example(b"0,0,0,1;\n", b"0,1,a\n", b"[" * 100_000)
def test_any_bytes_under_a_description(place: Path, data: bytes, labels: bytes, facts: bytes) -> None:
    for name, content in (("r.dat", data), ("r.txt", labels), ("r.json", facts)):
        (place / name).write_bytes(content)
    (one,) = read_sources([place / "r.dat"], parse_description(DESCRIBED, "fuzz"))
    assert isinstance(one, Recording) or FAULT not in one.reason


@given(text=st.one_of(TEXT, st.text(max_size=100).map(lambda text: f'files = "{text}"\nstreams = []')))
def test_any_text_as_description(text: str) -> None:
    with contextlib.suppress(ProjectorError):
        parse_description(text, "fuzz")


@pytest.mark.parametrize("format", ["h5", "parquet"])
def test_flipped_bytes_in_binary_tables(place: Path, format: str) -> None:
    path, random = place / f"r.{format}", np.random.default_rng(5)
    columns = {"time_s": np.arange(50) / 50, **{f"a{axis}_g": random.random(50) for axis in "xyz"}}
    if format == "h5":
        with h5py.File(path, "w") as file:
            for name, values in columns.items():
                file[name] = values
    else:
        pq.write_table(pa.table(columns), path)
    data = path.read_bytes()
    for _ in range(150):
        changed = bytearray(data)
        for at in random.integers(len(data), size=3):
            changed[at] = random.integers(256)
        path.write_bytes(changed)
        with contextlib.suppress(ProjectorError):
            assert isinstance(read_unknown(path, "r"), Recording)
