"""What is kept beside a library and can be made again, kind by kind: tables, maps, labels, reviews, axes.

Beside NAME.h5 stands NAME.cache/ with one folder a result, named by the hash of all that it depends on;
`result_folder.py` writes, checks and opens it.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from projector.domain.errors import LibraryError
from projector.domain.nouns import Annotations, FeatureTable, LabelRule, Projection, WindowRule, Windows
from projector.library import result_folder as results
from projector.library.result_folder import Arrays, Values
from projector.processing.arrangement import Arrangement
from projector.processing.grid_index import GridIndex
from projector.versions import source_version

_AUX = "aux."
_INDEX, _KEPT = "index_", "kept_"
_INDEXED = ("rows", "x", "y", "priority", "starts")  # arrays of a GridIndex
_MARKS = ("ride_number", "start_s", "stop_s", "label")

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
    return results.key_of(library_hash, rule.length_s, rule.hop_s, rule.rate_hz, feature_version)


def projection_key(table: str, method: str, parameters: ProjectionParameters) -> str:
    """What a projection depends on."""
    return results.key_of(table, method, parameters.version, parameters.as_dict())


def labels_key(table: str, rule: WindowRule, annotations: str) -> str:
    """What the labels of a table's windows depend on; annotations: the key of those that count."""
    code = source_version("annotations/window_labels.py")
    return results.key_of(table, rule.label_rule, rule.share, annotations, code)


def find_table(library: Identified, rule: WindowRule) -> Path | None:
    """The folder of a sound table of these windows, None when it has to be made."""
    from projector.features.registry import FEATURE_VERSION

    folder = cache_folder(library.path) / "tables" / table_key(library.content_hash, rule, FEATURE_VERSION)
    return results.sound(folder)


def find_projection(
    library: Identified, table: FeatureTable, method: str, parameters: ProjectionParameters
) -> Path | None:
    """The folder of a sound projection of this table, None when it has to be made."""
    key = projection_key(table.key, method, parameters)
    return results.sound(cache_folder(library.path) / "projections" / key)


# --- tables ------------------------------------------------------------------------------------------


def save_table(cache: Path, table: FeatureTable) -> Path:
    """Write a table into a library's cache folder; its own folder. Raises StorageError."""
    about, arrays = _parts_of(table)
    return results.write(cache, "tables", table.key, about, {**arrays, "values": table.values})


def make_table(cache: Path, key: str, shape: tuple[int, int], fill: Callable[[Values], FeatureTable]) -> Path:
    """The same for a table that need not fit in memory; its own folder. Raises StorageError.

    fill    gets float32 values of that shape, mapped to the file they will stay in, all 0, and returns
            the table that has them; neither may be used after that
    """
    return results.write_filled(cache, "tables", key, "values", shape, lambda values: _parts_of(fill(values)))


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
    about, arrays = results.read(folder, "tables")
    with results.damage_told(folder):
        n, names = len(arrays["ids"]), tuple(about["names"])
        columns = {name: arrays[f"{_AUX}{index}"] for index, name in enumerate(about["aux"])}
        if arrays["values"].shape != (n, len(names)) or any(len(array) != n for array in arrays.values()):
            raise ValueError("its arrays differ in length")
        windows = Windows(arrays["ids"], arrays["start_s"], arrays["stop_s"], arrays["gap_share"])
        rule = rule or _rule(about["rule"])
        return FeatureTable(windows, names, arrays["values"], rule, about["rate_hz"], about["key"], columns)


def _rule(stored: Mapping[str, Any]) -> WindowRule:
    return WindowRule(**{**stored, "label_rule": LabelRule(stored["label_rule"])})


# --- labels of windows ---------------------------------------------------------------------------------


def save_annotations(cache: Path, annotations: Annotations) -> Path:
    """Those that count now, for a worker to join; their folder, named by their hash. Raises StorageError."""
    arrays = {name: getattr(annotations, name) for name in _MARKS}
    if annotations.pm_s is not None:
        arrays["pm_s"] = annotations.pm_s
    names = list(annotations.label_names)
    key = results.key_of(names, *((name, results.digest_of(array)) for name, array in arrays.items()))
    return results.sound(cache / "annotations" / key) or results.write(
        cache, "annotations", key, {"names": names}, arrays
    )


def load_annotations(folder: Path) -> Annotations:
    """Their places and labels; nothing of who said so. Raises LibraryError."""
    about, arrays = results.read(folder, "annotations")
    with results.damage_told(folder):
        ride, start, stop, label = (np.asarray(arrays[name]) for name in _MARKS)
        return Annotations(ride, start, stop, label, tuple(about["names"]), pm_s=arrays.get("pm_s"))


def find_labels(cache: Path, key: str) -> Path | None:
    """The folder of sound labels, None when windows and annotations have to be joined."""
    return results.sound(cache / "labels" / key)


def save_labels(cache: Path, key: str, codes: npt.NDArray[np.int32]) -> Path:
    """Write the label of each window of a table; its own folder. Raises StorageError."""
    return results.write(cache, "labels", key, {}, {"codes": codes})


def load_labels(folder: Path) -> npt.NDArray[np.int32]:
    """Each window's label, int32 (n,), -1 for none. Raises LibraryError."""
    _, arrays = results.read(folder, "labels")
    with results.damage_told(folder):
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
    return results.write(cache, "projections", key, about, arrays)


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
    about, arrays = results.read(folder, "projections")
    with results.damage_told(folder):
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
        return str(results.told(folder, "projections")["method"])
    except LibraryError:
        return ""


# --- what the review queue is made from -----------------------------------------------------------------


def review_key(content: str, *parts: object) -> str:
    """What a review's arrays depend on: signals or features by their hash, and how they were looked at."""
    return results.key_of(content, *parts)


def find_review(library: Identified, key: str) -> Path | None:
    """The folder of sound arrays for the review queue, None when they have to be made."""
    return results.sound(cache_folder(library.path) / "reviews" / key)


def save_review(cache: Path, key: str, about: Mapping[str, Any], arrays: Arrays) -> Path:
    """Write arrays for the review queue; their own folder. Raises StorageError."""
    return results.write(cache, "reviews", key, about, arrays)


def load_review(folder: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """What was told of them, and the arrays. Raises LibraryError when they are not as they were written."""
    return results.read(folder, "reviews")


# --- turned axes ---------------------------------------------------------------------------------------


def aligned_key(signals: str) -> str:
    """What a ride's turned axes depend on; signals: its signal hash."""
    return results.key_of(signals, source_version("processing"))


def find_aligned(library: Identified, key: str) -> Path | None:
    """The folder of a ride's turned axes, None when they have to be made."""
    return results.sound(cache_folder(library.path) / "aligned" / key)


def make_aligned(cache: Path, key: str, shape: tuple[int, int], fill: Callable[[Values], Arrays]) -> Path:
    """Turned samples of that shape, and their levels, which `fill` returns by name. Raises StorageError."""
    return results.write_filled(cache, "aligned", key, "samples", shape, lambda samples: ({}, fill(samples)))


def load_aligned(folder: Path) -> tuple[Values, tuple[Values, ...]]:
    """Samples and levels, finest first, memory-mapped. Raises LibraryError."""
    _, arrays = results.read(folder, "aligned")
    with results.damage_told(folder):
        return arrays["samples"], tuple(arrays[f"level.{k}"] for k in range(len(arrays) - 1))
