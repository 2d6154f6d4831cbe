"""The review queue of the open library: what is left, what is looked at now, what was decided.

It asks the workspace which labels count and the journal what people said, and makes its list only when
somebody looks at it; a long one on a thread of its own, while the one before is still shown. What is judged
is the current event of the workspace, wherever it was chosen; without one, the item that was shown last.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from projector.annotations.edits import Hand
from projector.annotations.layers import ADJUDICATED
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations
from projector.library.library import Library
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.own_layer import span_of
from projector.workspace.review import words
from projector.workspace.review.alerts import USUAL_NAMES
from projector.workspace.review.edges import Impacts
from projector.workspace.review.found import Reason
from projector.workspace.review.gathering import Sources
from projector.workspace.review.labels_unlike import LookAlikes
from projector.workspace.review.ledger import UNSURE, WRONG, Ledger, Verdict
from projector.workspace.review.making import AT_ONCE, Made, Making, make
from projector.workspace.review.preferences import Preferences
from projector.workspace.review.reasons import Items, items
from projector.workspace.review.stopwatch import Stopwatch
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
    stopwatch              how long what is shown has been looked at
    """

    changed = Signal()  # items, verdicts or preferences: read them anew
    shown = Signal()  # an item was gone to: read `current`
    waits = Signal()  # a list is being made: `collect` it

    def __init__(self, workspace: Workspace, labelling: Labelling, memory: Memory) -> None:
        self._workspace, self._labelling = workspace, labelling
        self.preferences = Preferences(memory.review)
        self._ledger = Ledger()
        self._making = Making()
        self.stopwatch = Stopwatch()
        self._forget()
        workspace.library_changed.connect(self._forget)
        workspace.table_changed.connect(self._on_table_changed)
        workspace.labels_changed.connect(self._on_labels_changed)
        workspace.event_changed.connect(self.stopwatch.restart)
        labelling.changed.connect(self.changed.emit)

    def _forget(self) -> None:
        self.look_alikes: LookAlikes | None = None
        self.impacts: Impacts | None = None
        self._shown: Subject | None = None
        self._as_event = False  # what is shown is an annotation among the rows: deselected, it isn't judged
        self._place = 0
        self._whose: tuple[str, bool, str] | None = None
        self._back: Subject | None = None
        self._making.forget()
        self._made = Made({}, items([]))
        self._known = self._current = False  # whether what reasons find is known, and the list made of it
        self._listed: npt.NDArray[np.int64] | None = None
        self._decided: dict[int, Verdict] = {}
        self.changed.emit()

    # --- what is in it ------------------------------------------------------------------------------

    @property
    def items(self) -> Items:
        """Everything that the chosen reasons find, decided or not; while it is `making`, as it was before."""
        self._sync()
        library = self._workspace.library
        if not self._current and library is not None:
            self._current, known = True, self._made.finds if self._known else None
            on = {Reason.THEIRS} if self._labelling.reviewed else self.preferences.reasons
            sources = self._sources(library)
            if len(sources.marks) + sources.standing.count > AT_ONCE:
                self._making.want(sources, known, on)
                self.waits.emit()
            else:
                self._making.forget()
                self._take(make(sources, known, on))
        return self._made.items

    @property
    def making(self) -> bool:
        """Whether a newer list is being made."""
        return self._making.busy

    def collect(self) -> bool:
        """Take a list that is ready; False while it is not."""
        made = self._making.take()
        if made is not None:
            self._take(made)
            self.changed.emit()
        return not self._making.busy

    def close(self) -> None:
        """Nothing is being made any more."""
        self._making.close()

    def _outdate(self, *, finds: bool = True) -> None:
        """The list, and what its reasons find, are to be made anew when somebody asks."""
        self._making.forget()
        self._current, self._known = False, self._known and not finds

    def _take(self, made: Made) -> None:
        self._made, self._known, self._listed = made, True, None

    def _sources(self, library: Library) -> Sources:
        workspace, labelling, rides = self._workspace, self._labelling, self._labelling.rides()
        marks, table = workspace.annotations, workspace.table
        assert marks is not None
        return Sources(
            library.annotations,
            marks,
            table,
            workspace.labels.codes if table else None,
            self.look_alikes,
            self.impacts,
            rides,
            labelling.layering,
            self._ledger.standing(),
            self._ledger.judged(labelling.author, rides),
            self.alerts_layer,
            labelling.reviewed,
            self.preferences.since,
        )

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
        return {reason: len(found) for reason, found in self._made.finds.items()}

    def verdicts(self) -> list[Verdict]:
        """What was decided, the last first; blind, only by me."""
        self._sync()
        every = self._ledger.verdicts(self._labelling.rides())[::-1]
        author = self._labelling.author
        return [one for one in every if one.author == author] if self.blind else every

    def verdict_on(self, subject: Subject | None) -> Verdict | None:
        """What was decided about something, by me or as right by another."""
        self._sync()
        return None if subject is None else self._decided.get(hash_of(subject))

    @property
    def blind(self) -> bool:
        """Whether nothing of others is told."""
        return self._labelling.layering.blind

    def layers(self) -> tuple[str, ...]:
        """Layers that may be a detector's."""
        self._sync()
        known = self._ledger.standing().layers
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
            shown = None if self._as_event else self._shown
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
        self._shown, self._as_event = subject, row is not None
        self.stopwatch.restart()

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
        seconds = round(self.stopwatch.seconds, 2)

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
        self._outdate(finds=False)
        self.changed.emit()

    def renew(self) -> None:
        """What the list is made from has changed."""
        self._outdate()
        self.changed.emit()

    def _on_table_changed(self) -> None:
        self.look_alikes = None
        self.renew()

    def _on_labels_changed(self) -> None:
        if self._current:
            self.renew()

    def _sync(self) -> None:
        """Take what has come into the journal since."""
        fresh = self._ledger.sync(self._labelling.journal)
        author, blind, reviewed = self._labelling.author, self.blind, self._labelling.reviewed
        whose = author, blind, reviewed
        if not fresh and whose == self._whose:
            return
        if whose != self._whose or any(
            edit.kind is not Kind.VERDICT or edit.author != author for edit in fresh
        ):
            self._outdate()
        self._whose, self._listed = whose, None
        rides = self._labelling.rides()
        was, self._decided = self._decided, self._ledger.decided(author, rides, others=not blind)
        if any(edit.takes_back for edit in fresh):
            gone = [was[number] for number in was if number not in self._decided]
            self._back = next((one.subject for one in reversed(gone) if one.author == author), None)


def _row_of(marks: Annotations, subject: Subject) -> int | None:
    """The annotation that says exactly what was seen."""
    part = marks.of_ride(subject.ride)
    wanted = (subject.start_s, subject.stop_s, subject.label)
    return next((row for row in range(part.start, part.stop) if span_of(marks, row) == wanted), None)
