"""Feature tables and projections at rest: everything here can be made again, nothing is trusted unread.

Beside NAME.h5 stands NAME.cache/ with one folder a result, named by the hash of all that it depends on:
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
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from projector.domain.errors import LibraryError
from projector.domain.nouns import Annotations, FeatureTable, LabelRule, Projection, WindowRule, Windows
from projector.domain.progress import Progress, silent
from projector.library.replacing import storage_errors
from projector.processing.arrangement import Arrangement
from projector.processing.grid_index import GridIndex
from projector.versions import source_version

FORMAT = 2
KEPT = {"tables": 8, "projections": 64, "reviews": 8, "labels": 4, "annotations": 4, "aligned": 4}
CHECKED_BYTES = 1 << 21  # of each file, header included: the window itself reads it, at a million windows too
ABANDONED_S = 24 * 3600  # a part folder that old has no writer any more
_BLOCK_BYTES = 1 << 22
_MANIFEST = "manifest.json"
_AUX = "aux."
_INDEX, _KEPT = "index_", "kept_"
_INDEXED = ("rows", "x", "y", "priority", "starts")  # arrays of a GridIndex
_MARKS = ("ride_number", "start_s", "stop_s", "label")
_NAME = re.compile(r"[a-z_]+(\.\d+)?")

Arrays = Mapping[str, npt.NDArray[Any]]
Values = npt.NDArray[np.float32]
Described = dict[str, Any]
log = logging.getLogger(__name__)


class Identified(Protocol):
    """What the cache needs of a library: where it lies and what it holds."""

    @property
    def path(self) -> Path: ...
    @property
    def content_hash(self) -> str: ...


class ProjectionParameters(Protocol):
    """What the cache needs of a method's parameters; ``version`` tells which code they are of."""

    @property
    def version(self) -> str: ...
    def as_dict(self) -> dict[str, Any]: ...


# --- where -------------------------------------------------------------------------------------------


def cache_folder(library: str | Path) -> Path:
    """NAME.cache beside the library; in the user's cache folder where that place cannot be written."""
    path = Path(library).absolute()
    beside = path.with_suffix(".cache")
    if os.access(beside if beside.exists() else path.parent, os.W_OK):
        return beside
    from platformdirs import user_cache_path

    return (
        user_cache_path("projector") / f"{path.stem}-{blake2b(str(path).encode(), digest_size=8).hexdigest()}"
    )


def table_key(library_hash: str, rule: WindowRule, feature_version: str) -> str:
    """What a feature table depends on. Labels are joined when it is read: their rule is no part of it."""
    return _hash([FORMAT, library_hash, rule.length_s, rule.hop_s, rule.rate_hz, feature_version])


def projection_key(table: str, method: str, parameters: ProjectionParameters) -> str:
    """What a projection depends on."""
    return _hash([FORMAT, table, method, parameters.version, parameters.as_dict()])


def labels_key(table: str, rule: WindowRule, annotations: str) -> str:
    """What the labels of a table's windows depend on; annotations: the key of those that count."""
    code = source_version("annotations/window_labels.py")
    return _hash([FORMAT, table, rule.label_rule, rule.share, annotations, code])


def find_table(library: Identified, rule: WindowRule) -> Path | None:
    """The folder of a sound table of these windows, None when it has to be made."""
    from projector.features.registry import FEATURE_VERSION

    folder = cache_folder(library.path) / "tables" / table_key(library.content_hash, rule, FEATURE_VERSION)
    return _sound(folder)


def find_projection(
    library: Identified, table: FeatureTable, method: str, parameters: ProjectionParameters
) -> Path | None:
    """The folder of a sound projection of this table, None when it has to be made."""
    key = projection_key(table.key, method, parameters)
    return _sound(cache_folder(library.path) / "projections" / key)


# --- tables ------------------------------------------------------------------------------------------


