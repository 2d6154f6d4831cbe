"""Moments of other rides that look like a chosen one: nearest windows first, then laid over it exactly.

A window's hop is too coarse to put a label by, so each find is shifted to where |a| agrees best with the
chosen interval. |a| does not depend on how the phone lay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector.domain.ids import ride_numbers
from projector.domain.nouns import FeatureTable
from projector.domain.progress import Progress
from projector.jobs.tables import rate_of, rule_of, table_folder

if TYPE_CHECKING:
    from projector.library.library import Library
    from projector.library.stored import StoredStream

QUERIES = 8  # windows of a long interval that are compared, evenly spread
NEAREST = 60  # windows a query: several of them lie on the same moment
FOUND = 24
LEAST_PATTERN_S = 2.0  # a point or a short jolt is compared with what is around it
LEAST_SHARE = 0.8  # of the pattern that must meet samples
COLUMNS = 160  # of a picture
Result = dict[str, Any]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Find:
    """A moment of another ride, as long as the chosen one.

    distance    of its window's features, in the scaled units of the look-alikes
    score       correlation of |a| after laying it over, NaN where that could not be told
    low, high   extremes of |a|, m/s², in even columns over [from_s, to_s]; None where there is no sample
    """

    window: int
    ride: int
    start_s: float
    stop_s: float
    distance: float
    score: float | None
    from_s: float
    to_s: float
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


def similar(
    library: str, rule: Mapping[str, Any], ride: int, start_s: float, stop_s: float, progress: Progress
) -> Result:
    """Moments most like [start_s, stop_s) of a ride, nearest first: {"query": Find, "found": [Find, …]}."""
    from projector.library import cache
    from projector.library.library import Library

    with Library.open(library) as opened:
        wanted = rule_of(rule)
        table = cache.load_table(table_folder(opened, wanted, progress))
        rate = rate_of(opened, wanted)
        pattern = _Pattern.of(opened, ride, start_s, stop_s, rate)
        rows, near, distance = _nearest(opened, table, ride, pattern, progress)
        found: list[Find] = []
        candidates = _apart(table, rows, near, distance, pattern)
        for at, (row, query, far) in enumerate(candidates):
            progress(at, FOUND, "Laying look-alikes over each other")
            laid = _laid(opened, table, pattern, row, query, far)
            if not any(_same(laid, other) for other in found):  # two windows may be laid on one moment
                found.append(laid)
            if len(found) == FOUND:
                break
        own = Find(-1, ride, start_s, stop_s, 0.0, 1.0, *pattern.span, *pictured(pattern.values))
        return {"query": asdict(own), "found": [asdict(one) for one in found]}


@dataclass(frozen=True, eq=False)
class _Pattern:
    """|a| around the chosen interval, on an even grid; NaN where there is no sample."""

    ride: int
    start_s: float
    stop_s: float
    span: tuple[float, float]
    rate: float
    values: Values

    @staticmethod
    def of(library: "Library", ride: int, start_s: float, stop_s: float, rate: float) -> "_Pattern":
        around = max((LEAST_PATTERN_S - (stop_s - start_s)) / 2, 0.25 * (stop_s - start_s))
        span = start_s - around, stop_s + around
        values = magnitudes(library.ride(ride).primary, *span, rate)
        return _Pattern(ride, start_s, stop_s, span, rate, values)


def _nearest(
    library: "Library", table: FeatureTable, ride: int, pattern: _Pattern, progress: Progress
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Values]:
    """(query rows (m,), their nearest rows of other rides (m, k), and how far; -1 and inf: none)."""
    from projector.jobs.review import comparable
    from projector.projection.other_rides import OtherRides

    rides = ride_numbers(table.windows.ids)
    matrix = comparable(library, table, progress)
    rows = _behind(table, rides, ride, pattern)
    rows = rows[np.isin(rows, matrix.rows)]
    search = OtherRides(matrix, rides)
    near, distance = np.full((len(rows), NEAREST), -1, np.int64), np.full((len(rows), NEAREST), np.inf)
    for at, row in enumerate(rows.tolist()):
        progress(at, len(rows), "Looking for look-alikes in other rides")
        found, far = search.nearest(row, NEAREST)
        near[at, : len(found)], distance[at, : len(far)] = found, far
    return rows, near, distance


def _behind(
    table: FeatureTable, rides: npt.NDArray[np.int64], ride: int, pattern: _Pattern
) -> npt.NDArray[np.int64]:
    """The windows that show the chosen interval: those with their centre inside, else the nearest one."""
    first, last = np.searchsorted(rides, [ride, ride + 1])
    part = slice(int(first), int(last))
    centres = (table.windows.start_s[part] + table.windows.stop_s[part]) / 2
    inside = np.flatnonzero((centres >= pattern.start_s) & (centres < pattern.stop_s))
    if not len(inside) and len(centres):
        inside = np.array([np.argmin(np.abs(centres - (pattern.start_s + pattern.stop_s) / 2))])
    if len(inside) > QUERIES:
        inside = inside[np.linspace(0, len(inside) - 1, QUERIES).round().astype(np.int64)]
    return inside.astype(np.int64) + part.start


def _apart(
    table: FeatureTable,
    rows: npt.NDArray[np.int64],
    near: npt.NDArray[np.int64],
    distance: Values,
    pattern: _Pattern,
) -> Iterator[tuple[int, int, float]]:
    """(row, the query it is like, distance), nearest first, one for each moment of a ride."""
    windows = table.windows
    rides = ride_numbers(windows.ids)
    apart = max(pattern.stop_s - pattern.start_s, float(table.rule.length_s))
    taken: dict[int, list[float]] = {}
    for place in np.argsort(distance, axis=None, kind="stable"):
        query, column = divmod(int(place), near.shape[1])
        row = int(near[query, column])
        if row < 0:
            return
        # where the chosen interval would begin there, were this window the query
        start = float(windows.start_s[row] - windows.start_s[rows[query]]) + pattern.start_s
        others = taken.setdefault(int(rides[row]), [])
        if all(abs(start - other) >= apart for other in others):
            others.append(start)
            yield row, int(rows[query]), float(distance[query, column])


def _laid(
    library: "Library", table: FeatureTable, pattern: _Pattern, row: int, query: int, distance: float
) -> Find:
    """A find, shifted by at most a window's length to where it agrees best."""
    from projector.processing.correlation import best_match

    windows = table.windows
    ride = int(ride_numbers(windows.ids[row]))
    stream = library.ride(ride).primary
    by = float(windows.start_s[row] - windows.start_s[query])
    reach = float(table.rule.length_s)
    first = pattern.span[0] + by - reach
    there = magnitudes(stream, first, pattern.span[1] + by + reach, pattern.rate)
    least = int(LEAST_SHARE * np.isfinite(pattern.values).sum())
    match = best_match(pattern.values, there, least)
    if np.isfinite(match.score):
        by = first + match.shift / pattern.rate - pattern.span[0]
    start, stop = (min(max(end + by, 0.0), stream.stop_s) for end in (pattern.start_s, pattern.stop_s))
    span = pattern.span[0] + by, pattern.span[1] + by
    picture = pictured(magnitudes(stream, *span, pattern.rate))
    score = round(match.score, 4) if np.isfinite(match.score) else None
    return Find(int(windows.ids[row]), ride, start, stop, distance, score, *span, *picture)


