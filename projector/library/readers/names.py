"""What column names of recorders mean: `Acc_X [mg]` is ax in mg, `time_ms` a clock in milliseconds."""

import re
from dataclasses import dataclass

from projector.library.readers.clocks import TICKS

_JOINTS = re.compile(r"[\s_.\-]+")
_TIME = frozenset(
    [
        "time",
        "timestamp",
        "timestamps",
        "ts",
        "t",
        "date",
        "datetime",
        "epoch",
        "second",
        "seconds",
        "sec",
        "secs",
        "elapsed",
        "elapsedtime",
        "timeelapsed",
        "secondselapsed",
        "uptime",
        "unixtime",
        "zeit",
        "tempo",
    ]
)
_LABEL = frozenset(
    [
        "label",
        "labels",
        "activity",
        "activities",
        "class",
        "event",
        "annotation",
        "target",
        "tag",
        "groundtruth",
        "gt",
        "evento",
        "state",
    ]
)
_INDEX = frozenset(
    [
        "index",
        "idx",
        "i",
        "n",
        "no",
        "nr",
        "id",
        "sample",
        "samples",
        "sampleno",
        "samplenumber",
        "sampleindex",
        "row",
        "counter",
        "seq",
    ]
) | {""}
_KINDS = {
    "a": frozenset(
        [
            "a",
            "acc",
            "acce",
            "accel",
            "accelerometer",
            "acceleration",
            "linearaccelerometer",
            "beschleunigung",
        ]
    )
    | {""},
    "g": frozenset(
        [
            "g",
            "gy",
            "gyr",
            "gyro",
            "gyroscope",
            "rot",
            "rotation",
            "omega",
            "w",
            "angularvelocity",
            "angularrate",
            "rotationrate",
        ]
    ),
    "m": frozenset(["m", "mag", "magnetometer", "magnetic", "magneticfield"]),
}
_SPEED = frozenset(["speed", "velocity", "geschwindigkeit", "gpsspeed"])
_BRACKETS = re.compile(r"\s*[\[(](?P<unit>[^\])]*)[\])]\s*$")
_SUFFIX = re.compile(
    r"[ _](?P<unit>m[_/]?s\^?2|mg|g|rad[_/]?s|deg[_/]?s|dps|ut|km[_/]?h|mps|mph|"
    r"m[_/]s|ms|us|ns|s|nanos|millis|micros)$"
)
_SPELT = {
    "m_s2": "m/s²", "ms2": "m/s²", "rad_s": "rad/s", "rads": "rad/s", "deg_s": "°/s", "degs": "°/s",
    "ut": "µT", "km_h": "km/h", "m_s": "m/s", "nanos": "ns", "millis": "ms", "micros": "us", "µs": "us",
    "sec": "s", "seconds": "s", "msec": "ms",
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A column's name taken apart.

    position  its place, the first is 0     text  as it stands in the file
    word      lower case, joined             unit  as stated in brackets or at its end, "" if not
    """

    position: int
    text: str
    word: str
    unit: str

    @staticmethod
    def of(position: int, text: str) -> "Name":
        # uptimeNanos is uptime in nanos
        name = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", text.strip()).lower()
        for pattern in (_BRACKETS, _SUFFIX):
            found = pattern.search(name)
            if found and found.start() > 0:
                unit = found["unit"].strip()
                return Name(position, text, _joined(name[: found.start()]), _SPELT.get(unit, unit))
        return Name(position, text, _joined(name), "")

    @property
    def is_time(self) -> bool:
        return self.word in _TIME and (not self.unit or self.unit in TICKS)

    @property
    def is_label(self) -> bool:
        return self.word in _LABEL

    @property
    def is_index(self) -> bool:
        return self.word in _INDEX or self.word.startswith("unnamed")

    @property
    def channel(self) -> str:
        """`ax` for acc_x, accX, x-axis, x; gx and mx likewise; speed_kmh; "" for what is none of these."""
        word = self.word.removesuffix("axis")
        for kind, words in _KINDS.items():
            if word[-1:] in ("x", "y", "z") and word[:-1] in words:
                return kind + word[-1]
            if word[:1] in ("x", "y", "z") and word[1:] in words:
                return kind + word[0]
        return "speed_kmh" if word in _SPEED else ""

    @property
    def plain(self) -> str:
        """A name for a channel of which nothing more is known."""
        return re.sub(r"\W+", "_", self.text.strip().lower()).strip("_") or f"column_{self.position + 1}"


def _joined(name: str) -> str:
    return _JOINTS.sub("", name)
