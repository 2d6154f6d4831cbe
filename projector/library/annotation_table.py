"""The imported annotations of a library as columns: the layer that no edit ever touches."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category
from projector.domain.nouns import Annotation, Annotations
from projector.library.format import TEXT, Unsound, json_bytes

TEXT_COLUMNS = ("label", "author", "comment", "created_utc")
COLUMN_TYPES = {
    "ride": ("<i8", 1),
    "start_s": ("<f8", 1),
    "stop_s": ("<f8", 1),
    "codes": ("<i4", 2),
    TEXT: ("|u1", 1),
}


@dataclass(frozen=True, eq=False)
class AnnotationTable:
    """Sorted by ride number, then start. codes int32 (4, n) into text[column]; -1 is "" (no label is)."""

    arrays: Mapping[str, npt.NDArray[Any]]
    text: Mapping[str, Sequence[str]]

    @staticmethod
    def of(rows: Sequence[tuple[int, Annotation]]) -> "AnnotationTable":
        """Encodes (ride number, annotation) pairs in any order."""
        rows = sorted(rows, key=lambda row: (row[0], row[1].start_s, row[1].stop_s, row[1].label))
        columns = {name: Category.of(getattr(a, name) for _, a in rows) for name in TEXT_COLUMNS}
        text = {name: list(column.names) for name, column in columns.items()}
        arrays: dict[str, npt.NDArray[Any]] = {
            "ride": np.array([number for number, _ in rows], np.int64),
            "start_s": np.array([a.start_s for _, a in rows], np.float64),
            "stop_s": np.array([a.stop_s for _, a in rows], np.float64),
            "codes": np.stack([columns[name].codes for name in TEXT_COLUMNS]),
            TEXT: json_bytes(text),
        }
        return AnnotationTable(arrays, text)

    @staticmethod
    def read(arrays: Mapping[str, npt.NDArray[Any]]) -> "AnnotationTable":
        """Decodes columns read from a file. Raises Unsound where they contradict one another."""
        text = json.loads(arrays[TEXT].tobytes())
        n = len(arrays["ride"])
        codes, start, stop = arrays["codes"], arrays["start_s"], arrays["stop_s"]
        limits = np.array([[len(text[name])] for name in TEXT_COLUMNS])
        sound = (
            len(start) == len(stop) == n
            and codes.shape == (len(TEXT_COLUMNS), n)
            and bool(np.all((codes >= -1) & (codes < limits)) and np.all(codes[0] >= 0))
            and bool(np.all(np.diff(arrays["ride"]) >= 0))
            and bool(np.all(np.isfinite(start) & np.isfinite(stop) & (start <= stop)))
        )
        if not sound:
            raise Unsound("annotation columns contradict one another")
        return AnnotationTable(arrays, text)

    def annotations(self) -> Annotations:
        """For the workspace: all of them as one noun."""
        label, author, comment, _ = (
            Category(codes, tuple(self.text[name]))
            for name, codes in zip(TEXT_COLUMNS, self.arrays["codes"], strict=True)
        )
        return Annotations(
            self.arrays["ride"],
            self.arrays["start_s"],
            self.arrays["stop_s"],
            label.codes,
            label.names,
            _texts(author),
            _texts(comment),
        )

    def rows(self, first: int = 0, last: int | None = None) -> list[tuple[int, Annotation]]:
        """(ride number, annotation) pairs of some rows, as `of` takes them."""
        last = len(self.arrays["ride"]) if last is None else last
        found = []
        for i in range(first, last):
            cells: dict[str, Any] = {
                name: self.text[name][code] if code >= 0 else ""
                for name, code in zip(TEXT_COLUMNS, self.arrays["codes"][:, i].tolist(), strict=True)
            }
            start, stop = float(self.arrays["start_s"][i]), float(self.arrays["stop_s"][i])
            found.append((int(self.arrays["ride"][i]), Annotation(start, stop, **cells)))
        return found


def _texts(column: Category) -> tuple[str, ...]:
    names = (*column.names, "")  # code -1 is the last
    return tuple(names[code] for code in column.codes.tolist())
