"""One result at rest: arrays in a folder, there as a whole or not at all, and nothing trusted unread.

`.npy` files, which are memory-mapped, and a manifest that says what they must be. A folder is written
under another name and renamed when it is whole; a damaged one counts as absent and is made again. The
least recently used are removed (`KEPT`), so a season of experiments doesn't fill the disk.
"""

import contextlib
import json
import logging
import os
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.errors import LibraryError
from projector.domain.progress import Progress, silent
from projector.library.replacing import storage_errors

FORMAT = 2
KEPT = {"tables": 8, "projections": 64, "reviews": 8, "labels": 4, "annotations": 4, "aligned": 4}
CHECKED_BYTES = 1 << 21  # of each file, header included: the window itself reads it, at a million windows too
ABANDONED_S = 24 * 3600  # a part folder that old has no writer any more
_BLOCK_BYTES = 1 << 22
_MANIFEST = "manifest.json"
_NAME = re.compile(r"[a-z_]+(\.\d+)?")

Arrays = Mapping[str, npt.NDArray[Any]]
Values = npt.NDArray[np.float32]
Described = dict[str, Any]
Filling = Callable[[Values], tuple[Mapping[str, Any], Arrays]]
log = logging.getLogger(__name__)


# --- writing -----------------------------------------------------------------------------------------


def write(cache: Path, kind: str, key: str, about: Mapping[str, Any], arrays: Arrays) -> Path:
    """A result of a kind in a library's cache folder; its own folder. Raises StorageError."""
    with _new_folder(cache, kind, key) as part:
        _seal(part, kind, about, arrays, {})
    return cache / kind / key


def write_filled(cache: Path, kind: str, key: str, name: str, shape: tuple[int, int], fill: Filling) -> Path:
    """The same with one array that need not fit in memory; its own folder. Raises StorageError.

    name    of that array
    fill    gets it, float32 of that shape, mapped to the file it will stay in, all 0, and returns what is
            told of the result and its other arrays; it may not be used after that
    """
    with _new_folder(cache, kind, key) as part:
        values = _mapped(part / f"{name}.npy", shape)
        about, arrays = fill(values)
        if isinstance(values, np.memmap):
            values.flush()
        described = _described(part / f"{name}.npy", values)
        del values  # Windows renames no folder with a mapped file in it
        _seal(part, kind, about, arrays, {name: described})
    return cache / kind / key


@contextlib.contextmanager
def _new_folder(cache: Path, kind: str, key: str) -> Iterator[Path]:
    """A folder to write a result into, put in its place when the block ends without an error."""
    final = cache / kind / key
    part = final.with_name(f".{key}.{secrets.token_hex(4)}.part")
    with storage_errors(final):
        part.mkdir(parents=True)
        try:
            yield part
            _put_in_place(part, final)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    _prune(final)


def _seal(
    part: Path, kind: str, about: Mapping[str, Any], arrays: Arrays, described: Mapping[str, Described]
) -> None:
    """Write the arrays that are not there yet, and the manifest of all."""
    described = {**described, **{name: _save(part / f"{name}.npy", array) for name, array in arrays.items()}}
    body = {"format": FORMAT, "kind": kind, "about": about, "arrays": described}
    manifest = json.dumps({"hash": _hash(body), "body": body}, indent=1)
    (part / _MANIFEST).write_text(manifest, encoding="utf-8")


def _save(path: Path, array: npt.NDArray[Any]) -> Described:
    np.save(path, array, allow_pickle=False)
    return _described(path, array)


def _described(path: Path, array: npt.NDArray[Any]) -> Described:
    return {
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "bytes": path.stat().st_size,
        "crc32": _crc(path),
        "crc32_whole": _crc_whole(path),
    }


