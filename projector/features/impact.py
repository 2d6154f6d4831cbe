"""The shape of an impact: what a crash, a fall, a pothole and a dropped phone do differently.

The shock d = |a − ā| is the distance of the acceleration vector from its mean in the window: it sees a knock
from any side, gravity doesn't hide it, and it doesn't depend on how the phone is mounted. The peak is the
first sample within 0.1 % of the greatest d. *Around* it is ± 0.25 s, *before* and *after* are the samples of the
window outside of that. In a window where nothing moves (rms of d ≤ 10⁻⁵ m/s²) there is no impact.
"""

from functools import cached_property
from math import ceil

import numpy as np

from projector.features.block import GRAVITY, STILL, Array, Block, angle_deg, count, dot, ratio, where
from projector.features.declare import feature
from projector.features.jerk import quiet

AROUND_S = 0.25
FALL_S = 1.0
NEAR_PEAK = np.float32(0.999**2)
ENERGY_FLOOR = 0.01


class Impact:
    """The peak of a block's windows, what lies before and after it, and where the shock passes a level."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.shock = block.shock_squared
        self.top = self.shock.max(axis=0)
        self.peak = (self.shock >= self.top * NEAR_PEAK).argmax(axis=0)
        self.height = np.sqrt(self.top.astype(np.float64))
        self.shaken = block.shock_rms > STILL
        self.reach = ceil(AROUND_S * block.rate_hz - 1e-9)
        self.distance = np.arange(block.length, dtype=np.int32)[:, None] - self.peak.astype(np.int32)
        self.before = self.distance < -self.reach
        self.after = self.distance > self.reach

    @cached_property
    def counts(self) -> Array:
        """Samples before and after, float64 (2, n)."""
        last = self.block.length - 1
        return np.maximum([self.peak - self.reach, last - self.peak - self.reach], 0).astype(np.float64)

    @cached_property
    def sums(self) -> Array:
        """Of the centred axes before and after, float64 (2, 3, n)."""
        return np.stack([dot(self.block.centred[:3], part) for part in self._weights])

    @cached_property
    def energies(self) -> Array:
        """Sums of the squared shock before and after, float64 (2, n)."""
        return np.stack([dot(self.shock, part) for part in self._weights])

    @cached_property
    def _weights(self) -> tuple[Array, Array]:
        return self.before.astype(np.float32), self.after.astype(np.float32)

    def rise(self, share: float) -> Array:
        """Samples from where the shock passes a share of the peak's height until the peak, float64 (n,)."""
        outer = _last_true(self._below(share) & (self.distance < 0))
        return self._span(outer, 1, share)

    def fall(self, share: float) -> Array:
        """Samples from the peak until the shock falls below a share of its height, float64 (n,)."""
        mirrored = _last_true((self._below(share) & (self.distance > 0))[::-1])
        return self._span(self.block.length - 1 - mirrored, -1, share)

    def _below(self, share: float) -> Array:
        return self.shock < self.top * np.float32(share**2)

    def _span(self, outer: Array, inward: int, share: float) -> Array:
        """From the peak to the level between sample `outer`, the nearest below it, and its inner neighbour.

        Where `outer` lies outside of the window, the shock was over the level up to the window's edge.
        """
        last = self.block.length - 1
        inside = (outer >= 0) & (outer <= last)
        low, high = (
            np.sqrt(np.take_along_axis(self.shock, at.clip(0, last)[None], axis=0)[0].astype(np.float64))
            for at in (outer, outer + inward)
        )
        passed = where(inside, ratio(share * self.height - low, high - low))
        edge = np.where(inside, outer + inward * passed, outer + inward)
        return where(self.shaken, np.abs(self.peak - edge))


def _last_true(mask: Array) -> Array:
    """Index of the last true sample of (samples, n), -1 where there is none; int64 (n,)."""
    length = len(mask)
    place = np.arange(1, length + 1, dtype=np.min_scalar_type(length))[:, None]
    return (mask.view(np.uint8) * place).max(axis=0).astype(np.int64) - 1


@feature(channels=("impact",), scale=1.0, invariant=True)
def peak(block: Block) -> Array:
    """Height of the peak.

    Unit: m/s²
    Formula: max d
    Source: Projector
    Constant: 0
    """
    return block.derive(Impact).height


@feature(channels=("impact",), scale=1.0, invariant=True)
def time(block: Block) -> Array:
    """When the peak is, from the window's first sample.

    Unit: s
    Formula: i(peak) / rate
    Source: Projector
    Constant: 0
    """
    impact = block.derive(Impact)
    return where(impact.shaken, impact.peak / block.rate_hz)


@feature(channels=("impact",), scale=0.1, invariant=True)
def width(block: Block) -> Array:
    """Width at half height: how long the shock stays over half of the peak, up to the window's edges.

    Unit: s
    Formula: time between the crossings of ½ max d next to the peak, linear between samples
    Source: full width at half maximum
    Constant: 0
    """
    impact = block.derive(Impact)
    return (impact.rise(0.5) + impact.fall(0.5)) / block.rate_hz


@feature(channels=("impact",), scale=0.1, invariant=True)
def rise_time(block: Block) -> Array:
    """From a tenth of the peak's height to the peak.

    Unit: s
    Formula: t(peak) − t(last crossing of 0.1 max d before it), linear between samples
    Source: after IEEE Std 181
    Constant: 0
    """
    return block.derive(Impact).rise(0.1) / block.rate_hz


