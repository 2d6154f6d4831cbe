"""The rides of a library as label files name them, and what a file tells made into their annotations."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial

import numpy as np

from projector.annotations.layers import Anchor
from projector.domain.errors import InputError
from projector.domain.nouns import AXES, Annotation, Samples, Seconds
from projector.library.labels.nouns import Refused, Ride, Told
from projector.library.library import Library
from projector.library.stored import start_of

LONGEST_LABEL = 260
_NO_UTF8 = re.compile("[\ud800-\udfff]")  # how a byte that is none was decoded
_UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")  # classes of characters that have no shape


RIDES_KEPT = 4  # whose samples stay in memory


class Shelf:
    """The rides of an open library, each made when it is first asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._load = lru_cache(RIDES_KEPT)(self._read)
        self._rides: dict[str, Ride] = {}
        self.ids = library.ids
        self.anchors: Mapping[str, Anchor] = {
            row.id: Anchor(row.number, row.signal_hash.hex())
            for row in (library.describe(number) for number in library.numbers.tolist())
        }

    def ride(self, ride_id: str) -> Ride:
        """The ride of an id that the library has."""
        if ride_id not in self._rides:
            self._rides[ride_id] = self._made(ride_id)
        return self._rides[ride_id]

    def find(self, names: Iterable[str]) -> Ride | None:
        """The ride that one of these names is the id of."""
        found = next((name for name in names if name in self.anchors), None)
        return None if found is None else self.ride(found)

    def _made(self, ride_id: str) -> Ride:
        anchor = self.anchors[ride_id]
        row, load = self._library.describe(anchor.number), partial(self._load, anchor.number)
        return Ride(ride_id, anchor.number, anchor.signal_hash, start_of(row), row.rate_hz, row.seconds, load)

    def _read(self, number: int) -> tuple[Seconds, Samples]:
        stream = self._library.ride(number).primary
        edges = np.append(stream.times(0, stream.count), stream.stop_s)
        return edges, stream.samples(0, stream.count)[:, [stream.channels.index(axis) for axis in AXES]]


def placed(told: Told, ride: Ride, author: str) -> Annotation:
    """A label as an annotation of its ride. Raises InputError where it says no moment of it, or no label."""
    if not all(text.isascii() or _NO_UTF8.search(text) is None for text in (told.author, told.comment)):
        raise InputError("its text is not UTF-8")
    label = _name(told.label)
    start, stop = ride.seconds(told.start), ride.seconds(told.stop)
    if not (math.isfinite(start) and math.isfinite(stop)):
        raise InputError(f"{start:g} to {stop:g} s is no interval")
    if stop < start:
        raise InputError(f"it ends before it begins: {start:.3f} to {stop:.3f} s")
    pm = told.start_pm_s, told.stop_pm_s
    if not all(math.isfinite(one) and one >= 0 for one in pm):
        raise InputError(f"± {pm[0]:g} and ± {pm[1]:g} s are no lengths")
    who = told.author.strip() or author
    return Annotation(start, stop, label, who, comment=told.comment, start_pm_s=pm[0], stop_pm_s=pm[1])


@lru_cache(1000)
def _name(text: str) -> str:
    """A label as it is told, made a name; a file of 100,000 has few of them. Raises InputError."""
    if _NO_UTF8.search(text):
        raise InputError("its text is not UTF-8")
    label = text.strip()
    if not label:
        raise InputError("it has no label")
    if len(label) > LONGEST_LABEL or any(unicodedata.category(letter) in _UNSEEN for letter in label):
        raise InputError("its label is no name: too long, or with characters that cannot be shown")
    return label


def within(one: Annotation, ride: Ride) -> Annotation:
    """An annotation that lies on its ride, up to rounding. Raises InputError for one that doesn't."""
    if one.start_s >= 0 and one.stop_s <= ride.seconds_long:
        return one  # the usual case, told without reading the ride
    end, slack = float(ride.edges[-1]), max(2 / ride.rate_hz if ride.rate_hz > 0 else 0.0, 0.001)
    if one.start_s < min(0.0, float(ride.edges[0])) - slack:
        raise InputError(f"it begins at {one.start_s:.3f} s, before the ride does")
    if one.stop_s > end + slack:
        raise InputError(f"it reaches to {one.stop_s:.3f} s, but the ride ends at {end:.3f} s")
    return one


def refusal(error: InputError) -> Refused:
    """Why a label could not be placed, without the place: that is told beside it."""
    return Refused(error.what)
