"""Features of one channel's spectrum: engine, road, braking, lean and knocks lie in different bands.

P are the bins of the one-sided periodogram of the centred samples, without the bin at 0 Hz; f their
frequencies, 1 / window length apart; K their number. There is no taper, so that a knock counts wherever it is
and the bins add up to the variance. A constant channel has 0 in all of them.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
from math import ceil

import numpy as np

from projector.features.declare import feature
from projector.features.measures import Measures, measure, ratio, where
from projector.features.temporal import moving
from projector.features.tile import CHANNELS, Array, Single, Tile, dot, total

NEAR_PEAK = np.float32(0.999)
BANDS_HZ = ((0.3, 3.0), (3.0, 8.0), (8.0, 20.0), (20.0, 45.0))
FLOOR = np.float32(1e-12)
"""(m/s²)²; added to a bin before its logarithm: a millionth of a m/s², below any sensor's noise."""


def power(tile: Tile) -> Single:
    """P, (4, n, K) in (m/s²)²; the bins add up to the variance."""
    from scipy.fft import rfft  # four times as fast as numpy's; not needed where features are only named

    spectrum = rfft(tile.centred, axis=-1, norm="forward").view(np.float32)
    spectrum *= spectrum
    result = np.add(spectrum[..., 2::2], spectrum[..., 3::2])
    result *= 2  # each bin stands for ±f
    if tile.length % 2 == 0:
        result[..., -1] *= 0.5  # but for half of the rate
    return result


def frequencies(tile: Tile) -> Single:
    """f, (K,) in Hz: above 0 and up to half of the rate."""
    bins = np.arange(1, tile.length // 2 + 1)
    return (bins * (tile.rate_hz / tile.length)).astype(np.float32)


@measure
def powers(tile: Tile) -> Array:
    """ΣP, (4, n)."""
    return total(tile.derive(power))


@measure
def band_powers(tile: Tile) -> Array:
    """ΣP over each band, (BANDS_HZ, 4, n)."""
    edges = [[_first_bin(edge, tile) for edge in band] for band in BANDS_HZ]
    return np.stack([total(tile.derive(power)[..., first:last]) for first, last in edges])


@measure
def strongest(tile: Tile) -> Array:
    """Frequency of the first bin near the greatest, (4, n)."""
    if tile.length < 2:
        return np.zeros_like(tile.mean)
    bins = tile.derive(power)
    near = bins >= bins.max(axis=-1, keepdims=True) * NEAR_PEAK
    return (near.argmax(axis=-1) + 1) * (tile.rate_hz / tile.length)


@measure
def frequency_moments(tile: Tile) -> Array:
    """f̄ and Σ(f − f̄)² P / ΣP, (2, 4, n)."""
    bins, at, whole = tile.derive(power), frequencies(tile), powers(tile)
    centre = ratio(dot(bins, at), whole)
    distance = np.subtract(at, centre.astype(np.float32)[..., None])
    np.square(distance, out=distance)
    return np.stack([centre, ratio(dot(distance, bins), whole)])


@measure
def log_sums(tile: Tile) -> Array:
    """Σ ln(P + floor) and Σ P ln(P + floor), (2, 4, n)."""
    bins = tile.derive(power)
    logarithm = np.add(bins, FLOOR)
    np.log(logarithm, out=logarithm)
    return np.stack([total(logarithm), dot(bins, logarithm)])


def _first_bin(edge_hz: float, tile: Tile) -> int:
    """Index into `power` of the first bin not below a frequency."""
    return max(ceil(edge_hz * tile.length / tile.rate_hz - 1e-9) - 1, 0)


@feature(channels=CHANNELS, scale=1.0)
def dominant_frequency(m: Measures) -> Array:
    """Frequency of the strongest bin; the lowest of those that are within 0.1 % of it.

    Unit: Hz
    Formula: min{f : P ≥ 0.999 max P}
    Source: periodogram, Schuster (1898)
    Constant: 0
    """
    return where(m[moving], m[strongest])


@feature(channels=CHANNELS, scale=1.0)
def centroid(m: Measures) -> Array:
    """Spectral centroid: the mean frequency, each bin weighing its power.

    Unit: Hz
    Formula: f̄ = Σ f P / Σ P
    Source: Peeters, CUIDADO report (2004), 6.1.1
    Constant: 0
    """
    return where(m[moving], m[frequency_moments][0])


@feature(channels=CHANNELS, scale=1.0)
def spread(m: Measures) -> Array:
    """Spectral spread: standard deviation of the frequency, each bin weighing its power.

    Unit: Hz
    Formula: √(Σ (f − f̄)² P / Σ P)
    Source: Peeters, CUIDADO report (2004), 6.1.2
    Constant: 0
    """
    return where(m[moving], np.sqrt(m[frequency_moments][1]))


@feature(channels=CHANNELS, scale=1.0)
def entropy(m: Measures) -> Array:
    """Spectral entropy: 0 for one tone, 1 for white noise's mean spectrum.

    Unit: 1
    Formula: −Σ q ln(P + 10⁻¹² (m/s²)²) / ln K + ln ΣP / ln K, q = P / ΣP
    Source: Powell & Percival, J. Phys. A 12 (1979); Shannon (1948)
    Constant: 0
    """
    bins = m.length // 2
    if bins < 2:
        return np.zeros_like(m[powers])
    log_total = np.log(np.maximum(m[powers], FLOOR))
    return where(m[moving], (log_total - ratio(m[log_sums][1], m[powers])) / np.log(bins))


@feature(channels=CHANNELS, scale=1.0)
def flatness(m: Measures) -> Array:
    """Spectral flatness: geometric over arithmetic mean of the bins; 0 for a tone, 1 for one sharp knock.

    Unit: 1
    Formula: exp(mean ln(P + 10⁻¹² (m/s²)²)) / mean P
    Source: Gray & Markel, IEEE Trans. ASSP 22 (1974)
    Constant: 0
    """
    bins = max(m.length // 2, 1)
    return where(m[moving], ratio(np.exp(m[log_sums][0] / bins), m[powers] / bins))


@feature(channels=CHANNELS, arguments=("0p3_3hz", "3_8hz", "8_20hz", "20_45hz"), scale=1.0)
def band_power(m: Measures, low_hz: float, high_hz: float) -> Array:
    """Mean square in a band; bins that the rate doesn't reach hold nothing, so the power there is 0.

    0.3–3 Hz is steering, braking and the body, 3–8 Hz suspension, 8–20 Hz road and wheels, 20–45 Hz engine.

    Unit: (m/s²)²
    Formula: Σ P over low ≤ f < high
    Source: periodogram, Schuster (1898)
    Constant: 0
    """
    return m[band_powers][BANDS_HZ.index((low_hz, high_hz))]
