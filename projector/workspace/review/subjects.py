"""What an item of the review queue is about: a part of a ride as it was labelled when it was looked at.

A verdict belongs to what was seen. When somebody moves an edge or changes the label, that is another
subject, and no verdict is known of it.
"""

from collections.abc import Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from projector.domain.edits import Body, derived_id

Hashes = npt.NDArray[np.uint64]
_ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


class About(IntEnum):
    """What kind of thing stands there."""

    EVENT = 0  # an annotation that counts
    STRETCH = 1  # a part without a label
    ALERT = 2  # what a detector said
    THEIRS = 3  # an annotation of somebody's that does not count here
    REMOVED = 4  # an annotation that is no longer there


class Subject(NamedTuple):
    """A part of a ride; label is "" where there is none."""

    about: About
    ride: int
    start_s: float
    stop_s: float
    label: str

    @property
    def centre_s(self) -> float:
        return (self.start_s + self.stop_s) / 2

    @property
    def is_alert(self) -> bool:
        """Whether a detector's word is judged, not a person's: that has verdicts of its own."""
        return self.about is About.ALERT

    def edit_subject(self, ride_id: str, author: str) -> str:
        """The UUID under which a person's verdict about it stands in the journal, wherever it is given."""
        said = (repr(float(self.start_s)), repr(float(self.stop_s)), self.label)
        return derived_id("verdict", ride_id, self.about.name.lower(), *said, author)

    def body(self) -> dict[str, object]:
        """What a verdict says of it in the journal."""
        return {
            "event": self.about.name.lower(),
            "start_s": float(self.start_s),
            "stop_s": float(self.stop_s),
            "label": self.label,
        }


def subject_of(body: Body, ride: int) -> Subject | None:
    """The subject of a verdict's body; None for one that another program wrote otherwise."""
    try:
        about = About[str(body["event"]).upper()]
        return Subject(about, ride, float(body["start_s"]), float(body["stop_s"]), str(body["label"]))
    except (KeyError, TypeError, ValueError):
        return None


def hashes(
    about: npt.NDArray[np.integer],
    ride: npt.NDArray[np.integer],
    start_s: npt.NDArray[np.float64],
    stop_s: npt.NDArray[np.float64],
    label: npt.NDArray[np.integer],
    names: tuple[str, ...],
) -> Hashes:
    """A number for each subject, equal for equal ones, uint64 (n,): 100,000 are compared at once.

    label   codes into names, -1 for none. Mixed as in splitmix64 (Steele, Lea, Flood 2014); among a
            million subjects two share a number by accident once in 37 million queues
    """
    of_name = np.array([*(_text_hash(name) for name in names), _text_hash("")], np.uint64)
    mixed = _stirred(of_name[label] + np.asarray(about, np.uint64))
    parts = (np.asarray(ride, np.int64), np.asarray(start_s, np.float64), np.asarray(stop_s, np.float64))
    for part in parts:
        mixed = _stirred(mixed ^ np.ascontiguousarray(part + 0).view(np.uint64))  # + 0: -0.0 is 0.0
    return mixed


def numbers_of(subjects: Sequence[Subject]) -> list[int]:
    """The number of each of some subjects."""
    if not subjects:
        return []
    about, ride, start, stop, label = zip(*subjects, strict=True)
    names = {name: code for code, name in enumerate(dict.fromkeys(label))}
    columns = (np.array(about), np.array(ride), np.array(start, np.float64), np.array(stop, np.float64))
    made = hashes(*columns, np.array([names[name] for name in label]), tuple(names))
    return [int(number) for number in made]


def hash_of(subject: Subject) -> int:
    """The number of one subject."""
    return numbers_of([subject])[0]


def _stirred(value: Hashes) -> Hashes:
    value = value + np.uint64(_ODD[0])
    value = (value ^ (value >> np.uint64(30))) * np.uint64(_ODD[1])
    value = (value ^ (value >> np.uint64(27))) * np.uint64(_ODD[2])
    return np.asarray(value ^ (value >> np.uint64(31)))


def _text_hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
