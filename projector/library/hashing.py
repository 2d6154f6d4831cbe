"""What makes a ride the same ride: hashes over content, never over how HDF5 happens to lay it out.

The signal hash covers samples, channels, units and clock of all streams: labels carry it, so they can tell
whether they still belong to the bytes they were made on. The record hash adds what is known about the ride.
The content hash names a whole library. All are BLAKE2b with 32 bytes (RFC 7693), the fastest sound hash in
the standard library on processors without SHA instructions.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.library.format import to_json

SIZE = 32
_BLOCK_ROWS = 1 << 16


def stream_hash(about: str, *columns: Any) -> bytes:
    """Of a stream's description and the rows of its arrays or datasets, read in blocks."""
    return ended(begun(about, *columns))


def begun(about: str, *columns: Any) -> blake2b:
    """The hash of a stream of which those columns are there already; the others come with `ended`."""
    digest = blake2b(about.encode(), digest_size=SIZE)
    _update(digest, columns)
    return digest


def ended(digest: blake2b, *columns: Any) -> bytes:
    """The hash of a stream, its last columns added."""
    _update(digest, columns)
    return digest.digest()


def _update(digest: blake2b, columns: Iterable[Any]) -> None:
    for rows in columns:
        if isinstance(rows, np.ndarray) or len(rows) <= _BLOCK_ROWS:
            digest.update(np.ascontiguousarray(rows[0:]).data)
        else:
            _update_in_blocks(digest, rows)


def _update_in_blocks(digest: blake2b, rows: Any) -> None:
    """Hashing leaves the interpreter to others, so the next block is read meanwhile."""
    with ThreadPoolExecutor(1) as hasher:
        hashed = None
        for first in range(0, len(rows), _BLOCK_ROWS):
            block = np.ascontiguousarray(rows[first : first + _BLOCK_ROWS])
            if hashed is not None:
                hashed.result()
            hashed = hasher.submit(digest.update, block.data)


def signal_hash(streams: Iterable[bytes]) -> bytes:
    """Of a ride's stream hashes, whatever their order."""
    return _joined(sorted(streams))


def record_hash(signal: bytes, record: str) -> bytes:
    """Of a ride's signal hash and the JSON of everything recorded about it."""
    return _joined([signal, record.encode()])


def content_hash(records: Iterable[bytes]) -> str:
    """Hexadecimal, of the record hashes in order of the rides' numbers."""
    return _joined(records).hex()


def tables_hash(tables: Mapping[str, npt.NDArray[Any]]) -> str:
    """Hexadecimal, of named columns with their types and shapes, whatever their order."""
    digest = blake2b(digest_size=SIZE)
    for name in sorted(tables):
        column = np.ascontiguousarray(tables[name])
        digest.update(to_json([name, column.dtype.str, column.shape]).encode())
        digest.update(column.data)
    return digest.hexdigest()


def _joined(parts: Iterable[bytes]) -> bytes:
    digest = blake2b(digest_size=SIZE)
    for part in parts:
        digest.update(part)
    return digest.digest()
