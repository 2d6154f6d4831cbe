"""Who rides: a handful of motorcycles, phones, mounts, roads, and riders who each own one of the first three.

All of it is made up (chosen to span what recordings differ by, not after any product). A rider keeps the same
motorcycle, phone and mount, as people do; only the road and the day change from ride to ride.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

Generator = np.random.Generator


@dataclass(frozen=True)
class Motorcycle:
    """An engine's shaking and gearing.

    orders      (multiple of the crankshaft's frequency, m/s² at 5,000 rpm), always three of them
    gears       engine revolutions per minute for each m/s of speed, first gear first
    """

    name: str
    orders: tuple[tuple[float, float], ...]
    gears: tuple[float, ...]
    idle_rpm: float
    shift_rpm: float
    wheelbase_m: float


@dataclass(frozen=True)
class Phone:
    """A sensor: declared rate, range, resolution, and how it stamps time.

    step        m/s² between two neighbouring readings
    noise       m/s², rms of a sample at rest
    tick_s      resolution of the stamps; None for an app that keeps a rate and no stamps
    """

    name: str
    rate_hz: float
    range_g: float
    step: float
    noise: float
    gyro: bool
    tick_s: float | None


@dataclass(frozen=True)
class Mount:
    """Where the phone is: how it is turned, and what it passes on of the bike's shaking.

    axes        the phone's x, y, z axes, each as a vector in the bike's axes
    scatter     rad, how differently it is put there every time
    natural_hz, damping   of the phone on its mount, as a mass on a spring and damper
    sway        rad, slow wobble with the rider's body
    leg         rad, by how much the phone turns when a foot goes down at a stop
    rattle      share of the bike's shaking that comes back as noise on all axes
    """

    name: str
    axes: tuple[tuple[float, float, float], ...]
    scatter: float
    natural_hz: float
    damping: float
    sway: float
    leg: float
    rattle: float


@dataclass(frozen=True)
class Road:
    """How rough, how fast, and how often what happens.

    roughness   range of Gd(n0) in m³ at n0 = 0.1 cycles/m; the geometric means of ISO 8608's classes
                are 16e-6 (A), 64e-6 (B), 256e-6 (C), 1024e-6 (D)
    speeds      m/s, the range of cruising speeds
    habits      manoeuvre (a name in script.MANOEUVRES) → how often, relative to the others
    """

    name: str
    roughness: tuple[float, float]
    speeds: tuple[float, float]
    habits: Mapping[str, float]


@dataclass(frozen=True)
class Rider:
    """spirit is 0.7 for the gentle and 1.3 for the brisk: it scales acceleration, braking and lean."""

    name: str
    motorcycle: Motorcycle
    phone: Phone
    mount: Mount
    spirit: float
    utc_offset_h: int


MOTORCYCLES = (
    Motorcycle(
        "naked 700 twin", ((0.5, 0.25), (1, 1.1), (2, 0.7)), (430, 290, 225, 187, 163, 144), 1250, 5500, 1.40
    ),
    Motorcycle(
        "tourer 900 triple",
        ((1, 0.5), (1.5, 0.8), (3, 0.4)),
        (400, 275, 215, 178, 155, 137),
        1200,
        5200,
        1.50,
    ),
    Motorcycle(
        "sport 600 four", ((1, 0.3), (2, 0.9), (4, 0.4)), (560, 400, 315, 265, 235, 214), 1350, 7500, 1.38
    ),
    Motorcycle(
        "adventure 1250 boxer",
        ((0.5, 0.2), (1, 0.9), (2, 0.5)),
        (340, 220, 165, 134, 115, 102),
        1050,
        4600,
        1.52,
    ),
    Motorcycle(
        "classic 400 single", ((0.5, 0.6), (1, 1.9), (2, 0.8)), (520, 340, 250, 200, 170), 1350, 5200, 1.40
    ),
    Motorcycle("scooter 300", ((0.5, 0.3), (1, 1.3), (2, 0.5)), (420, 250), 1500, 6000, 1.35),
)

PHONES = (
    Phone("Moor X", 100, 8, 8 * 9.80665 / 2**13, 0.025, True, 1e-6),
    Phone("Kite 3", 50, 8, 8 * 9.80665 / 2**11, 0.060, False, 1e-3),
    Phone("Tern Pro", 200, 16, 16 * 9.80665 / 2**15, 0.020, True, 1e-6),
    Phone("Kite 5", 100, 16, 16 * 9.80665 / 2**13, 0.035, False, 1e-6),
    Phone("Moor Lite", 100, 8, 8 * 9.80665 / 2**12, 0.045, False, None),
)

# The handlebar's bracket holds the screen towards the rider; the tank bag lies almost flat; in the trouser
# pocket the top points down along a thigh that slopes down to the front and the screen looks outwards.
MOUNTS = (
    Mount("handlebar", ((0, -1, 0), (0.77, 0, 0.64), (-0.64, 0, 0.77)), 0.08, 75, 0.20, 0.004, 0.0, 0.10),
    Mount("tank bag", ((0, -1, 0), (0.98, 0, 0.20), (-0.20, 0, 0.98)), 0.15, 11, 0.40, 0.010, 0.0, 0.05),
    Mount("pocket", ((0.42, 0, 0.91), (0.91, 0, -0.42), (0, 1, 0)), 0.35, 6, 0.50, 0.030, 0.75, 0.03),
)

ROADS = (
    Road(
        "city",
        (32e-6, 200e-6),
        (8, 15),
        {"cruise": 2, "brake": 1.5, "corner": 2, "potholes": 1.2, "speed_bump": 1, "stop": 2.5},
    ),
    Road(
        "country",
        (12e-6, 90e-6),
        (14, 26),
        {"cruise": 3, "brake": 1.5, "corner": 4, "potholes": 0.8, "speed_bump": 0.1, "stop": 0.4},
    ),
    Road(
        "motorway",
        (6e-6, 30e-6),
        (24, 36),
        {"cruise": 5, "brake": 1.2, "corner": 1, "potholes": 0.4, "speed_bump": 0, "stop": 0.2},
    ),
    Road(
        "gravel",
        (250e-6, 700e-6),
        (6, 13),
        {"cruise": 2, "brake": 1.2, "corner": 2.5, "potholes": 2, "speed_bump": 0, "stop": 0.8},
    ),
)
ROAD_SHARES = (0.42, 0.33, 0.13, 0.12)


def rider(number: int, rng: Generator) -> Rider:
    """Rider `number`, the same for the same generator.

    Phones and mounts go round so that few riders already show all of them; the rest is drawn.
    """
    return Rider(
        name=f"rider_{number + 1:02d}",
        motorcycle=MOTORCYCLES[int(rng.integers(len(MOTORCYCLES)))],
        phone=PHONES[number % len(PHONES)],
        mount=MOUNTS[number % len(MOUNTS)],
        spirit=float(rng.uniform(0.7, 1.3)),
        utc_offset_h=int(rng.choice([1, 2, 2])),
    )


def road(rng: Generator) -> Road:
    """One of the roads, as often as people ride on each."""
    return ROADS[int(np.searchsorted(np.cumsum(ROAD_SHARES[:-1]), rng.random(), "right"))]
