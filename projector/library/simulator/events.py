"""What breaks a ride's steadiness: potholes, hands, drops, falls and crashes, each a plain sequence.

Lengths, heights and peaks are drawn from ranges that are chosen and stand in each event's own lines.
"""

from collections.abc import Callable

import numpy as np

from projector.library.simulator.loose import Loose, anywhere, flat, near, reading_pose, unit
from projector.library.simulator.motion import SUDDEN, G, Hit, Motion
from projector.library.simulator.population import Generator
from projector.library.simulator.script import Phase

TREMOR = 0.25  # m/s² rms of a hand that holds a phone (chosen)


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
    phone.turn_to(rng.uniform(0.7, 1.2), reading_pose(rng), shake=3 * TREMOR)
    arm = rng.normal(0, 1.6, 3) * np.sin(np.linspace(0, 2 * np.pi, lifted.stop - lifted.start))[:, None]
    motion.force[lifted] += arm
    while phone.time_s < phase.stop_s:
        phone.turn_to(min(0.8, phase.stop_s - phone.time_s + 1e-9), near(phone.up, 0.08, rng), shake=TREMOR)


def put_back(motion: Motion, phase: Phase, rng: Generator) -> None:
    """From the hand into the mount, with a click at the end."""
    phone = Loose(motion, phase)
    after = motion.span(phase.stop_s, phase.stop_s).start
    seat = unit(motion.force[after])
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
        phone.turn_to(rng.uniform(0.1, 0.3), anywhere(rng), turns=0.5, weight=0.5, shake=14, radius=0.02)
        phone.knock(0.008, rng.uniform(0.4, 1.5), anywhere(rng))
    phone.turn_to(0.3, flat(rng), shake=2)
    phone.lie(phase.stop_s)


def lying(motion: Motion, phase: Phase, rng: Generator) -> None:
    """On the ground, the way it came to rest."""
    Loose(motion, phase).lie(phase.stop_s)


def low_side(motion: Motion, phase: Phase, rng: Generator) -> None:
    """The tyre slips in a lean: down on the side within half a second, sliding, rest 60 to 90° over."""
    phone = Loose(motion, phase)
    side = 1.0 if phase.lean >= 0 else -1.0
    over = np.radians(rng.uniform(68, 92))
    on_side = near(motion.on_phone(0, -side * np.sin(over), np.cos(over)), 0.1, rng)
    phone.turn_to(rng.uniform(0.35, 0.6), on_side, weight=0.75, shake=1.5)
    phone.knock(rng.uniform(0.03, 0.06), rng.uniform(0.9, 2.0), on_side + 0.5 * anywhere(rng))
    friction = SUDDEN["low-side"]
    slide = min(phase.speed[0] / friction, phase.stop_s - phone.time_s - 1.5)
    for share, rough in ((0.35, 7.0), (0.35, 4.5), (0.3, 2.0)):
        drag = motion.on_phone(-friction, 0, 0)
        phone.turn_to(share * slide, near(on_side, 0.2, rng), shake=rough * rng.uniform(0.7, 1.2), push=drag)
    phone.turn_to(0.4, near(on_side, 0.15, rng), shake=0.8)
    phone.lie(phase.stop_s)


def high_side(motion: Motion, phase: Phase, rng: Generator) -> None:
    """The sliding tyre grips again: thrown over the top, 6 to 12 g on landing, tumbling, rest anyhow."""
    phone = Loose(motion, phase)
    side = 1.0 if phase.lean >= 0 else -1.0
    slide = motion.on_phone(0, -side * np.sin(0.7), np.cos(0.7))
    phone.turn_to(rng.uniform(0.25, 0.4), slide, weight=0.9, shake=2.5)
    phone.knock(rng.uniform(0.1, 0.16), rng.uniform(1.8, 3.0), motion.on_phone(0, side, 1.0))
    phone.turn_to(0.12, motion.on_phone(0, side * 0.7, 0.7), shake=3)
    phone.turn_to(rng.uniform(0.3, 0.6), anywhere(rng), weight=0.08, radius=0.06, even=True, shake=0.4)
    _ground(phone, rng.uniform(6, 12), rng)
    _tumble(phone, rng.uniform(0.9, 1.7), rng)
    phone.lie(phase.stop_s)


def crash(motion: Motion, phase: Phase, rng: Generator) -> None:
    """Into an obstacle: 10 to 30 g for 50 to 120 ms, over the bars, the ground, tumbling, rest anyhow.

    The pulse takes away 40 to 90 % of the speed, as far as its length and the range of peaks allow.
    """
    phone = Loose(motion, phase)
    phone.turn_to(rng.uniform(0.3, 0.6), near(phone.up, 0.1, rng), shake=1.2, push=motion.on_phone(-5, 0, 0))
    seconds, lost = rng.uniform(0.05, 0.12), rng.uniform(0.4, 0.9) * phase.speed[0]
    peak = np.clip(np.pi * lost / (2 * seconds), 10 * G, 30 * G)
    phone.knock(seconds, peak * 2 * seconds / np.pi, motion.on_phone(-1, *rng.normal(0, 0.3, 2)))
    phone.turn_to(seconds, near(phone.up, 0.5, rng), shake=8)
    phone.turn_to(rng.uniform(0.2, 0.5), anywhere(rng), weight=0.1, radius=0.06, even=True, shake=0.5)
    _ground(phone, rng.uniform(5, 10), rng)
    _tumble(phone, rng.uniform(0.7, 1.6), rng)
    phone.lie(phase.stop_s)


def _land(phone: Loose, fall_s: float, rng: Generator) -> None:
    """Free fall onto hard ground at g t, then bounces that each keep a third to half of the speed."""
    speed = G * fall_s
    phone.turn_to(fall_s, anywhere(rng), turns=rng.uniform(0, 0.5), weight=0, radius=0.015, even=True)
    kept = rng.uniform(0.32, 0.5)
    while speed > 0.5:
        phone.knock(rng.uniform(0.005, 0.009), (1 + kept) * speed, anywhere(rng))
        speed *= kept
        flight = 2 * speed / G
        phone.turn_to(flight, anywhere(rng), weight=0, radius=0.015, even=True)
    phone.knock(0.008, speed, anywhere(rng))
    phone.turn_to(rng.uniform(0.1, 0.25), flat(rng), shake=1.0)


def _ground(phone: Loose, peak_g: float, rng: Generator) -> None:
    """A body or a bike lands on the road: softer and longer than a phone alone, 40 to 90 ms."""
    seconds = rng.uniform(0.04, 0.09)
    phone.knock(seconds, peak_g * G * 2 * seconds / np.pi, phone.up + 0.7 * anywhere(rng))


def _tumble(phone: Loose, seconds: float, rng: Generator) -> None:
    """Rolling out: ever slower turns about ever other axes, with a knock at each."""
    for part in np.array([0.22, 0.24, 0.26, 0.28]) * seconds:
        rest = seconds / (seconds + part)
        phone.turn_to(part, anywhere(rng), turns=rng.uniform(0, 0.4), weight=0.8, shake=6 * rest, radius=0.06)
        phone.knock(rng.uniform(0.02, 0.06), rng.uniform(0.3, 1.2), anywhere(rng))
    phone.turn_to(0.4, anywhere(rng), shake=1.5)


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