def save_table(cache: Path, table: FeatureTable) -> Path:
    """Write a table into a library's cache folder; its own folder. Raises StorageError."""
    about, arrays = _parts_of(table)
    return _write(cache, "tables", table.key, about, {**arrays, "values": table.values})


def make_table(cache: Path, key: str, shape: tuple[int, int], fill: Callable[[Values], FeatureTable]) -> Path:
    """The same for a table that need not fit in memory; its own folder. Raises StorageError.

    fill    gets float32 values of that shape, mapped to the file they will stay in, all 0, and returns
            the table that has them; neither may be used after that
    """
    with _new_folder(cache, "tables", key) as part:
        values = _mapped(part / "values.npy", shape)
        about, arrays = _parts_of(fill(values))
        if isinstance(values, np.memmap):
            values.flush()
        described = _described(part / "values.npy", values)
        del values  # Windows renames no folder with a mapped file in it
        _seal(part, "tables", about, arrays, {"values": described})
    return cache / "tables" / key


def _parts_of(table: FeatureTable) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """What is told of a table, and its arrays other than the values."""
    windows = table.windows
    arrays: dict[str, npt.NDArray[Any]] = {
        "ids": windows.ids,
        "start_s": windows.start_s,
        "stop_s": windows.stop_s,
        "gap_share": windows.gap_share,
    }
    arrays |= {f"{_AUX}{index}": column for index, column in enumerate(table.aux.values())}
    about = {
        "names": list(table.names),
        "aux": list(table.aux),
        "rule": asdict(table.rule),
        "rate_hz": table.rate_hz,
        "key": table.key,
    }
    return about, arrays


def load_table(folder: Path, rule: WindowRule | None = None) -> FeatureTable:
    """A table, memory-mapped. Raises LibraryError when it is not as it was written.

    rule    the one that was asked for: it may label the same windows otherwise than the one on record
    """
    about, arrays = _read(folder, "tables")
    with _manifest_errors(folder):
        n, names = len(arrays["ids"]), tuple(about["names"])
        columns = {name: arrays[f"{_AUX}{index}"] for index, name in enumerate(about["aux"])}
        if arrays["values"].shape != (n, len(names)) or any(len(array) != n for array in arrays.values()):
            raise ValueError("its arrays differ in length")
        windows = Windows(arrays["ids"], arrays["start_s"], arrays["stop_s"], arrays["gap_share"])
        rule = rule or _rule(about["rule"])
        return FeatureTable(windows, names, arrays["values"], rule, about["rate_hz"], about["key"], columns)


def older_maps(library: Identified, method: str) -> list[Path]:
    """Maps of this library's file by a method, that used last first: perhaps of other rides, or damaged."""
    folder = cache_folder(library.path) / "projections"
    used: dict[Path, float] = {}
    with contextlib.suppress(OSError):  # there is none, or another window prunes it
        for one in folder.iterdir():
            if not one.name.startswith("."):
                used[one] = one.stat().st_mtime
    newest = sorted(used, key=used.__getitem__, reverse=True)
    return [one for one in newest if _method(one) == method]


def _method(folder: Path) -> str:
    try:
        return str(_manifest(folder, "projections")["about"]["method"])
    except LibraryError:
        return ""


# --- labels of windows ---------------------------------------------------------------------------------


def save_annotations(cache: Path, annotations: Annotations) -> Path:
    """Those that count now, for a worker to join; their folder, named by their hash. Raises StorageError."""
    arrays = {name: getattr(annotations, name) for name in _MARKS}
    if annotations.pm_s is not None:
        arrays["pm_s"] = annotations.pm_s
    names = list(annotations.label_names)
    key = _hash([FORMAT, names, *((name, _digest(array)) for name, array in arrays.items())])
    return _sound(cache / "annotations" / key) or _write(cache, "annotations", key, {"names": names}, arrays)


