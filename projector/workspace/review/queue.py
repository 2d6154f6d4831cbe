"""The review queue of the open library: what is left, what is looked at now, what was decided.

It asks the workspace which labels count and the journal what people said, and makes its list only when
somebody looks at it. What is judged is the current event of the workspace, wherever it was chosen; without
one, the item that was shown last.
"""

from collections.abc import Sequence
from time import monotonic

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.edits import Hand
from projector.annotations.layers import ADJUDICATED, IMPORTED
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.own_layer import span_of
from projector.workspace.review import words
from projector.workspace.review.alerts import USUAL_NAMES
from projector.workspace.review.edges import Impacts
from projector.workspace.review.found import Found, Reason
from projector.workspace.review.intervals import chosen
from projector.workspace.review.labels_unlike import LookAlikes
from projector.workspace.review.ledger import UNSURE, WRONG, Ledger, Verdict
from projector.workspace.review.people import Side
from projector.workspace.review.preferences import Preferences
from projector.workspace.review.reasons import Facts, Items, finds, items
from projector.workspace.review.subjects import About, Subject, hash_of
from projector.workspace.workspace import Workspace

CAUSE = "review"
RIGHT = "right"
TRUE, FALSE, HARSH, FAULT = "true", "false", "harsh but harmless", "data fault"
EVENT_VERDICTS = (RIGHT, WRONG, UNSURE)
ALERT_VERDICTS = (TRUE, FALSE, HARSH, FAULT, UNSURE)


