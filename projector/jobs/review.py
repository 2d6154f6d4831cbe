"""What the review queue has computed for it: the look-alikes of windows, and the impacts of rides.

Neither depends on labels, so both stay good while these are edited. What would take too long is not done in
secret: the result says how many windows and rides were looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector.domain.ids import ride_numbers
from projector.domain.nouns import FeatureTable
from projector.domain.progress import Progress
from projector.jobs.tables import rule_of, table_folder

if TYPE_CHECKING:
    from projector.library.library import Library
    from projector.projection.matrix import Matrix

K = 10
SPARE = 8  # more candidates than are asked for: what rounding could have put in a wrong place is among them
QUERIES = 512
PAIRS = 4_000_000_000  # windows compared × windows, at most: below a minute on two cores
SAMPLES = 300_000_000  # of annotated rides that are read for impacts, at most
IMPACT_BLOCK = 1 << 20
SCALER = "robust"

Rows = npt.NDArray[np.int64]
Near = npt.NDArray[np.int32]
Distances = npt.NDArray[np.float32]
Result = dict[str, Any]


def most_windows(windows: int) -> int:
    """How many of so many windows can be compared with all."""
    return min(windows, max(PAIRS // max(windows, 1), 1000))


def look_alikes(
    library: str, rule: Mapping[str, Any], progress: Progress, rows: Sequence[int] | None = None
) -> Result:
    """The ten nearest windows of other rides, for some rows of the table or all: {"review": folder}."""
    from projector.library import cache
    from projector.library.library import Library

    with Library.open(library) as opened:
        table = cache.load_table(table_folder(opened, rule_of(rule), progress))
        wanted = np.arange(len(table.windows)) if rows is None else np.array(rows, np.int64)
        key = look_alikes_key(table.key, None if rows is None else wanted)
        folder = cache.find_review(opened, key)
        if folder is None:
            matrix = comparable(opened, table, progress)
            wanted = wanted[np.isin(wanted, matrix.rows, assume_unique=True)]
            near, distance = nearest(matrix, ride_numbers(table.windows.ids), wanted, progress)
            arrays: dict[str, npt.NDArray[Any]] = {"rows": wanted, "near": near, "distance": distance}
            folder = cache.save_review(cache.cache_folder(opened.path), key, {}, arrays)
    return {"review": str(folder)}


def look_alikes_key(table: str, rows: Rows | None) -> str:
    """What the cache files them under."""
    from projector.library.cache import review_key

    return review_key(table, "look-alikes and distances", K, SCALER, None if rows is None else rows.tolist())


def impacts(library: str, progress: Progress, rides: Sequence[int]) -> Result:
    """The impacts of some rides, as many of the first as can be read in time: {"review": folder}."""
    from projector.library import cache
    from projector.library.library import Library

    with Library.open(library) as opened:
        key = impacts_key(opened.content_hash, rides)
        folder = cache.find_review(opened, key)
        if folder is None:
            arrays = _impacts(opened, rides, progress)
            folder = cache.save_review(cache.cache_folder(opened.path), key, {}, arrays)
    return {"review": str(folder)}


def impacts_key(content: str, rides: Sequence[int]) -> str:
    """What the cache files them under."""
    from projector.library.cache import review_key
    from projector.processing.impacts import APART_S, LEAST

    return review_key(content, "impacts", LEAST, APART_S, SAMPLES, list(rides))


REVIEW_TASKS: Mapping[str, Callable[..., Result]] = {"look_alikes": look_alikes, "impacts": impacts}


# --- look-alikes ----------------------------------------------------------------------------------------


def comparable(library: "Library", table: FeatureTable, progress: Progress) -> "Matrix":
    """The table as look-alikes are found in it; its scaling is kept, for it costs more than a question."""
    from projector.library import cache
    from projector.projection.matrix import SCALER_ROWS, Matrix
    from projector.projection.scaling import Scaling

    key = cache.review_key(table.key, "comparable", SCALER, SCALER_ROWS)
    if (folder := cache.find_review(library, key)) is not None:
        about, kept = cache.load_review(folder)
        scaling = Scaling(kept["centre"].copy(), kept["scale"].copy(), about["limit"])
        return Matrix(table.values, kept["rows"], scaling, about["scaled_from"])
    made = Matrix.of(table.values, SCALER, progress)
    arrays: dict[str, npt.NDArray[Any]]
    arrays = {"rows": made.rows, "centre": made.scaling.centre, "scale": made.scaling.scale}
    about = {"limit": made.scaling.limit, "scaled_from": made.scaled_from}
    cache.save_review(cache.cache_folder(library.path), key, about, arrays)
    return made


def nearest(
    matrix: "Matrix", rides: Rows, wanted: Rows, progress: Progress, k: int = K
) -> tuple[Near, Distances]:
    """The k nearest complete rows of other rides for each wanted one, nearest first: rows and distances.

    rides   int64 (n,), ascending: a ride's windows lie together

    Rows are int32 (m, k), -1 where there are fewer; distances float32 (m, k), inf there.

    Many queries share each product with the table. It orders candidates in float32; those are measured in
    float64, and a query for which rounding might have lost one is asked again with more.
    """
    near = np.full((len(wanted), k), -1, np.int32)
    distance = np.full((len(wanted), k), np.inf, np.float32)
    for first in range(0, len(wanted), QUERIES):
        progress(first, len(wanted), f"Comparing {len(wanted):,} windows with their look-alikes")
        part = wanted[first : first + QUERIES]
        found = slice(first, first + QUERIES)
        near[found], distance[found] = _nearest(matrix, rides, part, k, k + SPARE)
    return near, distance


def _nearest(matrix: "Matrix", rides: Rows, part: Rows, k: int, kept: int) -> tuple[Near, Distances]:
    query = matrix.take(part)
    search = _Search(query, rides[part], kept)
    for block, values in matrix.blocks(matrix.rows):
        search.look(values, matrix.rows[block], rides)
    rows = np.where(np.isfinite(search.least), search.rows, -1)
    squared = _squared(matrix, query, rows)
    order = np.lexsort((rows, squared), axis=1)[:, :k]
    near = np.take_along_axis(rows, order, axis=1).astype(np.int32)
    distance = np.sqrt(np.take_along_axis(squared, order, axis=1)).astype(np.float32)
    reach = np.take_along_axis(squared, order, axis=1)[:, -1]
    # beyond the last candidate nobody was measured: what is there must surely be farther than the k-th
    unsure = np.isfinite(reach) & (search.least[:, -1] <= reach) & (kept < len(matrix.rows))
    if unsure.any():
        more = min(4 * kept, len(matrix.rows))
        near[unsure], distance[unsure] = _nearest(matrix, rides, part[unsure], k, more)
    return near, distance


@dataclass(eq=False)
class _Search:
    """The candidates of some queries so far: rows and a lower bound of each squared distance, ascending."""

    query: npt.NDArray[np.float32]
    ride: Rows
    kept: int

    def __post_init__(self) -> None:
        width = self.query.shape[1]
        # |x|² + |q|² − 2 x·q in float32 is off by at most slack · (|x|² + |q|²), as |x·q| is at most half of
        # that sum (rounding of sums: Higham, Accuracy and Stability of Numerical Algorithms, 2002, 3.1)
        self.slack = np.float32((width + 8) * np.finfo(np.float32).eps)
        self.least = np.full((len(self.query), self.kept), np.inf, np.float32)
        self.rows = np.full((len(self.query), self.kept), -1, np.int64)
        self.own = np.einsum("ij,ij->i", self.query, self.query) * (1 - self.slack)

    def look(self, values: npt.NDArray[np.float32], rows: Rows, rides: Rows) -> None:
        """Take what is nearer than the last candidate from a block of the table."""
        least = (-2 * self.query) @ values.T
        least += np.einsum("ij,ij->i", values, values) * (1 - self.slack)
        least += self.own[:, None]
        ride = rides[rows]
        first, last = np.searchsorted(ride, self.ride), np.searchsorted(ride, self.ride, "right")
        for at in np.flatnonzero(last > first).tolist():
            least[at, first[at] : last[at]] = np.inf
        near = least < self.least[:, -1:]
        if np.count_nonzero(near) > 4 * self.kept * len(least):
            last_kept = min(self.kept, least.shape[1]) - 1
            near = least <= np.partition(least, last_kept, axis=1)[:, last_kept : last_kept + 1]
        for at in np.flatnonzero(near.any(axis=1)).tolist():
            found = np.flatnonzero(near[at])
            both = np.concatenate([self.least[at], least[at, found]])
            order = np.argsort(both, kind="stable")[: self.kept]
            self.rows[at] = np.concatenate([self.rows[at], rows[found]])[order]
            self.least[at] = both[order]


def _squared(matrix: "Matrix", query: npt.NDArray[np.float32], rows: Rows) -> npt.NDArray[np.float64]:
    """Squared distances of each query's own rows, inf for -1."""
    squared = np.full(rows.shape, np.inf)
    for at, own in enumerate(rows):
        there = own >= 0
        difference = matrix.take(own[there]) - query[at].astype(np.float64)
        squared[at, there] = np.einsum("ij,ij->i", difference, difference)
    return squared


