"""Labels from files on their way into a layer: edits upon what it says, and copies of what is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from projector.annotations.arrivals import Arrival, RideOfLayer, State
from projector.annotations.imports import imported_by
from projector.annotations.layers import (
    ADJUDICATED,
    IMPORTED,
    astray,
    copied,
    copied_imported,
    first_edits,
    labels_of,
    spoken,
)
from projector.annotations.withdrawal import again
from projector.domain.edits import Edit, heads
from projector.domain.nouns import Annotation
from projector.library.labels.nouns import Format
from projector.library.labels.shelf import Shelf
from projector.library.library import Library

SLACK_S = 1e-3  # how far a format rounds times, beside those that tell them in samples


@dataclass(frozen=True)
class Source:
    """Where labels come from and under whose name they go in.

    author    who made labels that don't say it themselves     ride  the ride of files that don't say it
    by, group who brings them in, as a gesture that can be taken back; "" for none
    shown     the layers that are shown, in order: where the layer has no word yet, labels of these are there
    together  copies of those come along, as they do with a first edit; else the file's take their place
    restore   what was changed or deleted here since is to be again as a file says
    """

    form: Format
    author: str
    layer: str
    utc: str
    ride: str = ""
    by: str = ""
    group: str = ""
    shown: tuple[str, ...] = ()
    together: bool = False
    restore: bool = False


class Taking:
    """Collects the edits, ride by ride; nothing is written here.

    ways    with copies of what is shown (True), without them; several ones to compare: edits are made once
    copies  by ride: what is shown where the layer has no word yet, as edits of the layer
    """

    def __init__(
        self, library: Library, shelf: Shelf, edits: Iterable[Edit], source: Source, ways: Sequence[bool]
    ) -> None:
        self._library, self._shelf, self._source = library, shelf, source
        self._known: dict[str, list[Edit]] = {}
        for edit in edits:
            self._known.setdefault(edit.ride, []).append(edit)
        self._rides: dict[str, list[RideOfLayer]] = {}
        self.ways, self.copies = ways, dict[str, list[Edit]]()

    def take(self, ride: str, annotations: Sequence[Annotation], name: str) -> list[list[Arrival]]:
        """What becomes, in each way, of each annotation that a file of a name has on a ride."""
        source, anchor = self._source, self._shelf.anchors[ride]
        reason = imported_by(source.by, name) if source.by else f"imported from {name}"
        firsts = first_edits(
            annotations,
            ride,
            anchor.signal_hash,
            layer=source.layer,
            utc=source.utc,
            reason=reason,
            content_hash=self._library.content_hash,
            group=source.group,
        )
        rate = self._shelf.ride(ride).rate_hz
        slack = SLACK_S + (1 / rate if source.form.sampled and rate > 0 else 0.0)
        met = [side.meet(firsts, slack, restore=source.restore) for side in self._ride(ride)]
        return met if len(met) == len(self.ways) else met * len(self.ways)

    def edits(self) -> list[Edit]:
        """What goes into the journal in the first way: no copies on a ride where nothing else does."""
        return [
            edit
            for ride, (side, *_) in self._rides.items()
            if side.made
            for edit in (*(self.copies[ride] if self.ways[0] else ()), *side.made)
        ]

    def _ride(self, ride: str) -> list[RideOfLayer]:
        """The ride in each way; one for all where there is nothing to copy."""
        if ride not in self._rides:
            known = self._known.get(ride, [])
            copies = self.copies[ride] = self._copies(ride, heads(known))
            own = [edit for edit in known if edit.layer == self._source.layer]
            ways = self.ways if copies else self.ways[:1]
            self._rides[ride] = [RideOfLayer([*own, *(copies if way else ())]) for way in ways]
        return self._rides[ride]

    def _copies(self, ride: str, standing: Sequence[Edit]) -> list[Edit]:
        source, anchor = self._source, self._shelf.anchors[ride]
        if ride in spoken(standing, source.layer):
            return []
        shown = (name for name in source.shown if name == IMPORTED or ride in spoken(standing, name))
        beneath = next(shown, "")
        if beneath in ("", ADJUDICATED):
            return []
        who = source.by or source.author
        if beneath == IMPORTED:
            found = copied_imported(
                self._library.annotations, ride, anchor, author=who, layer=source.layer, utc=source.utc
            )
        else:
            theirs = labels_of(standing, beneath)
            lost = {edit.id for edit in astray(theirs, {ride: anchor})}
            theirs = [edit for edit in theirs if edit.id not in lost]
            found = copied(theirs, author=who, layer=source.layer, utc=source.utc)
        return again(found, standing)


def became(arrival: Arrival) -> str:
    """'deleted here on 2026-11-21 14:03 by anna', "" for what nobody has touched since."""
    if arrival.last is None:
        return ""
    verb = "deleted" if arrival.state is State.DELETED else "changed"
    when = datetime.fromisoformat(arrival.last.utc).astimezone()
    return f"{verb} here on {when:%Y-%m-%d %H:%M} by {arrival.last.author}"
