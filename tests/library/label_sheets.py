"""A ride without a library, and what a format's reader makes of a text, for the tests of label formats."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import Annotation
from projector.library.labels.importing import undone
from projector.library.labels.nouns import Format, Refused, Ride, Sheet, Told
from projector.library.labels.shelf import placed, within
from projector.library.spreadsheet import guard

RATE, SECONDS = 50.0, 30
START = datetime(2026, 5, 3, 14, 30, 0, 250_000, timezone(timedelta(hours=2)))


def a_ride(start: datetime | None = START, rate: float = RATE) -> Ride:
    edges = np.arange(int(SECONDS * rate) + 1) / rate
    samples = np.random.default_rng(0).normal(0, 3, (len(edges) - 1, 3)).astype(np.float32)
    return Ride("ride=1", 3, "5e", start, rate, SECONDS, lambda: (edges, samples))


def sheet_of(form: Format, marks: Sequence[Annotation], ride: Ride) -> Sheet:
    return Sheet(ride, marks, guard(ride.id) if form.spreadsheet else ride.id)


def back(form: Format, text: str, ride: Ride, *, guarded: bool = False) -> list[Annotation]:
    """What our reader makes of a text; a refusal fails the test."""
    found = []
    for place, told in form.read(text):
        assert isinstance(told, Told), (place, told)
        told = undone(told) if guarded else told
        assert not told.rides or ride.id in told.rides
        found.append(within(placed(told, ride, "me"), ride))
    return found


def refused(form: Format, text: str, ride: Ride) -> list[tuple[str, str]]:
    """(place, reason) of every row that doesn't become an annotation."""
    found = []
    for place, told in form.read(text):
        try:
            if isinstance(told, Refused):
                raise InputError(told.reason)
            within(placed(told, ride, "me"), ride)
        except InputError as error:
            found.append((place, error.what))
    return found
