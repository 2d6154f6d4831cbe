"""The library file's layout: every name, type and limit in it, so that writing and reading cannot differ.

    /                       attributes format, version, written_by, tables_hash, content_hash
    /table/…                one row a ride, one dataset a column (table.py says which)
    /annotations/…          the imported annotations, one row each
    /rides/<id>/streams/<name>/samples      float32 (n, channels), attribute about: JSON
                               time_s       float64 (n,), the recorded stamps, if the source has them
                               overview/<k> float32 (bins, 2, channels + |a|): lows, highs of 16·4ᵏ samples

Every dataset is chunked with fletcher32 and nothing else, every link is a hard one. Object headers and chunk
indices are written in the HDF5 1.10 forms, which carry checksums of their own: with them a flipped bit is
noticed wherever it is.
"""

import functools
import json
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d, h5p, h5s, h5t

from projector.domain.errors import InputError

FORMAT = "projector library"
VERSION = 1
HDF5_FORMS = ("v110", "v110")

TABLE, ANNOTATIONS, RIDES, STREAMS = "table", "annotations", "rides", "streams"
SAMPLES, STAMPS, OVERVIEW, ABOUT = "samples", "time_s", "overview", "about"
TEXT = "text"  # in /table and /annotations: all text columns as one JSON document

SAMPLE_TYPE = np.dtype("<f4")
STAMP_TYPE = np.dtype("<f8")

ONE_CHUNK = 1 << 20  # bytes up to which a dataset is one chunk
CHUNK = 1 << 16  # bytes of a chunk beyond that: what a view of some seconds has to read
CHUNK_CACHE = 4 << 20  # bytes of checked chunks kept for each dataset: panning doesn't read twice


class Unsound(ValueError):
    """Something in a file is not as a library is written; the message says what, in half a sentence."""


def stream_path(ride_id: str, stream: str) -> tuple[str, ...]:
    """The path components from the root to a stream."""
    return (RIDES, ride_id, STREAMS, stream)


def check_name(name: str) -> None:
    """Raises InputError where a ride's id or a stream's name cannot stand in the file."""
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        raise InputError(f"the name {name!r} is not valid text") from None
    if not name or name == "." or "/" in name or "\0" in name or len(encoded) > 1000:
        raise InputError(f"{name[:100]!r} cannot be a name in a library")


def chunk_shape(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """The whole dataset when it is small, else as many rows as fit into a chunk."""
    row = int(np.prod(shape[1:], dtype=np.int64)) * itemsize
    rows = shape[0] if shape[0] * row <= ONE_CHUNK else max(CHUNK // max(row, 1), 1)
    return tuple(max(size, 1) for size in (rows, *shape[1:]))


@functools.cache
def hdf5_type(dtype: str) -> h5t.TypeID:
    """The HDF5 type of a numpy one ("<f4"), made once."""
    return h5t.py_create(np.dtype(dtype), logical=True)


class Layout:
    """Creates datasets by low-level calls: several times faster than h5py's own for many small rides."""

    def __init__(self, file: h5py.File) -> None:
        self._root = file.id
        self._links = h5p.create(h5p.LINK_CREATE)
        self._links.set_create_intermediate_group(True)
        self._links.set_char_encoding(h5t.CSET_UTF8)
        self._storage = h5p.create(h5p.DATASET_CREATE)
        self._storage.set_fill_time(h5d.FILL_TIME_NEVER)
        self._storage.set_obj_track_times(False)
        self._storage.set_chunk((1,))  # a filter needs a chunk; `write` gives each dataset its own
        self._storage.set_fletcher32()

    def write(self, path: tuple[str, ...], values: npt.NDArray[Any], about: str = "") -> None:
        """One dataset at a path whose groups are made on the way; `about` becomes its attribute."""
        self._storage.set_chunk(chunk_shape(values.shape, values.dtype.itemsize))
        # HDF5 wants a dimension that is 0 to be one that could grow
        limits = tuple(size or h5s.UNLIMITED for size in values.shape)
        space = h5s.create_simple(values.shape, limits)
        name, kind = "/".join(path).encode(), hdf5_type(values.dtype.str)
        dataset = h5d.create(self._root, name, kind, space, self._storage, self._links)
        if values.size:
            dataset.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(values))
        if about:
            write_text_attribute(dataset, ABOUT, about)


def write_text_attribute(owner: Any, name: str, text: str) -> None:
    """A fixed-length text attribute on a low-level HDF5 object."""
    value = np.array(text.encode() or b" ")
    space = h5s.create(h5s.SCALAR)
    h5py.h5a.create(owner, name.encode(), hdf5_type(value.dtype.str), space).write(value)


def to_json(value: object) -> str:
    """The one JSON form of a value: sorted keys, no spaces, ASCII; hashes are made over it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def json_bytes(value: object) -> npt.NDArray[np.uint8]:
    """JSON text as a uint8 column: covered by the chunk's checksum, which HDF5's own strings are not."""
    return np.frombuffer(to_json(value).encode(), np.uint8)
