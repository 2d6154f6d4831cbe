"""How far two people's labels agree: by window, by overlap, and by how far their edges lie apart.

Agreement by window answers what a detector would learn differently; overlap and edges answer how alike the
people draw. Unlabelled counts as a class of its own, so only rides that both have labelled should come in.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.annotations.window_labels import NO_LABEL, window_labels
from projector.domain.nouns import Annotations, WindowRule, Windows

Codes = npt.NDArray[np.integer]
NOTHING = ""  # the class of a window that has no label
POINT_REACH_S = 1.0
"""Two points of a class within this many seconds are taken for the same event."""


@dataclass(frozen=True)
class Differences:
    """How much later b's edges are than a's, in seconds: mean and median signed, p95 of the sizes."""

    count: int
    mean: float
    median: float
    p95: float


@dataclass(frozen=True)
class ClassAgreement:
    """One class, or all of them together.

    a, b        annotations on each side           matched  pairs taken for the same event
    kappa       Cohen's, by window (of one class: that class against the rest)
    mean_iou    intersection over union of intervals, an unmatched one counting 0; NaN without intervals
    onset, offset   of matched pairs; points have an onset only
    """

    a: int
    b: int
    matched: int
    kappa: float
    mean_iou: float
    onset: Differences
    offset: Differences


@dataclass(frozen=True)
class Agreement:
    """What two sides agree on.

    confusion   windows by (label of a, label of b), NOTHING where a window has none
    """

    windows: int
    same: int
    overall: ClassAgreement
    classes: Mapping[str, ClassAgreement]
    confusion: Mapping[tuple[str, str], int]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Events that both sides have. rows_a, rows_b: int64 (n,) into each side; iou: NaN for points."""

    rows_a: npt.NDArray[np.int64]
    rows_b: npt.NDArray[np.int64]
    iou: npt.NDArray[np.float64]


def compare(a: Annotations, b: Annotations, windows: Windows, rule: WindowRule) -> Agreement:
    """The agreement of two sides, with their windows labelled by `rule`."""
    names = sorted({*a.label_names, *b.label_names})
    windowed = (
        _named(window_labels(windows, a, rule), a, names),
        _named(window_labels(windows, b, rule), b, names),
    )
    labels = _named(a.label, a, names), _named(b.label, b, names)
    pairs = match(a, b)
    of_pair = labels[0][pairs.rows_a]

    def agreement(code: int | None) -> ClassAgreement:
        mine = [np.ones(len(side), bool) if code is None else side == code for side in labels]
        chosen = np.ones(len(of_pair), bool) if code is None else of_pair == code
        told = windowed if code is None else (windowed[0] == code, windowed[1] == code)
        kept = Pairs(pairs.rows_a[chosen], pairs.rows_b[chosen], pairs.iou[chosen])
        return _figures(a, b, kept, (mine[0], mine[1]), cohen_kappa(*told))

    used = sorted({*labels[0].tolist(), *labels[1].tolist()})
    return Agreement(
        windows=len(windows),
        same=int(np.count_nonzero(windowed[0] == windowed[1])),
        overall=agreement(None),
        classes={names[code]: agreement(code) for code in used},
        confusion=_confusion(*windowed, names),
    )


def cohen_kappa(a: Codes, b: Codes) -> float:
    """κ = (p_o − p_e) / (1 − p_e): agreement beyond what chance would give (Cohen 1960).

    p_o is the share of equal codes, p_e = Σ_k p_a(k) · p_b(k). NaN without codes, or where both sides know
    only one and the same code.
    """
    if not len(a):
        return math.nan
    _, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    mine, yours = codes[: len(a)], codes[len(a) :]
    many = int(codes.max()) + 1
    observed = float(np.mean(mine == yours))
    expected = float(np.bincount(mine, minlength=many) @ np.bincount(yours, minlength=many)) / len(a) ** 2
    return (observed - expected) / (1 - expected) if expected < 1 else math.nan


def match(a: Annotations, b: Annotations) -> Pairs:
    """Annotations of one class on one ride that mean the same event, each used once.

    Intervals pair in order of falling intersection over union, points in order of rising distance up to
    POINT_REACH_S; equals in order of time. A point and an interval are never the same event.
    """
    groups_b = _groups(b)
    found: list[tuple[int, int, float]] = []
    for key, rows_a in _groups(a).items():
        rows_b = groups_b.get(key)
        if rows_b is not None:
            found += _matched(_candidates(a, b, rows_a, rows_b, key[2]))
    found.sort()
    return Pairs(
        np.array([row for row, _, _ in found], np.int64),
        np.array([row for _, row, _ in found], np.int64),
        np.array([math.nan if iou <= 0 else iou for _, _, iou in found], np.float64),
    )


