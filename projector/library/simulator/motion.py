"""The slow part of a ride: the bike moves and leans, and the phone in its mount feels it, 25 times a second.

A rider's doing lies below 3 Hz, so that straight lines between these states lose nothing; what is
faster is made at the sensor's own rate in `vibration`. Events overwrite stretches of these arrays.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from projector.library.simulator.population import Generator, Mount, Road
from projector.library.simulator.script import ACCIDENTS, Phase

Floats = npt.NDArray[np.float64]
STATE_HZ = 25.0
G = 9.80665  # m/s², standard gravity

# m/s², how fast speed goes where something else than the brake ends it (chosen: sliding metal, an
# obstacle and then the ground, a phone on asphalt)
SUDDEN = {"low-side": 4.5, "high-side": 5.5, "crash": 14.0, "drop on the road": 15.0}
DIVE = 0.006  # rad of pitch per m/s² of braking: 5 m/s² compress the fork by about 1.7°
LEAN_HEIGHT = 0.8  # m, how high above the ground the phone swings when the bike leans over
STANDING = 1.2  # m/s, below which a foot is down


@dataclass(frozen=True)
class Pulse:
    """A knock: a half-sine of `seconds` with this peak, m/s² on the phone's axes."""

    at_s: float
    seconds: float
    peak: Floats


@dataclass(frozen=True)
class Hit:
    """A pothole (height below 0) or a bump under the wheels: height and length in m."""

    at_s: float
    height: float
    length: float


@dataclass
class Motion:
    """The state of a ride at i / STATE_HZ, i = 0 … m - 1, and what happens faster than that.

    force   (m, 3) specific force on the phone's axes, m/s²
    turn    (m, 3) angular rate on the phone's axes, rad/s
    speed   (m,) of the phone, m/s
    rough   (m,) Gd(n0) of the road under the wheels, m³
    carried (m,) share of the bike's vibration that reaches the phone: 1 in its mount, 0 off it
    shake   (m,) m/s² rms of broadband shaking on top: a hand's tremor, scraping along the road
    """

    force: Floats
    turn: Floats
    speed: Floats
    rough: Floats
    carried: Floats
    shake: Floats
    axes: Floats
    pulses: list[Pulse] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)

    def span(self, start_s: float, stop_s: float) -> slice:
        """The states of a stretch of time, at least one; a stretch to the ride's end has the last one too."""
        m = len(self.speed)
        first = min(max(round(start_s * STATE_HZ), 0), m - 1)
        after = m if stop_s * STATE_HZ > m - 2 else round(stop_s * STATE_HZ)
        return slice(first, max(after, first + 1))

    def on_phone(self, *bike: float) -> Floats:
        """A vector on the bike's axes (x forward, y left, z up), on the phone's axes in its mount."""
        return np.asarray(self.axes @ np.array(bike))


def mount_axes(mount: Mount, rng: Generator) -> Floats:
    """The phone's axes as rows, in the bike's axes: the mount's, a little off as it was put there today."""
    turn = rng.normal(0, mount.scatter / np.sqrt(3), 3)
    angle = float(np.linalg.norm(turn))
    cross = _cross_matrix(turn / angle)
    today = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
    orthogonal, _ = np.linalg.qr(np.array(mount.axes, float).T)
    signs = np.sign(np.sum(orthogonal * np.array(mount.axes, float).T, axis=0))
    return np.asarray((orthogonal * signs).T @ today)


def _cross_matrix(v: Floats) -> Floats:
    return np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])


def riding(phases: tuple[Phase, ...], road: Road, mount: Mount, rng: Generator) -> Motion:
    """The ride as if the phone stayed in its mount and the bike on its wheels."""
    m = int(np.ceil(phases[-1].stop_s * STATE_HZ)) + 1
    speed = _speed(phases, m, rng)
    distance = np.cumsum(speed) / STATE_HZ
    low, high = np.log(road.roughness)
    rough = np.exp(_along(distance, 200, lambda n: rng.uniform(low, high, n)))
    grade = _along(distance, 150, lambda n: rng.normal(0, 0.025, n))
    bends = _along(distance, 70, lambda n: rng.normal(0, 0.05, n))
    lean = _lean(phases, m) + bends * np.minimum(speed / 8, 1)
    pitch = grade - DIVE * _rate(speed) + _body(speed, mount, m, rng)
    force, turn = _felt(speed, lean, pitch)
    force[:, 1] += G * mount.sway * _wander(m, 0.7, rng)
    axes = mount_axes(mount, rng)
    return Motion(force @ axes.T, turn @ axes.T, speed, rough, np.ones(m), np.zeros(m), axes)


