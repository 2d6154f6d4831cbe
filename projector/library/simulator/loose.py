"""A phone off its mount, as it feels it: which way is up in its own axes, how much weight, which knocks.

Directions are unit vectors on the phone's axes; rotations are about an axis that stays put in the phone. A
knock's size follows from the speed that it ends: a half-sine of length T that changes speed by dv has the
peak pi dv / (2 T).
"""

import numpy as np

from projector.library.simulator.motion import STATE_HZ, Floats, G, Motion, Pulse
from projector.library.simulator.population import Generator
from projector.library.simulator.script import Phase


class Loose:
    """Paints a phone that is off its mount onto a motion, from one moment to the next."""

    def __init__(self, motion: Motion, phase: Phase) -> None:
        self.motion, self.time_s = motion, phase.start_s
        self.up = unit(motion.force[max(motion.span(phase.start_s, phase.start_s).start - 1, 0)])

    def turn_to(
        self,
        seconds: float,
        up: Floats,
        *,
        turns: float = 0.0,
        weight: float = 1.0,
        shake: float = 0.0,
        radius: float = 0.0,
        even: bool = False,
        push: Floats | None = None,
    ) -> None:
        """Turn until `up` (a unit vector on the phone's axes) points up, and on about that axis by `turns`.

        weight  share of gravity that is felt: 1 supported, 0 in free fall
        shake   broadband shaking, m/s² rms
        radius  m from the centre of rotation, which presses outwards with omega² r
        even    at a constant rate, as in flight; else starting and ending gently
        push    m/s² on the phone's axes on top
        """
        here = self.motion.span(self.time_s, self.time_s + seconds)
        axis, angle = _way(self.up, up)
        total = angle + 2 * np.pi * turns
        n = here.stop - here.start
        share = np.arange(1, n + 1) / n
        eased = share if even else share * share * (3 - 2 * share)
        rate = total * STATE_HZ / n * (np.ones(n) if even else 6 * share * (1 - share))
        direction = _turned(self.up, axis, eased * total)
        self.motion.force[here] = weight * G * direction + (radius * rate**2)[:, None] * _across(axis)
        if push is not None:
            self.motion.force[here] += push
        self.motion.turn[here] = -rate[:, None] * axis
        self.motion.carried[here], self.motion.shake[here] = 0.0, shake
        self.up, self.time_s = direction[-1], self.time_s + seconds

    def stay(self, seconds: float, shake: float = 0.0) -> None:
        """Keep the direction, on the ground or in a hand."""
        self.turn_to(seconds, self.up, shake=shake)

    def knock(self, seconds: float, speed_change: float, direction: Floats) -> None:
        """An impact at this moment that changes speed by m/s within `seconds`."""
        peak = np.pi * speed_change / (2 * seconds)
        self.motion.pulses.append(Pulse(self.time_s, seconds, peak * unit(direction)))

    def lie(self, until_s: float) -> None:
        """Rest where it is until this time of the ride."""
        self.stay(max(until_s - self.time_s, 1 / STATE_HZ))


def unit(v: Floats) -> Floats:
    return np.asarray(v / np.sqrt(v @ v))


def _cross(a: Floats, b: Floats) -> Floats:
    """numpy's own takes fifty times as long for a single pair."""
    (a0, a1, a2), (b0, b1, b2) = a, b
    return np.array([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0])


def anywhere(rng: Generator) -> Floats:
    return unit(rng.normal(size=3))


def near(v: Floats, angle: float, rng: Generator) -> Floats:
    return unit(v + angle * rng.normal(size=3))


def flat(rng: Generator) -> Floats:
    """On its back or its face, on a road that isn't quite level."""
    return near(np.array([0, 0, rng.choice([1.0, -1.0])]), 0.04, rng)


def reading_pose(rng: Generator) -> Floats:
    """Held in front of the chest: the top half up, the screen half up."""
    return near(np.array([0.0, 0.6, 0.8]), 0.15, rng)


def _across(axis: Floats) -> Floats:
    """A unit vector at a right angle to a unit vector."""
    other = np.array([1.0, 0, 0]) if abs(axis[0]) < 0.7 else np.array([0, 1.0, 0])
    return unit(_cross(axis, other))


def _way(start: Floats, end: Floats) -> tuple[Floats, float]:
    """The axis and the angle of the shortest turn between two unit vectors; any axis if there is none."""
    cross = _cross(start, end)
    size = float(np.sqrt(cross @ cross))
    axis = cross / size if size > 1e-9 else _across(start)
    return axis, float(np.arctan2(size, np.dot(start, end)))


def _turned(v: Floats, axis: Floats, angle: Floats) -> Floats:
    """Rodrigues' rotation of one vector about a unit axis by many angles: (n, 3)."""
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.asarray(v * c + _cross(axis, v) * s + axis * (axis @ v) * (1 - c))
