"""Where libhdf5 writes to, when a full disk must be an error that is told and not a state that is stuck.

libhdf5 writes much of a file only while it closes things. When the disk refuses one of those writes, objects
stay half closed, the error comes up in destructors where nobody can catch it, and the process may hang on to
the file. This sink takes every write: the first one that the disk refuses is remembered and raised by `check`
between rides and at the end, and what comes after it goes nowhere, so libhdf5 closes in peace.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from projector.library.replacing import storage_errors


class Sink:
    """A file object for h5py over an unbuffered file. Every write's count is checked."""

    def __init__(self, raw: io.FileIO, path: Path) -> None:
        """`path` is what the user calls the file, for the message."""
        self._raw, self._path, self._at = raw, path, 0
        self._end = raw.seek(0, os.SEEK_END)
        self._error: OSError | None = None

    def check(self) -> None:
        """Raises a StorageError if a write has failed."""
        if self._error is not None:
            with storage_errors(self._path):
                raise self._error

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int) -> bytes:
        self._raw.seek(self._at)
        data = self._raw.read(size) or b""
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        if self._error is None:
            self._write_all(view)
        self._at += len(view)
        self._end = max(self._end, self._at)
        return len(view)

    def truncate(self, size: int) -> int:
        with self._remembering():
            self._raw.truncate(size)
        self._end = size
        return size

    def flush(self) -> None:
        """Nothing is held back."""

    def _write_all(self, view: memoryview) -> None:
        with self._remembering():
            self._raw.seek(self._at)
            while view:
                view = view[self._raw.write(view) :]

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._error = self._error or error
