"""What two or more people's labels have in common, for the window: figures for each pair, differences of one.

The same function works at once on small libraries and in the worker on large ones; what it gives are arrays
and JSON, so that nothing else has to pass between the two.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.annotations.agreement import Agreement, ClassAgreement, compare
from projector.annotations.differences import Differences, differences
from projector.annotations.layers import rows_kept
from projector.domain.ids import ride_numbers
from projector.domain.nouns import Annotations, WindowRule, Windows
from projector.domain.progress import Progress
from projector.jobs.tables import rule_of, table_folder

Result = dict[str, Any]
Arrays = dict[str, npt.NDArray[Any]]
FIGURES = (
    "a",
    "b",
    "matched",
    "kappa",
    "mean_iou",
    "onset_median",
    "onset_p95",
    "offset_median",
    "offset_p95",
)
ALL = "all classes"


def compared(
    sides: Mapping[str, Annotations],
    rides: Mapping[str, Sequence[int]],
    windows: Windows | None,
    rule: WindowRule,
    progress: Progress,
    chosen: tuple[str, str],
) -> tuple[Result, Arrays]:
    """Figures for every pair of sides, and the differences of the chosen one, each on the rides of both.

    rides     the numbers of the rides on which each side has spoken
    windows   what agreement is counted by; without them there are differences and no figures

    Returns {"pairs": [{a, b, rides, windows, same, classes}]} and arrays: "figures.K" float64 (classes,
    FIGURES) for pair K, and the columns of Differences.
    """
    pairs: list[Result] = []
    arrays: Arrays = {}
    every = list(combinations(sides, 2)) if windows is not None else []
    for at, (a, b) in enumerate(every):
        progress(at, len(every) + 1, "Comparing labels")
        shared = _shared(rides, a, b)
        assert windows is not None
        kept = np.isin(ride_numbers(windows.ids), shared)
        few = Windows(windows.ids[kept], windows.start_s[kept], windows.stop_s[kept], windows.gap_share[kept])
        found = compare(on(sides[a], shared), on(sides[b], shared), few, rule)
        names, arrays[f"figures.{at}"] = _table(found)
        told = {"a": a, "b": b, "rides": len(shared), "windows": found.windows, "same": found.same}
        pairs.append(told | {"classes": names})
    progress(len(every), len(every) + 1, "Comparing labels")
    both = _shared(rides, *chosen)
    arrays |= vars(differences(on(sides[chosen[0]], both), on(sides[chosen[1]], both)))
    return {"pairs": pairs}, arrays


def compare_layers(
    library: str,
    rule: Mapping[str, Any],
    sides: Mapping[str, str],
    rides: Mapping[str, Sequence[int]],
    chosen: Sequence[str],
    progress: Progress,
) -> Result:
    """The same of labels that lie in the cache (a folder each side): {"comparison": folder}."""
    from projector.library import cache
    from projector.library.library import Library

    with Library.open(library) as opened:
        wanted = rule_of(rule)
        windows = cache.load_table(table_folder(opened, wanted, progress)).windows
        labels = {name: cache.load_annotations(Path(folder)) for name, folder in sides.items()}
        told, arrays = compared(labels, rides, windows, wanted, progress, (chosen[0], chosen[1]))
        stem = cache.cache_folder(opened.path)
        asked = (dict(rule), dict(sides), dict(rides), list(chosen))
        key = cache.review_key(opened.content_hash, "comparison", *asked)
        folder = cache.find_review(opened, key) or cache.save_review(stem, key, told, arrays)
    return {"comparison": str(folder)}


def differences_of(arrays: Arrays) -> Differences:
    """The differences among the arrays of `compared`."""
    return Differences(**{name: np.asarray(arrays[name]) for name in Differences.__dataclass_fields__})


def on(side: Annotations, rides: Sequence[int]) -> Annotations:
    """A side's labels on some rides."""
    kept = np.isin(side.ride_number, rides)
    if kept.all():
        return side
    return rows_kept(side, kept)


def _shared(rides: Mapping[str, Sequence[int]], a: str, b: str) -> list[int]:
    return sorted(set(rides[a]) & set(rides[b]))


def _table(found: Agreement) -> tuple[list[str], npt.NDArray[np.float64]]:
    rows = {ALL: found.overall} | dict(found.classes)
    return list(rows), np.array([_figures(one) for one in rows.values()], np.float64)


def _figures(one: ClassAgreement) -> tuple[float, ...]:
    edges = (one.onset.median, one.onset.p95, one.offset.median, one.offset.p95)
    return (one.a, one.b, one.matched, one.kappa, one.mean_iou, *edges)