# --- impacts ----------------------------------------------------------------------------------------------


def _impacts(library: "Library", rides: Sequence[int], progress: Progress) -> dict[str, npt.NDArray[Any]]:
    """Of each ride's accelerometer, block by block; `looked` has the rides that were read."""
    parts: list[tuple[Rows, npt.NDArray[np.float64], npt.NDArray[np.float32]]] = []
    looked, left = [], SAMPLES
    for at, number in enumerate(rides):
        progress(at, len(rides), f"Looking for impacts in {len(rides):,} rides")
        left -= library.describe(number).samples
        if left < 0:
            break
        time_s, height = _of_ride(library, number)
        parts.append((np.full(len(time_s), number, np.int64), time_s, height.astype(np.float32)))
        looked.append(number)
    empty = (np.empty(0, np.int64), np.empty(0), np.empty(0, np.float32))
    columns = zip(*(parts or [empty]), strict=True)
    ride, time, tall = (np.concatenate(column) for column in columns)
    return {"looked": np.array(looked, np.int64), "ride": ride, "time_s": time, "height": tall}


def _of_ride(library: "Library", number: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    from projector.domain.nouns import AXES
    from projector.processing.impacts import impacts as impacts_of

    stream = library.ride(number).primary
    axes = [stream.channels.index(axis) for axis in AXES]
    parts = []
    for first in range(0, stream.count, IMPACT_BLOCK):
        last = min(first + IMPACT_BLOCK, stream.count)
        parts.append(impacts_of(stream.times(first, last), stream.samples(first, last)[:, axes]))
    if not parts:
        return np.empty(0), np.empty(0)
    return np.concatenate([time for time, _ in parts]), np.concatenate([height for _, height in parts])
