"""HDF5 files of others: datasets by their paths, nothing that could lead out of the file.

A column is `path/to/dataset`, or `path/to/dataset:2` for the second column of a two-dimensional one (or a
field's name of a compound one). Every component of a path must be a hard link, the dataset stored in the
file itself, its filters among those that HDF5 brings along, and its size in proportion to the file's.
"""

from pathlib import Path
from typing import Any

import numpy as np

from projector.domain.errors import InputError
from projector.library.readers.table import MAX_COLUMNS, Table, Values, Wanted

MAX_RATIO = 1_000
SMALL = 1 << 27  # bytes that need no ratio to be harmless
MAX_BYTES = 8 << 30
_BUILT_IN_FILTERS = {
    1,
    2,
    3,
    5,
    6,
}  # deflate, shuffle, fletcher32, nbit, scale-offset; szip is a plug-in today
_DAMAGE = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, MemoryError)


def read_hdf5(path: Path, wanted: Wanted) -> Table:
    """A table of datasets of equal length. Raises InputError."""
    import h5py

    where = str(path)
    try:
        with h5py.File(path, "r", locking=False) as file:
            names = [str(key) for key in wanted.keys] or _columns_at_root(file, path)
            names = list(dict.fromkeys(names))
            columns = [_column(file, name, path) for name in names]
    except _DAMAGE as error:
        raise InputError(
            f"HDF5 cannot read this file: it is cut off or damaged ({str(error)[:200]})",
            where=where,
            remedy="copy it again from where it came",
        ) from None
    lengths = {len(column) for column in columns}
    if len(lengths) != 1 or 0 in lengths:
        told = ", ".join(f"{name}: {len(column):,}" for name, column in zip(names, columns, strict=True))
        raise InputError(f"the datasets have no rows in common ({told})", where=where)
    return Table(where, tuple(names), tuple(columns), count=lengths.pop())


def _columns_at_root(file: Any, path: Path) -> list[str]:
    """One-dimensional datasets at the top: what can be recognised without a description."""
    import h5py

    if file.attrs.get("format", b"") == b"projector library":
        raise InputError(
            "this is a Projector library already", where=str(path), remedy="open it: projector open"
        )
    names = [name for name in file if isinstance(file.get(name, getlink=True), h5py.HardLink)]
    names = [name for name in names if isinstance(file[name], h5py.Dataset) and file[name].ndim == 1]
    if not names or len(names) > MAX_COLUMNS:
        raise InputError(
            f"{len(names)} datasets at the top of the file can be columns",
            where=str(path),
            remedy="write an import description with the datasets' paths as columns",
        )
    return names


def _column(file: Any, name: str, path: Path) -> Values:
    """One column. Raises InputError where there is no such one or it isn't safe to read."""
    place, _, part = name.partition(":")
    dataset = _dataset(file, place, path)
    values: Values
    if dataset.dtype.names:
        if part not in dataset.dtype.names:
            fields = ", ".join(dataset.dtype.names)
            raise InputError(
                f"{place} has no field {part!r}", where=str(path), remedy=f"its fields: {fields}"
            )
        values = dataset.fields(part)[()]
    elif dataset.ndim == 2 and part.isdecimal() and 1 <= int(part) <= dataset.shape[1]:
        values = dataset[:, int(part) - 1]
    elif dataset.ndim == 1 and not part:
        values = dataset[()]
    else:
        raise InputError(f"{name} is no column: {place} has the shape {dataset.shape}", where=str(path),
                         remedy=f"one column of it is {place}:1")  # fmt: skip
    if values.dtype.kind in "iuf":
        return values.astype(np.float64) if values.dtype.itemsize < 4 else values
    return np.array(
        [cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in values], object
    )


def _dataset(file: Any, place: str, path: Path) -> Any:
    """A dataset by hard links alone, stored in this file, of a size that the file can hold."""
    import h5py

    node = file
    for part in filter(None, place.split("/")):
        if not isinstance(node, h5py.Group) or part not in node:
            raise InputError(f"there is no dataset {place!r}", where=str(path))
        if not isinstance(node.get(part, getlink=True), h5py.HardLink):
            raise InputError(f"{place!r} is a link out of its place, which is not followed", where=str(path))
        node = node[part]
    if not isinstance(node, h5py.Dataset):
        raise InputError(f"{place!r} is a group, not a dataset", where=str(path))
    _check_storage(node, place, path)
    return node


def _check_storage(dataset: Any, place: str, path: Path) -> None:
    from h5py import h5d

    properties = dataset.id.get_create_plist()
    if properties.get_layout() == h5d.VIRTUAL or properties.get_external_count():
        raise InputError(f"{place!r} is stored outside this file, which is not followed", where=str(path))
    filters = {properties.get_filter(i)[0] for i in range(properties.get_nfilters())}
    if filters - _BUILT_IN_FILTERS:
        raise InputError(f"{place!r} needs a plug-in to be read, and plug-ins are not run", where=str(path))
    size = dataset.size * dataset.dtype.itemsize
    if size > min(MAX_BYTES, max(SMALL, MAX_RATIO * path.stat().st_size)):
        raise InputError(f"{place!r} claims {size:,} bytes, more than such a file can hold", where=str(path))
    if dataset.dtype.kind not in "iufSOV":
        raise InputError(f"{place!r} holds neither numbers nor text", where=str(path))
