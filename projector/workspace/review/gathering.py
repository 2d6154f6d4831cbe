"""Gathers what reasons are found from: which labels count, what others say, what was marked as done.

While somebody labels blind nothing of others is gathered: neither their labels, verdicts and edits nor what
they marked as done, nor a detector's alerts.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from projector.annotations.layers import ADJUDICATED, IMPORTED, Rides
from projector.domain.nouns import Annotations, FeatureTable
from projector.workspace.layering import Layering
from projector.workspace.review.alerts import of_no_person
from projector.workspace.review.edges import Impacts
from projector.workspace.review.intervals import chosen
from projector.workspace.review.labels_unlike import LookAlikes
from projector.workspace.review.people import Judged, Side
from projector.workspace.review.reasons import Facts
from projector.workspace.review.standing import Standing


@dataclass(frozen=True, eq=False)
class Sources:
    """What there is at one moment; nothing of it changes, so that `facts` may be asked on another thread.

    imported, marks   the library's labels, and those that count; codes: the label of each window by these
    alerts            the layer of a detector, theirs: the one whose events are gone through; "" for none
    since             edits since then are wanted
    """

    imported: Annotations
    marks: Annotations
    table: FeatureTable | None
    codes: npt.NDArray[np.int32] | None
    alike: LookAlikes | None
    impacts: Impacts | None
    rides: Rides
    layering: Layering
    standing: Standing
    judged: Judged
    alerts: str
    theirs: str
    since: datetime | None

    def facts(self) -> Facts:
        """Everything that a reason is found from."""
        standing, rides, table, blind = self.standing, self.rides, self.table, self.layering.blind
        sides = [] if blind else self._sides()
        return Facts(
            self.marks,
            table.rule.length_s if table else 0.0,
            table.windows if table else None,
            self.codes,
            self.alike,
            self.impacts,
            standing.side(self.alerts, rides).marks if self.alerts and not blind else None,
            tuple(side for side, _ in sides),
            tuple(counts for _, counts in sides),
            self.judged if self.judged.verdicts and not blind else None,
            standing.edited(self.since, rides) if self.since is not None and not blind else None,
            standing.seen(rides, self.layering.author if blind else ""),
            self._theirs(),
        )

    def _theirs(self) -> tuple[str, Annotations] | None:
        who = self.theirs
        if not who or (self.layering.blind and who != self.layering.author):
            return None
        return who, self.imported if who == IMPORTED else self.standing.side(who, self.rides).marks

    def _sides(self) -> list[tuple[tuple[Side, ...], bool]]:
        """On each ride that several people have labelled: who the others are compared with, and they.

        That is whose labels count, else the first by name. What was adjudicated is settled.
        """
        standing, rides, order = self.standing, self.rides, self.layering.order
        nobody = {IMPORTED, ADJUDICATED, *of_no_person(self.alerts, self.layering.author)}
        people = [name for name in standing.layers if name not in nobody]
        people.sort(key=lambda name: (order.index(name) if name in order else len(order), name))
        settled = standing.spoken(ADJUDICATED, rides)
        left = {name: standing.spoken(name, rides) - settled for name in people}
        made = []
        for at, name in enumerate(people):
            shared = left[name] & frozenset[int]().union(*(left[other] for other in people[at + 1 :]))
            if not shared:
                continue
            mine = self.marks if name in order else standing.side(name, rides).marks
            first = Side(name, chosen(mine, np.isin(mine.ride_number, list(shared))), shared)
            others = [standing.side(other, rides) for other in people[at + 1 :]]
            others = [Side(one.name, one.marks, left[one.name]) for one in others]
            made.append(((first, *others), name in order))
            left = {other: numbers - shared for other, numbers in left.items()}
        return made
