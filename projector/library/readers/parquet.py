"""Parquet tables: only the columns that are needed, with limits before anything is decoded."""

from pathlib import Path
from typing import Any

import numpy as np

from projector.domain.errors import InputError
from projector.library.readers.table import MAX_COLUMNS, Table, Values, Wanted, position

MAX_CELLS = 2_000_000_000
MAX_RATIO = 500  # decoded bytes a byte of file: recordings compress by 50 at most
SMALL = 1 << 27  # decoded bytes that need no ratio to be harmless


def read_parquet(path: Path, wanted: Wanted) -> Table:
    """A table from a Parquet file. Raises InputError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    where = str(path)
    try:
        with pq.ParquetFile(path, memory_map=False, page_checksum_verification=True) as file:
            _check_size(file.metadata, path)
            names = tuple(file.schema_arrow.names)
            needed = sorted({position(key, names, where) for key in wanted.keys}) or range(len(names))
            table = file.read(columns=[names[i] for i in needed])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"this is no sound Parquet file: {_short(error)}", where=where) from None
    found = dict(zip(table.column_names, table.columns, strict=True))
    columns = [_values(found[name]) if name in found else np.empty(0) for name in names]
    if not table.num_rows:
        raise InputError("no data: the table has no rows", where=where)
    return Table(where, names, tuple(columns), count=table.num_rows)


def _check_size(metadata: Any, path: Path) -> None:
    """What the file says of its size, before a byte of it is decoded."""
    rows, width = metadata.num_rows, metadata.num_columns
    if width > MAX_COLUMNS:
        raise InputError(f"{width:,} columns are more than the limit of {MAX_COLUMNS:,}", where=str(path))
    decoded = max(
        rows * width * 4, sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    )
    if rows < 0 or rows * width > MAX_CELLS or decoded > max(SMALL, MAX_RATIO * path.stat().st_size):
        told = f"{rows:,} rows in {path.stat().st_size:,} bytes are more than can be true or can be held"
        raise InputError(told, where=str(path))


def _values(column: Any) -> Values:
    """Numbers as numbers, times as whole nanoseconds, everything else as text objects."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind) and not column.null_count:
        nanoseconds: Values = column.cast(pa.timestamp("ns", kind.tz)).cast(pa.int64()).to_numpy()
        return nanoseconds
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and not column.null_count):
        numbers: Values = column.to_numpy()
        return numbers.astype(np.float32) if numbers.dtype == np.float16 else numbers
    if pa.types.is_integer(kind):
        return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)
    return np.array([None if cell is None else str(cell) for cell in column.to_pylist()], object)


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