def _mapped(path: Path, shape: tuple[int, int]) -> Values:
    """A new array in a file, all 0. Written out at once: a full disk would end a process that maps it."""
    if 0 in shape:  # nothing to map
        np.save(path, np.empty(shape, np.float32), allow_pickle=False)
        return np.empty(shape, np.float32)
    left, zeros = 4 * shape[0] * shape[1], bytes(1 << 20)
    with path.open("wb") as file:
        header = {"descr": np.dtype(np.float32).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        while left > 0:
            left -= file.write(zeros[:left])
    return np.lib.format.open_memmap(path, "r+")


def _put_in_place(part: Path, final: Path) -> None:
    """A folder cannot be renamed over another: what is there, damaged or the same, steps aside first."""
    if final.exists():
        aside = part.with_name(f"{part.name}.old")
        os.replace(final, aside)
        shutil.rmtree(aside, ignore_errors=True)
    os.replace(part, final)


def _prune(newest: Path) -> None:
    """Remove what was used longest ago, and what killed writers left."""
    with contextlib.suppress(OSError):  # another window prunes the same folder
        used = {one: one.stat().st_mtime for one in newest.parent.iterdir() if one != newest}
        done = sorted(
            (one for one in used if not one.name.startswith(".")), key=used.__getitem__, reverse=True
        )
        left = [one for one in used if one.name.startswith(".") and used[one] < time.time() - ABANDONED_S]
        for old in (*done[KEPT[newest.parent.name] - 1 :], *left):
            shutil.rmtree(old, ignore_errors=True)  # on Windows, one that is mapped stays until next time


# --- reading -----------------------------------------------------------------------------------------


def sound(folder: Path) -> Path | None:
    """The folder, None where it is not there or damaged, and the result has to be made."""
    if not folder.exists():
        return None
    try:
        read(folder, folder.parent.name)
    except LibraryError as error:
        log.warning("made again: %s", error)
        return None
    return folder


def read(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """What is told of a result, and its arrays, memory-mapped. Raises LibraryError where it is damaged."""
    body = _manifest(folder, kind)
    with damage_told(folder):
        arrays = {name: _load(folder, name, one) for name, one in body["arrays"].items()}
    with contextlib.suppress(OSError):  # a cache that can only be read keeps no record of its use
        os.utime(folder)
    return body["about"], arrays


def told(folder: Path, kind: str) -> dict[str, Any]:
    """What is told of a result, its arrays unread. Raises LibraryError where that is damaged."""
    about: dict[str, Any] = _manifest(folder, kind)["about"]
    return about


def _manifest(folder: Path, kind: str) -> dict[str, Any]:
    with damage_told(folder):
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        body: dict[str, Any] = manifest["body"]
        if manifest["hash"] != _hash(body) or body["format"] != FORMAT or body["kind"] != kind:
            raise ValueError("its manifest is not as it was written")
        return body


def _load(folder: Path, name: str, described: Mapping[str, Any]) -> npt.NDArray[Any]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no array of ours")
    path = folder / f"{name}.npy"
    if path.stat().st_size != described["bytes"] or _crc(path) != described["crc32"]:
        raise ValueError(f"{path.name} is not as it was written")
    empty = 0 in described["shape"]  # nothing to map
    array: npt.NDArray[Any] = np.load(path, mmap_mode=None if empty else "r", allow_pickle=False)
    if array.dtype.str != described["dtype"] or list(array.shape) != described["shape"]:
        raise ValueError(f"{path.name} has another shape")
    return array


@contextlib.contextmanager
def damage_told(folder: Path) -> Iterator[None]:
    """What is not as it was written is a LibraryError that names the folder."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        raise LibraryError(
            f"this part of the cache is damaged ({error})",
            where=str(folder),
            remedy="remove it; it is made again",
        ) from error


# --- every byte ----------------------------------------------------------------------------------------


def needs_checking(folder: Path) -> bool:
    """Whether opening it left bytes unchecked, see CHECKED_BYTES."""
    with contextlib.suppress(OSError):
        return any(one.stat().st_size > CHECKED_BYTES for one in folder.glob("*.npy"))
    return False


def check_whole(folder: Path, progress: Progress = silent) -> bool:
    """Whether every byte is as it was written; where not, it counts as absent from now on. For a worker."""
    try:
        arrays = _manifest(folder, folder.parent.name)["arrays"]
        for done, (name, described) in enumerate(arrays.items()):
            progress(done, len(arrays), "checking what the cache has")
            with damage_told(folder):
                _load(folder, name, described)
                if _crc_whole(folder / f"{name}.npy") != described["crc32_whole"]:
                    raise ValueError(f"{name}.npy is not as it was written")
    except LibraryError as error:
        log.warning("made again: %s", error)
        with contextlib.suppress(OSError):
            (folder / _MANIFEST).unlink()  # an array that is mapped cannot be removed on Windows
        return False
    return True


def _crc(path: Path) -> int:
    with path.open("rb") as file:
        return zlib.crc32(file.read(CHECKED_BYTES))


def _crc_whole(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            crc = zlib.crc32(block, crc)
    return crc


# --- what a result is named by -------------------------------------------------------------------------


def key_of(*parts: Any) -> str:
    """The name of the result that depends on these, each of which JSON can say."""
    return _hash([FORMAT, *parts])


def digest_of(array: npt.NDArray[Any]) -> str:
    """A hash of an array's bytes."""
    return blake2b(np.ascontiguousarray(array).data, digest_size=16).hexdigest()


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
