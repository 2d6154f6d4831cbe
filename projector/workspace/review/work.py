"""Has the worker find what the review queue needs: look-alikes of windows, impacts of rides.

Asked for when somebody looks at the queue: look-alikes once a table, impacts of a ride when it has its first
annotation. What is cached is taken at once. What was cancelled or could not be done for all is told.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.window_labels import NO_LABEL
from projector.domain.errors import ProjectorError
from projector.domain.nouns import Annotations
from projector.jobs.review import impacts_key, look_alikes_key, most_windows
from projector.library.cache import find_review, load_review
from projector.workspace.pipeline import FOR_REVIEW, Pipeline
from projector.workspace.review.edges import Impacts
from projector.workspace.review.found import Reason
from projector.workspace.review.labels_unlike import LookAlikes
from projector.workspace.review.queue import ReviewQueue
from projector.workspace.workspace import Workspace


class ReviewWork:
    """Fills a queue's look_alikes and impacts."""

    changed = Signal()  # what is under way, or what could not be done

    def __init__(self, workspace: Workspace, pipeline: Pipeline, queue: ReviewQueue) -> None:
        self._workspace, self._pipeline, self._queue = workspace, pipeline, queue
        self._asked = ""  # the table of which look-alikes were asked for
        self._tried: set[int] = set()  # rides whose impacts were asked for, and those that were read
        self._looked: set[int] = set()
        self._counted: tuple[Annotations | None, frozenset[int]] = None, frozenset()
        workspace.library_changed.connect(self._on_library_changed)
        pipeline.stage_changed.connect(self.changed.emit)

    @property
    def busy(self) -> bool:
        """Whether it is being worked on."""
        return any(self._pipeline.working(kind) for kind in FOR_REVIEW)

    def again(self) -> None:
        """Ask anew: after a cancel, or when labels have moved to other windows than were compared."""
        self._asked, self._tried = "", set(self._looked)
        self.ask()

    def ask(self) -> None:
        """Have done what isn't known yet and wasn't asked for."""
        library, table = self._workspace.library, self._workspace.table
        if library is None or table is None or not len(table.windows):
            return
        on = self._queue.preferences.reasons
        if on & {Reason.UNLIKE, Reason.UNLABELLED} and self._asked != table.key:
            self._asked = table.key
            rows = self._rows()
            arguments: dict[str, Any] = {"library": str(library.path), "rule": asdict(table.rule)}
            if rows is not None:
                arguments["rows"] = rows.tolist()
            self._have("look_alikes", look_alikes_key(table.key, rows), arguments, table.key)
        rides = sorted(self._annotated() - self._tried)
        if Reason.EDGE in on and rides and not self._pipeline.working("impacts"):
            self._tried.update(rides)
            arguments = {"library": str(library.path), "rides": rides}
            self._have("impacts", impacts_key(library.content_hash, rides), arguments, library.content_hash)

    def note(self) -> str:
        """What was not done for all, in words; "" where all was."""
        parts = []
        alike, table = self._queue.look_alikes, self._workspace.table
        if alike is not None and table is not None and most_windows(len(table.windows)) < len(table.windows):
            total = len(table.windows)
            parts.append(f"{len(alike.rows):,} of {total:,} windows compared, labelled ones first")
        annotated = self._annotated()
        if self._queue.impacts is not None and not annotated <= self._looked:
            parts.append(f"impacts of {len(annotated & self._looked):,} of {len(annotated):,} rides")
        return " · ".join(parts)

    def _rows(self) -> npt.NDArray[np.int64] | None:
        """The windows to compare, None for all: those with a label first, then an even part of the others."""
        table = self._workspace.table
        assert table is not None
        total = len(table.windows)
        most = most_windows(total)
        if most >= total:
            return None
        labelled = self._workspace.labels.codes != NO_LABEL
        first = _evenly(np.flatnonzero(labelled), most * 4 // 5 if not labelled.all() else most)
        return np.sort(np.concatenate([first, _evenly(np.flatnonzero(~labelled), most - len(first))]))

    def _annotated(self) -> frozenset[int]:
        """The rides that have annotations now: also those that got their first one a moment ago."""
        marks = self._workspace.annotations
        if marks is not self._counted[0]:
            rides = marks.ride_number if marks is not None else np.empty(0, np.int64)
            first = np.flatnonzero(np.diff(rides, prepend=-1))  # they are sorted by ride
            self._counted = marks, frozenset(rides[first].tolist())
        return self._counted[1]

    def _have(self, kind: str, key: str, arguments: Mapping[str, Any], of: str) -> None:
        library = self._workspace.library
        assert library is not None
        found = find_review(library, key)
        if found is not None:
            self._use(kind, found, of)
        else:
            self._pipeline.run(
                kind, kind, arguments, lambda result: self._use(kind, Path(result["review"]), of)
            )

    def _use(self, kind: str, folder: Path, of: str) -> None:
        """Take a result, unless it is about what is no longer open."""
        library, table = self._workspace.library, self._workspace.table
        now = table.key if kind == "look_alikes" and table else library.content_hash if library else ""
        if now != of:
            return
        try:
            _, arrays = load_review(folder)
        except ProjectorError as error:
            self._pipeline.failed.emit(error)
            return
        if kind == "look_alikes":
            self._queue.look_alikes = LookAlikes(arrays["rows"], arrays["near"], arrays["distance"])
        else:
            self._looked.update(arrays["looked"].tolist())
            found = Impacts(arrays["ride"], arrays["time_s"], arrays["height"])
            self._queue.impacts = found if self._queue.impacts is None else self._queue.impacts.and_(found)
        self._queue.renew()

    def _on_library_changed(self) -> None:
        self._asked, self._tried, self._looked = "", set(), set()
        self._pipeline.cancel(*FOR_REVIEW)


def _evenly(rows: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """At most so many of some rows, evenly spread: every ride and every label gets its share."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(np.int64)]