@feature(channels=("impact",), scale=0.1, invariant=True)
def fall_time(block: Block) -> Array:
    """From the peak down to a tenth of its height.

    Unit: s
    Formula: t(first crossing of 0.1 max d after the peak) − t(peak), linear between samples
    Source: after IEEE Std 181
    Constant: 0
    """
    return block.derive(Impact).fall(0.1) / block.rate_hz


@feature(channels=("impact",), scale=1.0, invariant=True)
def crest_factor(block: Block) -> Array:
    """How far the peak stands out.

    Unit: 1
    Formula: max d / √mean d²
    Source: crest factor, ISO 2041
    Constant: 0
    """
    impact = block.derive(Impact)
    return where(impact.shaken, ratio(impact.height, block.shock_rms))


@feature(channels=("impact",), scale=1.0, invariant=True)
def peaks(block: Block) -> Array:
    """How many times the shock rises to half of the peak's height: 1 a single hit, many a rough road.

    Unit: 1
    Formula: number of runs of samples with d ≥ ½ max d
    Source: Projector
    Constant: 0
    """
    impact = block.derive(Impact)
    high = impact.shock >= impact.top * np.float32(0.25)
    return where(impact.shaken, count(high[1:] & ~high[:-1]) + high[0])


@feature(channels=("impact",), scale=1.0, invariant=True)
def second_peak(block: Block) -> Array:
    """Greatest shock before or after the impact, against the peak: the bike hits, then the rider.

    Unit: 1
    Formula: max d outside of ± 0.25 s / max d
    Source: Projector
    Constant: 0
    """
    impact = block.derive(Impact)
    outside = (impact.shock * (impact.before | impact.after)).max(axis=0)
    return where(impact.shaken, ratio(np.sqrt(outside.astype(np.float64)), impact.height))


@feature(channels=("impact",), scale=1.0, invariant=True)
def free_fall_before(block: Block) -> Array:
    """How long, in the second before the peak, |a| is below half of gravity: a fall, or a phone dropped.

    Unit: s
    Formula: #{i : |aᵢ| < g/2, t(peak) − 1 s ≤ tᵢ < t(peak)} / rate
    Source: after Bourke et al., Gait & Posture 26 (2007), lower threshold
    Constant: 0
    """
    impact = block.derive(Impact)
    falling = block.magnitude < GRAVITY / 2
    falling &= impact.distance < 0
    falling &= impact.distance >= -round(FALL_S * block.rate_hz)
    return where(impact.shaken, count(falling) / block.rate_hz)


@feature(channels=("impact",), scale=1.0, invariant=True)
def stillness_after(block: Block) -> Array:
    """Share of the time after the impact in which nothing moves: lying, or standing, where it ended.

    Unit: 1
    Formula: share of |j| < 10 m/s³ among the steps between samples after
    Source: after Bourke et al., Gait & Posture 26 (2007), lying after a fall
    Constant: 0, also where fewer than two samples are after
    """
    impact = block.derive(Impact)
    still = count(quiet(block) & impact.after[:-1])
    return where(impact.shaken, ratio(still, np.maximum(impact.counts[1] - 1, 0)))


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_before(block: Block) -> Array:
    """Mean squared shock before the impact.

    Unit: (m/s²)²
    Formula: mean d² of the samples before
    Source: Projector
    Constant: 0, also where no sample is before
    """
    return _energy(block)[0]


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_after(block: Block) -> Array:
    """Mean squared shock after the impact.

    Unit: (m/s²)²
    Formula: mean d² of the samples after
    Source: Projector
    Constant: 0, also where no sample is after
    """
    return _energy(block)[1]


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_share(block: Block) -> Array:
    """Share of the window's movement that is in the impact.

    Unit: 1
    Formula: Σ d² around / Σ d²
    Source: Projector
    Constant: 0
    """
    impact = block.derive(Impact)
    whole = block.shock_rms**2 * block.length
    return where(impact.shaken, ratio(whole - impact.energies.sum(axis=0), whole))


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_ratio(block: Block) -> Array:
    """Movement after against before, in powers of ten: below 0 where a ride ends, above where one begins.

    Unit: 1
    Formula: log₁₀((energy after + 0.01) / (energy before + 0.01))
    Source: Projector
    Constant: 0
    """
    before, after = _energy(block)
    return np.log10((after + ENERGY_FLOOR) / (before + ENERGY_FLOOR))


@feature(channels=("impact",), scale=1.0, invariant=True)
def velocity_change(block: Block) -> Array:
    """Change of velocity in the impact, gravity taken as the mean of what is before and after.

    Unit: m/s
    Formula: |Σ around (a − b̄)| / rate, b̄ the mean of the samples before and after
    Source: delta-v of crash reconstruction
    Constant: 0
    """
    impact = block.derive(Impact)
    outside = impact.counts.sum(axis=0)
    rest = impact.sums.sum(axis=0)
    around = -rest - (block.length - outside) * rest / np.maximum(outside, 1)
    return np.sqrt((around**2).sum(axis=0)) / block.rate_hz


@feature(channels=("impact",), scale=10.0, invariant=True)
def tilt_change(block: Block) -> Array:
    """Angle between the mean acceleration before and after the impact: upright, then on its side.

    Unit: °
    Formula: ∠(ā before, ā after)
    Source: geometry
    Constant: 0, also where nothing is before or after, or a mean is below 0.01 m/s²
    """
    impact = block.derive(Impact)
    before, after = block.mean[:3] + impact.sums / np.maximum(impact.counts, 1)[:, None]
    return where((impact.counts > 0).all(axis=0), angle_deg(before, after))


def _energy(block: Block) -> Array:
    impact = block.derive(Impact)
    return impact.energies / np.maximum(impact.counts, 1)