def load_annotations(folder: Path) -> Annotations:
    """Their places and labels; nothing of who said so. Raises LibraryError."""
    about, arrays = _read(folder, "annotations")
    with _manifest_errors(folder):
        ride, start, stop, label = (np.asarray(arrays[name]) for name in _MARKS)
        return Annotations(ride, start, stop, label, tuple(about["names"]), pm_s=arrays.get("pm_s"))


def find_labels(cache: Path, key: str) -> Path | None:
    """The folder of sound labels, None when windows and annotations have to be joined."""
    return _sound(cache / "labels" / key)


def save_labels(cache: Path, key: str, codes: npt.NDArray[np.int32]) -> Path:
    """Write the label of each window of a table; its own folder. Raises StorageError."""
    return _write(cache, "labels", key, {}, {"codes": codes})


def load_labels(folder: Path) -> npt.NDArray[np.int32]:
    """Each window's label, int32 (n,), -1 for none. Raises LibraryError."""
    _, arrays = _read(folder, "labels")
    with _manifest_errors(folder):
        return np.asarray(arrays["codes"])


# --- projections -------------------------------------------------------------------------------------


def save_projection(
    cache: Path, key: str, projection: Projection, arrangement: Arrangement | None = None
) -> Path:
    """Write a projection into a library's cache folder, with what showing it needs; its own folder.

    Raises StorageError.
    """
    arrays: dict[str, npt.NDArray[Any]] = {"ids": projection.ids, "coords": projection.coords}
    if projection.state is not None:
        arrays["state"] = projection.state
    if projection.neighbours_kept is not None:
        arrays["neighbours"] = projection.neighbours_kept
    arrays |= {f"{_KEPT}{name}": array for name, array in projection.kept.items()}
    about = {
        "method": projection.method,
        "parameters": dict(projection.parameters),
        "quality": dict(projection.quality),
    }
    if arrangement is not None:
        index = arrangement.index
        arrays |= {"placed": arrangement.placed, "xy": arrangement.xy}
        arrays |= {f"{_INDEX}{name}": getattr(index, name) for name in _INDEXED}
        about["index"] = {"left": index.left, "top": index.top, "cell": index.cell}
    return _write(cache, "projections", key, about, arrays)


def load_projection(folder: Path) -> Projection:
    """A projection, memory-mapped. Raises LibraryError when it is not as it was written."""
    return load_map(folder)[0]


def read_projection(folder: Path) -> Projection | None:
    """The same, None where it is damaged or gone: for one that can be done without."""
    try:
        return load_projection(folder)
    except LibraryError as error:
        log.warning("not used: %s", error)
        return None


def load_map(folder: Path) -> tuple[Projection, Arrangement | None]:
    """A projection, memory-mapped, and what showing it needs where that was made ahead.

    Raises LibraryError when it is not as it was written.
    """
    about, arrays = _read(folder, "projections")
    with _manifest_errors(folder):
        by_window = ("ids", "coords", "state", "neighbours", "placed", "xy")
        if len({len(arrays[name]) for name in by_window if name in arrays}) > 1:
            raise ValueError("its arrays differ in length")
        arrangement = None
        if "index" in about:
            index = {name: np.asarray(arrays[_INDEX + name]) for name in _INDEXED} | about["index"]
            index["cell"] = tuple(index["cell"])
            arrangement = Arrangement(
                np.asarray(arrays["placed"]), np.asarray(arrays["xy"]), GridIndex(**index)
            )
        projection = Projection(
            arrays["ids"],
            arrays["coords"],
            about["method"],
            about["parameters"],
            about["quality"],
            arrays.get("state"),
            {name.removeprefix(_KEPT): array for name, array in arrays.items() if name.startswith(_KEPT)},
            arrays.get("neighbours"),
        )
        return projection, arrangement


# --- what the review queue is made from -----------------------------------------------------------------


def review_key(content: str, *parts: object) -> str:
    """What a review's arrays depend on: signals or features by their hash, and how they were looked at."""
    return _hash([FORMAT, content, *parts])


def find_review(library: Identified, key: str) -> Path | None:
    """The folder of sound arrays for the review queue, None when they have to be made."""
    return _sound(cache_folder(library.path) / "reviews" / key)


