"""Features of one channel over time: level, spread, shape, trend, rhythm.

x are the window's samples of the channel (|a| = √(ax² + ay² + az²) is one), n their number.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
import numpy as np

from projector.features.compiled import kernel
from projector.features.declare import feature
from projector.features.measures import STILL, Measures, measure, ratio, where
from projector.features.tile import CHANNELS, Array, Mask, Tile

CROSSING_LEVEL = 0.1
PERCENTS = (0.0, 5.0, 25.0, 50.0, 75.0, 95.0, 100.0)
LAGS_MS = (100.0,)


@measure
def means(tile: Tile) -> Array:
    """x̄, (4, n)."""
    return tile.mean


@measure
def sums(tile: Tile) -> Array:
    """Σx², Σx³, Σx⁴, Σix, Σ(xᵢ₊₁ − xᵢ)², crossings of the level, and Σ xᵢxᵢ₊ₗ for each lag l; (…, 4, n).

    x less the mean, i counted from the window's middle.
    """
    lags = np.array([max(round(lag / 1000 * tile.rate_hz), 1) for lag in LAGS_MS])
    found = np.empty((6 + len(lags), 4, tile.width))
    _sum(tile.centred, np.float32(CROSSING_LEVEL), lags, found)
    return found


@kernel("f4[:,:,::1], f4, i8[::1], f8[:,:,::1]")
def _sum(centred, level, lags, found):  # type: ignore[no-untyped-def]
    windows, channels, length = centred.shape
    middle = (length - 1) / 2
    for i in range(windows):
        for c in range(channels):
            second, third, fourth, ramp = 0.0, 0.0, 0.0, 0.0
            for s in range(length):
                x = np.float64(centred[i, c, s])
                second += x * x
                third += x * x * x
                fourth += (x * x) * (x * x)
                ramp += (s - middle) * x
            steps, crossed = 0.0, 0
            for s in range(length - 1):
                x, after = np.float64(centred[i, c, s]), np.float64(centred[i, c, s + 1])
                steps += (after - x) * (after - x)
                crossed += (x > level) != (after > level)
            found[0, c, i], found[1, c, i], found[2, c, i] = second, third, fourth
            found[3, c, i], found[4, c, i], found[5, c, i] = ramp, steps, crossed
            for k in range(len(lags)):
                row, products = centred[i, c], 0.0
                later = row[lags[k] :]
                for s in range(len(later)):
                    products += np.float64(row[s]) * np.float64(later[s])
                found[6 + k, c, i] = products


@measure
def quantiles(tile: Tile) -> Array:
    """Percentiles less the mean, (PERCENTS, 4, n)."""
    places = np.array(PERCENTS) / 100 * (tile.length - 1)
    found = np.empty((len(PERCENTS), 4, tile.width))
    _interpolate(np.sort(tile.centred, axis=-1), places, found)
    return found


@kernel("f4[:,:,::1], f8[::1], f8[:,:,::1]")
def _interpolate(ordered, places, found):  # type: ignore[no-untyped-def]
    windows, channels, length = ordered.shape
    for i in range(windows):
        for k in range(len(places)):
            low = int(places[k])
            high, share = min(low + 1, length - 1), places[k] - low
            for c in range(channels):
                below, above = np.float64(ordered[i, c, low]), np.float64(ordered[i, c, high])
                found[k, c, i] = below + share * (above - below)


def moments(m: Measures) -> Array:
    """Second, third and fourth central moment, (3, 4, n)."""
    return m[sums][:3] / m.length


def deviations(m: Measures) -> Array:
    """σ, (4, n)."""
    return np.sqrt(m[moments][0])


def moving(m: Measures) -> Mask:
    """Whether a channel is anything but constant, (4, n)."""
    return m[deviations] > STILL


@feature(channels=CHANNELS, scale=1.0)
def mean(m: Measures) -> Array:
    """Mean; of an axis mostly the part of gravity that lies on it.

    Unit: m/s²
    Formula: x̄ = Σx / n
    Source: definition
    Constant: the constant
    """
    return m[means]


@feature(channels=CHANNELS, scale=1.0)
def std(m: Measures) -> Array:
    """Standard deviation (population).

    Unit: m/s²
    Formula: σ = √(Σ(x − x̄)² / n)
    Source: Pearson, Phil. Trans. R. Soc. A 185 (1894)
    Constant: 0
    """
    return m[deviations]


@feature(channels=CHANNELS, scale=1.0)
def min_(m: Measures) -> Array:
    """Lowest sample.

    Unit: m/s²
    Formula: min x
    Source: definition
    Constant: the constant
    """
    return m[means] + m[quantiles][0]


@feature(channels=CHANNELS, scale=1.0)
def max_(m: Measures) -> Array:
    """Highest sample.

    Unit: m/s²
    Formula: max x
    Source: definition
    Constant: the constant
    """
    return m[means] + m[quantiles][-1]


@feature(channels=CHANNELS, arguments=("5", "50", "95"), scale=1.0)
def percentile(m: Measures, percent: float) -> Array:
    """Percentile.

    Unit: m/s²
    Formula: linear interpolation at place p/100 · (n − 1) of the sorted samples
    Source: Hyndman & Fan, Am. Stat. 50 (1996), definition 7
    Constant: the constant
    """
    return m[means] + m[quantiles][PERCENTS.index(percent)]


@feature(channels=CHANNELS, scale=1.0)
def iqr(m: Measures) -> Array:
    """Interquartile range: spread that single spikes don't move.

    Unit: m/s²
    Formula: 75th − 25th percentile
    Source: Hyndman & Fan, Am. Stat. 50 (1996), definition 7
    Constant: 0
    """
    return m[quantiles][PERCENTS.index(75)] - m[quantiles][PERCENTS.index(25)]


@feature(channels=CHANNELS, scale=1.0)
def skewness(m: Measures) -> Array:
    """Skewness: towards which side the spikes go.

    Unit: 1
    Formula: Σ(x − x̄)³ / (n σ³)
    Source: Joanes & Gill, The Statistician 47 (1998), g₁
    Constant: 0
    """
    return where(m[moving], ratio(m[moments][1], m[moments][0] * m[deviations]))


@feature(channels=CHANNELS, scale=1.0)
def kurtosis(m: Measures) -> Array:
    """Excess kurtosis: how much of the spread a few spikes make; 0 for a normal distribution.

    Unit: 1
    Formula: Σ(x − x̄)⁴ / (n σ⁴) − 3
    Source: Joanes & Gill, The Statistician 47 (1998), g₂
    Constant: 0
    """
    return where(m[moving], ratio(m[moments][2], m[moments][0] ** 2) - 3)


@feature(channels=CHANNELS, scale=1.0)
def crossing_rate(m: Measures) -> Array:
    """How often a second the samples cross the level 0.1 m/s² above their mean, up or down.

    The level stands off the mean so that a resting sensor's last bit doesn't count as movement.

    Unit: 1/s
    Formula: rate / n · #{i : [xᵢ > x̄ + 0.1] ≠ [xᵢ₊₁ > x̄ + 0.1]}
    Source: Kedem, Proc. IEEE 74 (1986), with an offset level
    Constant: 0
    """
    return m[sums][5] * (m.rate_hz / m.length)


@feature(channels=CHANNELS, scale=1.0)
def slope(m: Measures) -> Array:
    """Trend: slope of the least-squares line.

    Unit: m/s³
    Formula: rate · Σ(i − ī)(x − x̄) / Σ(i − ī)²
    Source: least squares
    Constant: 0
    """
    n = m.length
    return m[sums][3] * (m.rate_hz / (max(n * (n * n - 1), 1) / 12))


@feature(channels=CHANNELS, arguments=("100ms",), scale=1.0)
def autocorrelation(m: Measures, lag_ms: float) -> Array:
    """Autocorrelation at a lag (at least one sample): near 1 slow movement, near 0 noise, below 0 vibration.

    Unit: 1
    Formula: Σᵢ (xᵢ − x̄)(xᵢ₊ₗ − x̄) / Σ(x − x̄)²
    Source: Box & Jenkins, Time Series Analysis (1970), r_k
    Constant: 0
    """
    products = m[sums][6 + LAGS_MS.index(lag_ms)]
    return where(m[moving], ratio(products, m.length * m[moments][0]))


@feature(channels=CHANNELS, scale=100.0)
def jerk_rms(m: Measures) -> Array:
    """Root mean square jerk of the channel.

    Unit: m/s³
    Formula: rate · √mean((xᵢ₊₁ − xᵢ)²)
    Source: definition of jerk, by first differences
    Constant: 0
    """
    return np.sqrt(m[sums][4] / max(m.length - 1, 1)) * m.rate_hz
