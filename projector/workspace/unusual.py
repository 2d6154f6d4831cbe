"""How unusual a window is: its features against those of a reference, such as its own label's windows.

Medians and quartiles, not means: one crash among a thousand windows must not move what is usual.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_READ = 5000
MOST_UNUSUAL = 99.0
# widths of the normal distribution between the quartiles, and from 5 to 95 %, in standard deviations
_QUARTILES_SD, _WHISKERS_SD = 1.349, 3.290


@dataclass(frozen=True, eq=False)
class Reference:
    """What is usual: quantiles float64 (5, k) at SHARES, NaN for a feature without values.

    total   windows that it stands for
    read    how many of them were read: every total/read-th, in order of id
    """

    total: int
    read: int
    quantiles: npt.NDArray[np.float64]


def reference(
    values: npt.NDArray[np.float32], rows: npt.NDArray[np.integer], most: int = MOST_READ
) -> Reference:
    """The quantiles of a feature table's rows; values float32 (n, k), rows int (m,).

    Of more than `most` rows, `most` are read, evenly spread: a 5 % quantile is then right to about
    half a percent of the windows, and a million windows cost no more than five thousand.
    """
    read = rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).round().astype(np.intp)]
    return Reference(len(rows), len(read), _quantiles(np.asarray(values[read], np.float64)))


def _quantiles(block: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Linear between order statistics (numpy's default), each column without its NaN."""
    if not len(block):
        return np.full((len(SHARES), block.shape[1]), np.nan)
    ordered = np.sort(block, axis=0)  # NaN goes last
    last = np.maximum(np.isfinite(block).sum(axis=0) - 1, 0)
    position = np.array(SHARES)[:, None] * last
    below = np.floor(position).astype(np.intp)
    above = np.minimum(below + 1, last)
    low, high = (np.take_along_axis(ordered, at, axis=0) for at in (below, above))
    return np.asarray(low + (high - low) * (position - below))


def robust_z(values: npt.NDArray[np.floating], usual: Reference) -> npt.NDArray[np.float64]:
    """Distance from the reference's median in robust standard deviations, float64 (k,), at most ±99.

    The standard deviation is that of a normal distribution with the same quartiles; where these are
    equal, with the same 5 and 95 %; where those are equal too, any other value is as unusual as can be.
    NaN where the value or the reference is.
    """
    low, first, median, third, high = usual.quantiles
    spread = (third - first) / _QUARTILES_SD
    spread = np.where(spread > 0, spread, (high - low) / _WHISKERS_SD)
    off = np.asarray(values, np.float64) - median
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(off == 0, 0.0, off / spread)
    return np.asarray(np.clip(z, -MOST_UNUSUAL, MOST_UNUSUAL))
