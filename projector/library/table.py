"""One row a ride: all that a library knows without touching a signal, as columns that read in one go.

Opening 5,000 rides reads only this. Numbers are columns of their own; text stands in one JSON document beside
them. A metadata cell keeps its kind (number or text) whatever the other rides hold under the same name, so a
ride's record hash never depends on its neighbours.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category, Column
from projector.library import hashing
from projector.library.format import TEXT, Unsound, json_bytes, to_json

Arrays = Mapping[str, npt.NDArray[Any]]
Metadata = Mapping[str, str | float]


@dataclass(frozen=True)
class StreamRow:
    """What is known of a stream. rate_hz: as declared; stamped: time_s is on record; count: samples."""

    name: str
    channels: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float | None
    stamped: bool
    start_s: float
    count: int

    @cached_property
    def about(self) -> str:
        """The JSON that stands beside the samples in the file and enters the signal hash."""
        return to_json(
            {
                "name": self.name,
                "channels": self.channels,
                "units": self.units,
                "rate_hz": self.rate_hz,
                "stamped": self.stamped,
                "start_s": self.start_s,
                "samples": self.count,
            }
        )


@dataclass(frozen=True)
class RideRow:
    """What is known of a ride. rate_hz, seconds and samples are the primary stream's, measured on writing.

    start   ISO 8601: UTC with a final Z where the source knows its zone, else local as recorded; "" unknown
    zone    the offset from UTC as recorded ("+02:00"), "" unknown
    """

    number: int
    id: str
    streams: tuple[StreamRow, ...]
    rate_hz: float
    seconds: float
    samples: int
    signal_hash: bytes
    record_hash: bytes
    start: str = ""
    zone: str = ""
    source: str = ""
    odd: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=dict)

    def hashed(self) -> bytes:
        """The record hash that this row should have."""
        record = [self.id, self.start, self.zone, self.source, self.odd, dict(self.metadata)]
        return hashing.record_hash(self.signal_hash, to_json(record))


COLUMN_TYPES = {
    "number": ("<i8", 1),
    "rate_hz": ("<f8", 1),
    "seconds": ("<f8", 1),
    "samples": ("<i8", 1),
    "signal_hash": ("|u1", 2),
    "record_hash": ("|u1", 2),
    "metadata_number": ("<f8", 2),
    "metadata_code": ("<i4", 2),
    "stream_ride": ("<i8", 1),
    "stream_kind": ("<i4", 1),
    "stream_start_s": ("<f8", 1),
    "stream_samples": ("<i8", 1),
    TEXT: ("|u1", 1),
}


@dataclass(frozen=True, eq=False)
class RideTable:
    """All rides in order of number, as columns; `rows` and `row` give them back as `RideRow`."""

    arrays: Arrays
    text: Mapping[str, Any]

    @staticmethod
    def of(rows: Sequence[RideRow]) -> "RideTable":
        """Encodes rows, which must be in order of number."""
        names = list(dict.fromkeys(name for row in rows for name in row.metadata))
        cells = [[row.metadata.get(name) for row in rows] for name in names]
        texts = [Category.of(cell if isinstance(cell, str) else None for cell in column) for column in cells]
        numbers = [[np.nan if c is None or isinstance(c, str) else c for c in column] for column in cells]
        streams = [(i, stream) for i, row in enumerate(rows) for stream in row.streams]
        kinds = {kind: k for k, kind in enumerate(dict.fromkeys(_kind(stream) for _, stream in streams))}
        text = {
            "id": [row.id for row in rows],
            "start": [row.start for row in rows],
            "zone": [row.zone for row in rows],
            "source": [row.source for row in rows],
            "odd": [list(row.odd) for row in rows],
            "metadata": [[name, list(column.names)] for name, column in zip(names, texts, strict=True)],
            "kinds": [list(kind) for kind in kinds],
        }
        arrays: dict[str, npt.NDArray[Any]] = {
            "number": np.array([row.number for row in rows], np.int64),
            "rate_hz": np.array([row.rate_hz for row in rows], np.float64),
            "seconds": np.array([row.seconds for row in rows], np.float64),
            "samples": np.array([row.samples for row in rows], np.int64),
            "signal_hash": _digests([row.signal_hash for row in rows]),
            "record_hash": _digests([row.record_hash for row in rows]),
            "metadata_number": np.array(numbers, np.float64).reshape(len(names), len(rows)),
            "metadata_code": np.array([c.codes for c in texts], np.int32).reshape(len(names), len(rows)),
            "stream_ride": np.array([i for i, _ in streams], np.int64),
            "stream_kind": np.array([kinds[_kind(stream)] for _, stream in streams], np.int32),
            "stream_start_s": np.array([stream.start_s for _, stream in streams], np.float64),
            "stream_samples": np.array([stream.count for _, stream in streams], np.int64),
            TEXT: json_bytes(text),
        }
        return RideTable(arrays, text)

    @staticmethod
    def read(arrays: Arrays) -> "RideTable":
        """Decodes columns read from a file. Raises Unsound where they contradict one another."""
        text = json.loads(arrays[TEXT].tobytes())
        table = RideTable(arrays, text)
        table._validate()
        return table

    def __len__(self) -> int:
        return len(self.arrays["number"])

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.text["id"])

    @property
    def metadata_names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.text["metadata"])

    def rows(self) -> list[RideRow]:
        """All rides."""
        return [self.row(i) for i in range(len(self))]

    def row(self, i: int) -> RideRow:
        """Ride in row i."""
        a, text = self.arrays, self.text
        return RideRow(
            number=int(a["number"][i]),
            id=text["id"][i],
            streams=self.streams(i),
            rate_hz=float(a["rate_hz"][i]),
            seconds=float(a["seconds"][i]),
            samples=int(a["samples"][i]),
            signal_hash=a["signal_hash"][i].tobytes(),
            record_hash=a["record_hash"][i].tobytes(),
            start=text["start"][i],
            zone=text["zone"][i],
            source=text["source"][i],
            odd=tuple(text["odd"][i]),
            metadata=self.metadata(i),
        )

    def streams(self, i: int) -> tuple[StreamRow, ...]:
        """The streams of the ride in row i, in order of import."""
        a = self.arrays
        first, last = np.searchsorted(a["stream_ride"], [i, i + 1])
        found = []
        for s in range(first, last):
            name, channels, units, rate_hz, stamped = self.text["kinds"][a["stream_kind"][s]]
            start_s, count = float(a["stream_start_s"][s]), int(a["stream_samples"][s])
            found.append(StreamRow(name, tuple(channels), tuple(units), rate_hz, stamped, start_s, count))
        return tuple(found)

    def metadata(self, i: int) -> dict[str, str | float]:
        """What is known about the ride in row i: its cells that aren't missing."""
        found: dict[str, str | float] = {}
        for k, (name, texts) in enumerate(self.text["metadata"]):
            code = int(self.arrays["metadata_code"][k, i])
            number = float(self.arrays["metadata_number"][k, i])
            if code >= 0:
                found[name] = texts[code]
            elif not np.isnan(number):
                found[name] = number
        return found

    def columns(self) -> dict[str, Column]:
        """For tables and colouring: ride, start, rate_hz, seconds, samples, all metadata, one row a ride.

        A metadata name that collides with one of those is shown as `name (metadata)`.
        """
        a = self.arrays
        columns: dict[str, Column] = {
            "ride": Category.of(self.text["id"]),
            "start": Category.of(self.text["start"]),
            "rate_hz": a["rate_hz"],
            "seconds": a["seconds"],
            "samples": a["samples"].astype(np.float64),
        }
        for k, (name, texts) in enumerate(self.text["metadata"]):
            shown = f"{name} (metadata)" if name in columns else name
            columns[shown] = _column(a["metadata_number"][k], a["metadata_code"][k], texts)
        return columns

    def _validate(self) -> None:
        a, text, n = self.arrays, self.text, len(self)
        names = len(text["metadata"])
        _require(n > 0 and np.all(np.diff(a["number"]) > 0) and a["number"][0] >= 0, "ride numbers")
        _require(all(len(a[name]) == n for name in ("rate_hz", "seconds", "samples")), "column lengths")
        _require(a["signal_hash"].shape == a["record_hash"].shape == (n, 32), "hash columns")
        _require(a["metadata_number"].shape == a["metadata_code"].shape == (names, n), "metadata columns")
        _require(all(len(text[key]) == n for key in ("id", "start", "zone", "source", "odd")), "text columns")
        _require(all(isinstance(i, str) for i in text["id"]) and len(set(text["id"])) == n, "ride ids")
        limits = np.array([len(texts) for _, texts in text["metadata"]], np.int64).reshape(-1, 1)
        _require(np.all((a["metadata_code"] >= -1) & (a["metadata_code"] < limits)), "metadata codes")
        rides, kinds = a["stream_ride"], a["stream_kind"]
        same = len(rides) == len(kinds) == len(a["stream_start_s"]) == len(a["stream_samples"])
        _require(same and np.all(np.diff(rides) >= 0), "stream columns")
        _require(set(rides.tolist()) == set(range(n)), "rides without streams")
        _require(np.all((kinds >= 0) & (kinds < len(text["kinds"]))), "stream kinds")
        _require(np.all(a["stream_samples"] >= 0), "sample counts")


def _kind(stream: StreamRow) -> tuple[Any, ...]:
    return stream.name, stream.channels, stream.units, stream.rate_hz, stream.stamped


def _digests(hashes: Sequence[bytes]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), -1)


def _column(numbers: npt.NDArray[np.float64], codes: npt.NDArray[np.int32], texts: Sequence[str]) -> Column:
    if not np.any(codes >= 0):
        return numbers
    if np.all(np.isnan(numbers)):
        return Category(codes, tuple(texts))
    told = ["" if np.isnan(number) else f"{number:g}" for number in numbers]
    return Category.of(texts[code] if code >= 0 else cell for code, cell in zip(codes, told, strict=True))


def _require(condition: object, what: str) -> None:
    if not condition:
        raise Unsound(f"{what} contradict one another")
