"""What happens on a ride: a list of phases, each with its label, its length and the speed it leads to.

The script knows nothing of accelerations; it is what a rider could tell afterwards, and what the true labels
are made from. Durations in seconds, speeds in m/s.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from projector.library.simulator.population import Generator, Rider, Road

LABELS = ("normal", "braking", "cornering", "pothole", "stop", "phone pick-up", "phone drop", "fall", "crash")
ACCIDENTS = ("low-side", "high-side", "crash")
PARKED = "parked"

# phase → the label that an annotator who saw it would give
LABEL_OF = {
    "cruise": "normal",
    "accelerate": "normal",
    "brake": "braking",
    "corner": "cornering",
    "potholes": "pothole",
    "speed bump": "pothole",
    "stop": "stop",
    "pick-up": "phone pick-up",
    "put back": "phone pick-up",
    "drop": "phone drop",
    "drop on the road": "phone drop",
    "low-side": "fall",
    "high-side": "fall",
    "crash": "crash",
    "lying": "stop",
}


@dataclass(frozen=True)
class Phase:
    """One thing that happens in [start_s, stop_s): speed goes from `speed[0]` to `speed[1]`.

    lean    rad, a corner's lean, positive to the left
    """

    kind: str
    start_s: float
    stop_s: float
    speed: tuple[float, float]
    lean: float = 0.0

    @property
    def label(self) -> str:
        return LABEL_OF[self.kind]


@dataclass
class Pen:
    """Writes phases one after another."""

    rng: Generator
    road: Road
    rider: Rider
    time_s: float = 0.0
    speed: float = 0.0
    phases: list[Phase] = field(default_factory=list)

    def add(self, kind: str, seconds: float, speed: float | None = None, lean: float = 0.0) -> None:
        target = self.speed if speed is None else speed
        stop_s = self.time_s + seconds
        self.phases.append(Phase(kind, self.time_s, stop_s, (self.speed, target), lean))
        self.time_s, self.speed = stop_s, target

    def draw(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def cruising_speed(self) -> float:
        return self.draw(*self.road.speeds)

    def reach(self, speed: float) -> None:
        """Get to a speed the gentle way, which nobody would label as braking."""
        change = speed - self.speed
        rate = self.draw(1.4, 2.6) * self.rider.spirit if change > 0 else self.draw(0.8, 1.4)
        if abs(change) > 0.5:
            self.add("accelerate", abs(change) / rate, speed)


def _cruise(pen: Pen) -> None:
    pen.reach(pen.cruising_speed())
    pen.add("cruise", pen.draw(4, 14))


def _brake(pen: Pen) -> None:
    """3 to 6.5 m/s²: more than rolling off the throttle, less than an emergency."""
    pen.reach(max(pen.cruising_speed(), pen.speed))
    _brake_to(pen, pen.speed * pen.draw(0.25, 0.5))


def _brake_to(pen: Pen, speed: float) -> None:
    rate = pen.draw(3.0, 5.2) * (0.5 + 0.5 * pen.rider.spirit)
    pen.add("brake", max((pen.speed - speed) / rate, 1.2), speed)


def _corner(pen: Pen) -> None:
    pen.reach(min(pen.cruising_speed(), 26.0))
    for _ in range(int(pen.rng.integers(1, 4))):
        side = 1.0 if pen.rng.random() < 0.5 else -1.0
        lean = np.radians(pen.draw(14, 34)) * min(pen.rider.spirit, 1.15)
        pen.add("corner", pen.draw(3, 7), lean=side * lean)


def _potholes(pen: Pen) -> None:
    if pen.speed < 6:
        pen.reach(pen.cruising_speed())
    pen.add("cruise", pen.draw(1, 4))
    pen.add("potholes", pen.draw(2.6, 6))


def _speed_bump(pen: Pen) -> None:
    pen.reach(pen.draw(5, 8.5))
    pen.add("speed bump", pen.draw(2.6, 3.6))


def _stop(pen: Pen) -> None:
    if pen.speed < 6:
        pen.reach(pen.cruising_speed())
    _brake_to(pen, 0.0)
    pen.add("stop", pen.draw(4, 12))
    if pen.rng.random() < 0.25:
        _look_at_phone(pen)


def _look_at_phone(pen: Pen) -> None:
    pen.add("pick-up", pen.draw(2.8, 5))
    pen.add("put back", pen.draw(1.6, 2.6))
    pen.add("stop", pen.draw(2, 5))


MANOEUVRES: dict[str, Callable[[Pen], None]] = {
    "cruise": _cruise,
    "brake": _brake,
    "corner": _corner,
    "potholes": _potholes,
    "speed_bump": _speed_bump,
    "stop": _stop,
}


def _drop(pen: Pen) -> None:
    """A hard negative: the phone falls from the hand at a stop, or out of the bracket while riding."""
    if pen.rider.mount.name == "handlebar" and pen.rng.random() < 0.6:
        if pen.speed < 5:
            pen.reach(pen.cruising_speed())
        pen.add("cruise", pen.draw(2, 5))
        pen.add("drop on the road", pen.draw(4, 5.5), 0.0)
        pen.add("lying", pen.draw(5, 12))
    else:
        if pen.speed > 0:
            _brake_to(pen, 0.0)
        pen.add("stop", pen.draw(2, 5))
        pen.add("pick-up", pen.draw(2.6, 4))
        pen.add("drop", pen.draw(3.4, 5))
    pen.add("pick-up", pen.draw(2.6, 3.6))
    pen.add("put back", pen.draw(1.6, 2.4))
    pen.add("stop", pen.draw(3, 6))


def _park(pen: Pen, until_s: float) -> None:
    if pen.speed > 0:
        _brake_to(pen, 0.0)
    pen.add("stop", max(until_s - pen.time_s - 5, 3))
    pen.add("pick-up", 5)


def _fall(pen: Pen, kind: str, until_s: float) -> None:
    """Into a corner on one's side, or straight into an obstacle, then lying there; some are picked up."""
    pen.reach(max(pen.draw(8, 16), pen.speed * 0.6))
    if kind == "crash":
        pen.add("cruise", pen.draw(2, 5))
        if pen.rng.random() < 0.5:
            pen.add("brake", pen.draw(0.8, 1.4), pen.speed * 0.65)
    else:
        side = 1.0 if pen.rng.random() < 0.5 else -1.0
        pen.add("corner", pen.draw(2.5, 4), lean=side * np.radians(pen.draw(22, 34)))
    pen.add(kind, pen.draw(4.2, 5.6), 0.0, lean=pen.phases[-1].lean)
    helped = pen.rng.random() < 0.4
    pen.add("lying", max(until_s - pen.time_s - (5 if helped else 0), 8))
    if helped:
        pen.add("pick-up", 5)


def write_script(
    rng: Generator, road: Road, rider: Rider, seconds: float, ending: str, drop: bool
) -> tuple[Phase, ...]:
    """The phases of one ride, without a gap from 0 s to about `seconds`.

    ending  one of ACCIDENTS, or PARKED
    drop    whether the phone is dropped on the way
    """
    pen = Pen(rng, road, rider)
    names, likely = tuple(road.habits), np.cumsum(list(road.habits.values()))
    tail = min(pen.draw(18, 45), 0.3 * seconds) if ending in ACCIDENTS else 14.0
    drop_at = pen.draw(0.2, 0.6) * (seconds - tail - 10) if drop else np.inf
    pen.add("stop", pen.draw(3, 8))
    pen.reach(pen.cruising_speed())
    while pen.time_s < seconds - tail - 10:
        if pen.time_s > drop_at:
            _drop(pen)
            drop_at = np.inf
        else:
            MANOEUVRES[names[int(np.searchsorted(likely, rng.random() * likely[-1], "right"))]](pen)
    if ending in ACCIDENTS:
        _fall(pen, ending, seconds)
    else:
        _park(pen, seconds)
    return tuple(pen.phases)
