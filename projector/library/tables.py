"""Feature tables and maps as files that other programs read: Parquet, or CSV for spreadsheets.

Parquet pages carry checksums; what they don't cover (names, counts, page headers) is covered by a digest of
every column in the file's metadata, so a flipped bit is never read as a number. CSV text that a spreadsheet
would run as a formula gets a ', told in NAME.csv.projector.json, which also carries what Parquet has inside.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category, Column
from projector.domain.errors import InputError
from projector.domain.progress import Progress, silent
from projector.library.replacing import replacing, storage_errors
from projector.library.spreadsheet import guard, unguard

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

FORMAT = 1
ROWS = 1 << 16  # of a row group: what is in memory twice
_KEY = b"projector"
_NUMBERS = {"float32": np.float32, "float64": np.float64}


@dataclass(frozen=True, eq=False)
class Table:
    """columns   by name, in order: text as Category, numbers as float32 or float64, all of one length
    about     JSON-able: what the table is and where it comes from ("kind": "features" or "map", …)
    """

    columns: Mapping[str, Column]
    about: Mapping[str, Any]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def matrix(self, names: Sequence[str]) -> npt.NDArray[np.float32]:
        """Some number columns as float32 (n, k). Raises InputError for one that is missing or text."""
        values = np.empty((len(self), len(names)), np.float32)
        for index, name in enumerate(names):
            column = self.columns.get(name)
            if column is None or isinstance(column, Category):
                raise InputError(f"the table has no column of numbers {name!r}")
            values[:, index] = column
        return values


def write(path: Path, table: Table, progress: Progress = silent) -> None:
    """As Parquet, or CSV where the name ends in .csv. The file appears whole or not at all.

    Raises StorageError, InputError for another ending.
    """
    if _is_csv(path):
        with replacing(path) as part, storage_errors(path):
            _write_csv(part, table, progress)
        with replacing(sidecar(path)) as part, storage_errors(sidecar(path)):
            part.write_text(json.dumps(_csv_about(table), indent=1), encoding="utf-8")
    else:
        with replacing(path) as part, storage_errors(path):
            _write_parquet(part, table, progress)


def read(path: Path, progress: Progress = silent) -> Table:
    """A table that `write` or `write_parts` wrote. Raises InputError when it is none, or not as written."""
    if path.is_dir():
        from projector.library.partitions import read_parts  # which is made of tables like these

        return read_parts(path, progress)
    if not path.is_file():
        raise InputError("there is no such file", where=str(path))
    return _read_csv(path) if _is_csv(path) else _read_parquet(path, progress)


def sidecar(path: Path) -> Path:
    """Where a CSV file's metadata lies."""
    return path.with_name(f"{path.name}.projector.json")


def table_path(path: Path) -> Path:
    """The path, when a table can have that name. Raises InputError."""
    _is_csv(path)
    return path


def _is_csv(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending not in (".csv", ".parquet"):
        raise InputError("a table's name ends in .parquet or .csv", where=str(path), remedy="rename it")
    return ending == ".csv"


# --- Parquet -----------------------------------------------------------------------------------------


def _write_parquet(path: Path, table: Table, progress: Progress) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _type(column)) for name, column in table.columns.items()])
    digests = _Digests(schema)
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for rows in _row_groups(len(table)):
            progress(rows.start, len(table), "Writing the table")
            group = [_arrow(column, rows) for column in table.columns.values()]
            digests.update(group)
            writer.write_batch(pa.record_batch(group, schema=schema), row_group_size=ROWS)
        body = json.dumps({"format": FORMAT, "about": dict(table.about), "columns": digests.told()})
        writer.add_key_value_metadata({_KEY: json.dumps({"hash": _hash(body), "body": body})})


def _read_parquet(path: Path, progress: Progress) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            body = _body(path, file.metadata.metadata)
            return _checked_columns(path, file, body, progress)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, str(error)) from error


