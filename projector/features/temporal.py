"""Features of one channel over time: level, spread, shape, trend, rhythm.

x are the window's samples of the channel (|a| = √(ax² + ay² + az²) is one), n their number.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
import numpy as np

from projector.features.declare import feature
from projector.features.measures import STILL, Measures, measure, ratio, where
from projector.features.tile import CHANNELS, Array, Mask, Tile, count, dot, total

CROSSING_LEVEL = 0.1
PERCENTS = (0.0, 5.0, 25.0, 50.0, 75.0, 95.0, 100.0)
LAGS_MS = (100.0,)


@measure
def means(tile: Tile) -> Array:
    """x̄, (4, n)."""
    return tile.mean


@measure
def moments(tile: Tile) -> Array:
    """Second, third and fourth central moment, (3, 4, n)."""
    squared = tile.squared
    return np.stack([total(squared), dot(squared, tile.centred), dot(squared, squared)]) / tile.length


@measure
def quantiles(tile: Tile) -> Array:
    """Percentiles less the mean, (PERCENTS, 4, n)."""
    places = np.array(PERCENTS) / 100 * (tile.length - 1)
    low = places.astype(np.int64)
    high = np.minimum(low + 1, tile.length - 1)
    ordered = np.sort(tile.centred, axis=-1)
    below, above = ordered[..., low].astype(np.float64), ordered[..., high]
    return np.moveaxis(below + (places - low) * (above - below), -1, 0)


@measure
def crossings(tile: Tile) -> Array:
    """How often the level is crossed, (4, n)."""
    above = tile.centred > np.float32(CROSSING_LEVEL)
    return count(above[..., 1:] ^ above[..., :-1])


@measure
def lag_products(tile: Tile) -> Array:
    """Σ (xᵢ − x̄)(xᵢ₊ₗ − x̄) for each lag l, (LAGS_MS, 4, n)."""
    lags = [max(round(lag / 1000 * tile.rate_hz), 1) for lag in LAGS_MS]
    return np.stack([dot(tile.centred[..., :-lag], tile.centred[..., lag:]) for lag in lags])


@measure
def slopes(tile: Tile) -> Array:
    """Of the least-squares line, in m/s² a sample, (4, n)."""
    ramp = np.arange(tile.length, dtype=np.float32) - np.float32((tile.length - 1) / 2)
    return dot(tile.centred, ramp) / (float(ramp @ ramp) or 1.0)


@measure
def square_steps(tile: Tile) -> Array:
    """Σ (xᵢ₊₁ − xᵢ)², (4, n)."""
    return total(tile.steps_squared)


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
    return where(m[moving], ratio(m[moments][1], m[deviations] ** 3))


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
    return m[crossings] * (m.rate_hz / m.length)


@feature(channels=CHANNELS, scale=1.0)
def slope(m: Measures) -> Array:
    """Trend: slope of the least-squares line.

    Unit: m/s³
    Formula: rate · Σ(i − ī)(x − x̄) / Σ(i − ī)²
    Source: least squares
    Constant: 0
    """
    return m[slopes] * m.rate_hz


@feature(channels=CHANNELS, arguments=("100ms",), scale=1.0)
def autocorrelation(m: Measures, lag_ms: float) -> Array:
    """Autocorrelation at a lag (at least one sample): near 1 slow movement, near 0 noise, below 0 vibration.

    Unit: 1
    Formula: Σᵢ (xᵢ − x̄)(xᵢ₊ₗ − x̄) / Σ(x − x̄)²
    Source: Box & Jenkins, Time Series Analysis (1970), r_k
    Constant: 0
    """
    products = m[lag_products][LAGS_MS.index(lag_ms)]
    return where(m[moving], ratio(products, m.length * m[moments][0]))


@feature(channels=CHANNELS, scale=100.0)
def jerk_rms(m: Measures) -> Array:
    """Root mean square jerk of the channel.

    Unit: m/s³
    Formula: rate · √mean((xᵢ₊₁ − xᵢ)²)
    Source: definition of jerk, by first differences
    Constant: 0
    """
    return np.sqrt(m[square_steps] / max(m.length - 1, 1)) * m.rate_hz
