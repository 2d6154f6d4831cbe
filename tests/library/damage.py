"""A library for the damage tests, and reading all that a library holds so that it can be compared."""

from pathlib import Path

import numpy as np

from projector.domain.columns import Category
from projector.domain.nouns import Recording
from projector.library.checks import open_library_file
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.made_rides import primary, rides


def make_library(path: Path) -> None:
    """Short rides with two streams, and one with overview levels and samples that stay on disk."""
    long = Recording("long", (primary(20_000, 9, rate_hz=200.0, time_s=np.arange(20_000) / 199.0),))
    write_library(path, [*rides(4), long])


def everything(path: Path) -> list[bytes]:
    """All that can be asked of a library. Raises LibraryError or StorageError where it is damaged."""
    with Library(path, open_library_file(path)) as library:
        told = [library.content_hash.encode(), repr(library.ids).encode(), library.numbers.tobytes()]
        for name, column in library.columns.items():
            cells = [column.text(i) for i in range(len(column))] if isinstance(column, Category) else column
            told.append(f"{name} {list(cells)}".encode())
        for number in library.numbers.tolist():
            ride = library.ride(number)
            told.append(repr((ride.row, ride.annotations, ride.start)).encode())
            for stream in ride.streams.values():
                loaded = stream.load()
                told += [loaded.samples.tobytes(), b"" if loaded.time_s is None else loaded.time_s.tobytes()]
                pyramid = stream.pyramid()
                told += [level.values[0:].tobytes() for level in pyramid.levels]
    return told
