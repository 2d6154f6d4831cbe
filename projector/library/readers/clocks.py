"""Stamps of any unit to seconds from the ride's start, at full precision."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.nouns import Seconds
from projector.library.readers.description import Clock
from projector.library.readers.table import Table, Values, texts

TICKS = {"s": 1.0, "ms": 1e3, "us": 1e6, "µs": 1e6, "ns": 1e9, "iso": 1e9}
LONGEST_S = 31 * 86_400.0  # a stamp that is further than this from the usual ones is a slip
_EPOCH_S = (datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, eq=False)
class Stamps:
    """A stream's stamps as recorded.

    values  float64 or an integer type, (n,)     ticks  how many make a second
    bad     bool (n,): no stamp could be read    zone   minutes east of UTC, from ISO text
    """

    values: Values
    ticks: float
    bad: npt.NDArray[np.bool_]
    zone: int | None = None

    def seconds(self, zero: float | int) -> Seconds:
        """float64 (n,): seconds from the stamp `zero`, subtracted before rounding."""
        return np.asarray((self.values - self.values.dtype.type(zero)) / self.ticks, np.float64)

    def first(self) -> float | int:
        """The earliest stamp that could be read. Raises InputError where there is none."""
        sound = self.values[~self.bad]
        if not len(sound):
            raise InputError("no stamp of the clock can be read")
        earliest: float | int = sound.min().item()
        return earliest


def read_stamps(table: Table, clock: Clock) -> Stamps:
    """The stamps of a table; those out of all proportion are bad. Raises InputError for a missing column."""
    stamps = _read(table, clock)
    sound = stamps.values[~stamps.bad].astype(np.float64)
    if not len(sound) or (sound.max() - sound.min()) / stamps.ticks <= LONGEST_S:
        return stamps
    far = np.abs(stamps.values.astype(np.float64) - np.median(sound)) > LONGEST_S * stamps.ticks
    return replace(stamps, bad=stamps.bad | far)


def _read(table: Table, clock: Clock) -> Stamps:
    assert clock.column is not None
    cells = table.cells(clock.column)
    if clock.unit == "iso":
        return _from_iso(cells, None if clock.time_column is None else table.cells(clock.time_column))
    values, _ = table.numbers(clock.column)
    if values.dtype.kind == "f":
        return Stamps(values, TICKS[clock.unit], ~np.isfinite(values))
    return Stamps(values.astype(np.int64), TICKS[clock.unit], np.zeros(len(values), bool))


def _from_iso(cells: Values, times: Values | None) -> Stamps:
    """ISO 8601 text, or what a Parquet file has turned into nanoseconds already."""
    import pandas as pd

    if cells.dtype.kind == "i" and times is None:
        return Stamps(cells, 1e9, np.zeros(len(cells), bool), 0)
    written = texts(cells)
    if times is not None:
        written = [f"{day}T{time}" for day, time in zip(written, texts(times), strict=True)]
    moments = pd.to_datetime(pd.Series(written, dtype=object), format="ISO8601", utc=True, errors="coerce")
    bad = moments.isna().to_numpy()
    values = moments.dt.as_unit("ns").astype(np.int64).to_numpy()
    return Stamps(
        values, 1e9, bad, _zone(next((text for text, lost in zip(written, bad, strict=True) if not lost), ""))
    )


def _zone(text: str) -> int | None:
    """Minutes east of UTC of an ISO text, None where it has no zone."""
    try:
        offset = datetime.fromisoformat(text.replace(" ", "T", 1)).utcoffset()
    except ValueError:
        return None
    return None if offset is None else round(offset.total_seconds() / 60)


def is_epoch(seconds: float) -> bool:
    """Whether a stamp in seconds can be a date since 1970: one between 1990 and 2100."""
    return _EPOCH_S[0] < seconds < _EPOCH_S[1]
