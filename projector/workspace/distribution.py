"""How a feature's values are spread in each class: what a feature is worth at a glance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category, Numbers

Mask = npt.NDArray[np.bool_]
BINS = 48
CLIP = (0.5, 99.5)  # percentiles between which the bins lie; what is beyond is counted, not drawn


@dataclass(frozen=True, eq=False)
class Distribution:
    """edges float64 (bins + 1,); shares float64 (classes, bins): each class's part in a bin, of all of it.

    names, codes   the classes that have values, in the order of `shares`; "" and -1, the first, are no label
    counts         windows with a value, a class; beyond: how many lie outside of the edges, in all
    """

    edges: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]
    names: tuple[str, ...]
    codes: tuple[int, ...]
    counts: tuple[int, ...]
    beyond: int


def distribution(values: Numbers, classes: Category, shown: Mask, bins: int = BINS) -> Distribution | None:
    """The spread of the shown values by class, those without a label too; None when none is a number."""
    keep = shown & np.isfinite(values)
    if not keep.any():
        return None
    low, high = (float(edge) for edge in np.percentile(values[keep], CLIP))
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    inside = keep & (values >= low) & (values <= high)
    at = np.minimum(((values[inside] - low) * (bins / (high - low))).astype(np.int64), bins - 1)
    rows = classes.codes.astype(np.int64) + 1  # the first is no label's
    table = np.bincount(rows[inside] * bins + at, minlength=(len(classes.names) + 1) * bins).reshape(-1, bins)
    totals = np.bincount(rows[keep], minlength=len(table))
    there = np.flatnonzero(totals)
    return Distribution(
        edges,
        table[there] / totals[there, None],
        tuple(("", *classes.names)[row] for row in there),
        tuple((there - 1).tolist()),
        tuple(totals[there].tolist()),
        int(np.count_nonzero(keep) - np.count_nonzero(inside)),
    )


def windows_in(values: Numbers, low: float, high: float, shown: Mask) -> npt.NDArray[np.intp]:
    """Rows of the shown windows whose value lies in [low, high]."""
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(shown & (values >= low) & (values <= high))