def _body(path: Path, metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    if not metadata or _KEY not in metadata:
        raise InputError(
            "this table was not written by Projector, or its description is damaged",
            where=str(path),
            remedy="write one with `projector extract LIBRARY -o FILE`",
        )
    outer = json.loads(metadata[_KEY])
    body: dict[str, Any] = json.loads(outer["body"])
    if outer["hash"] != _hash(outer["body"]):
        raise _damaged(path, "its description is not as it was written")
    if body["format"] != FORMAT:
        raise InputError("this table is of a newer Projector", where=str(path), remedy="update Projector")
    return body


def _checked_columns(path: Path, file: "pq.ParquetFile", body: dict[str, Any], progress: Progress) -> Table:
    digests = _Digests(file.schema_arrow)
    groups: list[list[pa.Array]] = []
    for index in range(file.num_row_groups):
        progress(index, file.num_row_groups, "Reading the table")
        read = file.read_row_group(index, use_threads=False)
        groups.append([column.combine_chunks() for column in read.columns])
        digests.update(groups[-1])
    if digests.told() != body["columns"]:
        raise _damaged(path, "its contents are not as they were written")
    pieces = zip(*groups, strict=True) if groups else [()] * len(body["columns"])
    columns = {
        name: _column(kind, part) for (name, kind, _), part in zip(body["columns"], pieces, strict=True)
    }
    return Table(columns, body["about"])


class _Digests:
    """A running digest of each column's values, the same whatever pages they are written in."""

    def __init__(self, schema: "pa.Schema") -> None:
        self._columns = [(field.name, _kind(field.type), blake2b(digest_size=16)) for field in schema]

    def update(self, group: "Iterable[pa.Array]") -> None:
        import pyarrow.compute as pc

        for array, (_, kind, digest) in zip(group, self._columns, strict=True):
            if kind == "text":
                plain = pc.fill_null(array, "")
                lengths = pc.binary_length(plain).to_numpy(zero_copy_only=False)
                digest.update(lengths.astype("<i4").tobytes())
                digest.update("".join(plain.to_pylist()).encode("utf-8"))
            else:
                digest.update(np.ascontiguousarray(array.to_numpy(zero_copy_only=False)).data)

    def told(self) -> list[list[str]]:
        """[name, kind, digest] a column, as JSON has it."""
        return [[name, kind, digest.hexdigest()] for name, kind, digest in self._columns]


def _row_groups(n: int) -> Iterator[slice]:
    for first in range(0, n, ROWS):
        yield slice(first, min(first + ROWS, n))


def _kind(type_: "pa.DataType") -> str:
    """text, float32 or float64. Raises KeyError for what we don't write."""
    return {"string": "text", "float": "float32", "double": "float64"}[str(type_)]


def _type(column: Column) -> "pa.DataType":
    import pyarrow as pa

    if isinstance(column, Category):
        return pa.string()
    return pa.float32() if column.dtype == np.float32 else pa.float64()


def _arrow(column: Column, rows: slice) -> "pa.Array":
    import pyarrow as pa

    if not isinstance(column, Category):
        return pa.array(np.ascontiguousarray(column[rows]), _type(column))
    codes = column.codes[rows]
    indices = pa.array(codes, pa.int32(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(column.names, pa.string())).cast(pa.string())


def _column(kind: str, pieces: "Sequence[pa.Array]") -> Column:
    import pyarrow as pa

    if kind != "text":
        return np.concatenate([np.empty(0, _NUMBERS[kind]), *(piece.to_numpy() for piece in pieces)])
    encoded = pa.chunked_array(pieces, pa.string()).combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Category(codes, tuple(encoded.dictionary.to_pylist()))


# --- CSV ---------------------------------------------------------------------------------------------


def _csv_about(table: Table) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "about": dict(table.about),
        "columns": [
            [name, "text" if isinstance(column, Category) else str(column.dtype)]
            for name, column in table.columns.items()
        ],
        "guarded": "text that starts with = + - @ tab or return has a ' before it, which is not part of it",
    }


def _write_csv(path: Path, table: Table, progress: Progress) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)  # RFC 4180: rows end with \r\n, and cells with either of them are quoted
        writer.writerow([guard(name) for name in table.columns])
        for rows in _row_groups(len(table)):
            progress(rows.start, len(table), "Writing the table")
            writer.writerows(zip(*(_cells(column, rows) for column in table.columns.values()), strict=True))


def _cells(column: Column, rows: slice) -> list[str]:
    if isinstance(column, Category):
        names = [*(guard(name) for name in column.names), ""]  # -1, a missing value, is the last
        return [names[code] for code in column.codes[rows]]
    # the shortest text that reads back as the same number of its own precision; missing is empty
    return ["" if value != value else str(value) for value in column[rows]]


def _read_csv(path: Path) -> Table:
    beside = sidecar(path)
    if not beside.is_file():
        raise InputError(
            f"its description {beside.name} is not beside it",
            where=str(path),
            remedy="keep both files together, or write the table as .parquet",
        )
    try:
        body = json.loads(beside.read_text(encoding="utf-8"))
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        if [unguard(name) for name in header] != [name for name, _ in body["columns"]]:
            raise ValueError("its columns are not those of its description")
        cells = zip(*rows, strict=True) if rows else [()] * len(header)
        columns = {
            name: _parsed(kind, part) for (name, kind), part in zip(body["columns"], cells, strict=True)
        }
        return Table(columns, body["about"])
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise _damaged(path, str(error)) from error


def _parsed(kind: str, cells: Sequence[str]) -> Column:
    if kind == "text":
        return Category.of(unguard(cell) for cell in cells)
    return np.array([cell or "nan" for cell in cells], _NUMBERS[kind])


def _damaged(path: Path, why: str) -> InputError:
    return InputError(f"this table is damaged ({why})", where=str(path), remedy="write it again")


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
