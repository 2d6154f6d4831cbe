"""Import, whole: recordings through readers into a library, and a report of what became of each.

The report is what a person decides by: what came in, what was refused and why, what was odd. Over hundreds
of rides it counts kinds of remarks and gives one example of each; the JSON form has them all.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from projector.domain.errors import InputError
from projector.domain.nouns import Recording
from projector.domain.progress import Progress, silent
from projector.library.readers import Found, Refused, read_sources, shipped
from projector.library.readers.description import Description
from projector.library.writer import write_library

MOST_TOLD = 8  # reasons of one kind that the text names before it counts the rest


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    samples  rows of primary streams    length_s  of all rides    took_s  the import itself
    refused  rides and files that are not in the library, with the reason
    odd      ride id → its remarks, each `kind: details`
    """

    path: Path
    rides: int
    samples: int
    length_s: float
    annotations: int
    refused: tuple[Refused, ...]
    odd: Mapping[str, tuple[str, ...]]
    content_hash: str
    took_s: float

    def kinds(self) -> dict[str, list[tuple[str, str]]]:
        """Kind of remark → (ride id, details) of each ride that has one, the commonest kind first."""
        found: dict[str, list[tuple[str, str]]] = {}
        for ride, remarks in self.odd.items():
            for remark in remarks:
                kind, _, details = remark.partition(": ")
                found.setdefault(kind, []).append((ride, details))
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    def text(self) -> str:
        """The report for people."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        counts = [(self.rides, "ride"), (self.samples, "sample"), (self.annotations, "annotation")]
        told = ", ".join(_plural(count, noun) for count, noun in counts)
        yield f"{self.path}: {told}, {self.length_s / 60:,.1f} min, in {self.took_s:.1f} s"
        if self.refused:
            yield f"refused ({len(self.refused)}):"
            yield from (f"  {line}" for line in _refused_lines(self.refused))
        if self.odd:
            yield f"odd ({_plural(len(self.odd), 'ride')}):"
            yield from (f"  {line}" for line in self._odd_lines())

    def _odd_lines(self) -> Iterator[str]:
        for kind, rides in self.kinds().items():
            ride, details = rides[0]
            yield f"{kind}, {_plural(len(rides), 'ride')}: {ride}: {_short(details)}"

    def to_json(self) -> dict[str, Any]:
        """The report for programs: everything."""
        return {
            "path": str(self.path),
            "rides": self.rides,
            "samples": self.samples,
            "seconds": self.length_s,
            "annotations": self.annotations,
            "refused": [{"source": one.source, "reason": one.reason} for one in self.refused],
            "odd": {ride: list(remarks) for ride, remarks in self.odd.items()},
            "content_hash": self.content_hash,
            "took_s": round(self.took_s, 3),
        }


def _refused_lines(refused: Sequence[Refused]) -> Iterator[str]:
    """Reasons that differ in figures only are told once, by the first of them."""
    alike: dict[str, list[Refused]] = {}
    for one in refused:
        alike.setdefault(re.sub(r"'[^']*'|\d[\d.,]*", "", one.reason), []).append(one)
    groups = list(alike.values())
    for group in groups[:MOST_TOLD]:
        others = f" (and {_plural(len(group) - 1, 'other')} alike)" if len(group) > 1 else ""
        yield f"{group[0].source}{others}: {group[0].reason}"
    if len(groups) > MOST_TOLD:
        yield f"… and {len(groups) - MOST_TOLD} other reasons (--json lists all)"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _short(details: str, limit: int = 160) -> str:
    return details if len(details) <= limit else f"{details[: limit - 2].rstrip()} …"


@dataclass
class _Feed:
    """Hands the recordings to the writer and keeps what isn't one."""

    found: Found
    refused: list[Refused] = field(default_factory=list)
    odd: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __length_hint__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Recording]:
        for one in self.found:
            if isinstance(one, Refused):
                self.refused.append(one)
                continue
            if one.odd:
                self.odd.setdefault(one.id, one.odd)
            yield one


def import_recordings(
    sources: Sequence[str | Path],
    output: str | Path,
    *,
    as_: str | None = None,
    description: Description | None = None,
    replace: bool = False,
    into: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Bring recordings into a library file, described by a shipped description, one's own, or not at all.

    Raises InputError where nothing at all can be brought in (with the first reasons), LibraryError where the
    output is in the way or damaged, StorageError where the disk doesn't take it. In each case the output is
    as it was before.
    """
    began = time.perf_counter()
    feed = _Feed(read_sources(sources, shipped(as_) if as_ else description))
    try:
        written = write_library(output, feed, replace=replace, into=into, progress=progress)
    except InputError as error:
        raise _nothing(feed, error) from None
    refused = (*feed.refused, *(Refused(ride, reason) for ride, reason in written.refused))
    return ImportReport(
        path=Path(output),
        rides=len(written.ids),
        samples=written.samples,
        length_s=written.seconds,
        annotations=written.annotations,
        refused=refused,
        odd={ride: feed.odd[ride] for ride in written.ids if ride in feed.odd},
        content_hash=written.content_hash,
        took_s=time.perf_counter() - began,
    )


def _nothing(feed: _Feed, error: InputError) -> InputError:
    """Why not one ride could be brought in."""
    if len(feed.found) == len(feed.refused) == 1:
        return InputError(feed.refused[0].reason, where=feed.refused[0].source)
    if not feed.refused:
        return error
    told = f"none of {_plural(len(feed.found), 'recording')} can be brought in"
    return InputError(told, remedy="\n  ".join(_refused_lines(feed.refused)))
