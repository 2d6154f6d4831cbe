"""Window ids: the one id space. A ride's permanent number · 2³² + the window's first sample.

The first sample counts on the window rule's uniform grid (``rate_hz``), from the ride's start, so an
id depends on nothing but the ride and the rule: not on filters, order or which other rides exist.
"""

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError

Ids = npt.NDArray[np.int64]
_SHIFT = 32
MAX_FIRST_SAMPLE = 2**32 - 1
MAX_RIDE_NUMBER = 2**31 - 1
NO_WINDOW = -1


def window_ids(ride_number: int | npt.NDArray[np.integer], first_sample: npt.ArrayLike) -> Ids:
    """Ids, int64 (n,). Raises InputError when a number does not fit its half of the id."""
    number = np.asarray(ride_number, np.int64)
    first = np.asarray(first_sample, np.int64)
    if np.any(number < 0) or np.any(number > MAX_RIDE_NUMBER):
        raise InputError(f"a ride's number must be 0 to {MAX_RIDE_NUMBER}")
    if np.any(first < 0) or np.any(first > MAX_FIRST_SAMPLE):
        raise InputError(f"a window's first sample must be 0 to {MAX_FIRST_SAMPLE}")
    return np.atleast_1d((number << _SHIFT) | first)


def ride_numbers(ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The ride half of each id."""
    return np.asarray(ids, np.int64) >> _SHIFT


def first_samples(ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The sample half of each id."""
    return np.asarray(ids, np.int64) & MAX_FIRST_SAMPLE


def parse_window_name(text: str) -> tuple[str, int]:
    """``<ride_id>@<first_sample>`` to its parts. Raises InputError."""
    ride_id, at, sample = text.strip().rpartition("@")
    if not at or not ride_id or not sample.isdecimal() or int(sample) > MAX_FIRST_SAMPLE:
        raise InputError(
            f"{text!r} is not a window id",
            remedy="write it as <ride_id>@<first_sample>, as the status line and the tables print it",
        )
    return ride_id, int(sample)


def window_name(ride_id: str, first_sample: int) -> str:
    """The printed form of a window's id."""
    return f"{ride_id}@{first_sample}"
