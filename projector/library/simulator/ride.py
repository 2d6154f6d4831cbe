"""One ride after the other, each from nothing but the seed and its own number.

Ride 7 is the same ride whether ten or ten thousand are made, and only one is in memory at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import Recording
from projector.domain.progress import Progress, silent
from projector.library.simulator import population
from projector.library.simulator.events import EVENTS
from projector.library.simulator.labels import ANNOTATORS, Truth, annotations, truths
from projector.library.simulator.motion import STATE_HZ, riding
from projector.library.simulator.population import Generator, Rider
from projector.library.simulator.script import ACCIDENTS, PARKED, write_script
from projector.library.simulator.streams import Gap, streams

FIRST_DAY = datetime(2026, 4, 6)
_RIDERS, _RIDES, _DEAL, _LABELS = range(4)  # branches of the seed


@dataclass(frozen=True)
class Settings:
    """What kind of rides.

    minutes     mean length of a ride; each is 0.75 to 1.25 of it
    accidents   share of rides that end in a fall or a crash
    drops       share of rides on which the phone is dropped
    wrong_labels  share of annotations that are wrong
    gaps        share of rides, of those with stamps, in which the recording pauses for some seconds
    gyro        whether phones that have a gyro record it
    gps         whether speed is recorded
    """

    minutes: float = 5.0
    seed: int = 1
    riders: int = 16
    accidents: float = 0.5
    drops: float = 0.4
    wrong_labels: float = 0.03
    gaps: float = 0.2
    gyro: bool = True
    gps: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= 24 * 60:
            raise InputError("a simulated ride takes 1 minute to 24 hours")
        if self.seed < 0 or self.riders < 1:
            raise InputError("the seed must not be negative, and there must be at least one rider")
        for name in ("accidents", "drops", "wrong_labels", "gaps"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"the share of {name.replace('_', ' ')} must be 0 to 1")


@dataclass(frozen=True, eq=False)
class SimulatedRide:
    """A recording, and the truth about its annotations, row for row."""

    recording: Recording
    truth: tuple[Truth, ...]


def simulate(rides: int, settings: Settings, progress: Progress = silent) -> Iterator[Recording]:
    """The recordings of rides 1 … `rides`."""
    return (ride.recording for ride in simulated_rides(rides, settings, progress))


def simulated_rides(rides: int, settings: Settings, progress: Progress = silent) -> Iterator[SimulatedRide]:
    """Rides 1 … `rides` with their truth, in order, each made when it is asked for."""
    if rides < 1:
        raise InputError("at least one ride must be simulated")
    for number in range(rides):
        progress(number, rides, "simulating rides")
        yield simulated_ride(number, settings)
    progress(rides, rides, "simulating rides")


def simulated_ride(number: int, settings: Settings) -> SimulatedRide:
    """The ride `number`, from 0."""
    rng = _generator(settings.seed, _RIDES, number)
    who = int(rng.integers(settings.riders))
    rider = population.rider(who, _generator(settings.seed, _RIDERS, who))
    road = population.road(rng)
    seconds = 60 * settings.minutes * rng.uniform(0.75, 1.25)
    ending, drop = _dealt(number, settings)
    phases = write_script(rng, road, rider, seconds, ending, drop)
    motion = riding(phases, road, rider.mount, rng)
    for phase in phases:
        if phase.kind in EVENTS:
            EVENTS[phase.kind](motion, phase, rng)
    ride_id = f"ride_{number + 1:04d}"
    scribe = _generator(settings.seed, _LABELS, number)
    truth = truths(ride_id, phases, settings.wrong_labels, scribe)
    gap = _gap(phases[-1].stop_s, settings.gaps, rng)
    metadata: dict[str, str | float] = {
        "rider": rider.name,
        "motorcycle": rider.motorcycle.name,
        "phone": rider.phone.name,
        "mount": rider.mount.name,
        "road": road.name,
        "distance_km": round(float(np.sum(motion.speed)) / STATE_HZ / 1000, 2),
    }
    recording = Recording(
        id=ride_id,
        streams=tuple(streams(motion, rider, gap, settings.gyro, settings.gps, rng)),
        annotations=annotations(truth, ANNOTATORS[int(scribe.integers(len(ANNOTATORS)))]),
        metadata=metadata,
        start=_start(number, rider, rng),
        source=f"projector simulate, seed {settings.seed}, ride {number + 1}",
    )
    return SimulatedRide(recording, truth)


def _generator(seed: int, branch: int, number: int) -> Generator:
    """SFC64, the fastest of numpy's generators for normal numbers."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(branch, number))))


def _dealt(number: int, settings: Settings) -> tuple[str, bool]:
    """How a ride ends and whether the phone is dropped: dealt evenly, not drawn.

    Multiples of an irrational number, modulo 1, fill the interval evenly (Weyl), so that a dozen rides
    already hold every kind, and a ride's hand still depends on nothing but its own number.
    """
    end, kind, drop = (_generator(settings.seed, _DEAL, 0).random(3) + number * np.sqrt([5, 2, 3])) % 1
    ending = ACCIDENTS[int(kind * len(ACCIDENTS))] if end < settings.accidents else PARKED
    return ending, bool(drop < settings.drops)


def _start(number: int, rider: Rider, rng: Generator) -> datetime:
    """Four rides a day, one in each four hours from 6 to 22 o'clock."""
    zone = timezone(timedelta(hours=rider.utc_offset_h))
    day = FIRST_DAY + timedelta(
        days=number // 4, hours=6 + 4 * (number % 4), seconds=int(rng.integers(14400))
    )
    return day.replace(tzinfo=zone)


def _gap(seconds: float, share: float, rng: Generator) -> Gap | None:
    """A pause of 1.5 to 8 s, as when the phone puts the recorder to sleep."""
    luck, start_s, length_s = rng.random(), rng.uniform(0.1, 0.6) * seconds, rng.uniform(1.5, 8)
    return (start_s, start_s + length_s) if luck < share else None