def _felt(speed: Floats, lean: Floats, pitch: Floats) -> tuple[Floats, Floats]:
    """Specific force and angular rate, each (m, 3), on the axes of a leaning and pitching bike.

    In a steady turn the lean balances gravity and centripetal force (tan lean = v² / (R g)), so that the
    rider feels no sideways force, only more weight: g / cos lean. The heading turns at g tan lean / v.
    """
    upright, over = np.cos(lean), np.sin(lean)
    weight = G / upright
    heading = np.where(speed > 3, weight * over / np.maximum(speed, 3), 0)
    lean_rate = _rate(lean)
    along, roll, yaw = _rate(speed), -lean_rate, heading * upright
    c, s = np.cos(pitch), np.sin(pitch)
    sideways = LEAN_HEIGHT * _rate(lean_rate)
    force = np.stack([along * c - weight * s, sideways, along * s + weight * c], axis=1)
    turn = np.stack([roll * c - yaw * s, _rate(pitch) - heading * over, roll * s + yaw * c], axis=1)
    return force, turn


def _speed(phases: tuple[Phase, ...], m: int, rng: Generator) -> Floats:
    """Speed through the phases' targets, rounded off over half a second, with the wander of a right hand."""
    times, speeds = map(np.array, zip(*_knots(phases), strict=True))
    time = np.arange(m) / STATE_HZ
    plain = np.interp(time, times, speeds)
    ends = [np.searchsorted(time, phase.start_s) for phase in phases if phase.kind in SUDDEN]
    smooth = _smooth(_smooth(plain, 0.4), 0.3) * (1 + 0.012 * _smooth(_wander(m, 2.5, rng), 0.6))
    for first in ends:  # what ends suddenly isn't rounded off
        smooth[first:] = np.minimum(smooth[first:], plain[first:])
    return np.maximum(smooth, 0)


def _knots(phases: tuple[Phase, ...]) -> Iterator[tuple[float, float]]:
    for phase in phases:
        before, after = phase.speed
        yield phase.start_s, before
        if phase.kind in SUDDEN:
            seconds = min((before - after) / SUDDEN[phase.kind], phase.stop_s - phase.start_s - 0.1)
            yield phase.start_s + max(seconds, 0.05), after
        yield phase.stop_s, after


def _lean(phases: tuple[Phase, ...], m: int) -> Floats:
    """Into each corner and out of it within about a second, except where the corner ends in a fall."""
    lean = np.zeros(m)
    following = [*(phase.kind for phase in phases[1:]), ""]
    for phase, after in zip(phases, following, strict=True):
        if phase.kind != "corner":
            continue
        first, last = (round(at * STATE_HZ) for at in (phase.start_s, phase.stop_s))
        left = np.arange(last - first) / STATE_HZ
        right = np.inf if after in ACCIDENTS else left[::-1]
        lean[first:last] = phase.lean * np.clip(np.minimum(left, right) / 0.9, 0, 1)
        if after in ACCIDENTS:
            lean[last:] = phase.lean
    return _smooth(_smooth(lean, 0.5), 0.4)


def _body(speed: Floats, mount: Mount, m: int, rng: Generator) -> Floats:
    """Pitch of the phone against the bike: the rider's sway, and the leg that goes down at a stop."""
    sway = mount.sway * _wander(m, 0.9, rng)
    return sway + mount.leg * _smooth((speed < STANDING).astype(float), 0.9) if mount.leg else sway


def _along(distance: Floats, every_m: float, draw: Callable[[int], Floats]) -> Floats:
    """A property of the road, drawn every so many metres and linear between."""
    count = int(distance[-1] / every_m) + 2
    return np.interp(distance, np.arange(count) * every_m, draw(count))


def _wander(m: int, every_s: float, rng: Generator) -> Floats:
    """Slow noise of about unit size: normal numbers every so many seconds, linear between."""
    count = int(m / STATE_HZ / every_s) + 2
    return np.interp(np.arange(m) / STATE_HZ, np.arange(count) * every_s, rng.standard_normal(count))


def _smooth(values: Floats, seconds: float) -> Floats:
    """Running mean over an odd number of states; the ends are continued."""
    half = max(round(seconds * STATE_HZ / 2), 1)
    total = np.concatenate([[0.0], np.cumsum(np.pad(values, half, mode="edge"))])
    width = 2 * half + 1
    return np.asarray((total[width:] - total[:-width]) / width)


def _rate(values: Floats) -> Floats:
    """Change per second; none at the ends."""
    rate = np.zeros_like(values)
    np.subtract(values[2:], values[:-2], out=rate[1:-1])
    rate *= STATE_HZ / 2
    return rate
