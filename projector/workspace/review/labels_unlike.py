"""Labels against look-alikes: annotations, and unlabelled parts, whose nearest windows say something else.

The nearest windows follow from the features alone; which labels they have is looked up anew after every
edit. So one search serves a whole afternoon of corrections. How much it deserves a look is the share of
look-alikes that speak against the label, times how near they are: far ones say half as much as equal ones.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from projector.annotations.window_labels import meetings
from projector.domain.ids import ride_numbers
from projector.domain.nouns import Annotations, Windows
from projector.workspace.review.found import Found, Reason, found, nothing_found
from projector.workspace.review.subjects import About

MOST = 0.5  # of the look-alikes say something else, or the label is not in doubt
NOBODY = -1
Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class LookAlikes:
    """The nearest windows of other rides for some windows of a table.

    rows    int64 (m,) ascending, the windows that were compared
    near    int32 (m, k), the rows of their look-alikes, nearest first, -1 where there are fewer
    distance   float32 (m, k), how far they are, inf where there are fewer
    """

    rows: npt.NDArray[np.int64]
    near: npt.NDArray[np.int32]
    distance: npt.NDArray[np.float32]

    @cached_property
    def weight(self) -> npt.NDArray[np.float64]:
        """What each window's look-alikes say, 0.5 (infinitely far) to 1 (equal), 0.75 at the usual distance.

        With d the mean distance of a window's look-alikes and m the median of d: ½ + ½ · m / (m + d).
        """
        known = self.near != NOBODY
        total = np.where(known, self.distance, 0.0).sum(axis=1, dtype=np.float64)
        mean = np.divide(total, known.sum(axis=1), out=np.full(len(total), np.inf), where=known.any(axis=1))
        finite = mean[np.isfinite(mean)]
        usual = max(float(np.median(finite)), 1e-9) if len(finite) else 1.0
        return np.asarray(0.5 + 0.5 * usual / (usual + mean))


def unlike(marks: Annotations, windows: Windows, codes: Codes, alike: LookAlikes) -> Found:
    """Annotations most of whose look-alikes have another label.

    codes   the label of each window, -1 for none

    An annotation is judged by the compared windows that have its label and meet it, all of their look-alikes
    together: score is the share that has another label or none by their weight, value that of `word`, the
    commonest of them.
    """
    window, mark = meetings(_part(windows, alike.rows), marks)
    own = codes[alike.rows[window]] == marks.label[mark]
    window, mark = window[own], mark[own]
    counts = _counts(alike.near[window], mark, codes, len(marks), len(marks.label_names))
    total = counts.sum(axis=1)
    agree = counts[np.arange(len(marks)), marks.label + 1]
    with np.errstate(invalid="ignore"):
        share = 1 - agree / total
    rows = np.flatnonzero(share > MOST)
    windows_of = np.bincount(mark, minlength=len(marks))[rows]
    weight = np.bincount(mark, alike.weight[window], len(marks))[rows] / windows_of
    others = counts[rows]
    others[np.arange(len(rows)), marks.label[rows] + 1] = 0
    word = others.argmax(axis=1) - 1
    return found(
        Reason.UNLIKE,
        About.EVENT,
        marks.ride_number[rows],
        marks.start_s[rows],
        marks.stop_s[rows],
        marks.label[rows],
        marks.label_names,
        score=share[rows] * weight,
        value=others.max(axis=1, initial=0) / total[rows],
        word=word,
    )


def unlabelled(
    marks: Annotations, windows: Windows, codes: Codes, alike: LookAlikes, seen: Annotations
) -> Found:
    """Stretches of windows that meet no annotation and whose look-alikes mostly have one and the same label.

    seen    parts that somebody looked at and found nothing in: they are left out
    score   the mean share of look-alikes with that label, which is `word`, by their weight; value: without
    """
    rows = alike.rows
    free = codes[rows] < 0
    for other in (marks, seen):
        met, _ = meetings(_part(windows, rows), other)
        free[met] = False
    rows, near, weight = rows[free], alike.near[free], alike.weight[free]
    labels = len(marks.label_names)
    counts = _counts(near, np.arange(len(rows)), codes, len(rows), labels)
    if not labels or not len(rows):
        return nothing_found()
    top = counts[:, 1:].argmax(axis=1)
    share = counts[np.arange(len(rows)), top + 1] / np.maximum(counts.sum(axis=1), 1)
    rows, top, weight, share = (part[share > MOST] for part in (rows, top, weight, share))
    if not len(rows):
        return nothing_found()
    ride = ride_numbers(windows.ids[rows])
    new = np.flatnonzero(np.r_[True, (np.diff(rows) > 1) | (np.diff(ride) > 0) | (np.diff(top) != 0)])
    last = np.r_[new[1:], len(rows)] - 1
    return found(
        Reason.UNLABELLED,
        About.STRETCH,
        ride[new],
        windows.start_s[rows[new]],
        windows.stop_s[rows[last]],
        np.full(len(new), -1),
        marks.label_names,
        score=np.add.reduceat(share * weight, new) / (last - new + 1),
        value=np.add.reduceat(share, new) / (last - new + 1),
        word=top[new],
    )


def _counts(near: npt.NDArray[np.int32], group: Rows, codes: Codes, groups: int, labels: int) -> Rows:
    """How many look-alikes of each group have each label, int64 (groups, 1 + labels); column 0: none."""
    there = near != NOBODY
    label = np.where(there, codes[near], 0) + 1
    cell = np.asarray(group)[:, None] * (labels + 1) + label
    return np.bincount(cell[there], minlength=groups * (labels + 1)).reshape(groups, labels + 1)


def _part(windows: Windows, rows: Rows) -> Windows:
    return Windows(windows.ids[rows], windows.start_s[rows], windows.stop_s[rows], windows.gap_share[rows])