def by_person(pairs: Iterable[tuple[str, str, Agreement]]) -> dict[str, dict[str, float]]:
    """Each person's mean kappa and mean overlap over the pairs that they are in."""
    found: dict[str, list[ClassAgreement]] = {}
    for a, b, agreement in pairs:
        for name in (a, b):
            found.setdefault(name, []).append(agreement.overall)
    return {
        name: {"kappa": _mean(one.kappa for one in each), "mean_iou": _mean(one.mean_iou for one in each)}
        for name, each in sorted(found.items())
    }


Key = tuple[int, str, bool]


def _groups(side: Annotations) -> dict[Key, list[int]]:
    """Rows by ride, label and whether they are points, in order of start."""
    found: dict[Key, list[int]] = {}
    points = (side.start_s == side.stop_s).tolist()
    for row, (ride, label) in enumerate(zip(side.ride_number.tolist(), side.label.tolist(), strict=True)):
        found.setdefault((ride, side.label_names[label], points[row]), []).append(row)
    return found


def _candidates(
    a: Annotations, b: Annotations, rows_a: Sequence[int], rows_b: Sequence[int], points: bool
) -> list[tuple[float, int, int]]:
    """(score, row of a, row of b) of every pair that could match; points score minus their distance."""
    starts, stops = b.start_s[rows_b], b.stop_s[rows_b]
    latest = np.maximum.accumulate(stops)  # an interval may hold those that begin after it
    reach = POINT_REACH_S if points else 0.0
    found = []
    for row in rows_a:
        start, stop = float(a.start_s[row]), float(a.stop_s[row])
        first = int(np.searchsorted(latest, start - reach, side="left"))
        last = int(np.searchsorted(starts, stop + reach, side="right"))
        for at in range(first, last):
            score = _score(start, stop, float(starts[at]), float(stops[at]))
            if score > 0 or (points and -score <= POINT_REACH_S):
                found.append((score, row, rows_b[at]))
    return found


def _score(start: float, stop: float, begin: float, end: float) -> float:
    """Intersection over union of two intervals; minus the distance where they don't overlap."""
    shared = min(stop, end) - max(start, begin)
    return shared / (max(stop, end) - min(start, begin)) if shared > 0 else shared


def _matched(candidates: list[tuple[float, int, int]]) -> list[tuple[int, int, float]]:
    used_a, used_b, found = set[int](), set[int](), []
    for score, row_a, row_b in sorted(candidates, key=lambda one: (-one[0], one[1], one[2])):
        if row_a not in used_a and row_b not in used_b:
            used_a.add(row_a)
            used_b.add(row_b)
            found.append((row_a, row_b, score))
    return found


def _figures(
    a: Annotations,
    b: Annotations,
    pairs: Pairs,
    mine: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
    kappa: float,
) -> ClassAgreement:
    intervals = ~np.isnan(pairs.iou)
    count = sum(
        int(np.count_nonzero(chosen & (side.stop_s > side.start_s)))
        for side, chosen in zip((a, b), mine, strict=True)
    )
    events = count - int(np.count_nonzero(intervals))
    offset = b.stop_s[pairs.rows_b] - a.stop_s[pairs.rows_a]
    return ClassAgreement(
        a=int(np.count_nonzero(mine[0])),
        b=int(np.count_nonzero(mine[1])),
        matched=len(pairs.iou),
        kappa=kappa,
        mean_iou=float(np.nansum(pairs.iou)) / events if events else math.nan,
        onset=_differences(b.start_s[pairs.rows_b] - a.start_s[pairs.rows_a]),
        offset=_differences(offset[intervals]),
    )


def _differences(values: npt.NDArray[np.float64]) -> Differences:
    if not len(values):
        return Differences(0, math.nan, math.nan, math.nan)
    far = float(np.percentile(np.abs(values), 95))
    return Differences(len(values), float(np.mean(values)), float(np.median(values)), far)


def _named(codes: Codes, side: Annotations, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Codes of one side as codes into shared names; NO_LABEL stays."""
    shared = np.array([*(names.index(name) for name in side.label_names), NO_LABEL], np.int64)
    return shared[codes]


def _confusion(a: Codes, b: Codes, names: Sequence[str]) -> dict[tuple[str, str], int]:
    told = [*names, NOTHING]
    pairs, counts = np.unique(np.stack([a, b]), axis=1, return_counts=True)
    return {
        (told[mine], told[yours]): int(count)
        for (mine, yours), count in zip(pairs.T.tolist(), counts.tolist(), strict=True)
    }


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan
