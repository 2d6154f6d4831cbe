"""Where the time axis has its ticks and how a moment is written: elapsed, or by the ride's own clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

_STEPS = (
    *(m * 10.0**e for e in range(-5, 0) for m in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400),
)
DAY = 86_400.0


@dataclass(frozen=True)
class TimeAxis:
    """Elapsed seconds of a ride to text. `start`: when the ride began; with `absolute` its clock is shown."""

    start: datetime | None = None
    absolute: bool = False

    @property
    def by_clock(self) -> bool:
        """Whether clock time is shown: asked for, and the ride's start is known."""
        return self.absolute and self.start is not None

    @property
    def offset_s(self) -> float:
        """What is added to elapsed seconds: the start's seconds since midnight, or 0."""
        if not self.by_clock or self.start is None:
            return 0.0
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        return (self.start.replace(tzinfo=None) - midnight.replace(tzinfo=None)).total_seconds()

    @property
    def name(self) -> str:
        """What the figures are: 'elapsed', or the zone of the clock."""
        if not self.by_clock or self.start is None:
            return "elapsed"
        shift = self.start.utcoffset()
        if shift is None:
            return "clock"
        sign, minutes = "−" if shift < timedelta(0) else "+", int(abs(shift).total_seconds() // 60)
        if not minutes:
            return "UTC"
        return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")

    def step(self, span_s: float, width: float, room: float = 84.0) -> float:
        """The smallest round step whose ticks stand at least `room` pixels apart."""
        least = span_s * room / max(width, 1.0)
        return next((step for step in _STEPS if step >= least), float(np.ceil(least / DAY) * DAY))

    def ticks(self, start_s: float, stop_s: float, width: float) -> list[tuple[float, str]]:
        """Elapsed second and text of each tick in [start_s, stop_s]."""
        step, offset = self.step(stop_s - start_s, width), self.offset_s
        first = int(np.ceil((start_s + offset) / step - 1e-9))
        last = int(np.floor((stop_s + offset) / step + 1e-9))
        return [(k * step - offset, self.text(k * step - offset, step)) for k in range(first, last + 1)]

    def text(self, seconds: float, step: float = 1.0) -> str:
        """A moment as precisely as a step of this size needs: 12:41, 12:41.2, 1:02:03.25."""
        digits = 0 if step >= 1 else min(int(np.ceil(-np.log10(step) - 1e-9)), 6)
        if not self.by_clock:
            return elapsed(seconds, digits)
        return elapsed((seconds + self.offset_s) % DAY, digits, clock=True)


def elapsed(seconds: float, digits: int = 0, clock: bool = False) -> str:
    """Seconds as m:ss or h:mm:ss with so many decimals; of a clock always hh:mm:ss."""
    scale = 10**digits
    whole, part = divmod(round(abs(seconds) * scale), scale)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    sign = "−" if seconds < 0 and (whole or part) else ""
    tail = f".{part:0{digits}d}" if digits else ""
    if clock:
        return f"{hours % 24:02d}:{minute:02d}:{second:02d}{tail}"
    return f"{sign}{f'{hours}:' if hours else ''}{minute:02d}:{second:02d}{tail}"