def _same(one: Find, other: Find) -> bool:
    apart = max(one.stop_s - one.start_s, LEAST_PATTERN_S) / 2
    return one.ride == other.ride and abs(one.start_s - other.start_s) < apart


def magnitudes(stream: "StoredStream", start_s: float, stop_s: float, rate: float) -> Values:
    """|a| at start_s, start_s + 1/rate, … before stop_s; NaN in gaps and outside the ride."""
    from projector.processing.levels import axes_of

    clock, axes = stream.pyramid().clock, axes_of(stream.channels)
    assert axes is not None
    at = start_s + np.arange(max(round((stop_s - start_s) * rate), 1)) / rate
    first, last = max(int(clock.index(start_s)) - 1, 0), min(int(clock.index(stop_s)) + 1, stream.count)
    if last - first < 2:
        return np.full(len(at), np.nan)
    times = clock.at(first, last)
    samples = stream.samples(first, last)[:, list(axes)].astype(np.float64)
    magnitude = np.sqrt((samples * samples).sum(axis=1))
    values = np.asarray(np.interp(at, times, magnitude, left=np.nan, right=np.nan))
    right = np.clip(np.searchsorted(times, at), 1, len(times) - 1)
    values[times[right] - times[right - 1] > clock.bridge_s] = np.nan
    return values


def pictured(values: Values) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """Extremes of even parts, at most COLUMNS of them."""
    parts = np.array_split(values, min(COLUMNS, len(values)))
    known = [part[np.isfinite(part)] for part in parts]
    low = tuple(round(float(part.min()), 2) if len(part) else None for part in known)
    high = tuple(round(float(part.max()), 2) if len(part) else None for part in known)
    return low, high