class ReviewQueue:
    """Facts and intents of a review, without Qt.

    look_alikes, impacts   what the worker found; None while nobody knows
    """

    changed = Signal()  # items, verdicts or preferences: read them anew
    shown = Signal()  # an item was gone to: read `current`

    def __init__(self, workspace: Workspace, labelling: Labelling, memory: Memory) -> None:
        self._workspace, self._labelling = workspace, labelling
        self.preferences = Preferences(memory.review)
        self._ledger = Ledger()
        self._reviewed = ""
        self._forget()
        workspace.library_changed.connect(self._forget)
        workspace.table_changed.connect(self._on_table_changed)
        workspace.labels_changed.connect(self._on_labels_changed)
        workspace.event_changed.connect(self._on_event_changed)
        labelling.changed.connect(self.changed.emit)

    def _forget(self) -> None:
        self.look_alikes: LookAlikes | None = None
        self.impacts: Impacts | None = None
        self._shown: Subject | None = None
        self._place = 0
        self._since = monotonic()
        self._back: Subject | None = None
        self._finds: dict[Reason, Found] | None = None
        self._items: Items | None = None
        self._listed: npt.NDArray[np.int64] | None = None
        self._decided: dict[int, Verdict] = {}
        self.changed.emit()

    # --- what is in it ------------------------------------------------------------------------------

    @property
    def items(self) -> Items:
        """Everything that the chosen reasons find, decided or not."""
        self._sync()
        if self._reviewed != self._labelling.reviewed:
            self._reviewed, self._finds, self._items = self._labelling.reviewed, None, None
        if self._finds is None:
            self._finds = finds(self._facts(), frozenset(Reason)) if self._workspace.library else {}
        if self._items is None:
            on = {Reason.THEIRS} if self._labelling.reviewed else self.preferences.reasons
            self._items = items([found for reason, found in self._finds.items() if reason in on])
            self._listed = None
        return self._items

    @property
    def listed(self) -> npt.NDArray[np.int64]:
        """The items that are still to be decided, in order."""
        every = self.items
        if self._listed is None:
            done = np.array(list(self._decided), np.uint64)
            self._listed = np.flatnonzero(~np.isin(every.hash, done))
        return self._listed

    def counts(self) -> dict[Reason, int]:
        """How many finds each reason has, decided ones included; a reason that cannot be judged is absent."""
        assert self.items is not None
        return {reason: len(found) for reason, found in (self._finds or {}).items()}

    def verdicts(self) -> list[Verdict]:
        """What was decided, the last first."""
        self._sync()
        return self._ledger.verdicts(self._labelling.rides())[::-1]

    def verdict_on(self, subject: Subject | None) -> Verdict | None:
        """What was decided about something, by me or as right by another."""
        self._sync()
        return None if subject is None else self._decided.get(hash_of(subject))

    def layers(self) -> tuple[str, ...]:
        """Layers that may be a detector's."""
        self._sync()
        known = self._ledger.layers
        return tuple(name for name in known if name not in (self._labelling.layer, ADJUDICATED))

    @property
    def alerts_layer(self) -> str:
        """The layer that is compared with the labels as a detector's alerts, "" while there is none."""
        known = self.layers()
        wanted = (self.preferences.alerts, *USUAL_NAMES)
        return next((name for name in wanted if name in known), "")

    def why(self, item: int) -> str:
        """An item's reasons in plain words."""
        return words.why(self.items, item)

    # --- where one is ---------------------------------------------------------------------------------

    @property
    def current(self) -> Subject | None:
        """What a verdict would be about."""
        marks, event = self._workspace.annotations, self._workspace.event
        if marks is None or event is None:
            shown = self._shown
            return shown if shown is not None and shown.ride == self._workspace.ride else None
        return Subject(About.EVENT, int(marks.ride_number[event]), *span_of(marks, event))

    @property
    def current_item(self) -> int | None:
        """The item that is looked at, None when that is none (any more)."""
        current = self.current
        return None if current is None else self.items.at(hash_of(current))

    def upcoming(self, count: int = 2) -> list[Subject]:
        """What Space shows next, and after that."""
        listed = self.listed
        if not len(listed):
            return []
        first = self._next(1)
        return [
            self.items.subject(int(listed[(first + k) % len(listed)])) for k in range(min(count, len(listed)))
        ]

    def step(self, direction: int) -> bool:
        """Show the next item (1) or the one before (-1), round the end; False when none is left."""
        listed = self.listed
        if not len(listed):
            return False
        self.show(int(listed[self._next(direction)]))
        return True

    def _next(self, direction: int) -> int:
        """The place in `listed` of the next item; where the one that was shown is gone, the next is there."""
        listed, item = self.listed, self.current_item
        if item is not None:
            place = int(np.searchsorted(listed, item))
            if place < len(listed) and listed[place] == item:
                return (place + direction) % len(listed)
        if self._shown is None:
            return 0 if direction > 0 else len(listed) - 1
        return (self._place + min(direction, 0)) % len(listed)

    def show(self, item: int) -> None:
        """Go to an item: its ride and the window in its middle, and its annotation as the current event."""
        self._go(self.items.subject(item))
        self._place = int(np.searchsorted(self.listed, item))
        self.shown.emit()

    def show_subject(self, subject: Subject) -> None:
        """The same for what is perhaps no item any more, such as something decided."""
        item = self.items.at(hash_of(subject))
        if item is not None:
            self.show(item)
        else:
            self._go(subject)
            self.shown.emit()

    def _go(self, subject: Subject) -> None:
        workspace, marks = self._workspace, self._workspace.annotations
        row = _row_of(marks, subject) if marks is not None and subject.about is About.EVENT else None
        workspace.select_event(row, CAUSE)
        workspace.select_at(subject.ride, subject.centre_s, CAUSE)
        self._shown, self._since = subject, monotonic()

    def _on_event_changed(self) -> None:
        self._since = monotonic()

    # --- verdicts -------------------------------------------------------------------------------------

    def judge(self, verdict: str) -> bool:
        """Put a verdict on what is current into the journal; False where nothing is, or it is none of its.

        Raises what `labelling.commit` raises. A verdict belongs to what was seen: when the annotation is
        changed after it, it is to be judged anew.
        """
        subject = self.current
        if subject is None or verdict not in (ALERT_VERDICTS if subject.is_alert else EVENT_VERDICTS):
            return False
        item = self.items.at(hash_of(subject))
        reason = self.why(item) if item is not None else ""
        if item is not None:
            self._place = int(np.searchsorted(self.listed, item))
        self._shown = self._shown or subject
        seconds = round(monotonic() - self._since, 2)

        def make(hand: Hand, _: Sequence[Edit]) -> list[Edit]:
            uuid = subject.edit_subject(hand.ride, hand.author)
            before = self._ledger.own(uuid)
            body = {**subject.body(), "verdict": verdict, "seconds": seconds, "reason": reason}
            parents = tuple(edit.id for edit in before)
            return [hand.edit(uuid, parents, before[-1].after if before else None, body, Kind.VERDICT)]

        return bool(self._labelling.commit((subject.ride,), make, reason, copies=False))

    def taken_back(self) -> Subject | None:
        """What an undo has just brought back to be judged; asked once."""
        self._sync()
        back, self._back = self._back, None
        return back

    # --- what it is made from ---------------------------------------------------------------------------

    def prefer(self, **changes: object) -> None:
        """Other preferences, see `Preferences.set`."""
        self.preferences.set(**changes)
        self.renew()

    def show_as(self, **changes: float) -> None:
        """Other seconds around an event, or another scale: what is shown now is shown so at once."""
        self.preferences.set(**changes)
        self.changed.emit()
        if self.current is not None:
            self.shown.emit()

    def switch(self, reason: Reason, on: bool) -> None:
        """Switch a reason on or off."""
        self.preferences.switch(reason, on)
        self._items = None
        self.changed.emit()

    def renew(self) -> None:
        """What the list is made from has changed."""
        self._finds = self._items = self._listed = None
        self.changed.emit()

    def _on_table_changed(self) -> None:
        self.look_alikes = None
        self.renew()

    def _on_labels_changed(self) -> None:
        if self._finds is not None:
            self.renew()

    def _sync(self) -> None:
        """Take what has come into the journal since."""
        fresh = self._ledger.sync(self._labelling.journal)
        if not fresh:
            return
        author = self._labelling.author
        if any(edit.kind is not Kind.VERDICT or edit.author != author for edit in fresh):
            self._finds = self._items = None
        self._listed = None
        rides = self._labelling.rides()
        blind = self._labelling.layering.blind
        was, self._decided = self._decided, self._ledger.decided(author, rides, others=not blind)
        if any(edit.takes_back for edit in fresh):
            gone = [was[number] for number in was if number not in self._decided]
            self._back = next((one.subject for one in reversed(gone) if one.author == author), None)

    def _facts(self) -> Facts:
        workspace, ledger, rides = self._workspace, self._ledger, self._labelling.rides()
        marks, table = workspace.annotations, workspace.table
        assert marks is not None
        layer, since = self.alerts_layer, self.preferences.since
        blind = self._labelling.layering.blind  # then nothing of others is told
        sides = [] if blind else self._sides(marks, layer)
        judged = ledger.judged(self._labelling.author, rides)
        return Facts(
            marks,
            table.rule.length_s if table else 0.0,
            table.windows if table else None,
            workspace.labels.codes if table else None,
            self.look_alikes,
            self.impacts,
            ledger.side(layer, rides).marks if layer else None,
            tuple(side for side, _ in sides),
            tuple(counts for _, counts in sides),
            judged if judged.verdicts and not blind else None,
            ledger.edited(since, rides) if since is not None and not blind else None,
            ledger.seen(rides),
            self._theirs(),
        )

    def _theirs(self) -> tuple[str, Annotations] | None:
        who = self._labelling.reviewed
        events = self._labelling.events_of(who) if who else None
        return None if events is None else (who, events)

    def _sides(self, marks: Annotations, alerts: str) -> list[tuple[tuple[Side, ...], bool]]:
        """On each ride that several people have labelled: who the others are compared with, and they.

        That is whose labels count, else the first by name. What was adjudicated is settled.
        """
        ledger, rides, order = self._ledger, self._labelling.rides(), self._labelling.layering.order
        people = [name for name in ledger.layers if name not in (IMPORTED, ADJUDICATED, alerts)]
        people.sort(key=lambda name: (order.index(name) if name in order else len(order), name))
        left = {name: ledger.spoken(name, rides) - ledger.spoken(ADJUDICATED, rides) for name in people}
        made = []
        for at, name in enumerate(people):
            shared = left[name] & frozenset[int]().union(*(left[other] for other in people[at + 1 :]))
            if not shared:
                continue
            mine = marks if name in order else ledger.side(name, rides).marks
            first = Side(name, chosen(mine, np.isin(mine.ride_number, list(shared))), shared)
            others = [ledger.side(other, rides) for other in people[at + 1 :]]
            others = [Side(one.name, one.marks, left[one.name]) for one in others]
            made.append(((first, *others), name in order))
            left = {other: numbers - shared for other, numbers in left.items()}
        return made


def _row_of(marks: Annotations, subject: Subject) -> int | None:
    """The annotation that says exactly what was seen."""
    part = marks.of_ride(subject.ride)
    wanted = (subject.start_s, subject.stop_s, subject.label)
    return next((row for row in range(part.start, part.stop) if span_of(marks, row) == wanted), None)
