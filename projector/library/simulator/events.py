"""What tears the phone out of its steady frame: potholes, hands, drops, falls and crashes.

Off its mount a phone feels only how the direction of gravity turns in its own axes, how much of its weight
is carried (none in free fall), and knocks. A knock's size follows from the speed that it ends: a half-sine
of length T that changes speed by dv has the peak pi dv / (2 T).
"""

from collections.abc import Callable

import numpy as np

from projector.library.simulator.motion import STATE_HZ, Floats, G, Hit, Motion, Pulse
from projector.library.simulator.population import Generator
from projector.library.simulator.script import Phase

TREMOR = 0.25  # m/s² rms of a hand that holds a phone (chosen)


class Loose:
    """Paints a phone that is off its mount onto a motion, from one moment to the next."""

    def __init__(self, motion: Motion, phase: Phase) -> None:
        self.motion, self.time_s = motion, phase.start_s
        self.up = _unit(motion.force[max(motion.span(phase.start_s, phase.start_s).start - 1, 0)])

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
        """Turn until `up` (a unit vector on the phone's axes) points up, by whole `turns` more on the way.

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
        self.turn_to(seconds, self.up, shake=shake)

    def knock(self, seconds: float, speed_change: float, direction: Floats) -> None:
        """An impact at this moment that changes speed by m/s within `seconds`."""
        peak = np.pi * speed_change / (2 * seconds)
        self.motion.pulses.append(Pulse(self.time_s, seconds, peak * _unit(direction)))

    def lie(self, until_s: float) -> None:
        self.stay(max(until_s - self.time_s, 1 / STATE_HZ))


def potholes(motion: Motion, phase: Phase, rng: Generator) -> None:
    """One to four holes, 2 to 5 cm deep and 0.3 to 0.8 m long."""
    for at_s in np.sort(rng.uniform(phase.start_s + 0.7, phase.stop_s - 1.0, int(rng.integers(1, 5)))):
        motion.hits.append(Hit(float(at_s), -float(rng.uniform(0.02, 0.05)), float(rng.uniform(0.3, 0.8))))


def speed_bump(motion: Motion, phase: Phase, rng: Generator) -> None:
    """One bump, 5 to 8 cm high and 0.9 to 2 m long."""
    at_s = phase.start_s + 0.35 * (phase.stop_s - phase.start_s)
    motion.hits.append(Hit(at_s, float(rng.uniform(0.05, 0.08)), float(rng.uniform(0.9, 2.0))))


def pick_up(motion: Motion, phase: Phase, rng: Generator) -> None:
    """Reached for, lifted, turned to the eyes, looked at."""
    phone = Loose(motion, phase)
    phone.stay(rng.uniform(0.2, 0.5), shake=1.5 * TREMOR)
    lifted = phone.motion.span(phone.time_s, phone.time_s + 1.2)
    phone.turn_to(rng.uniform(0.7, 1.2), _reading_pose(rng), shake=3 * TREMOR)
    arm = rng.normal(0, 1.6, 3) * np.sin(np.linspace(0, 2 * np.pi, lifted.stop - lifted.start))[:, None]
    motion.force[lifted] += arm
    while phone.time_s < phase.stop_s:
        phone.turn_to(min(0.8, phase.stop_s - phone.time_s + 1e-9), _near(phone.up, 0.08, rng), shake=TREMOR)


def put_back(motion: Motion, phase: Phase, rng: Generator) -> None:
    """From the hand into the mount, with a click at the end."""
    phone = Loose(motion, phase)
    after = motion.span(phase.stop_s, phase.stop_s).start
    seat = _unit(motion.force[after])
    phone.turn_to(phase.stop_s - phase.start_s - 0.3, seat, shake=3 * TREMOR)
    phone.knock(0.03, rng.uniform(0.1, 0.25), rng.normal(size=3))
    phone.turn_to(phase.stop_s - phone.time_s, seat, shake=2 * TREMOR)


def drop(motion: Motion, phase: Phase, rng: Generator) -> None:
    """Slips from the hand, 0.3 to 0.55 s of free fall (0.45 to 1.5 m), ground, bounces, stillness."""
    phone = Loose(motion, phase)
    phone.stay(rng.uniform(0.2, 0.6), shake=2 * TREMOR)
    _land(phone, rng.uniform(0.3, 0.55), rng)
    phone.lie(phase.stop_s)


def drop_on_the_road(motion: Motion, phase: Phase, rng: Generator) -> None:
    """Out of the bracket while riding: it falls, skips along the road, lies there."""
    phone = Loose(motion, phase)
    _land(phone, rng.uniform(0.38, 0.5), rng)
    for _ in range(int(rng.integers(2, 5))):
        phone.turn_to(rng.uniform(0.1, 0.3), _anywhere(rng), turns=0.5, weight=0.5, shake=14, radius=0.02)
        phone.knock(0.008, rng.uniform(0.4, 1.5), _anywhere(rng))
    phone.turn_to(0.3, _flat(rng), shake=2)
    phone.lie(phase.stop_s)


def lying(motion: Motion, phase: Phase, rng: Generator) -> None:
    """On the ground, the way it came to rest."""
    Loose(motion, phase).lie(phase.stop_s)


def low_side(motion: Motion, phase: Phase, rng: Generator) -> None:
    """The tyre slips in a lean: down on the side within half a second, sliding, rest 60 to 90° over."""
    phone = Loose(motion, phase)
    side = 1.0 if phase.lean >= 0 else -1.0
    over = np.radians(rng.uniform(68, 92))
    on_side = _near(motion.on_phone(0, -side * np.sin(over), np.cos(over)), 0.1, rng)
    phone.turn_to(rng.uniform(0.35, 0.6), on_side, weight=0.75, shake=1.5)
    phone.knock(rng.uniform(0.03, 0.06), rng.uniform(0.9, 2.0), on_side + 0.5 * _anywhere(rng))
    slide = min(phase.speed[0] / 4.5, phase.stop_s - phone.time_s - 1.5)
    for share, rough in ((0.35, 7.0), (0.35, 4.5), (0.3, 2.0)):
        drag = motion.on_phone(-4.5, 0, 0)
        phone.turn_to(share * slide, _near(on_side, 0.2, rng), shake=rough * rng.uniform(0.7, 1.2), push=drag)
    phone.turn_to(0.4, _near(on_side, 0.15, rng), shake=0.8)
    phone.lie(phase.stop_s)


def high_side(motion: Motion, phase: Phase, rng: Generator) -> None:
    """The sliding tyre grips again: thrown over the top, 6 to 12 g on landing, tumbling, rest anyhow."""
    phone = Loose(motion, phase)
    side = 1.0 if phase.lean >= 0 else -1.0
    slide = motion.on_phone(0, -side * np.sin(0.7), np.cos(0.7))
    phone.turn_to(rng.uniform(0.25, 0.4), slide, weight=0.9, shake=2.5)
    phone.knock(rng.uniform(0.1, 0.16), rng.uniform(1.8, 3.0), motion.on_phone(0, side, 1.0))
    phone.turn_to(0.12, motion.on_phone(0, side * 0.7, 0.7), shake=3)
    phone.turn_to(rng.uniform(0.3, 0.6), _anywhere(rng), weight=0.08, radius=0.06, even=True, shake=0.4)
    _ground(phone, rng.uniform(6, 12), rng)
    _tumble(phone, rng.uniform(0.9, 1.7), rng)
    phone.lie(phase.stop_s)


def crash(motion: Motion, phase: Phase, rng: Generator) -> None:
    """Into an obstacle: 10 to 30 g for 50 to 120 ms, over the bars, the ground, tumbling, rest anyhow.

    The pulse takes away 40 to 90 % of the speed, as far as its length and the range of peaks allow.
    """
    phone = Loose(motion, phase)
    phone.turn_to(rng.uniform(0.3, 0.6), _near(phone.up, 0.1, rng), shake=1.2, push=motion.on_phone(-5, 0, 0))
    seconds, lost = rng.uniform(0.05, 0.12), rng.uniform(0.4, 0.9) * phase.speed[0]
    peak = np.clip(np.pi * lost / (2 * seconds), 10 * G, 30 * G)
    phone.knock(seconds, peak * 2 * seconds / np.pi, motion.on_phone(-1, *rng.normal(0, 0.3, 2)))
    phone.turn_to(seconds, _near(phone.up, 0.5, rng), shake=8)
    phone.turn_to(rng.uniform(0.2, 0.5), _anywhere(rng), weight=0.1, radius=0.06, even=True, shake=0.5)
    _ground(phone, rng.uniform(5, 10), rng)
    _tumble(phone, rng.uniform(0.7, 1.6), rng)
    phone.lie(phase.stop_s)


def _land(phone: Loose, fall_s: float, rng: Generator) -> None:
    """Free fall onto hard ground at g t, then bounces that each keep a third to half of the speed."""
    speed = G * fall_s
    phone.turn_to(fall_s, _anywhere(rng), turns=rng.uniform(0, 0.5), weight=0, radius=0.015, even=True)
    kept = rng.uniform(0.32, 0.5)
    while speed > 0.5:
        phone.knock(rng.uniform(0.005, 0.009), (1 + kept) * speed, _anywhere(rng))
        speed *= kept
        flight = 2 * speed / G
        phone.turn_to(flight, _anywhere(rng), weight=0, radius=0.015, even=True)
    phone.knock(0.008, speed, _anywhere(rng))
    phone.turn_to(rng.uniform(0.1, 0.25), _flat(rng), shake=1.0)


def _ground(phone: Loose, peak_g: float, rng: Generator) -> None:
    """A body or a bike lands on the road: softer and longer than a phone alone, 40 to 90 ms."""
    seconds = rng.uniform(0.04, 0.09)
    phone.knock(seconds, peak_g * G * 2 * seconds / np.pi, phone.up + 0.7 * _anywhere(rng))


def _tumble(phone: Loose, seconds: float, rng: Generator) -> None:
    """Rolling out: ever slower turns about ever other axes, with a knock at each."""
    for part in np.array([0.22, 0.24, 0.26, 0.28]) * seconds:
        rest = seconds / (seconds + part)
        phone.turn_to(
            part, _anywhere(rng), turns=rng.uniform(0, 0.4), weight=0.8, shake=6 * rest, radius=0.06
        )
        phone.knock(rng.uniform(0.02, 0.06), rng.uniform(0.3, 1.2), _anywhere(rng))
    phone.turn_to(0.4, _anywhere(rng), shake=1.5)


def _unit(v: Floats) -> Floats:
    return np.asarray(v / np.sqrt(v @ v))


def _cross(a: Floats, b: Floats) -> Floats:
    """numpy's own takes fifty times as long for a single pair."""
    (a0, a1, a2), (b0, b1, b2) = a, b
    return np.array([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0])


def _anywhere(rng: Generator) -> Floats:
    return _unit(rng.normal(size=3))


def _near(v: Floats, angle: float, rng: Generator) -> Floats:
    return _unit(v + angle * rng.normal(size=3))


def _flat(rng: Generator) -> Floats:
    """On its back or its face, on a road that isn't quite level."""
    return _near(np.array([0, 0, rng.choice([1.0, -1.0])]), 0.04, rng)


def _reading_pose(rng: Generator) -> Floats:
    """Held in front of the chest: the top half up, the screen half up."""
    return _near(np.array([0.0, 0.6, 0.8]), 0.15, rng)


def _across(axis: Floats) -> Floats:
    """A unit vector at a right angle to a unit vector."""
    other = np.array([1.0, 0, 0]) if abs(axis[0]) < 0.7 else np.array([0, 1.0, 0])
    return _unit(_cross(axis, other))


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


EVENTS: dict[str, Callable[[Motion, Phase, Generator], None]] = {
    "potholes": potholes,
    "speed bump": speed_bump,
    "pick-up": pick_up,
    "put back": put_back,
    "drop": drop,
    "drop on the road": drop_on_the_road,
    "lying": lying,
    "low-side": low_side,
    "high-side": high_side,
    "crash": crash,
}
