"""Reading HDF5 that a stranger may have made: nothing outside the file, nothing larger than the file.

Every path component must be a hard link (a soft or external one could lead to another file), every dataset
must be stored in the file itself (no external or virtual storage), in exactly the type that we write, with
the checksum filter and no other (a plug-in filter is somebody's code), and every chunk must be there: so the
size of an array is bounded by the size of the file. Whatever libhdf5 raises on a damaged file becomes a
LibraryError.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d, h5g, h5l, h5s, h5t, h5z

from projector.domain.errors import InputError, LibraryError, StorageError
from projector.library.format import CHUNK_CACHE, FORMAT, VERSION, Unsound, hdf5_type

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_ATTRIBUTE_BYTES = 1 << 20
DAMAGE = (OSError, RuntimeError, ValueError, KeyError, TypeError, IndexError, MemoryError, OverflowError)
RESTORE = "restore the file from a backup, or import the recordings again"


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turns whatever libhdf5, or decoding what it read, raises into a LibraryError that says where."""
    try:
        yield
    except DAMAGE as error:
        what = "the file is damaged"
        if isinstance(error, Unsound):
            what = f"this is not as Projector writes a library: {error}"
        elif "filter returned failure" in str(error):
            what = "the file is damaged: bytes have changed since it was written"
        raise LibraryError(what, where=where, remedy=RESTORE) from error


def open_library_file(path: Path) -> h5py.File:
    """Opens a library for reading and checks its kind and version. Raises LibraryError or StorageError."""
    check_signature(path)
    try:
        # never edited in place, so no lock is needed: opening works on any network or read-only disk
        file = h5py.File(path, "r", locking=False, rdcc_nbytes=CHUNK_CACHE)
    except DAMAGE as error:
        raise LibraryError(_why_not_open(error), where=str(path), remedy=RESTORE) from error
    try:
        _check_version(file, path)
    except BaseException:
        file.close()
        raise
    return file


def check_local(path: Path) -> None:
    """Raises InputError for an address of the network: only files of this computer are read."""
    scheme = re.match(r"([a-z][a-z0-9+.-]+):/", str(path), re.IGNORECASE)  # one letter is a drive
    if scheme and not path.exists():
        raise InputError(
            "nothing is fetched from the network: only files of this computer are read",
            where=re.sub(":/+", "://", str(path), count=1),  # a path has lost the second one
            remedy="download it first",
        )


def check_signature(path: Path) -> None:
    """Raises a ProjectorError unless this is a readable HDF5 file. Costs one small read."""
    check_local(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise LibraryError("this is not a file", where=str(path))  # opening a pipe would wait for ever
        with path.open("rb") as file:
            head = file.read(len(SIGNATURE))
    except FileNotFoundError:
        raise LibraryError(
            "there is no such file",
            where=str(path),
            remedy="connect its disk or put it back; if it was moved, open it where it is now",
        ) from None
    except IsADirectoryError:
        raise LibraryError("this is a folder, not a library", where=str(path)) from None
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    if not head:
        raise LibraryError("the file is empty", where=str(path), remedy=RESTORE)
    if head != SIGNATURE:
        raise LibraryError(
            "this is not a Projector library",
            where=str(path),
            remedy="turn recordings into one with: projector import SOURCE -o rides.h5",
        )


def _why_not_open(error: BaseException) -> str:
    sizes = re.search(r"truncated file: eof = (\d+), .*stored_eof = (\d+)", str(error))
    if sizes:
        return f"the file is cut off: {int(sizes[1]):,} of {int(sizes[2]):,} bytes are there"
    return "the file is damaged"


def _check_version(file: h5py.File, path: Path) -> None:
    with reading(str(path)):
        kind = text_attribute(file.id, "format") if h5py.h5a.exists(file.id, b"format") else ""
    if kind != FORMAT:
        raise LibraryError(
            "this HDF5 file is not a Projector library",
            where=str(path),
            remedy="turn it into one with: projector import FILE -o rides.h5",
        )
    with reading(str(path)):
        version = int(text_attribute(file.id, "version"))
    if version > VERSION:
        raise LibraryError(
            f"written by a newer Projector: format {version}, this one reads up to {VERSION}",
            where=str(path),
            remedy="update Projector to open it",
        )
    if version < 1:
        raise LibraryError(f"format {version} does not exist", where=str(path), remedy=RESTORE)


def text_attribute(owner: Any, name: str) -> str:
    """A fixed-length text attribute of a low-level object. Raises Unsound if it is anything else."""
    attribute = h5py.h5a.open(owner, name.encode())
    kind = attribute.get_type()
    if kind.get_class() != h5t.STRING or kind.is_variable_str() or attribute.shape != ():
        raise Unsound(f"attribute {name} is not a text")
    if attribute.get_storage_size() > MOST_ATTRIBUTE_BYTES:
        raise Unsound(f"attribute {name} is too long")
    value = np.empty((), kind.dtype)
    attribute.read(value)
    return bytes(value[()]).decode()


def open_group(root: Any, *path: str) -> h5g.GroupID:
    """A group by hard links alone. Raises Unsound or KeyError."""
    group = root
    for name in path:
        _check_hard(group, name)
        group = h5g.open(group, name.encode())
    return group


def has(group: Any, name: str) -> bool:
    """Whether there is a link of that name."""
    return bool(name.encode() in group)


def open_dataset(
    group: h5g.GroupID, name: str, dtype: np.dtype[Any], shape: tuple[int | None, ...]
) -> h5d.DatasetID:
    """A dataset of exactly this type and shape (None: any size), stored as we store. Raises Unsound."""
    _check_hard(group, name)
    dataset = h5d.open(group, name.encode())
    if not dataset.get_type().equal(hdf5_type(dtype.str)):
        raise Unsound(f"{name} has another type")
    found = dataset.shape
    if len(found) != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, found, strict=True)
    ):
        raise Unsound(f"{name} has shape {found}")
    _check_storage(dataset, name, math.prod(found) * dtype.itemsize)
    return dataset


def read_all(dataset: h5d.DatasetID, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """A whole dataset that `open_dataset` gave, in memory."""
    values = np.empty(dataset.shape, dtype)
    if values.size:
        dataset.read(h5s.ALL, h5s.ALL, values)
    return values


def read_column(group: h5g.GroupID, name: str, dtype: np.dtype[Any], ndim: int) -> npt.NDArray[Any]:
    """A whole dataset of a table, in memory."""
    return read_all(open_dataset(group, name, dtype, (None,) * ndim), dtype)


def _check_hard(group: Any, name: str) -> None:
    if group.links.get_info(name.encode()).type != h5l.TYPE_HARD:
        raise Unsound(f"{name} is a link out of its place")


def _check_storage(dataset: h5d.DatasetID, name: str, logical: int) -> None:
    properties = dataset.get_create_plist()
    if properties.get_layout() != h5d.CHUNKED or properties.get_external_count():
        raise Unsound(f"{name} is not stored in this file as a library stores it")
    if properties.get_nfilters() != 1 or properties.get_filter(0)[0] != h5z.FILTER_FLETCHER32:
        raise Unsound(f"{name} is stored with a filter that libraries don't use")
    if dataset.get_storage_size() < logical:
        raise Unsound(f"{name} claims to be larger than what is stored")
