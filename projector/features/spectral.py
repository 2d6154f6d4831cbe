"""Features of one channel's spectrum: engine, road, braking, lean and knocks lie in different bands.

P are the bins of the one-sided periodogram of the centred samples, without the bin at 0 Hz; f their
frequencies, 1 / window length apart; K their number. There is no taper, so that a knock counts wherever it is
and the bins add up to the variance. A constant channel has 0 in all of them.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
from math import ceil

import numpy as np

from projector.features.compiled import kernel
from projector.features.declare import feature
from projector.features.measures import Measures, measure, ratio, where
from projector.features.temporal import moving
from projector.features.tile import CHANNELS, Array, Single, Tile

NEAR_PEAK = np.float32(0.999)
BANDS_HZ = ((0.3, 3.0), (3.0, 8.0), (8.0, 20.0), (20.0, 45.0))
FLOOR = np.float32(1e-12)
"""(m/s²)²; added to a bin before its logarithm: a millionth of a m/s², below any sensor's noise."""


def power(tile: Tile) -> tuple[Single, Single, Single]:
    """P, (n, 4, K) in (m/s²)², which adds up to the variance; P with the floor added; greatest P, (n, 4)."""
    from scipy.fft import rfft  # four times as fast as numpy's; not needed where features are only named

    bins, raised = np.empty((2, tile.width, 4, tile.length // 2), np.float32)
    top = np.empty((tile.width, 4), np.float32)
    spectrum = rfft(tile.centred, axis=-1, norm="forward").view(np.float32)
    _square(spectrum, tile.length % 2 == 0, FLOOR, bins, raised, top.view(np.int32))
    return bins, raised, top


@kernel("f4[:,:,::1], b1, f4, f4[:,:,::1], f4[:,:,::1], i4[:,::1]")
def _square(spectrum, even, floor, bins, raised, top):  # type: ignore[no-untyped-def]
    windows, channels, count = bins.shape
    for i in range(windows):
        for c in range(channels):
            for k in range(count):  # each bin stands for ±f
                real, imaginary = spectrum[i, c, 2 * k + 2], spectrum[i, c, 2 * k + 3]
                bins[i, c, k] = np.float32(2) * (real * real + imaginary * imaginary)
            if even and count:  # but for half of the rate
                bins[i, c, count - 1] *= np.float32(0.5)
            for k in range(count):
                raised[i, c, k] = bins[i, c, k] + floor
            bits, greatest = bins[i, c].view(np.int32), np.int32(0)
            for k in range(count):
                greatest = max(greatest, bits[k])
            top[i, c] = greatest


@measure
def spectra(tile: Tile) -> Array:
    """ΣP, f̄, Σ(f − f̄)²P / ΣP, ΣlnP, ΣP lnP, number of the first bin near the greatest, power of each band.

    (…, 4, n); f in bins, floor added to P before its logarithm.
    """
    bins, raised, top = power(tile)
    logarithm = np.log(raised, out=raised)
    edges = np.array([[_first_bin(edge, tile) for edge in band] for band in BANDS_HZ])
    found = np.empty((6 + len(BANDS_HZ), 4, tile.width))
    _measure_spectrum(bins, logarithm, NEAR_PEAK * top, np.minimum(edges, tile.length // 2), found)
    return found


@kernel("f4[:,:,::1], f4[:,:,::1], f4[:,::1], i8[:,::1], f8[:,:,::1]")
def _measure_spectrum(bins, logarithm, near, edges, found):  # type: ignore[no-untyped-def]
    windows, channels, count = bins.shape
    for i in range(windows):
        for c in range(channels):
            whole, first, second, logs, products, strongest = 0.0, 0.0, 0.0, 0.0, 0.0, count
            for k in range(count):
                p, log = np.float64(bins[i, c, k]), np.float64(logarithm[i, c, k])
                whole += p
                first += (k + 1) * p
                second += (k + 1) * (k + 1) * p
                logs += log
                products += p * log
            for k in range(count):
                strongest = min(strongest, k if bins[i, c, k] >= near[i, c] else count)
            found[0, c, i], found[1, c, i], found[2, c, i] = whole, 0, 0
            if whole > 0:
                centre = first / whole
                found[1, c, i], found[2, c, i] = centre, max(second / whole - centre * centre, 0.0)
            found[3, c, i], found[4, c, i], found[5, c, i] = logs, products, strongest + 1
            for band in range(len(edges)):
                part, within = bins[i, c, edges[band, 0] : edges[band, 1]], 0.0
                for k in range(len(part)):
                    within += part[k]
                found[6 + band, c, i] = within


def powers(m: Measures) -> Array:
    """ΣP, (4, n)."""
    return m[spectra][0]


def bin_hz(m: Measures) -> float:
    """From one bin to the next."""
    return m.rate_hz / m.length


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
    return where(m[moving], m[spectra][5] * bin_hz(m))


@feature(channels=CHANNELS, scale=1.0)
def centroid(m: Measures) -> Array:
    """Spectral centroid: the mean frequency, each bin weighing its power.

    Unit: Hz
    Formula: f̄ = Σ f P / Σ P
    Source: Peeters, CUIDADO report (2004), 6.1.1
    Constant: 0
    """
    return where(m[moving], m[spectra][1] * bin_hz(m))


@feature(channels=CHANNELS, scale=1.0)
def spread(m: Measures) -> Array:
    """Spectral spread: standard deviation of the frequency, each bin weighing its power.

    Unit: Hz
    Formula: √(Σ (f − f̄)² P / Σ P)
    Source: Peeters, CUIDADO report (2004), 6.1.2
    Constant: 0
    """
    return where(m[moving], np.sqrt(m[spectra][2]) * bin_hz(m))


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
    return where(m[moving], (log_total - ratio(m[spectra][4], m[powers])) / np.log(bins))


@feature(channels=CHANNELS, scale=1.0)
def flatness(m: Measures) -> Array:
    """Spectral flatness: geometric over arithmetic mean of the bins; 0 for a tone, 1 for one sharp knock.

    Unit: 1
    Formula: exp(mean ln(P + 10⁻¹² (m/s²)²)) / mean P
    Source: Gray & Markel, IEEE Trans. ASSP 22 (1974)
    Constant: 0
    """
    bins = max(m.length // 2, 1)
    return where(m[moving], ratio(np.exp(m[spectra][3] / bins), m[powers] / bins))


@feature(channels=CHANNELS, arguments=("0p3_3hz", "3_8hz", "8_20hz", "20_45hz"), scale=1.0)
def band_power(m: Measures, low_hz: float, high_hz: float) -> Array:
    """Mean square in a band; bins that the rate doesn't reach hold nothing, so the power there is 0.

    0.3–3 Hz is steering, braking and the body, 3–8 Hz suspension, 8–20 Hz road and wheels, 20–45 Hz engine.

    Unit: (m/s²)²
    Formula: Σ P over low ≤ f < high
    Source: periodogram, Schuster (1898)
    Constant: 0
    """
    return m[spectra][6 + BANDS_HZ.index((low_hz, high_hz))]
