"""Recordings from files of any layout: find them, read them two at a time, refuse what cannot be read.

One bad file never spoils the rest: it comes out as `Refused` with its reason, between the others and in
the order of their paths.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from projector.domain.errors import InputError, ProjectorError
from projector.domain.nouns import Recording
from projector.library.checks import check_local
from projector.library.readers.description import Description
from projector.library.readers.formats import ENDINGS, READERS
from projector.library.readers.guess import read_unknown
from projector.library.readers.loading import load_description, shipped, shipped_names
from projector.library.readers.patterns import Match, PathPattern, files_of, fill
from projector.library.readers.rides import read_ride

__all__ = ["READERS", "Found", "Refused", "load_description", "read_sources", "shipped", "shipped_names"]
T = TypeVar("T")
R = TypeVar("R")
FAULT = "Projector failed on this file, please report it"
log = logging.getLogger(__name__)
AHEAD = 3  # rides read before they are asked for: each may be large


@dataclass(frozen=True)
class Refused:
    """A ride or file that was not brought in, and why."""

    source: str
    reason: str


@dataclass(frozen=True)
class Found:
    """The rides of some sources, found but not yet read; iterating reads them, in order."""

    jobs: tuple[tuple[Match, str], ...]
    description: Description | None

    def __len__(self) -> int:
        return len(self.jobs)

    def __iter__(self) -> Iterator[Recording | Refused]:
        return _ahead(self._read, self.jobs)

    def _read(self, job: tuple[Match, str]) -> Recording | Refused:
        match, ride_id = job
        name = match.path.relative_to(match.root).as_posix()
        try:
            if self.description is None:
                return read_unknown(match.path, ride_id)
            return read_ride(self.description, match, ride_id)
        except ProjectorError as error:
            reason = f"{error.what} ({error.remedy})" if error.remedy else error.what
            return Refused(name, reason)
        except OSError as error:
            return Refused(name, f"cannot be read: {error.strerror or error}")
        except MemoryError:
            return Refused(name, "it doesn't fit into memory")
        except Exception as error:  # a fault of ours, which must not spoil the other files
            log.exception("reading %s", match.path)
            return Refused(name, f"{FAULT}: {type(error).__name__}: {error}")


def read_sources(sources: Sequence[str | Path], description: Description | None = None) -> Found:
    """The rides of files and folders. Raises InputError where a source isn't there or nothing is found."""
    roots = [_source(source) for source in sources]
    if description is None:
        return Found(tuple(_unknown(roots)), None)
    pattern = PathPattern.of(description.files)
    matches = list({match.path: match for root in roots for match in pattern.find(root)}.values())
    if not matches:
        told = f"no file matches {description.files!r} of the description {description.name}"
        raise InputError(told, where=", ".join(map(str, roots)))
    ids = [_id(description, match) for match in matches]
    return Found(tuple(zip(matches, ids, strict=True)), description)


def _source(source: str | Path) -> Path:
    check_local(Path(source))
    path = Path(source).absolute()
    if not path.exists():
        raise InputError("there is no such file or folder", where=str(source))
    return path


def _id(description: Description, match: Match) -> str:
    return fill(description.id, match.parts, "id") if description.id else match.path.stem


def _unknown(roots: Sequence[Path]) -> Iterator[tuple[Match, str]]:
    """Files that may hold recordings; those whose names are equal get their folders into the id."""
    found: dict[Path, Match] = {}
    for root in roots:
        top = root if root.is_dir() else root.parent
        for path in files_of(root):
            if not root.is_dir() or path.suffix.lower() in ENDINGS:
                found.setdefault(path, Match(path, top, {}))
    if not found:
        raise InputError(f"no file ends in {', '.join(ENDINGS)}", where=", ".join(map(str, roots)))
    stems = Counter(path.stem for path in found)
    for path, match in found.items():
        own = path.relative_to(match.root)
        yield match, path.stem if stems[path.stem] == 1 else "-".join((*own.parent.parts, path.name))


def _ahead(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Results in order, a few of them worked on in threads while earlier ones are used."""
    with ThreadPoolExecutor(2, thread_name_prefix="reader") as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
