"""Maps over time: which older map a new one goes on from, and windows placed on one that stays.

Rides are added to a library; their numbers and signals never change. So an older map of the same library is
good for all windows whose ride is still the one it was made of, under the same cut and the same features.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector.domain.ids import ride_numbers
from projector.domain.nouns import FeatureTable, Placement, Projection
from projector.domain.progress import Progress
from projector.features.registry import FEATURE_VERSION
from projector.library import cache
from projector.library.library import Library
from projector.projection.registry import method as method_named

if TYPE_CHECKING:
    from projector.projection.parameters import Parameters

Mask = npt.NDArray[np.bool_]


def rides_kept(library: Library) -> dict[str, npt.NDArray[Any]]:
    """Of which rides a map is, by number and signal hash: arrays to keep with it."""
    return {"ride_numbers": library.numbers, "ride_hashes": library.signal_hashes}


def cut_of(table: FeatureTable) -> str:
    """What the numbers of a window depend on, beside its ride."""
    return cache.table_key(f"{table.rate_hz!r} Hz", table.rule, FEATURE_VERSION)


def still_there(old: Projection, library: Library) -> Mask:
    """Which windows of an older map belong to a ride that the library has unchanged, bool (n,)."""
    if not {"ride_numbers", "ride_hashes"} <= old.kept.keys() or not len(library.numbers):
        return np.zeros(len(old.ids), bool)
    numbers, hashes = old.kept["ride_numbers"], old.kept["ride_hashes"]
    at = np.minimum(np.searchsorted(library.numbers, numbers), len(library.numbers) - 1)
    same = library.numbers[at] == numbers
    same &= (library.signal_hashes[at] == hashes).all(axis=1)
    return np.isin(ride_numbers(old.ids), numbers[same])


def older_map(library: Library, method: str) -> Path | None:
    """The map that a new one by this method goes on from: the one that was used last, if any can be read."""
    if not method_named(method).stays:
        return None
    for folder in cache.older_maps(library, method):
        old = cache.read_projection(folder)
        if old is not None and still_there(old, library).any():
            return folder
    return None


def stays(old: Projection, library: Library, table: FeatureTable, parameters: "Parameters") -> bool:
    """Whether later windows can be placed on an older map so that none of its dots moves."""
    told = old.parameters
    wanted = parameters.as_dict() | {"version": parameters.version, "cut": cut_of(table)}
    return (
        all(told.get(name) == value for name, value in wanted.items())
        and "limits" in old.kept
        and bool(still_there(old, library).all())
        and bool(np.isin(old.ids, table.windows.ids, assume_unique=True).all())
    )


def parameters_of_map(projection: Projection) -> "Parameters":
    """What a map was made with. Raises InputError for a map of another version."""
    kind = method_named(projection.method).parameters
    names = {one.name for one in fields(kind)}
    return kind.of({name: value for name, value in projection.parameters.items() if name in names})


def place_on(old: Projection, library: Library, table: FeatureTable, progress: Progress) -> Projection:
    """The older map with the windows that have come since; what was on it stays to the last bit.

    old     of this library and cut, see `stays`
    """
    from projector.projection.frozen import thawed
    from projector.projection.quality import map_quality

    ids, told = table.windows.ids, old.parameters
    at = np.searchsorted(ids, old.ids)
    coords = np.full((len(ids), old.coords.shape[1]), np.nan, np.float32)
    state = np.full(len(ids), Placement.NOT_PLACED, np.uint8)
    assert old.state is not None
    coords[at], state[at] = old.coords, old.state
    fitted, later = at[old.state == Placement.FITTED], np.setdiff1d(np.arange(len(ids)), at)
    metric = str(told.get("metric", ""))
    rows, places, states, shares, matrix = thawed(old.kept).place(
        table.values, fitted, coords[fitted], later, metric, progress
    )
    coords[rows], state[rows] = places, states
    neighbours_kept = None
    if old.neighbours_kept is not None and shares is not None:
        neighbours_kept = np.full(len(ids), np.nan, np.float32)
        neighbours_kept[at], neighbours_kept[rows] = old.neighbours_kept, shares
    quality = dict(old.quality)
    if metric:  # it is about neighbours: how many are kept with the later ones on it
        complete = matrix.rows[np.isfinite(coords[matrix.rows, 0])]
        quality |= map_quality(matrix, complete, coords[complete], metric, int(str(told["seed"])), progress)
    counts = np.bincount(state, minlength=len(Placement))
    quality |= {place.name.lower(): int(counts[place]) for place in Placement}
    parameters = {**told, "input": table.key, "placed_later": _later(told) + len(later)}
    kept = {**old.kept, **rides_kept(library)}
    return Projection(ids, coords, old.method, parameters, quality, state, kept, neighbours_kept)


def _later(told: Mapping[str, object]) -> int:
    before = told.get("placed_later", 0)
    return before if isinstance(before, int) else 0
