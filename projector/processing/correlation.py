"""Where one signal lies in another: the shift at which they are most alike, and how alike they are then.

Used to lay look-alikes over each other, and labels over a ride that was cut anew. Missing samples are left
out of every product, so gaps and ends need no filling.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Double = npt.NDArray[np.float64]

_FLAT = 1e-9  # of the whole signal's variance: below it a part holds nothing but rounding


@dataclass(frozen=True)
class Match:
    """shift: sample of `where` (with fraction) on which the first of `what` lies; score: Pearson's r there.

    overlap is the number of samples that were compared. score is NaN where nothing could be compared.
    """

    shift: float
    score: float
    overlap: int


def best_match(what: npt.ArrayLike, where: npt.ArrayLike, least_overlap: int) -> Match:
    """The shift of `what` (m,) along `where` (n,) with the greatest correlation coefficient.

    Shifts where fewer than `least_overlap` pairs of samples meet are not considered; NaN is no sample. The
    fraction is the vertex of the parabola through the best score and its two neighbours.
    """
    shifts, scores, overlaps = correlation(what, where)
    scores = np.where(overlaps >= max(least_overlap, 2), scores, np.nan)
    if not np.isfinite(scores).any():
        return Match(0.0, float("nan"), 0)
    best = int(np.nanargmax(scores))
    shift = float(shifts[best]) + _vertex(scores, best)
    return Match(shift, min(float(scores[best]), 1.0), int(overlaps[best]))


def correlation(
    what: npt.ArrayLike, where: npt.ArrayLike
) -> tuple[npt.NDArray[np.int64], Double, npt.NDArray[np.int64]]:
    """Shifts −(m−1) … n−1, Pearson's r of what overlaps at each (NaN: nothing to compare), pairs compared.

    All shifts at once by Fourier transforms, with a mask for each signal: D. Padfield, Masked object
    registration in the Fourier domain, IEEE Trans. Image Processing 21(5), 2012.
    """
    first, second = np.asarray(what, np.float64), np.asarray(where, np.float64)
    shifts = np.arange(-(len(first) - 1), len(second))
    size = 1 << (len(shifts) - 1).bit_length()
    a, a_there = _masked(first)
    b, b_there = _masked(second)

    def transform(values: Double) -> npt.NDArray[np.complex128]:
        return np.fft.rfft(values, size)

    def sums(one: npt.NDArray[np.complex128], other: npt.NDArray[np.complex128]) -> Double:
        """Of the products of what overlaps, for each shift."""
        found = np.fft.irfft(np.conj(one) * other, size)
        return np.concatenate([found[size - len(first) + 1 :], found[: len(second)]])

    fa, fb, ma, mb = transform(a), transform(b), transform(a_there), transform(b_there)
    count = np.rint(sums(ma, mb))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_a, mean_b = sums(fa, mb) / count, sums(ma, fb) / count
        covariance = sums(fa, fb) / count - mean_a * mean_b
        variance_a = sums(transform(a * a), mb) / count - mean_a**2
        variance_b = sums(ma, transform(b * b)) / count - mean_b**2
        scores = covariance / np.sqrt(variance_a * variance_b)
    flat = (variance_a <= _FLAT * _variance(a, a_there)) | (variance_b <= _FLAT * _variance(b, b_there))
    return shifts, np.where(flat | (count < 2), np.nan, scores), count.astype(np.int64)


def _masked(values: Double) -> tuple[Double, Double]:
    """Centred values with 0 where there are none, and 1 where there are some."""
    there = np.isfinite(values)
    middle = values[there].mean() if there.any() else 0.0  # less to cancel in the sums
    return np.where(there, values - middle, 0.0), there.astype(np.float64)


def _variance(values: Double, there: Double) -> float:
    return float((values * values).sum() / max(there.sum(), 1.0))


def _vertex(scores: Double, best: int) -> float:
    if not 0 < best < len(scores) - 1:
        return 0.0
    before, at, after = scores[best - 1 : best + 2]
    bend = before - 2 * at + after
    if not np.isfinite(bend) or bend >= 0:
        return 0.0
    return float(np.clip((before - after) / (2 * bend), -0.5, 0.5))
