"""Which reader a file gets: by its first bytes, never by what its name claims."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from projector.domain.errors import InputError
from projector.library.readers.description import Layout
from projector.library.readers.hdf5 import read_hdf5
from projector.library.readers.parquet import read_parquet
from projector.library.readers.table import Table, Wanted
from projector.library.readers.text import read_text


@dataclass(frozen=True)
class Reader:
    """A kind of file that can hold recordings.

    magic    the bytes it starts with; "" for text, which has none and stands last
    endings  names under which folders are searched for it when there is no description
    """

    name: str
    magic: bytes
    endings: tuple[str, ...]
    read: Callable[[Path, Layout, Wanted], Table]


READERS = (
    Reader(
        "HDF5", b"\x89HDF\r\n\x1a\n", (".h5", ".hdf5"), lambda path, layout, wanted: read_hdf5(path, wanted)
    ),
    Reader("Parquet", b"PAR1", (".parquet", ".pq"), lambda path, layout, wanted: read_parquet(path, wanted)),
    Reader("text", b"", (".csv", ".tsv", ".txt", ".dat"), read_text),
)
ENDINGS = tuple(ending for reader in READERS for ending in reader.endings)

_OTHERS = {
    b"\x1f\x8b": "gzip data: unpack it first, nothing is decompressed on the way in",
    b"PK\x03\x04": "a zip archive or an office document: unpack it first, or save it as CSV",
    b"BZh": "bzip2 data: unpack it first, nothing is decompressed on the way in",
    b"\xfd7zXZ": "xz data: unpack it first, nothing is decompressed on the way in",
    b"\x28\xb5\x2f\xfd": "zstd data: unpack it first, nothing is decompressed on the way in",
    b"\x89PNG": "a PNG picture", b"\xff\xd8\xff": "a JPEG picture", b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document", b"SQLite format 3": "an SQLite database", b"\x7fELF": "a program",
    b"\x80\x04\x95": "a pickle, which is never opened", b"\xd0\xcf\x11\xe0": "an old office document",
}  # fmt: skip


def reader_of(path: Path) -> Reader:
    """The reader for a file. Raises InputError for what holds no recordings."""
    try:
        if not path.is_file():
            raise InputError("there is no such file", where=str(path))
        with path.open("rb") as file:
            head = file.read(32)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from None
    if not head:
        raise InputError("the file is empty", where=str(path))
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise InputError(f"this is {what}", where=str(path))
    return next(reader for reader in READERS if head.startswith(reader.magic))


def read_table(path: Path, layout: Layout, wanted: Wanted) -> Table:
    """A file's table, whatever kind it is. Raises InputError."""
    return reader_of(path).read(path, layout, wanted)
