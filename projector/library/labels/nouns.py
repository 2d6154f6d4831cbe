"""What every label format speaks of: labels as a file tells them, rides as a file places them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import Annotation, Samples, Seconds

FIRST_REAL_YEAR = 1971
"""Before that a date is a clock that was never set, not a time."""


@dataclass(frozen=True)
class Sample:
    """A moment told as the number of a sample of the ride's primary stream, counted from 0."""

    index: int


Moment = float | Sample | datetime
"""Seconds from the ride's start, a sample, or a date: with a zone, or the ride's local time without one."""


@dataclass(frozen=True)
class Told:
    """One label as a file tells it.

    rides   names under which its ride may be known, best first; () for the ride that the file is about
    start_pm_s, stop_pm_s   how far off each end may be, ± so many seconds
    """

    start: Moment
    stop: Moment
    label: str
    author: str = ""
    comment: str = ""
    rides: tuple[str, ...] = ()
    start_pm_s: float = 0.0
    stop_pm_s: float = 0.0


@dataclass(frozen=True)
class Refused:
    """What could not be taken, and why."""

    reason: str


Read = Iterator[tuple[str, Told | Refused]]
"""What a reader gives: (place in the file, what stands there), in the file's order."""


@dataclass(frozen=True, eq=False)
class Ride:
    """A ride as label formats need it.

    start   when it began, with the zone it was recorded in, or local time without one; None if unknown
    seconds_long  from its first sample to one step after the last
    load    working times of the primary stream's samples and one step after, float64 (n + 1,), and
            its ax, ay, az, float32 (n, 3); called again and again, by formats that need them
    """

    id: str
    number: int
    signal_hash: str
    start: datetime | None
    rate_hz: float
    seconds_long: float
    load: Callable[[], tuple[Seconds, Samples]]

    @property
    def edges(self) -> Seconds:
        """When each sample was taken, and when one more would have been."""
        return self.load()[0]

    @property
    def samples(self) -> Samples:
        """The acceleration, float32 (n, 3): ax, ay, az."""
        return self.load()[1]

    @property
    def dated(self) -> bool:
        """Whether it is known when the ride was."""
        return self.start is not None and self.start.year >= FIRST_REAL_YEAR

    def nearest(self, second: float) -> int:
        """The sample nearest to a time; as many as there are samples for a time at the end."""
        after = int(np.searchsorted(self.edges, second))
        if after in (0, len(self.edges)):
            return min(after, len(self.edges) - 1)
        return after - int(second - self.edges[after - 1] < self.edges[after] - second)

    def date(self, second: float) -> datetime:
        """A time of the ride as a date, to the microsecond. Raises InputError where the ride has none."""
        if self.start is None or not self.dated:
            raise InputError("it is not known when this ride was", where=self.id)
        return self.start + timedelta(seconds=second)

    def utc(self, second: float) -> datetime:
        """The same in UTC; a ride whose zone is unknown is taken as it stands."""
        date = self.date(second)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)

    def seconds(self, moment: Moment) -> float:
        """A moment as seconds from the ride's start. Raises InputError where the ride cannot place it."""
        if isinstance(moment, Sample):
            return self._second_of(moment.index)
        if isinstance(moment, datetime):
            return self._seconds_to(moment)
        return float(moment)

    def _second_of(self, index: int) -> float:
        if not 0 <= index < len(self.edges):
            raise InputError(f"there is no sample {index:,}: the ride has {len(self.edges) - 1:,}")
        return float(self.edges[index])

    def _seconds_to(self, date: datetime) -> float:
        if date.year < FIRST_REAL_YEAR:
            raise InputError(f"the date {date:%Y-%m-%d} is a clock that was never set")
        if self.start is None or not self.dated:
            raise InputError("it tells dates, but it is not known when this ride was")
        zone = self.start.tzinfo
        if zone is None:
            date = date.replace(tzinfo=None)
        elif date.tzinfo is None:
            date = date.replace(tzinfo=zone)
        return (date - self.start) / timedelta(seconds=1)


@dataclass(frozen=True)
class Sheet:
    """The labels of one ride on their way into a file, in order of start; `name` is the ride's there."""

    ride: Ride
    marks: Sequence[Annotation]
    name: str


@dataclass(frozen=True)
class Format:
    """A row of the table of formats.

    suffix        of a file that we write, after the ride's name or the one given
    read, write   text to labels and back; None where we don't do it
    many          one file holds any number of rides; else each ride has its own
    dated         it tells dates: a ride without one cannot be written
    spreadsheet   people open it in one: text that would run there is guarded
    sampled       it tells moments in whole samples of the ride
    """

    name: str
    title: str
    suffix: str
    read: Callable[[str], Read]
    write: Callable[[Sequence[Sheet]], Iterable[str]] | None = None
    many: bool = False
    dated: bool = False
    spreadsheet: bool = False
    sampled: bool = False
