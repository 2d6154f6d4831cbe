"""What the journal says to the review queue: verdicts, other people's labels, a detector's, recent edits.

Only edits that arrived since the last look are read. A layer's labels are put together again only when one of
its edits came, so that one's own edits cost nothing here, however many alerts were imported. What was judged
is known by what it is called now: a class that is renamed takes no verdict away, and edits no event.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from projector.annotations.layers import Rides
from projector.annotations.renaming import Renames
from projector.domain.edits import Body, Edit, Kind
from projector.workspace.journal import Journal
from projector.workspace.review.people import Judged
from projector.workspace.review.standing import Said, Standing, marks_of
from projector.workspace.review.subjects import About, Subject, numbers_of, subject_of

WRONG, UNSURE = "wrong", "unsure"
_SPEAKING = (Kind.ANNOTATION, Kind.SEEN)


@dataclass(frozen=True)
class Verdict:
    """What somebody decided: in `verdict`'s own word, with how long it took and when (UTC)."""

    subject: Subject
    verdict: str
    author: str
    utc: str
    seconds: float
    edit: Edit


class Ledger:
    """The current edits of a journal, by layer and kind."""

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, journal: Journal | None) -> None:
        self._journal, self._read = journal, 0
        self._superseded: set[str] = set()
        self._layers: dict[str, dict[str, Edit]] = {}  # current edits that make a layer speak
        self._said: dict[str, Said] = {}
        self._seen: dict[str, Edit] = {}  # current edits that mark parts as done
        self._verdicts: dict[str, Edit] = {}
        self._renames = Renames()
        self._renamed: list[Edit] = []  # annotations whose class has another name since
        self._known: dict[str, tuple[int, Verdict]] | None = None

    def sync(self, journal: Journal | None) -> list[Edit]:
        """Read what has come since; everything of another journal. The edits that were read."""
        if journal is not self._journal:
            self._begin(journal)
        if journal is None:
            return []
        fresh = journal.since(self._read)
        self._read += len(fresh)
        for edit in fresh:
            self._take(edit)
        renamed = [edit for edit in fresh if edit.before and edit.after and self._renames.is_one(edit)]
        if renamed:
            self._renamed += renamed
            self._known = None
        return fresh

    def _take(self, edit: Edit) -> None:
        self._renames.take(edit)
        kinds = [self._verdicts] if edit.kind is Kind.VERDICT else []
        if edit.kind in _SPEAKING:
            kinds.append(self._layers.setdefault(edit.layer, {}))
            self._said.pop(edit.layer, None)
        if edit.kind is Kind.SEEN:
            kinds.append(self._seen)
        self._superseded.update(edit.parents)
        for kept in kinds:
            for parent in edit.parents:
                kept.pop(parent, None)
            if edit.id not in self._superseded:
                kept[edit.id] = edit

    def standing(self) -> Standing:
        """What the layers say now, for whoever reads it later."""
        for name in self._layers.keys() - self._said.keys():
            self._said[name] = Said(name, tuple(self._layers[name].values()))
        done = [edit for edit in self._seen.values() if edit.after is not None and edit.after.get("done")]
        return Standing(dict(self._said), tuple(done), self._renames, self._edit)

    def _edit(self, name: str) -> Edit | None:
        return self._journal.edit(name) if self._journal is not None else None

    # --- verdicts -----------------------------------------------------------------------------------

    def verdicts(self, rides: Rides) -> list[Verdict]:
        """What stands, in order of arrival, each about what is called as it is now."""
        return [verdict for _, verdict in self._numbered(rides)]

    def decided(self, author: str, rides: Rides, *, others: bool = True) -> dict[int, Verdict]:
        """By subject's number: what I decided, and (others) what somebody else found right or true.

        What others found wrong or were not sure of is not decided: it deserves another look.
        """
        found: dict[int, Verdict] = {}
        for number, verdict in self._numbered(rides):
            mine = verdict.author == author
            if mine or (others and number not in found and verdict.verdict not in (WRONG, UNSURE)):
                found[number] = verdict
        return found

    def _numbered(self, rides: Rides) -> Iterable[tuple[int, Verdict]]:
        """Each verdict with its subject's number: read once, so that one more costs one."""
        names = self._names(rides) if self._known is None else {}
        self._known = {name: known for name, known in (self._known or {}).items() if name in self._verdicts}
        read = (_verdict(edit, rides) for name, edit in self._verdicts.items() if name not in self._known)
        fresh = [verdict for verdict in read if verdict is not None]
        numbers = numbers_of([verdict.subject for verdict in fresh])
        fresh = [
            replace(one, subject=one.subject._replace(label=names.get(number, one.subject.label)))
            for number, one in zip(numbers, fresh, strict=True)
        ]
        numbers = numbers_of([verdict.subject for verdict in fresh]) if names else numbers
        self._known |= {one.edit.id: (number, one) for number, one in zip(numbers, fresh, strict=True)}
        return self._known.values()

    def _names(self, rides: Rides) -> dict[int, str]:
        """What an annotation is called now, by its number under each name that it had before."""
        edits = [edit for edit in self._renamed if edit.ride in rides]
        before, after = (
            [_subject(getattr(edit, side), rides[edit.ride].number) for edit in edits]
            for side in ("before", "after")
        )
        now: dict[int, str] = {}
        known: dict[int, set[int]] = {}
        for old, new, one in zip(numbers_of(before), numbers_of(after), after, strict=True):
            same = known.setdefault(old, {old}) | known.setdefault(new, {new})
            known.update(dict.fromkeys(same, same))
            now.update(dict.fromkeys(same, one.label))
        return now

    def judged(self, author: str, rides: Rides) -> Judged:
        """What others found wrong or were not sure of, of annotations."""
        told = [
            one
            for one in self.verdicts(rides)
            if one.author != author and one.verdict in (WRONG, UNSURE) and one.subject.about is About.EVENT
        ]
        return Judged(
            marks_of([(one.edit, one.edit.after or {}) for one in told], rides),
            tuple(one.verdict for one in told),
        )

    def own(self, subject: str) -> list[Edit]:
        """The current verdicts under a UUID: what a new one is made upon."""
        return [edit for edit in self._verdicts.values() if edit.subject == subject]


def _subject(body: Body, ride: int) -> Subject:
    """What an annotation's body says, as an event."""
    return Subject(About.EVENT, ride, float(body["start_s"]), float(body["stop_s"]), str(body["label"]))


def _verdict(edit: Edit, rides: Rides) -> Verdict | None:
    if edit.after is None or edit.ride not in rides:
        return None
    if edit.signal_hash not in ("", rides[edit.ride].signal_hash):
        return None  # of other signals than these
    subject = subject_of(edit.after, rides[edit.ride].number)
    if subject is None:
        return None
    seconds = edit.after.get("seconds", 0.0)
    return Verdict(subject, str(edit.after.get("verdict", "")), edit.author, edit.utc, float(seconds), edit)
