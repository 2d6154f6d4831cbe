"""Features of one channel over time: level, spread, shape, trend, rhythm.

x are the window's samples of the channel (|a| = √(ax² + ay² + az²) is one), n their number.
"""

import numpy as np

from projector.features.block import CHANNELS, Array, Block, count, dot, ratio, total, where
from projector.features.declare import feature

CROSSING_LEVEL = 0.1


@feature(channels=CHANNELS, scale=1.0)
def mean(block: Block) -> Array:
    """Mean; of an axis mostly the part of gravity that lies on it.

    Unit: m/s²
    Formula: x̄ = Σx / n
    Source: definition
    Constant: the constant
    """
    return block.mean


@feature(channels=CHANNELS, scale=1.0)
def std(block: Block) -> Array:
    """Standard deviation (population).

    Unit: m/s²
    Formula: σ = √(Σ(x − x̄)² / n)
    Source: Pearson, Phil. Trans. R. Soc. A 185 (1894)
    Constant: 0
    """
    return block.std


@feature(channels=CHANNELS, scale=1.0)
def min_(block: Block) -> Array:
    """Lowest sample.

    Unit: m/s²
    Formula: min x
    Source: definition
    Constant: the constant
    """
    return block.mean + block.ordered[..., 0]


@feature(channels=CHANNELS, scale=1.0)
def max_(block: Block) -> Array:
    """Highest sample.

    Unit: m/s²
    Formula: max x
    Source: definition
    Constant: the constant
    """
    return block.mean + block.ordered[..., -1]


@feature(channels=CHANNELS, arguments=("5", "50", "95"), scale=1.0)
def percentile(block: Block, percent: float) -> Array:
    """Percentile.

    Unit: m/s²
    Formula: linear interpolation at place p/100 · (n − 1) of the sorted samples
    Source: Hyndman & Fan, Am. Stat. 50 (1996), definition 7
    Constant: the constant
    """
    return block.mean + block.quantile(percent / 100)


@feature(channels=CHANNELS, scale=1.0)
def iqr(block: Block) -> Array:
    """Interquartile range: spread that single spikes don't move.

    Unit: m/s²
    Formula: 75th − 25th percentile
    Source: Hyndman & Fan, Am. Stat. 50 (1996), definition 7
    Constant: 0
    """
    return block.quantile(0.75) - block.quantile(0.25)


@feature(channels=CHANNELS, scale=1.0)
def skewness(block: Block) -> Array:
    """Skewness: towards which side the spikes go.

    Unit: 1
    Formula: Σ(x − x̄)³ / (n σ³)
    Source: Joanes & Gill, The Statistician 47 (1998), g₁
    Constant: 0
    """
    third = dot(block.squared, block.centred) / block.length
    return where(block.moving, ratio(third, block.std**3))


@feature(channels=CHANNELS, scale=1.0)
def kurtosis(block: Block) -> Array:
    """Excess kurtosis: how much of the spread a few spikes make; 0 for a normal distribution.

    Unit: 1
    Formula: Σ(x − x̄)⁴ / (n σ⁴) − 3
    Source: Joanes & Gill, The Statistician 47 (1998), g₂
    Constant: 0
    """
    fourth = dot(block.squared, block.squared) / block.length
    return where(block.moving, ratio(fourth, block.variance**2) - 3)


@feature(channels=CHANNELS, scale=1.0)
def crossing_rate(block: Block) -> Array:
    """How often a second the samples cross the level 0.1 m/s² above their mean, up or down.

    The level stands off the mean so that a resting sensor's last bit doesn't count as movement.

    Unit: 1/s
    Formula: rate / n · #{i : [xᵢ > x̄ + 0.1] ≠ [xᵢ₊₁ > x̄ + 0.1]}
    Source: Kedem, Proc. IEEE 74 (1986), with an offset level
    Constant: 0
    """
    above = block.centred > np.float32(CROSSING_LEVEL)
    return count(above[:, 1:] ^ above[:, :-1]) * (block.rate_hz / block.length)


@feature(channels=CHANNELS, scale=1.0)
def slope(block: Block) -> Array:
    """Trend: slope of the least-squares line.

    Unit: m/s³
    Formula: rate · Σ(i − ī)(x − x̄) / Σ(i − ī)²
    Source: least squares
    Constant: 0
    """
    return block.slope * block.rate_hz


@feature(channels=CHANNELS, arguments=("100ms",), scale=1.0)
def autocorrelation(block: Block, lag_ms: float) -> Array:
    """Autocorrelation at a lag (at least one sample): near 1 slow movement, near 0 noise, below 0 vibration.

    Unit: 1
    Formula: Σᵢ (xᵢ − x̄)(xᵢ₊ₗ − x̄) / Σ(x − x̄)²
    Source: Box & Jenkins, Time Series Analysis (1970), r_k
    Constant: 0
    """
    lag = max(round(lag_ms / 1000 * block.rate_hz), 1)
    products = dot(block.centred[:, :-lag], block.centred[:, lag:])
    return where(block.moving, ratio(products, block.length * block.variance))


@feature(channels=CHANNELS, scale=100.0)
def jerk_rms(block: Block) -> Array:
    """Root mean square jerk of the channel.

    Unit: m/s³
    Formula: rate · √mean((xᵢ₊₁ − xᵢ)²)
    Source: definition of jerk, by first differences
    Constant: 0
    """
    steps = max(block.length - 1, 1)
    return np.sqrt(total(block.change_squared) / steps) * block.rate_hz