def save_review(cache: Path, key: str, about: Mapping[str, Any], arrays: Arrays) -> Path:
    """Write arrays for the review queue; their own folder. Raises StorageError."""
    return _write(cache, "reviews", key, about, arrays)


def load_review(folder: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """What was told of them, and the arrays. Raises LibraryError when they are not as they were written."""
    return _read(folder, "reviews")


# --- turned axes ---------------------------------------------------------------------------------------


def aligned_key(signals: str) -> str:
    """What a ride's turned axes depend on; signals: its signal hash."""
    return _hash([FORMAT, signals, source_version("processing")])


def find_aligned(library: Identified, key: str) -> Path | None:
    """The folder of a ride's turned axes, None when they have to be made."""
    return _sound(cache_folder(library.path) / "aligned" / key)


def make_aligned(cache: Path, key: str, shape: tuple[int, int], fill: Callable[[Values], Arrays]) -> Path:
    """Turned samples of that shape, and their levels, which `fill` returns by name. Raises StorageError."""
    with _new_folder(cache, "aligned", key) as part:
        samples = _mapped(part / "samples.npy", shape)
        levels = fill(samples)
        if isinstance(samples, np.memmap):
            samples.flush()
        described = _described(part / "samples.npy", samples)
        del samples  # as in make_table
        _seal(part, "aligned", {}, levels, {"samples": described})
    return cache / "aligned" / key


def load_aligned(folder: Path) -> tuple[Values, tuple[Values, ...]]:
    """Samples and levels, finest first, memory-mapped. Raises LibraryError."""
    _, arrays = _read(folder, "aligned")
    with _manifest_errors(folder):
        return arrays["samples"], tuple(arrays[f"level.{k}"] for k in range(len(arrays) - 1))


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
            with _manifest_errors(folder):
                _load(folder, name, described)
                if _crc_whole(folder / f"{name}.npy") != described["crc32_whole"]:
                    raise ValueError(f"{name}.npy is not as it was written")
    except LibraryError as error:
        log.warning("made again: %s", error)
        with contextlib.suppress(OSError):
            (folder / _MANIFEST).unlink()  # an array that is mapped cannot be removed on Windows
        return False
    return True


# --- bytes -------------------------------------------------------------------------------------------


def _write(cache: Path, kind: str, key: str, about: Mapping[str, Any], arrays: Arrays) -> Path:
    with _new_folder(cache, kind, key) as part:
        _seal(part, kind, about, arrays, {})
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


def _read(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    body = _manifest(folder, kind)
    with _manifest_errors(folder):
        arrays = {name: _load(folder, name, one) for name, one in body["arrays"].items()}
    with contextlib.suppress(OSError):  # a cache that can only be read keeps no record of its use
        os.utime(folder)
    return body["about"], arrays


def _manifest(folder: Path, kind: str) -> dict[str, Any]:
    with _manifest_errors(folder):
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


def _sound(folder: Path) -> Path | None:
    if not folder.exists():
        return None
    try:
        _read(folder, folder.parent.name)
    except LibraryError as error:
        log.warning("made again: %s", error)
        return None
    return folder


@contextlib.contextmanager
def _manifest_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        raise LibraryError(
            f"this part of the cache is damaged ({error})",
            where=str(folder),
            remedy="remove it; it is made again",
        ) from error


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


def _rule(stored: Mapping[str, Any]) -> WindowRule:
    return WindowRule(**{**stored, "label_rule": LabelRule(stored["label_rule"])})


def _crc(path: Path) -> int:
    with path.open("rb") as file:
        return zlib.crc32(file.read(CHECKED_BYTES))


def _crc_whole(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            crc = zlib.crc32(block, crc)
    return crc


def _digest(array: npt.NDArray[Any]) -> str:
    return blake2b(np.ascontiguousarray(array).data, digest_size=16).hexdigest()


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
