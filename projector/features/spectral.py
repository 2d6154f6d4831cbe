"""Features of one channel's spectrum: engine and road vibration, braking and lean, and knocks lie in other bands.

P are the bins of the one-sided periodogram (no taper) of the samples less their least-squares line, without
the bin at 0 Hz; f their frequencies, 1 / window length apart; K their number. The line is taken off because a
slow lean would otherwise leak into every band. A channel without a spectrum (constant, or a straight line, to
a thousandth of its spread) has 0 in all of them.
"""

from math import ceil

import numpy as np

from projector.features.block import CHANNELS, Array, Block, dot, ratio, total, where
from projector.features.declare import feature

NEAR_PEAK = 0.999
FLOOR = np.float32(1e-12)
"""(m/s²)²; added to a bin before its logarithm: a millionth of a m/s², below any sensor's noise."""


@feature(channels=CHANNELS, scale=1.0)
def dominant_frequency(block: Block) -> Array:
    """Frequency of the strongest bin; the lowest of those that are within 0.1 % of it.

    Unit: Hz
    Formula: min{f : P ≥ 0.999 max P}
    Source: periodogram, Schuster (1898)
    Constant: 0
    """
    if not len(block.frequencies):
        return np.zeros_like(block.mean)
    power = block.power
    strongest = power >= power.max(axis=1, keepdims=True) * np.float32(NEAR_PEAK)
    return where(block.sounding, block.frequencies[strongest.argmax(axis=1)])


@feature(channels=CHANNELS, scale=1.0)
def centroid(block: Block) -> Array:
    """Spectral centroid: the mean frequency, each bin weighing its power.

    Unit: Hz
    Formula: f̄ = Σ f P / Σ P
    Source: Peeters, CUIDADO report (2004), 6.1.1
    Constant: 0
    """
    return _centroid(block)


@feature(channels=CHANNELS, scale=1.0)
def spread(block: Block) -> Array:
    """Spectral spread: standard deviation of the frequency, each bin weighing its power.

    Unit: Hz
    Formula: √(Σ (f − f̄)² P / Σ P)
    Source: Peeters, CUIDADO report (2004), 6.1.2
    Constant: 0
    """
    distance = block.frequencies[:, None] - _centroid(block).astype(np.float32)[:, None]
    np.square(distance, out=distance)
    return where(block.sounding, np.sqrt(ratio(dot(distance, block.power), block.total_power)))


@feature(channels=CHANNELS, scale=1.0)
def entropy(block: Block) -> Array:
    """Spectral entropy: 0 for one tone, 1 for white noise's mean spectrum.

    Unit: 1
    Formula: −Σ q ln(P + 10⁻¹² (m/s²)²) / ln K + ln ΣP / ln K, q = P / ΣP
    Source: Powell & Percival, J. Phys. A 12 (1979); Shannon (1948)
    Constant: 0
    """
    if len(block.frequencies) < 2:
        return np.zeros_like(block.mean)
    mean_log = ratio(dot(block.power, block.log_power), block.total_power)
    log_total = np.log(np.maximum(block.total_power, FLOOR))
    return where(block.sounding, (log_total - mean_log) / np.log(len(block.frequencies)))


@feature(channels=CHANNELS, scale=1.0)
def flatness(block: Block) -> Array:
    """Spectral flatness: geometric over arithmetic mean of the bins; 0 for a tone, 1 for one sharp knock.

    Unit: 1
    Formula: exp(mean ln(P + 10⁻¹² (m/s²)²)) / mean P
    Source: Gray & Markel, IEEE Trans. ASSP 22 (1974)
    Constant: 0
    """
    bins = max(len(block.frequencies), 1)
    geometric = np.exp(total(block.log_power) / bins)
    return where(block.sounding, ratio(geometric, block.total_power / bins))


@feature(channels=CHANNELS, arguments=("0p3_3hz", "3_8hz", "8_20hz", "20_45hz"), scale=1.0)
def band_power(block: Block, low_hz: float, high_hz: float) -> Array:
    """Mean square in a band; bins that the rate doesn't reach hold nothing, so the power there is 0.

    0.3–3 Hz is steering, braking and the body; 3–8 Hz the suspension; 8–20 Hz road and wheels; 20–45 Hz engine.

    Unit: (m/s²)²
    Formula: Σ P over low ≤ f < high
    Source: periodogram, Schuster (1898)
    Constant: 0
    """
    first, last = (_first_bin(block, edge) for edge in (low_hz, high_hz))
    return total(block.power[:, first:last])


def _first_bin(block: Block, edge_hz: float) -> int:
    """Index into `power` of the first bin not below a frequency."""
    return max(ceil(edge_hz * block.length / block.rate_hz - 1e-9) - 1, 0)


def _centroid(block: Block) -> Array:
    weighed = dot(block.power, block.frequencies[:, None])
    return where(block.sounding, ratio(weighed, block.total_power))
