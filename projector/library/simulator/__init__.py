"""Motorcycle rides from physics a reader can follow, for the sample library, tests and measurements.

Read it in this order; each module is one idea:

    population   who rides what, with which phone, mounted where, on which road
    script       what happens: phases with a label, a length and a speed
    motion       the bike's slow movement, 25 times a second, as the phone in its mount feels it
    loose        a phone off its mount: turning, falling, knocking
    events       potholes, hands, drops, falls, crashes
    vibration    road and engine, at the sensor's own rate
    sensor       what the phone makes of it: bandwidth, noise, range, steps, stamps
    labels       what the annotators wrote down, and the truth where they were wrong
    streams      all of that added up, block by block
    ride         the whole in order, one ride at a time

Frames: the bike's axes are x forward, y left, z up (ISO 8855), a phone's are x right, y top, z out of the
screen. An accelerometer measures specific force, so at rest the axis that points up reads +9.81 m/s².
Every number that no source is given for is chosen so that the ride looks right to people who know rides.
Arithmetic is float64 and the result is rounded to the phone's steps, which swallows the last bits in which
processors differ: the same seed gives the same bytes.
"""

from projector.library.simulator.labels import TRUTH_COLUMNS, Truth
from projector.library.simulator.ride import Settings, SimulatedRide, simulate, simulated_rides
from projector.library.simulator.script import LABELS

__all__ = ["LABELS", "TRUTH_COLUMNS", "Settings", "SimulatedRide", "Truth", "simulate", "simulated_rides"]
