"""A file appears under its name whole and checked, or not at all; what was there before is never harmed.

Written beside its place under a name that no reader takes for a library, synced, renamed, the folder synced.
A writer that was killed leaves such a part file behind: it holds no lock any more, so the next writer in that
place removes it.
"""

import contextlib
import errno
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from projector.domain.errors import LibraryError, StorageError

if sys.platform != "win32":  # there, parts of killed writers stay until someone removes them
    import fcntl

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EFBIG: "the file is larger than this disk or account allows",
    errno.EDQUOT: "this account's share of the disk is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "writing there is not allowed",
    errno.EPERM: "writing there is not allowed",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "its folder is a file",
    errno.EIO: "the disk reports an error",
    errno.ENAMETOOLONG: "the name is too long",
}
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
Identity = tuple[int, int, int, int] | None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a part file's path to write to; renames it to `path` when the block ends without an error.

    Raises StorageError naming the disk, and LibraryError when another program changed `path` meanwhile.
    """
    before = identity(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with storage_errors(path):
        _remove_abandoned_parts(path)
        lock = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        _lock(lock)
        yield part
        with storage_errors(path):
            sync(part)
        if identity(path) != before:
            raise LibraryError(
                "another program changed the library in the meantime; it was left as that program wrote it",
                where=str(path),
                remedy="run the same command again",
            )
        with storage_errors(path):
            os.replace(part, path)
            sync(path.parent)
    finally:
        os.close(lock)
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def identity(path: Path) -> Identity:
    """What tells one version of a file from the next: device, inode, size, time of change; None: no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def sync(path: Path) -> None:
    """Waits until a file or folder is on the disk itself."""
    if path.is_dir() and os.name == "nt":
        return  # Windows can't open a folder, and its rename is a transaction of the file system
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns an OSError of writing `path` into a StorageError that names the place."""
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0) or error.strerror or str(error)
        room = f"make room on the disk of {path.parent}, or " if error.errno in NO_ROOM else ""
        raise StorageError(
            f"{reason}; nothing was written, and what was there is as it was",
            where=str(path),
            remedy=f"{room}write to another place",
        ) from error


def _lock(handle: int) -> bool:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def _remove_abandoned_parts(path: Path) -> None:
    pattern = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.part")
    for part in path.parent.iterdir():
        if not pattern.fullmatch(part.name):
            continue
        with contextlib.suppress(OSError):
            handle = os.open(part, os.O_RDWR)
            try:
                if _lock(handle):
                    part.unlink()
            finally:
                os.close(handle)
